"""ESCO skills by URI: an importer for the official CSV (``skills_en.csv`` and its sisters) and a look-up in it.

ESCO is too large and changes too often to live in the package: an operator downloads it and imports it once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from credenza.errors import MalformedInput
from credenza.vocabulary.terms import Term, Vocabulary, plain

SCHEME = "http://data.europa.eu/esco/concept-scheme/skills"
_URI = re.compile(r"http://data\.europa\.eu/esco/(skill|isced-f)/[A-Za-z0-9-]{1,64}\Z")
_COLUMNS = ("conceptUri", "preferredLabel", "altLabels", "skillType", "reuseLevel")
_LARGEST_FIELD = 200_000


def is_esco_uri(uri: str) -> bool:
    """Whether a URI has the form of an ESCO skill's; only an imported index can tell that it exists."""
    return _URI.match(uri) is not None


@dataclass(frozen=True, slots=True)
class EscoSkill:
    """One row of ESCO's skills pillar."""

    uri: str
    label: str
    other_labels: tuple[str, ...]
    skill_type: str
    reuse_level: str


def read_esco(lines: Iterable[str]) -> Iterator[EscoSkill]:
    """The skills of an official ESCO CSV, from its text lines.

    Raises:
        MalformedInput: ``esco-columns-missing`` where it is another file, ``esco-row-malformed`` with the row's number.
    """
    csv.field_size_limit(_LARGEST_FIELD)
    reader = csv.DictReader(_without_mark(lines))
    try:
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise MalformedInput(
                "esco-columns-missing",
                f"This is not ESCO's list of skills: it has no column {', '.join(missing)}.",
                missing=missing,
            )
        for number, row in enumerate(reader, start=2):
            yield _skill(row, number)
    except csv.Error as error:
        raise MalformedInput("esco-row-malformed", f"The file is not readable as CSV: {error}.") from error


def _skill(row: Mapping[str, str | None], number: int) -> EscoSkill:
    uri, label = row["conceptUri"] or "", row["preferredLabel"]
    if not is_esco_uri(uri) or not label:
        raise MalformedInput("esco-row-malformed", f"Row {number} has no ESCO URI or no label.", row=number)
    others = tuple(line.strip() for line in (row["altLabels"] or "").splitlines() if line.strip())
    return EscoSkill(uri, label, others, row["skillType"] or "", row["reuseLevel"] or "")


def esco_vocabulary(skills: Iterable[EscoSkill], language: str) -> Vocabulary:
    """A vocabulary to find and suggest skills in, by label or alternative label, in the language of the file."""
    terms = {
        skill.uri: Term(
            skill.uri, SCHEME, skill.uri.rsplit("/", 1)[-1], {language: skill.label}, None, skill.other_labels
        )
        for skill in skills
    }
    return Vocabulary("esco", SCHEME, terms)


def search(skills: Iterable[EscoSkill], words: str, *, limit: int) -> tuple[EscoSkill, ...]:
    """The skills that have all the words in one of their labels; those whose own label is nearest in length first."""
    wanted = plain(words).split()
    found: list[tuple[bool, int, EscoSkill]] = []
    for skill in skills:
        own = plain(skill.label)
        if all(word in own for word in wanted):
            found.append((False, len(own), skill))
        elif any(all(word in plain(other) for word in wanted) for other in skill.other_labels):
            found.append((True, len(own), skill))
    return tuple(skill for _, _, skill in sorted(found, key=lambda item: item[:2])[:limit])


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line
