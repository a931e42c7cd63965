"""``credenza show``: what was learned, in the reader's language and national framework."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from credenza.cli.options import Json, read_file


def show(
    file: Annotated[Path, typer.Argument(help="A credential in any format.")],
    lang: Annotated[str, typer.Option(help="The reader's language, such as de.")] = "en",
    country: Annotated[
        str | None, typer.Option(help="The reader's country, such as AT, for the national level.")
    ] = None,
    json: Json = False,
) -> None:
    """Tell what a credential says. Whether it is real, only verify tells."""
    from rich.table import Table

    from credenza.cli import output
    from credenza.cli.sources import read_award
    from credenza.errors import MalformedInput
    from credenza.record.description import describe
    from credenza.vocabulary import LANGUAGES

    if lang not in LANGUAGES:
        raise MalformedInput("language-unknown", f"{lang!r} is none of {', '.join(LANGUAGES)}.")
    award = read_award(read_file(file))
    lines = describe(award, lang, country=country.upper() if country else None)
    if json:
        told = [{"element": one.key, "label": one.label, "values": list(one.values)} for one in lines]
        output.print_json({"language": lang, "lines": told, "record": award.model_dump(mode="json", exclude_none=True)})
        return
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", overflow="fold", max_width=34)
    table.add_column(overflow="fold")
    for one in lines:
        table.add_row(output.escape(one.label), output.escape("\n".join(one.values)))
    output.console.print(table)
    output.stderr.print("[dim]This is what it says; credenza verify tells whether it is real.[/dim]")
