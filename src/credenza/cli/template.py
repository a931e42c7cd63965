"""``credenza template``: an empty class list for a micro-credential, with drop-downs for controlled terms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from credenza.cli.options import Json, read_definition, read_toml


def template(
    definition: Annotated[Path, typer.Argument(help="The definition of the micro-credential (TOML).")],
    out: Annotated[Path, typer.Option(help="The spreadsheet to make.")] = Path("class-list.xlsx"),
    issuer: Annotated[
        Path | None, typer.Option(help="The issuer's folder; the definition's folder if left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a class list to fill in: one row for each learner."""
    from credenza.adapters.class_list_template import write_template
    from credenza.cli import output
    from credenza.errors import Conflict
    from credenza.record.authoring import read_organisation
    from credenza.record.class_list import columns

    folder = issuer or definition.parent
    body = read_organisation(read_toml(folder / "organisation.toml"))
    offered = read_definition(definition, body)
    if out.exists():
        raise Conflict("file-exists", f"{out} is already there; nothing was changed.")
    write_template(offered, columns(), out)
    if json:
        output.print_json({"file": str(out)})
        return
    output.console.print(
        f"[bold]{out}[/bold] is ready: fill in one row for each learner of {offered.title.best('en')!r}."
    )
