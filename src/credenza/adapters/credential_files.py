"""Sealed credentials as files in folders by format; a file appears whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from credenza.record import Award

EXTENSIONS = {
    "elm": "jsonld",
    "open-badge": "json",
    "sd-jwt-vc": "sd-jwt",
    "pdf": "pdf",
    "badge-png": "png",
    "badge-svg": "svg",
    "clr": "json",
}
_LONGEST_NAME = 60


class CredentialFiles:
    """A ``CredentialSink`` in a folder: ``elm/maria-garcia-3f2a9c1d.jsonld``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: set[str] = set()

    def write(self, award: Award, format_name: str, data: bytes) -> None:
        if format_name not in self._made:
            (self._folder / format_name).mkdir(parents=True, exist_ok=True)
            self._made.add(format_name)
        file = self._folder / format_name / f"{file_stem(award)}.{EXTENSIONS[format_name]}"
        partial = file.with_name(f".{file.name}.partial")
        partial.write_bytes(data)
        partial.replace(file)


def file_stem(award: Award) -> str:
    """A name that people recognise and that is unique: the learner's name in its own script, and part of the id."""
    name = unicodedata.normalize("NFC", award.learner.name or "learner").casefold()
    plain = re.sub(r"[^\w]+", "-", name).strip("-_")
    while len(plain.encode()) > _LONGEST_NAME:
        plain = plain[:-1]
    return f"{plain or 'learner'}-{award.id.rsplit(':', 1)[-1][:13]}"
