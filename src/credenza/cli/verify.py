"""``credenza verify``: is it real, whose is it, does it still stand, and does it say what it should?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from credenza.cli.options import Json, now, read_file

if TYPE_CHECKING:
    from credenza.verifying.report import VerificationReport

_RIBBONS = {
    "verified": "[black on green] Verified [/]",
    "partially_verified": "[black on yellow] Partially verified [/]",
    "failed": "[white on red] Verification failed [/]",
}


def verify(
    files: Annotated[list[Path], typer.Argument(help="Credentials in any format; a PDF or badge that carries one.")],
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: what needs the network is not checked.")
    ] = False,
    at: Annotated[datetime | None, typer.Option(help="The time to judge at (UTC), now if left out.")] = None,
    anchors: Annotated[
        list[Path] | None, typer.Option(help="Whom you trust: certificates (PEM), or a list of issuers' ids.")
    ] = None,
    published: Annotated[
        list[Path] | None, typer.Option(help="An issuer's folder that stands for the address that will serve it.")
    ] = None,
    trusted_lists: Annotated[
        str | None,
        typer.Option(metavar="URL|FILE", help="The EU's list of trusted lists (LOTL): tells qualified seals."),
    ] = None,
    list_signers: Annotated[
        Path | None,
        typer.Option(help="The certificates (PEM) that may sign that list, as the Commission publishes them."),
    ] = None,
    senders: Annotated[
        list[Path] | None,
        typer.Option(help="Who may sign transcripts (ELMO): EMREX's registry, or a certificate or public key (PEM)."),
    ] = None,
    json: Json = False,
) -> None:
    """Verify files. Exit code 0: verified or partially verified; 1: failed; 2: unreadable."""
    from datetime import UTC

    from credenza.cli import output
    from credenza.cli.sources import sources

    moment = (at.replace(tzinfo=UTC) if at.tzinfo is None else at) if at else now()
    services = None
    if trusted_lists is not None:
        from credenza.cli.trusted_lists import services_of

        services = services_of(trusted_lists, signers=list_signers, at=now(), offline=offline)
    brought = sources(
        offline=offline, anchors=anchors or (), published=published or (), services=services, senders=senders or ()
    )
    results: list[dict[str, Any]] = []
    worst = 0
    with output.progress() as progress:
        for file in progress.track(files, description="Verifying", total=len(files)):
            result, code = _one(file, brought, moment, json)
            worst = max(worst, code)
            results.append(result)
    if json:
        output.print_json(results[0] if len(files) == 1 else results)
    elif len(files) > 1:
        counts = {name: sum(one.get("verdict") == name for one in results) for name in _RIBBONS}
        unreadable = sum("error" in one for one in results)
        told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
        output.console.print(f"{len(files)} files: {told}{f', {unreadable} unreadable' if unreadable else ''}")
    raise typer.Exit(worst)


def _one(file: Path, brought: Any, moment: datetime, json: bool) -> tuple[dict[str, Any], int]:
    from credenza.adapters.carriers import open_carrier
    from credenza.cli import output
    from credenza.errors import CredenzaError
    from credenza.verifying.verify import verify as verify_file

    try:
        report = verify_file(read_file(file), sources=brought, open_carrier=open_carrier, now=moment)
    except CredenzaError as error:
        if not json:
            output.console.print(
                f"{_RIBBONS['failed'].replace('Verification failed', 'Unreadable')} {output.escape(file.name)}"
            )
            output.console.print(f"  {output.escape(error.message)} [dim]({error.code})[/dim]")
        return {"file": str(file), "error": error.code, "message": error.message}, 2
    if not json:
        _print(file, report)
    return {"file": str(file), **report.to_json()}, int(report.verdict.value == "failed")


def _print(file: Path, report: VerificationReport) -> None:
    from rich.table import Table

    from credenza.cli import output

    say = output.console.print
    say(f"{_RIBBONS[report.verdict.value]} [bold]{output.escape(file.name)}[/bold] [dim]{report.format}[/dim]")
    if report.award is not None:
        title = report.award.micro_credential.title.best("en")
        issuer = report.award.issuer.legal_name.best("en")
        claimed = " (so it claims)" if report.verdict.value == "failed" else ""
        say(
            f"  {output.escape(title)} · {output.escape(report.award.learner.name or '?')} · {output.escape(issuer)}{claimed}"
        )
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    for check in report.checks:
        reason = f"{output.escape(check.reason)} [dim]{check.code}[/dim]"
        table.add_row(f"  {output.MARKS[check.outcome]}", check.name, reason)
    say(table)
