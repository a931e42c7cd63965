"""``credenza issue``: from a class list to sealed credentials; run again, it goes on where it stopped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credenza.cli.options import IssuerDir, Json, now, open_issuer, read_definition

if TYPE_CHECKING:
    from credenza.issuing.class_list import Outcome
    from credenza.record.class_list import BadRow


def issue(
    class_list: Annotated[Path, typer.Argument(help="The class list: xlsx, ods or csv.")],
    definition: Annotated[Path, typer.Option(help="The definition of the micro-credential (TOML).")],
    issuer: IssuerDir,
    out: Annotated[Path, typer.Option(help="The folder for the sealed credentials.")],
    format: Annotated[
        str, typer.Option(help="elm, open-badge, sd-jwt-vc, pdf, badge-png, badge-svg, clr; by commas.")
    ] = ("elm,open-badge,sd-jwt-vc,pdf"),
    page: Annotated[
        str, typer.Option(help="The display page of ELM: learner (one each) or batch (quicker).")
    ] = "learner",
    workers: Annotated[int, typer.Option(help="How many processes seal.", min=1, max=64)] = 1,
    time_stamp: Annotated[
        str | None, typer.Option(help="The https address of a time-stamping authority (RFC 3161), for JAdES B-T seals.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="The language of the certificates; the definition's if left out.")
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Write the files of earlier runs again, as the same credentials: where they were lost."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Issue a sealed credential for every good row; bad rows come back in a copy of the list. Exit code 1 for bad rows."""
    from credenza.cli import output
    from credenza.cli.issuing import Batch, Wish

    opened = open_issuer(issuer)
    formats = tuple(part.strip() for part in format.split(",") if part.strip())
    wish = Wish(formats, page, workers, language, time_stamp, again)
    batch = Batch.prepare(opened, definition, read_definition(definition, opened.organisation), wish, out, now())
    counts: Counter[str] = Counter()
    bad: list[BadRow] = []
    with batch.issuing(class_list, today=now().date()) as outcomes, output.progress() as progress:
        task = progress.add_task("Issuing", total=None)
        for outcome in outcomes:
            _count(outcome, counts, bad)
            progress.advance(task)
    corrections = batch.write_corrections(class_list, bad) if bad else None
    from credenza.cli.status import publish_lists

    publish_lists(opened)
    if json:
        problems = [{"row": row.number, **vars(one)} for row in bad for one in row.problems]
        told = {name: counts[name] for name in ("issued", "already_issued", "written_again", "rejected")}
        output.print_json(
            {**told, "out": str(out), "corrections": str(corrections or "") or None, "problems": problems}
        )
    else:
        _tell(counts, bad, out, corrections)
    if bad:
        raise typer.Exit(1)


def _count(outcome: Outcome, counts: Counter[str], bad: list[BadRow]) -> None:
    from credenza.issuing.class_list import Issued

    if isinstance(outcome, Issued):
        counts["written_again" if outcome.again else "issued" if outcome.formats else "already_issued"] += 1
    else:
        counts["rejected"] += 1
        bad.append(outcome)


def _tell(counts: Counter[str], bad: list[BadRow], out: Path, corrections: Path | None) -> None:
    from credenza.cli import output

    say = output.console.print
    say(f"[green]{counts['issued']} issued[/green] into [bold]{output.escape(str(out))}[/bold]")
    if counts["written_again"]:
        say(f"{counts['written_again']} had been issued before, and were written again as the same credentials.")
    if counts["already_issued"]:
        say(
            f"{counts['already_issued']} had been issued before; nothing was done twice. Their files are where they were"
            " written; if those are lost, issue the list once more with [bold]--again[/bold]."
        )
    if not bad:
        return
    rows = "1 row" if counts["rejected"] == 1 else f"{counts['rejected']} rows"
    say(f"[red]{rows} could not be issued:[/red]")
    for row in bad[:10]:
        for one in row.problems:
            say(f"  {output.cell_problem(row.number, one)}")
    if len(bad) > 10:
        say(f"  ... and {len(bad) - 10} more rows")
    file = output.escape(str(corrections))
    say(f"Correct them in [bold]{file}[/bold] and issue that file; the others will not be issued again.")
