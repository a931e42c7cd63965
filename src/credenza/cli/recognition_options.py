"""The options that ``compare`` and ``recognise`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Credential = Annotated[Path, typer.Argument(help="A credential in any format; a PDF or badge that carries one.")]
RequirementFile = Annotated[
    Path, typer.Option("--requirement", help="What you ask for: level, workload, outcomes... (TOML or JSON).")
]
Register = Annotated[
    list[str] | None,
    typer.Option("--register", metavar="FILE|URL", help="Reports of DEQAR, to check quality assurance against."),
]
Institutions = Annotated[
    list[Path] | None, typer.Option("--institutions", help="Institutions of DEQAR with all their identifiers.")
]
FrameworksFile = Annotated[
    Path | None, typer.Option("--frameworks", help="Your own table of national levels: uri,country,eqf,label,source.")
]
ByMeaning = Annotated[
    bool, typer.Option("--by-meaning", help="Suggest matches of outcomes in any language (extra credenza[matching]).")
]
Lang = Annotated[str, typer.Option(help="The language in which texts are told, where they have it.")]
Offline = Annotated[bool, typer.Option("--offline", help="Ask nobody: what needs the network is not checked.")]
Anchors = Annotated[
    list[Path] | None, typer.Option("--anchors", help="Whom you trust: certificates (PEM), or a list of issuers' ids.")
]
Published = Annotated[
    list[Path] | None,
    typer.Option("--published", help="An issuer's folder that stands for the address that will serve it."),
]
