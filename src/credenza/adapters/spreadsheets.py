"""Class lists as files: xlsx and ods by calamine, CSV in UTF-8 or UTF-16; with limits before anything is unpacked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from credenza.adapters.workbook_guard import refuse_unsafe
from credenza.errors import MalformedInput
from credenza.record.class_list import Cell

LARGEST_FILE, MOST_ROWS, MOST_COLUMNS = 50_000_000, 1_000_000, 200
_OLD = b"\xd0\xcf\x11\xe0"
_HEADER_WITHIN = 10
_PANICS = (RuntimeError, OverflowError, MemoryError)


@dataclass(frozen=True)
class Sheet:
    """A class list: its header, and its rows with the numbers that the spreadsheet shows."""

    header: list[Cell]
    rows: Iterator[tuple[int, Sequence[Cell]]]


def read_cells(path: Path) -> Sheet:
    """Open a class list.

    Raises:
        MalformedInput: ``spreadsheet-unreadable``, ``spreadsheet-empty``, ``spreadsheet-too-large``,
            ``spreadsheet-zip-bomb``, ``spreadsheet-too-many-rows``, ``spreadsheet-formula``, ``spreadsheet-encoding``,
            ``spreadsheet-old``.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise MalformedInput("spreadsheet-too-large", f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB.")
        data = path.read_bytes()
    except OSError as error:
        raise MalformedInput("spreadsheet-unreadable", f"{path.name} cannot be read: {error.strerror}.") from error
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str) -> Sheet:
    """Open a class list that is in memory already; ``name`` is for messages.

    Raises:
        MalformedInput: as ``read_cells``.
    """
    if len(data) > LARGEST_FILE:
        raise MalformedInput("spreadsheet-too-large", f"{name} is larger than {LARGEST_FILE // 1_000_000} MB.")
    if not data.strip():
        raise MalformedInput("spreadsheet-empty", f"{name} is empty.")
    if data.startswith(_OLD):
        raise MalformedInput("spreadsheet-old", f"{name} is in the old .xls format: save it as .xlsx.")
    rows = _of_workbook(data, name) if data.startswith(b"PK") else _of_csv(data, name)
    return _with_header(rows, name)


def _with_header(rows: Iterator[tuple[int, Sequence[Cell]]], name: str) -> Sheet:
    for number, cells in rows:
        if any(cell not in (None, "") for cell in cells):
            if len(cells) > MOST_COLUMNS:
                raise MalformedInput("spreadsheet-too-many-columns", f"{name} has more than {MOST_COLUMNS} columns.")
            return Sheet(list(cells), rows)
        if number > _HEADER_WITHIN:
            break
    raise MalformedInput("spreadsheet-empty", f"{name} has no header in its first {_HEADER_WITHIN} rows.")


def _of_workbook(data: bytes, name: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    import python_calamine

    refuse_unsafe(data, name)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = workbook.get_sheet_by_index(0)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError, *_PANICS) as error:
        raise MalformedInput("spreadsheet-unreadable", f"{name} is damaged, protected, or no spreadsheet.") from error
    if sheet.total_height > MOST_ROWS:
        raise MalformedInput("spreadsheet-too-many-rows", f"{name} has more than {MOST_ROWS:,} rows.")
    first = (sheet.start or (0, 0))[0]
    return ((first + place, row) for place, row in enumerate(sheet.iter_rows(), start=1))


def _of_csv(data: bytes, name: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    text = _decoded(data, name)
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    csv.field_size_limit(100_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return _csv_rows(reader, name)


def _csv_rows(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    try:
        for number, row in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise MalformedInput("spreadsheet-too-many-rows", f"{name} has more than {MOST_ROWS:,} rows.")
            yield number, [*row]
    except csv.Error as error:
        raise MalformedInput("spreadsheet-unreadable", f"{name} is not readable as CSV: {error}.") from error


def _decoded(data: bytes, name: str) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"{name} is not in UTF-8: save it as 'CSV UTF-8', so that names keep their letters."
        raise MalformedInput("spreadsheet-encoding", message) from error
    if "\x00" in text:
        raise MalformedInput("spreadsheet-unreadable", f"{name} is no spreadsheet and no CSV file.")
    return text
