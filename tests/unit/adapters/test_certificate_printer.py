"""Certificates: one page, the credential inside, and nothing that people write is taken for markup."""

import io
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pypdf
import pytest

from credenza.adapters.certificate_printer import Printer
from credenza.issuing.awards import IssuingPlan
from credenza.record import Award, Learner
from credenza.record.authoring import read_micro_credential, read_organisation

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "data-analysis"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan() -> IssuingPlan:
    body = read_organisation(tomllib.loads((EXAMPLE / "organisation.toml").read_text("utf-8")))
    definition = read_micro_credential(
        tomllib.loads((EXAMPLE / "micro-credential.toml").read_text("utf-8")), awarding_body=body
    )
    return IssuingPlan(definition, body, ("pdf",), "https://credentials.example.org", NOW)


def award(plan: IssuingPlan, name: str) -> Award:
    learner = Learner(full_name=name, birth_date=date(2000, 1, 1))
    return Award(
        id="urn:uuid:0",
        micro_credential=plan.definition,
        issuer=plan.issuer,
        learner=learner,
        issued=NOW,
        valid_from=NOW,
    )


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def test_the_certificate_is_one_page_of_pdf_a_3_with_the_credential_inside(plan):
    data = Printer(plan, test_seal=True).pdf(award(plan, "Zoë Ó Murchú"), attachment=b'{"sealed": true}')
    reader = read(data)
    assert len(reader.pages) == 1
    assert dict(reader.attachments) == {"credential.jsonld": [b'{"sealed": true}']}
    assert b"<pdfaid:part>3</pdfaid:part>" in data
    text = reader.pages[0].extract_text()
    assert "Zoë Ó Murchú" in text
    assert "NOT QUALIFIED" in text


def test_a_real_seal_is_not_called_a_test_seal(plan):
    text = read(Printer(plan, test_seal=False).pdf(award(plan, "Ana"), attachment=b"{}")).pages[0].extract_text()
    assert "QUALIFIED" not in text


@pytest.mark.parametrize(
    "name", ['#read("/etc/passwd")', "$x$ *bold* _it_ `raw` @ref <label>", "\\ #{ } [ ]", "A" * 300]
)
def test_names_are_never_markup(plan, name):
    reader = read(Printer(plan, test_seal=True).pdf(award(plan, name), attachment=b"{}"))
    assert len(reader.pages) == 1
    assert "root:" not in reader.pages[0].extract_text()


@pytest.mark.parametrize("name", ["محمد الحسن", "דוד כהן", "Σωκράτης", "Владимир", "Nguyễn Thị Ánh"])
def test_names_of_many_scripts_are_printed(plan, name):
    assert read(Printer(plan, test_seal=True).pdf(award(plan, name), attachment=b"{}")).pages[0].extract_text()


def test_the_page_is_a_picture(plan):
    page = Printer(plan, test_seal=True).page(award(plan, "Ana"))
    assert page.media_type == "image/png"
    assert page.data.startswith(b"\x89PNG")
