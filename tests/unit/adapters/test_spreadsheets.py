"""Class lists as files: what can be read is read, what would harm or mislead is refused with the way out."""

import io
import zipfile

import openpyxl
import pytest

from credenza.adapters.spreadsheets import read_cells
from credenza.errors import MalformedInput


def write(tmp_path, data: bytes, name="list.csv"):
    file = tmp_path / name
    file.write_bytes(data)
    return file


def refused(file) -> str:
    with pytest.raises(MalformedInput) as caught:
        list(read_cells(file).rows)
    return caught.value.code


def workbook(tmp_path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = tmp_path / "list.xlsx"
    book.save(file)
    return file


@pytest.mark.parametrize("text", ["a,b\n1,ž\n", "a;b\n1;ž\n", "a\tb\n1\tž\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_in_unicode_is_read_with_any_usual_delimiter(tmp_path, text, encoding):
    sheet = read_cells(write(tmp_path, text.encode(encoding)))
    assert sheet.header == ["a", "b"]
    assert list(sheet.rows) == [(2, ["1", "ž"])]


def test_a_workbook_is_read_with_its_own_row_numbers(tmp_path):
    sheet = read_cells(workbook(tmp_path, ["a", "b"], ["1", "Ω"], [None, None], ["2", "ע"]))
    assert [(number, row[1]) for number, row in sheet.rows if row[0]] == [(2, "Ω"), (4, "ע")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "spreadsheet-empty"),
        (b"   \n", "spreadsheet-empty"),
        (b"name\nJos\xe9\n", "spreadsheet-encoding"),
        (b"PK\x03\x04garbage", "spreadsheet-unreadable"),
        (b"\xd0\xcf\x11\xe0 old", "spreadsheet-old"),
        (b"a,b\n\x00\n", "spreadsheet-unreadable"),
        (b'a\n"' + b"x" * 200_000 + b'"\n', "spreadsheet-unreadable"),
        (b",".join(b"x" for _ in range(300)) + b"\n", "spreadsheet-too-many-columns"),
    ],
)
def test_what_cannot_be_a_class_list_is_refused(tmp_path, data, code):
    assert refused(write(tmp_path, data)) == code


def test_formulas_are_refused(tmp_path):
    assert refused(workbook(tmp_path, ["a"], ["=1+1"])) == "spreadsheet-formula"


def test_the_first_formula_is_told_by_its_cell(tmp_path):
    with pytest.raises(MalformedInput, match=r"first in cell B3\b"):
        read_cells(workbook(tmp_path, ["a", "b"], ["x", "y"], ["z", "=1+1"]))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 50_000_000)
    assert refused(write(tmp_path, out.getvalue(), "bomb.xlsx")) == "spreadsheet-zip-bomb"


def xlsx(rows: str, sheet="xl/worksheets/sheet1.xml") -> bytes:
    """A workbook whose sheet data is written by hand."""
    made, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(made)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part).replace(b"worksheets/sheet1.xml", sheet.removeprefix("xl/").encode())
            if part == "xl/worksheets/sheet1.xml":
                part, data = sheet, f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
            new.writestr(part, data)
    return out.getvalue()


def ods(rows: str, before="") -> bytes:
    """An OpenDocument spreadsheet whose rows are written by hand."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{one}="{space}:{one}:1.0"' for one in ("office", "table", "text"))
    body = f'<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}:manifest:1.0">{entry}</m:manifest>')
        archive.writestr("content.xml", f"{before}<office:document-content {names}>{body}</office:document-content>")
    return out.getvalue()


def repeated(rows: int | str, columns: int, text="x") -> str:
    content = f' office:value-type="string"><text:p>{text}</text:p></table:table-cell>' if text else "/>"
    cell = f'<table:table-cell table:number-columns-repeated="{columns}"{content}'
    return f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'


FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "data",
    [
        xlsx(FIRST + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        xlsx(FIRST + '<row r="9"><c r="xfd9"><v>1</v></c></row><row r="90000"><c><v>1</v></c></row>'),
        xlsx(FIRST + "<row><c \n r\t = 'AAAAAA2'><v>1</v></c></row>"),
        xlsx(FIRST + f'<row><c{" " * 3_000_000}r="XFD900000"><v>1</v></c></row>'),
        xlsx(FIRST + '<row><c r="XFD900000"><v>1</v></c></row>', sheet="xl/pictures/sheet.bin"),
        ods(repeated(1, 1) + repeated(1048575, 16384)),
        ods(repeated(1, 16384) + repeated(1000000, 1, "") + repeated(1, 1)),
        ods(repeated("1&#48;00000", 400)),
        ods(repeated(1, 1) + repeated(1048575, 16384).replace("<text:p>x", "<table:table-row/><text:p>x")),
    ],
)
def test_a_cell_far_away_is_refused_before_all_between_is_laid_out(tmp_path, data):
    assert refused(write(tmp_path, data, "far.xlsx")) == "spreadsheet-too-large"


@pytest.mark.parametrize(
    "data",
    [
        ods("<table:table-row><table:table-row/></table:table-row>"),
        ods(repeated("many", 1)),
        ods(repeated(1, 1), before='<!DOCTYPE a [<!ENTITY b "1">]>'),
    ],
)
def test_an_open_document_that_no_program_writes_is_unreadable(tmp_path, data):
    assert refused(write(tmp_path, data, "list.ods")) == "spreadsheet-unreadable"


def test_what_is_empty_at_the_end_of_an_open_document_does_not_count(tmp_path):
    usual = ods(repeated(1, 2) + repeated(3, 2, "y") + repeated(1048572, 16384, ""))
    assert len(list(read_cells(write(tmp_path, usual, "list.ods")).rows)) == 3


def test_a_file_of_100_megabytes_is_refused_unread(tmp_path):
    file = tmp_path / "large.csv"
    with file.open("wb") as out:
        out.truncate(100_000_000)
    assert refused(file) == "spreadsheet-too-large"


def test_a_missing_file_is_named(tmp_path):
    assert refused(tmp_path / "none.csv") == "spreadsheet-unreadable"


@pytest.mark.parametrize("place", [0.2, 0.4, 0.5, 0.6, 0.8, 0.95])
def test_damaged_workbooks_are_unreadable_and_nothing_else(tmp_path, place):
    data = workbook(tmp_path, ["given", "family"], *([f"A{number}", "B"] for number in range(200))).read_bytes()
    middle = int(len(data) * place)
    for broken in (data[:middle] + b"\xff" * 8 + data[middle + 8 :], data[:middle] + data[middle + 64 :]):
        file = write(tmp_path, broken, "broken.xlsx")
        try:
            list(read_cells(file).rows)
        except MalformedInput as error:
            assert error.code.startswith("spreadsheet-")  # noqa: PT017 - some damage leaves the sheet readable
