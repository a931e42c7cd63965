"""An empty class list to fill in: one column for each element, drop-downs for controlled terms, a sheet of help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from credenza.record import MicroCredential
from credenza.record.class_list import Cell, Column
from credenza.vocabulary import vocabulary

_ROWS = 5000
_HEAD = PatternFill("solid", fgColor="14213D")
_LISTS = {"supervision": "supervision", "country": "country"}


@dataclass(frozen=True)
class TemplateWords:
    """What a class list says besides its columns: its sheets, its rule, and how a wrong term is refused."""

    sheet: str = "Class list"
    help: str = "Help"
    title: str = "Class list for: {title}"
    rule: str = "One row for each learner. Names, and one of: date of birth, national identifier, ESI, DID."
    refusal: str = "Choose a term of the list."
    refusal_title: str = "Unknown term"


def writable(text: str) -> str:
    """A text without the control characters that a spreadsheet cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def write_filled(heads: Sequence[str], rows: Iterable[Sequence[Cell]], target: BinaryIO, *, sheet_name: str) -> None:
    """Write a class list that is filled in already; every cell is a text, never a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(sheet_name)
    sheet.freeze_panes = "A2"

    def text(value: Cell) -> SheetCell:
        made: SheetCell = WriteOnlyCell(sheet, "" if value is None else writable(str(value)))
        made.data_type, made.number_format = "s", "@"
        return made

    titles = [text(one) for one in heads]
    for title in titles:
        title.font, title.fill = Font(bold=True, color="FFFFFF"), _HEAD
    sheet.append(titles)
    for cells in rows:
        sheet.append([text(one) for one in cells])
    workbook.save(target)


def write_template(
    definition: MicroCredential,
    columns: Sequence[Column],
    target: Path | BinaryIO,
    *,
    words: TemplateWords = TemplateWords(),
    language: str = "en",
) -> None:
    """Write the template for a micro-credential."""
    workbook = Workbook()
    sheet, terms, guide = workbook.active, workbook.create_sheet("Terms"), workbook.create_sheet(words.help)
    assert sheet is not None
    sheet.title = words.sheet
    sheet.freeze_panes = "A2"
    terms.sheet_state = "hidden"
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, column.label)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEAD
        head.alignment = Alignment(wrap_text=True, vertical="center")
        head.comment = Comment(column.help, "Credenza", width=280, height=110)
        sheet.column_dimensions[letter].width = max(16, min(34, len(column.label) + 4))
        sheet.column_dimensions[letter].number_format = "yyyy-mm-dd" if column.kind == "date" else "@"
        name = _LISTS.get(column.kind)
        if name is not None:
            options = [term.notation for term in vocabulary(name)]
            for row, option in enumerate(sorted(options), start=1):
                terms.cell(row, place, option)
            valid = DataValidation(
                type="list",
                formula1=f"Terms!${letter}$1:${letter}${len(options)}",
                allow_blank=True,
                showErrorMessage=True,
            )
            valid.error, valid.errorTitle = words.refusal, words.refusal_title
            sheet.add_data_validation(valid)
            valid.add(f"{letter}2:{letter}{_ROWS}")
    sheet.row_dimensions[1].height = 32
    guide.append([words.title.format(title=definition.title.best(language))])
    guide["A1"].font = Font(bold=True, size=14)
    guide.append([words.rule])
    guide.append([])
    for column in columns:
        guide.append([column.label, column.help])
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 36, 90
    if isinstance(target, Path):
        target.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(target)
