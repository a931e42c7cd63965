"""The rows that could not be issued, in a copy of the class list, with what to mend beside each and in red where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from credenza.adapters.class_list_template import writable
from credenza.adapters.spreadsheets import read_cells
from credenza.record.class_list import BadRow, Cell, read_header
from credenza.record.form import Problem

_RED, _HEAD = PatternFill("solid", fgColor="FECACA"), PatternFill("solid", fgColor="14213D")
_NARROW, _WIDE = 18, 90


@dataclass(frozen=True)
class SheetWords:
    """What the sheet says besides the problems: its name, the head of the last column, and what stands in it."""

    sheet: str = "To mend"
    advice: str = "What to mend"
    row: str = "Row {number}: {what}"
    meant: str = "Did you mean {suggestion}?"


def write_corrections(source: Path, bad: Sequence[BadRow], path: Path) -> None:
    """Write the header and the bad rows of ``source``; every cell is a value, never a formula."""
    sheet_in = read_cells(source)
    numbers = {row.number for row in bad}
    rows = ((number, cells) for number, cells in sheet_in.rows if number in numbers)
    write_sheet(sheet_in.header, read_header(sheet_in.header), rows, bad, path)


def write_sheet(
    header: Sequence[Cell],
    columns: Mapping[int, str],
    rows: Iterable[tuple[int, Sequence[Cell]]],
    bad: Sequence[BadRow],
    target: Path | BinaryIO,
    words: SheetWords = SheetWords(),
) -> None:
    """Write a header and bad rows that are at hand; ``columns`` names the columns by their places."""
    places = {key: place for place, key in columns.items()}
    by_number = {row.number: row for row in bad}
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(words.sheet)
    sheet.freeze_panes = "A2"
    for place in range(len(header) + 1):
        sheet.column_dimensions[get_column_letter(place + 1)].width = _NARROW if place < len(header) else _WIDE

    def cell(value: Cell) -> SheetCell:
        plain: Any = value if isinstance(value, int | float | date) else writable(str(value or ""))
        made: SheetCell = WriteOnlyCell(sheet, plain)
        if isinstance(plain, str):
            made.data_type = "s"  # a text that begins with = stays a text
        return made

    heads = [cell(one) for one in [*header, words.advice]]
    for head in heads:
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEAD
    sheet.append(heads)
    for number, cells in rows:
        row = by_number[number]
        made = [cell(cells[place] if place < len(cells) else None) for place in range(len(header))]
        for problem in row.problems:
            place_of = places.get(problem.where)
            if place_of is not None:
                made[place_of].fill = _RED
                made[place_of].comment = Comment(_told(problem, words), "Credenza")
        advice = cell(words.row.format(number=row.number, what=" ".join(_told(one, words) for one in row.problems)))
        advice.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([*made, advice])
    workbook.save(target)


def _told(problem: Problem, words: SheetWords) -> str:
    meant = f" {words.meant.format(suggestion=problem.suggestion)}" if problem.suggestion else ""
    return writable(f"{problem.message}{meant}")
