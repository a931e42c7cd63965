"""The class list: rows of a spreadsheet read into learners and results, every problem located in its cell.

Pure: cells in, rows out. A cell is what a spreadsheet holds: text, number, date, truth or nothing.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from credenza.errors import MalformedInput
from credenza.record.class_list_row import EXTRA_COLUMN, BadRow, Cell, Row, RowReader, learner_keys
from credenza.record.form import Problem
from credenza.record.micro_credential import MicroCredential

__all__ = [
    "BadRow",
    "Cell",
    "Column",
    "Row",
    "columns",
    "guess_columns",
    "known_columns",
    "learner_keys",
    "missing_columns",
    "read_header",
    "read_rows",
    "refuse_columns",
]

_ADVICE = "advice"


@dataclass(frozen=True)
class Column:
    """A column that a class list may have."""

    key: str
    label: str
    kind: str
    help: str
    synonyms: tuple[str, ...]


@cache
def columns() -> tuple[Column, ...]:
    """All columns that people fill in, in the order of the template."""
    return tuple(column for column in _all_columns() if column.key != _ADVICE)


@cache
def _all_columns() -> tuple[Column, ...]:
    """Those, and the advice in a list that comes back to be mended."""
    text = resources.files("credenza.record").joinpath("class_list_columns.csv").read_text("utf-8")
    return tuple(
        Column(row["key"], row["label"], row["kind"], row["help"], tuple(row["synonyms"].split("|")))
        for row in csv.DictReader(text.splitlines())
    )


def read_header(header: Sequence[Cell]) -> dict[int, str]:
    """The place and key of each column.

    Raises:
        MalformedInput: as ``known_columns``, and ``class-list-column-missing`` where names, or all that identifies a
            learner, are missing; all of it at once.
    """
    found, problems = _columns_of(header)
    refuse_columns([*problems, *missing_columns(found.values())])
    return found


def known_columns(header: Sequence[Cell]) -> dict[int, str]:
    """The place and key of each column, whichever there are.

    Raises:
        MalformedInput: ``class-list-column-unknown`` with the nearest name, ``class-list-column-twice``.
    """
    found, problems = _columns_of(header)
    refuse_columns(problems)
    return found


def refuse_columns(problems: Sequence[Problem]) -> None:
    """Raise all that is wrong with the columns of a class list at once, or do nothing where nothing is.

    Raises:
        MalformedInput: with the code of the first problem, and ``problems`` where there are several.
    """
    if len(problems) == 1:
        raise MalformedInput(problems[0].code, problems[0].message)
    if problems:
        message = f"{len(problems)} things are wrong with the columns of the class list."
        raise MalformedInput(problems[0].code, message, problems=tuple(problems))


def _columns_of(header: Sequence[Cell]) -> tuple[dict[int, str], list[Problem]]:
    found: dict[int, str] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(header):
        name = _name(cell)
        key = _key_of(name)
        if not name or key == _ADVICE:
            continue
        if key is None:
            problems.append(_unknown(name))
        elif key in found.values():
            problems.append(Problem(name, "class-list-column-twice", f"There are two columns for {key!r}."))
        else:
            found[place] = key
    return found, problems


def _unknown(name: str) -> Problem:
    near = difflib.get_close_matches(_fold(name), _known(), n=1)
    message = f"The column {name[:80]!r} is not known."
    if near:
        message = f"{message} Did you mean {_known()[near[0]]!r}?"
    return Problem(name, "class-list-column-unknown", message)


def guess_columns(header: Sequence[Cell]) -> dict[int, str]:
    """The columns that are known by name, synonym or, where it is near enough, spelling; a person looks at it after."""
    found: dict[int, str] = {}
    for place, cell in enumerate(header):
        name = _name(cell)
        key = _key_of(name)
        if key is None and len(name) > 3:
            near = difflib.get_close_matches(_fold(name), _known(), n=1, cutoff=0.8)
            key = _known()[near[0]] if near else None
        if key not in (None, _ADVICE) and key not in found.values():
            found[place] = key
    return found


def missing_columns(keys: Iterable[str]) -> list[Problem]:
    """What keeps these columns from saying who the learners are (``class-list-column-missing``)."""
    present = set(keys)
    messages = []
    if not ({"given_name", "family_name"} <= present or "full_name" in present):
        messages.append(
            "The class list has no columns for the names: the given name (given_name) and the family name "
            "(family_name), or the full name (full_name)."
        )
    if not present & {"birth_date", "national_id", "esi", "learner_did"}:
        messages.append(
            "The class list identifies nobody: add a column for the date of birth (birth_date), the national identifier "
            "(national_id), the European Student Identifier (esi) or the DID (learner_did)."
        )
    return [Problem("", "class-list-column-missing", message) for message in messages]


@cache
def _known() -> dict[str, str]:
    names = ((column, name) for column in _all_columns() for name in (column.key, column.label, *column.synonyms))
    return {_fold(name): column.key for column, name in names}


def _name(cell: Cell) -> str:
    return str(cell or "").strip().strip("*").strip()


def _key_of(name: str) -> str | None:
    folded = _fold(name)
    extra = folded.replace(" ", "_")
    return _known().get(folded) or (extra if EXTRA_COLUMN.match(extra) else None)


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(re.sub(r"[\s_\-./*]+", " ", plain).split())


def read_rows(
    header: Sequence[Cell],
    rows: Iterable[tuple[int, Sequence[Cell]]],
    *,
    definition: MicroCredential,
    today: date,
) -> Iterator[Row | BadRow]:
    """The rows of a class list, one by one, good and bad; empty rows are passed over.

    Raises:
        MalformedInput: as ``read_header``, and ``class-list-empty`` where no row is filled in.
    """
    places = read_header(header)
    seen: dict[tuple[str, ...], int] = {}
    empty = True
    for number, cells in rows:
        values = {key: cells[place] for place, key in places.items() if place < len(cells)}
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        empty = False
        yield RowReader(values, definition, today, seen).read(number)
    if empty:
        raise MalformedInput("class-list-empty", "The class list has no learners: fill in one row for each.")
