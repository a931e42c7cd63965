"""Class lists as files: xlsx and ods by calamine, CSV in UTF-8 or UTF-16; with limits before anything is unpacked."""

from __future__ import annotations

import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from credenza.errors import MalformedInput
from credenza.record.class_list import Cell

LARGEST_FILE, LARGEST_UNPACKED, MOST_ROWS, MOST_COLUMNS = 50_000_000, 400_000_000, 1_000_000, 200
_HIGHEST_RATIO = 200
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]|table:formula=")
_OLD = b"\xd0\xcf\x11\xe0"
_HEADER_WITHIN = 10
_PANICS = (RuntimeError, OverflowError, MemoryError)
_UNZIPPABLE = (NotImplementedError, RuntimeError, OSError, EOFError, struct.error)


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

    _refuse_bomb(data, name)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = workbook.get_sheet_by_index(0)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError, *_PANICS) as error:
        raise MalformedInput("spreadsheet-unreadable", f"{name} is damaged, protected, or no spreadsheet.") from error
    if sheet.total_height > MOST_ROWS:
        raise MalformedInput("spreadsheet-too-many-rows", f"{name} has more than {MOST_ROWS:,} rows.")
    first = (sheet.start or (0, 0))[0]
    return ((first + place, row) for place, row in enumerate(sheet.iter_rows(), start=1))


def _refuse_bomb(data: bytes, name: str) -> None:
    """Look at the directory of the archive before any part is unpacked, and for formulas in its sheets."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts) or 1
            if total > LARGEST_UNPACKED or (total > 10_000_000 and total / packed > _HIGHEST_RATIO):
                raise MalformedInput("spreadsheet-zip-bomb", f"{name} unpacks to far more than a class list holds.")
            for part in parts:
                sheet = part.filename.endswith("worksheets/sheet1.xml") or part.filename == "content.xml"
                if sheet and _has_formula(archive, part):
                    message = f"{name} has formulas: put their values in their place (paste values only)."
                    raise MalformedInput("spreadsheet-formula", message)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, *_UNZIPPABLE) as error:
        raise MalformedInput("spreadsheet-unreadable", f"{name} is damaged, protected, or no spreadsheet.") from error


def _has_formula(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    tail, read = b"", 0
    with archive.open(part) as file:
        while block := file.read(1 << 20):
            read += len(block)
            if read > LARGEST_UNPACKED:
                raise MalformedInput("spreadsheet-zip-bomb", "The file unpacks to far more than a class list holds.")
            if _FORMULA.search(tail + block):
                return True
            tail = block[-32:]
    return False


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
