"""``credenza stack``: what a learner's credentials come to on a pathway, and the larger award when it is complete."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from credenza.cli.options import Json, now, open_issuer, read_toml

if TYPE_CHECKING:
    from datetime import datetime

    from credenza.adapters.issuer_folder import Issuer
    from credenza.cli.stacking import Refusal, Stack
    from credenza.record import MicroCredential
    from credenza.stacking.progress import Progress


def stack(
    pathway: Annotated[Path, typer.Argument(help="The pathway (TOML or JSON).")],
    credentials: Annotated[
        list[Path] | None, typer.Argument(help="The learner's sealed credentials; without any, the pathway is checked.")
    ] = None,
    catalogue: Annotated[
        list[Path] | None, typer.Option(help="Definitions on offer (TOML), to say what would fill the gaps.")
    ] = None,
    recognised: Annotated[
        list[Path] | None, typer.Option(help="Decisions on recognition, by which a credential of others stands in.")
    ] = None,
    pathways: Annotated[
        list[Path] | None, typer.Option(help="Other pathways, to find circles when a pathway is checked.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody when verifying.")] = False,
    anchors: Annotated[list[Path] | None, typer.Option(help="Whom you trust, as for verify.")] = None,
    published: Annotated[list[Path] | None, typer.Option(help="Issuers' folders, as for verify.")] = None,
    issuer: Annotated[Path | None, typer.Option(help="The issuer's folder: issues the larger award.")] = None,
    definition: Annotated[Path | None, typer.Option(help="The definition of the larger award (TOML).")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder for the larger award.")] = None,
    format: Annotated[str, typer.Option(help="Formats of the larger award, by commas.")] = "elm,open-badge,clr",
    accept_doubts: Annotated[
        bool, typer.Option("--accept-doubts", help="Issue although a person should have looked: you did.")
    ] = False,
    json: Json = False,
) -> None:
    """Show progress, and issue the larger award. Exit code 0: complete; 1: not complete, or a credential failed."""
    from credenza.cli.sources import sources
    from credenza.cli.stacking import read_stack

    if issuer is not None and (definition is None or out is None):
        from credenza.errors import MalformedInput

        raise MalformedInput("option-missing", "To issue, name --issuer, --definition and --out.")
    moment = now()
    opened = open_issuer(issuer) if issuer is not None else None
    if not credentials:
        raise typer.Exit(_check(pathway, pathways or [], _offers(catalogue or [], opened), json))
    brought = sources(offline=offline, anchors=anchors or (), published=published or ())
    offers = _offers(catalogue or [], opened)
    found = read_stack(pathway, credentials, sources=brought, now=moment, offers=offers, decisions=recognised or [])
    issued = None
    if opened is not None and definition is not None and out is not None and found.progress.complete:
        issued = _issue(found, opened, definition, out, format, accept_doubts, moment)
    if json:
        from credenza.cli import output

        output.print_json(found.to_json() | {"issued": issued})
    else:
        _print(found.progress, found.refusals, found.files, issued)
    raise typer.Exit(0 if found.progress.complete and not found.refusals else 1)


def _check(pathway: Path, others: list[Path], offers: list[MicroCredential], json: bool) -> int:
    """Whether the pathway can be completed at all with what the catalogue offers."""
    from credenza.cli import output
    from credenza.cli.stacking import read_pathway_file
    from credenza.stacking.feasibility import find_obstacles

    way = read_pathway_file(pathway)
    found = find_obstacles(way, catalogue=offers, others=[read_pathway_file(one) for one in others])
    fatal = any(one.fatal for one in found)
    if json:
        output.print_json({"can_be_completed": not fatal, "obstacles": [vars(one) for one in found]})
        return int(fatal)
    for one in found:
        mark = output.MARKS["failed" if one.fatal else "warning"]
        output.console.print(f"  {mark} {output.escape(one.text)} {output.escape(one.how)} [dim]{one.code}[/dim]")
    output.console.print("It cannot be completed." if fatal else "It can be completed with what is offered.")
    return int(fatal)


def _offers(files: list[Path], issuer: Issuer | None) -> list[MicroCredential]:
    from credenza.record import Organisation, Text
    from credenza.record.authoring import read_micro_credential

    body = issuer.organisation if issuer else Organisation(id="urn:credenza:catalogue", legal_name=Text.of("Catalogue"))
    return [read_micro_credential(read_toml(file), awarding_body=body) for file in files]


def _issue(
    found: Stack, issuer: Issuer, definition: Path, out: Path, formats: str, accept_doubts: bool, moment: datetime
) -> dict[str, Any]:
    from credenza.cli.issuing import Wish
    from credenza.cli.options import read_definition
    from credenza.cli.stacking import issue_larger
    from credenza.cli.status import publish_lists

    wish = Wish(tuple(part.strip() for part in formats.split(",") if part.strip()), "learner", 1, None)
    larger = read_definition(definition, issuer.organisation)
    award_id, written = issue_larger(found, issuer, definition, larger, wish, out, moment, accept_doubts=accept_doubts)
    publish_lists(issuer)
    return {"id": award_id, "formats": list(written), "out": str(out)}


def _print(progress: Progress, refusals: list[Refusal], files: list[Path], issued: dict[str, Any] | None) -> None:
    from rich.table import Table

    from credenza.cli import output

    say, escape = output.console.print, output.escape
    table = Table("", "Part", "Filled by", "ECTS", pad_edge=False)
    for part in progress.parts:
        names = [files[place].name for place in part.credentials]
        offers = [one.title.best("en") for one in part.offers]
        hint = f"[dim]offered: {escape(', '.join(offers))}[/dim]" if offers else ""
        mark = output.MARKS["passed" if part.complete else "failed" if part.needed else "not_checked"]
        table.add_row(mark, escape(part.part.title.best("en")), escape(", ".join(names)) or hint, f"{part.ects:f}")
    say(table)
    for one, file in zip(progress.credentials, files, strict=False):
        for reason in one.reasons:
            say(f"  {escape(file.name)} does not count: {escape(reason.text)} [dim]{reason.code}[/dim]")
    for refused in refusals:
        say(f"  {escape(refused.file.name)} is refused: {escape(refused.reason)} [dim]{refused.code}[/dim]")
    for doubt in progress.doubts:
        say(f"  [yellow]![/yellow] {escape(files[doubt.place].name)}: {escape(doubt.reason.text)}")
    for sentence in progress.sentences():
        say(escape(sentence))
    if issued is not None:
        say(
            f"[green]Issued[/green] {escape(', '.join(issued['formats']) or 'before')} into [bold]{issued['out']}[/bold]"
        )
