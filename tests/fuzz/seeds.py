"""Real files of every format, issued once for a run, and the issuer who can seal what was changed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from credenza.adapters import issuer_folder
from credenza.adapters.issuer_folder import Issuer

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "data-analysis"
NOW = datetime.now(UTC)
_FORMATS = "elm,open-badge,sd-jwt-vc,pdf,badge-png,badge-svg,clr"
_ROWS = "Given name,Family name,Date of birth,Grade\n" + "Zoë,Ó,2001-01-01,Pass\nJosé,Nguyễn,2000-12-31,Merit\n" * 3


@dataclass(frozen=True)
class Issued:
    """A real file of each format, and their issuer."""

    files: dict[str, bytes]
    issuer: Issuer


def issue(folder: Path) -> Issued:
    """One real file of each format, by the command itself."""
    issuer, definition = folder / "i", EXAMPLE / "micro-credential.toml"
    few = folder / "few.csv"
    few.write_text(_ROWS.split("José")[0], "utf-8")
    _run("init", issuer, "--organisation", EXAMPLE / "organisation.toml")
    _run("issue", few, "--definition", definition, "--issuer", issuer, "--out", folder / "o", "--format", _FORMATS)
    _run("template", definition, "--issuer", issuer, "--out", folder / "t.xlsx")
    files = {name: next((folder / "o" / name).iterdir()).read_bytes() for name in _FORMATS.split(",")}
    files |= {
        "xlsx": _filled(folder / "t.xlsx"),
        "csv": _ROWS.encode(),
        "organisation": (EXAMPLE / "organisation.toml").read_bytes(),
        "toml": definition.read_bytes(),
    }
    return Issued(files, issuer_folder.load(issuer, passphrase=None))


def _filled(template: Path) -> bytes:
    """The template with two learners in it."""
    workbook = openpyxl.load_workbook(template)
    sheet = workbook.worksheets[0]
    named = {cell.value: cell.column for cell in sheet[1]}
    for row, cells in enumerate((("Zoë", "Ó", "2001-01-01"), ("José", "Nguyễn", "2000-12-31")), start=2):
        for name, value in zip(("Given name(s)", "Family name", "Date of birth"), cells, strict=True):
            sheet.cell(row, named[name], value)
    workbook.save(template)
    return template.read_bytes()


def _run(*arguments: object) -> None:
    command = [sys.executable, "-c", "from credenza.cli.main import run; run()", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)
