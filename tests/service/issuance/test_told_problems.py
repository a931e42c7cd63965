"""What is wrong with a class list, told in the reader's language: on the page and in the sheet that comes back."""

from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from credenza.adapters.spreadsheets import read_bytes
from credenza.record.class_list import columns, known_columns, read_header
from credenza.service.issuance.models import Batch

pytestmark = pytest.mark.django_db
LIST = """Given name(s),Family name,Date of birth,E-mail,Country of the national identifier
Jörg,Müller,2001-02-30,joerg@@example,
Ida,Ok,01/02/1999,,Germony
"""


@pytest.fixture
def page(version, signed_in):
    """Opens pages of an uploaded list, in German."""
    client = signed_in("issuer", version.definition.organisation)
    upload = {"file": SimpleUploadedFile("class.csv", LIST.encode())}
    client.post(f"/console/uni/issue/new/{version.definition_id}", upload)
    batch = Batch.objects.get()
    places = {f"column-{place}": key for place, key in batch.mapping["places"].items()}
    client.post(f"/console/uni/issue/{batch.id}/columns", places | {"edition": batch.edition})
    return lambda part: client.get(f"/console/uni/issue/{batch.id}/{part}", headers={"accept-language": "de"})


def test_a_reader_of_german_is_told_in_german_what_is_wrong(page):
    rows = page("rows").content.decode()
    assert "„2001-02-30“ ist kein Datum wie 2001-05-31." in rows
    assert "„joerg@@example“ ist keine E-Mail-Adresse." in rows
    assert "„Germony“ ist kein Begriff der Liste „Länder“." in rows
    assert "DE (Deutschland)" in rows
    assert "Meinten Sie 1999-02-01 oder 1999-01-02?" in rows


def test_the_sheet_is_german_too_and_can_be_handed_in_again(page):
    sheet = read_bytes(page("to-mend.xlsx").content, "to-mend.xlsx")
    assert sheet.header[-1] == "Was zu verbessern ist"
    first, second = (cells for _, cells in sheet.rows)
    assert first[-1].startswith("Zeile 2: „2001-02-30“ ist kein Datum")
    assert "Meinten Sie DE (Deutschland)" in second[-1]
    assert len(read_header(sheet.header)) == 5


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_template_is_in_the_reader_s_language_and_its_columns_are_known_again(version, signed_in, language):
    client = signed_in("issuer", version.definition.organisation)
    address = f"/console/uni/issue/new/{version.definition_id}/class-list.xlsx"
    workbook = load_workbook(BytesIO(client.get(address, headers={"accept-language": language}).content))
    heads = [cell.value for cell in workbook.worksheets[0][1]]
    assert workbook.sheetnames[0] == {"en": "Class list", "de": "Kursliste"}[language]
    assert heads[1] == {"en": "Family name", "de": "Familienname"}[language]
    assert list(known_columns(heads).values()) == [column.key for column in columns()]
