"""``credenza skills``: ESCO's skills, imported once from the official CSV, and found by their words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from credenza.cli.options import Json

app = typer.Typer(no_args_is_help=True)
Language = Annotated[str, typer.Option("--lang", help="The language of the labels, such as en.")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="ESCO's skills_xx.csv, as esco.ec.europa.eu offers it for download.")],
    lang: Language = "en",
    json: Json = False,
) -> None:
    """Keep ESCO's skills of one language on this machine."""
    from credenza.adapters.esco_index import import_skills
    from credenza.cli import output

    _known(lang)
    with output.stderr.status("Reading ESCO"):
        count = import_skills(file, language=lang)
    if json:
        output.print_json({"skills": count, "language": lang})
    else:
        output.console.print(f"{count} skills imported ({lang}).")


@app.command("find")
def find(
    words: Annotated[list[str], typer.Argument(help="Words of the skill, such as: analyse data.")],
    lang: Language = "en",
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=200)] = 10,
    json: Json = False,
) -> None:
    """Find skills by their words, each as the line that a definition's learning outcome takes."""
    import json as json_module

    from credenza.adapters.esco_index import skills
    from credenza.cli import output
    from credenza.vocabulary.esco import SCHEME, search

    _known(lang)
    found = search(skills(lang), " ".join(words), limit=limit)
    if json:
        output.print_json([{"uri": one.uri, "label": one.label, "other_labels": one.other_labels} for one in found])
        return
    for one in found:
        label = json_module.dumps(one.label, ensure_ascii=False)
        line = f'{{ uri = "{one.uri}", label = {label}, scheme = "{SCHEME}" }}'
        output.console.print(line, markup=False, soft_wrap=True)
    if not found:
        output.stderr.print("No skill has these words.")


def _known(language: str) -> None:
    from credenza.errors import MalformedInput
    from credenza.vocabulary import LANGUAGES

    if language not in LANGUAGES:
        raise MalformedInput("language-unknown", f"{language!r} is none of {', '.join(LANGUAGES)}.")
