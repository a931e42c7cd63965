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


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 50_000_000)
    assert refused(write(tmp_path, out.getvalue(), "bomb.xlsx")) == "spreadsheet-zip-bomb"


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
