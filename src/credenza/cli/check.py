"""``credenza check``: does it say all that the European standard asks? For definitions, class lists and credentials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credenza.cli.options import Json, now, read_definition, read_file, read_toml

if TYPE_CHECKING:
    from credenza.record import Organisation
    from credenza.record.annex_i import ElementFinding

_SPREADSHEETS = {".xlsx", ".xlsm", ".ods", ".csv", ".xls"}


def check(
    file: Annotated[Path, typer.Argument(help="A definition (TOML), a class list, or a credential in any format.")],
    definition: Annotated[Path | None, typer.Option(help="For a class list: the definition that it is for.")] = None,
    issuer: Annotated[
        Path | None, typer.Option(help="The issuer's folder; the definition's folder if left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Say what Annex I asks for that is missing or weak, why it matters, and how to mend it. Exit code 1 for errors."""
    if file.suffix.lower() == ".toml":
        _check_definition(file, issuer, json)
    elif file.suffix.lower() in _SPREADSHEETS:
        _check_class_list(file, definition, issuer, json)
    else:
        _check_credential(file, json)


def _check_definition(file: Path, issuer: Path | None, json: bool) -> None:
    from credenza.record.annex_i import check_definition

    offered = read_definition(file, _organisation(issuer or file.parent))
    _show(check_definition(offered), json, file.name)


def _check_credential(file: Path, json: bool) -> None:
    from credenza.cli.sources import read_award
    from credenza.record.annex_i import check_award

    _show(check_award(read_award(read_file(file)), now=now()), json, file.name)


def _check_class_list(file: Path, definition: Path | None, issuer: Path | None, json: bool) -> None:
    from credenza.adapters.spreadsheets import read_cells
    from credenza.cli import output
    from credenza.errors import MalformedInput
    from credenza.record.class_list import BadRow, read_rows

    if definition is None:
        raise MalformedInput("definition-missing", "To check a class list, name its --definition.")
    offered = read_definition(definition, _organisation(issuer or definition.parent))
    sheet = read_cells(file)
    with output.progress() as progress:
        read = read_rows(sheet.header, sheet.rows, definition=offered, today=now().date())
        rows = list(progress.track(read, total=None, description="Checking"))
    bad = [row for row in rows if isinstance(row, BadRow)]
    if json:
        problems = [{"row": row.number, **vars(one)} for row in bad for one in row.problems]
        output.print_json({"rows": len(rows), "good": len(rows) - len(bad), "problems": problems})
    else:
        output.console.print(f"{len(rows) - len(bad)} of {len(rows)} rows are good.")
        for row in bad:
            for one in row.problems:
                output.console.print(f"  {output.cell_problem(row.number, one)}")
    if bad:
        raise typer.Exit(1)


def _organisation(folder: Path) -> Organisation:
    from credenza.record.authoring import read_organisation

    return read_organisation(read_toml(folder / "organisation.toml"))


def _show(findings: tuple[ElementFinding, ...], json: bool, name: str) -> None:
    from credenza.cli import output
    from credenza.record.annex_i import meets_standard

    good = meets_standard(findings)
    if json:
        output.print_json({"meets_standard": good, "findings": [one.to_json() for one in findings]})
    else:
        if findings:
            output.console.print(output.findings_table(findings))
        verdict = "[green]meets[/green]" if good else "[red]does not meet[/red]"
        output.console.print(f"{output.escape(name)} {verdict} the European standard for micro-credentials (Annex I).")
    if not good:
        raise typer.Exit(1)
