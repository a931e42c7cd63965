"""What a workbook (xlsx, ods) would come to, seen before anything of it is read: bombs, formulas, cells far away.

The reader of workbooks lays a sheet out in full, from its first cell to its last one. So one cell in the last corner of a
sheet of a few bytes costs hundreds of gigabytes, unless it is refused here.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from xml.parsers import expat

from credenza.errors import MalformedInput

LARGEST_UNPACKED, MOST_CELLS = 400_000_000, 20_000_000
_HIGHEST_RATIO = 200
_BLOCK = 1 << 20
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]|table:formula=")
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Z]{1,3}\d{1,7})["']""")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)""")
_ROW, _CELLS = "table-row", ("table-cell", "covered-table-cell")
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, expat.ExpatError, ValueError, NotImplementedError, RuntimeError,
    OSError, EOFError, struct.error,
)  # fmt: skip


def refuse_unsafe(data: bytes, name: str) -> None:
    """Look at the archive before any part is unpacked, then at its parts one after the other.

    Raises:
        MalformedInput: ``spreadsheet-zip-bomb``, ``spreadsheet-formula``, ``spreadsheet-too-large`` (cells far away),
            ``spreadsheet-unreadable``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts) or 1
            if total > LARGEST_UNPACKED or (total > 10_000_000 and total / packed > _HIGHEST_RATIO):
                raise MalformedInput("spreadsheet-zip-bomb", f"{name} unpacks to far more than a class list holds.")
            for part in parts:
                if part.filename == "content.xml":
                    _look_at_open_document(archive, part, name)
                _look_at(archive, part, name)
    except _DAMAGED as error:
        raise MalformedInput("spreadsheet-unreadable", f"{name} is damaged, protected, or no spreadsheet.") from error


def _look_at(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Look for formulas in the first sheet, and in every part for the places of cells: any part may be named as a sheet."""
    sheet = part.filename.endswith("worksheets/sheet1.xml") or part.filename == "content.xml"
    rest, read, width, height = b"", 0, 1, 1
    with archive.open(part) as file:
        while block := file.read(max(_BLOCK, len(rest))):
            read += len(block)
            if read > LARGEST_UNPACKED:
                raise MalformedInput("spreadsheet-zip-bomb", f"{name} unpacks to far more than a class list holds.")
            text = rest + block
            if sheet and (formula := _FORMULA.search(text)):
                cells = _CELL.findall(text, 0, formula.start())
                message = f"{name} has formulas: put their values in their place (paste values only)."
                if cells:
                    cell = cells[-1].decode()
                    message = f"{name} has formulas (first in cell {cell}): put their values in their place (paste values only)."
                raise MalformedInput("spreadsheet-formula", message)
            for letters, digits in _PLACE.findall(text):
                width, height = max(width, _column(letters)), max(height, int(digits[:12]))
            _refuse_far_cells(width * height, name)
            rest = text[max(text.rfind(b"<"), 0) :]  # a tag that goes on in the next block


def _look_at_open_document(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Read an ods element by element, of which none is kept: it has hundreds of millions of bytes at the most."""
    extent, parser = _Extent(name), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = extent.start, extent.end
    parser.StartDoctypeDeclHandler = extent.refuse
    with archive.open(part) as file:
        parser.ParseFile(file)


class _Extent:
    """How wide and high the sheets of an ods are: it says how often a cell or a row is repeated.

    What is empty at the end of a row or of a sheet is not laid out, and does not count.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._width = self._height = self._rows = self._columns = self._used = self._row_times = 0
        self._cells_around = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = _local(tag)
        if self._cells_around:
            self._used = self._columns
        elif kind == _ROW:
            if self._row_times:
                self.refuse()
            self._row_times, self._columns, self._used = max(1, _times(attributes, "number-rows-repeated")), 0, 0
        elif kind in _CELLS:
            self._columns += _times(attributes, "number-columns-repeated")
            if any(_local(one).startswith("value") for one in attributes):
                self._used = self._columns
            self._check(self._used, max(self._height, 1))
        self._cells_around += kind in _CELLS

    def end(self, tag: str) -> None:
        kind = _local(tag)
        self._cells_around -= kind in _CELLS
        if kind == _ROW and not self._cells_around:
            self._rows += self._row_times
            self._width, self._height = max(self._width, self._used), self._rows if self._used else self._height
            self._row_times = 0
            self._check(self._width, self._height)

    def refuse(self, *_: object) -> None:
        """Rows within rows, or a document type: no spreadsheet program writes that."""
        raise MalformedInput("spreadsheet-unreadable", f"{self._name} is damaged, protected, or no spreadsheet.")

    def _check(self, width: int, height: int) -> None:
        _refuse_far_cells(width * height, self._name)


def _refuse_far_cells(cells: int, name: str) -> None:
    if cells > MOST_CELLS:
        message = (
            f"{name} has a cell far away from the others: delete the columns and rows behind the list, and save it."
        )
        raise MalformedInput("spreadsheet-too-large", message)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _times(attributes: dict[str, str], name: str) -> int:
    return max((int(value) for key, value in attributes.items() if _local(key) == name), default=1)


def _column(letters: bytes) -> int:
    """``A`` is 1, ``XFD`` is 16,384."""
    number = 0
    for letter in letters[:6].upper():
        number = number * 26 + letter - 64
    return number or 1
