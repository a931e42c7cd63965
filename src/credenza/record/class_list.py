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
from credenza.record.micro_credential import MicroCredential

__all__ = ["BadRow", "Cell", "Column", "Row", "columns", "learner_keys", "read_header", "read_rows"]


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
    """All columns that a class list may have, in the order of the template."""
    text = resources.files("credenza.record").joinpath("class_list_columns.csv").read_text("utf-8")
    return tuple(
        Column(row["key"], row["label"], row["kind"], row["help"], tuple(row["synonyms"].split("|")))
        for row in csv.DictReader(text.splitlines())
    )


def read_header(header: Sequence[Cell]) -> dict[int, str]:
    """The place and key of each column.

    Raises:
        MalformedInput: ``class-list-column-unknown`` with the nearest name, ``class-list-column-twice``,
            ``class-list-column-missing`` where names, or all that identifies a learner, are missing.
    """
    known = {_fold(name): column.key for column in columns() for name in (column.key, column.label, *column.synonyms)}
    found: dict[int, str] = {}
    for place, cell in enumerate(header):
        name = str(cell or "").strip().strip("*").strip()
        if not name or name == "What to mend":
            continue
        folded = _fold(name)
        key = known.get(folded) or (folded.replace(" ", "_") if EXTRA_COLUMN.match(folded.replace(" ", "_")) else None)
        if key is None:
            near = difflib.get_close_matches(folded, known, n=1)
            hint = f" Did you mean {known[near[0]]!r}?" if near else ""
            raise MalformedInput(
                "class-list-column-unknown", f"The column {name[:80]!r} is not known.{hint}", column=name
            )
        if key in found.values():
            raise MalformedInput("class-list-column-twice", f"There are two columns for {key!r}.", column=name)
        found[place] = key
    keys = set(found.values())
    if not ({"given_name", "family_name"} <= keys or "full_name" in keys):
        raise MalformedInput(
            "class-list-column-missing", "The class list has no columns for the names: given_name and family_name."
        )
    if not keys & {"birth_date", "national_id", "esi", "learner_did"}:
        raise MalformedInput(
            "class-list-column-missing",
            "The class list identifies nobody: add a column birth_date, national_id, esi or learner_did.",
        )
    return found


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
        MalformedInput: as ``read_header``.
    """
    places = read_header(header)
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in rows:
        values = {key: cells[place] for place, key in places.items() if place < len(cells)}
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        yield RowReader(values, definition, today, seen).read(number)
