"""The ESCO skills that a user imported: one file for each language in the user's data folder (XDG base directories)."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from credenza.errors import MalformedInput, Unreachable
from credenza.vocabulary.esco import EscoSkill, read_esco

_COLUMNS = ("conceptUri", "preferredLabel", "altLabels", "skillType", "reuseLevel")
_LARGEST_FILE = 100_000_000


def folder() -> Path:
    """Where imported skills are kept."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "credenza" / "esco"


def import_skills(source: Path, *, language: str) -> int:
    """Read an official ESCO CSV whole and keep it for a language, in place of an older one; how many skills it has.

    Raises:
        MalformedInput: ``esco-columns-missing``, ``esco-row-malformed``, ``file-unreadable``, ``file-too-large``.
    """
    with _opened(source) as lines:
        skills = list(read_esco(lines))
    folder().mkdir(parents=True, exist_ok=True)
    kept = folder() / f"{language}.csv"
    part = kept.with_suffix(f".part{os.getpid()}")
    with part.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        for one in skills:
            writer.writerow((one.uri, one.label, "\n".join(one.other_labels), one.skill_type, one.reuse_level))
    part.replace(kept)
    return len(skills)


def skills(language: str) -> Iterator[EscoSkill]:
    """The imported skills of a language.

    Raises:
        Unreachable: ``esco-not-imported``.
    """
    kept = folder() / f"{language}.csv"
    if not kept.is_file():
        reason = f"ESCO was not imported in {language!r}: download its CSV and run credenza skills import."
        raise Unreachable("esco-not-imported", reason)
    with _opened(kept) as lines:
        yield from read_esco(lines)


@contextmanager
def _opened(file: Path) -> Iterator[Iterator[str]]:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise MalformedInput("file-too-large", f"{file.name} is larger than 100 MB.")
        with file.open(encoding="utf-8", newline="") as lines:
            yield lines
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedInput("file-unreadable", f"{file} cannot be read as UTF-8 text.") from error
