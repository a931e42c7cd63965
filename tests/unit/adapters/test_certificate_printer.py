"""Certificates: one page, the credential inside, and nothing that people write is taken for markup."""

import io
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pypdf
import pytest
import zxingcpp
from PIL import Image

from credenza.adapters.certificate_printer import Printer
from credenza.errors import Refused
from credenza.issuing.awards import IssuingPlan
from credenza.record import Award, Learner, LearningOutcome, Media, Text
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
    assert "TEST" not in text


def test_it_says_where_it_can_be_verified_and_its_qr_leads_there(plan):
    data = Printer(plan, test_seal=False).pdf(award(plan, "Ana"), attachment=b"{}")
    text = read(data).pages[0].extract_text()
    assert "credentials.example.org/verify" in text
    assert "urn:uuid:0" in text
    picture = Printer(plan, test_seal=False).page(award(plan, "Ana")).data
    with Image.open(io.BytesIO(picture)) as page:
        found = zxingcpp.read_barcodes(page.convert("L").resize((page.width * 3, page.height * 3)))
        corner = found[0].position.top_left
        beside = page.convert("RGB").getpixel((corner.x // 3 - 4, corner.y // 3))
    assert [one.text for one in found] == ["https://credentials.example.org/verify#urn:uuid:0"]
    assert beside == (0xF3, 0xF6, 0xFC), "the code stands inside its frame"


@pytest.mark.parametrize(
    "attachment", [b'"', b"\\", b'\\"', b'")) #panic() //', b"\\u{41} \\n\r\n\t", "é \u202e 陳".encode()]
)
def test_what_is_attached_comes_out_byte_for_byte(plan, attachment):
    reader = read(Printer(plan, test_seal=True).pdf(award(plan, "Ana"), attachment=attachment))
    assert dict(reader.attachments) == {"credential.jsonld": [attachment]}


@pytest.mark.parametrize("most", [3, 14, 60])
def test_however_much_there_is_to_say_it_stays_on_one_page_with_its_foot(plan, most):
    title = (
        "Advanced quantitative methods, machine learning and responsible artificial intelligence, " * 5 + "and no more"
    )
    outcomes = tuple(
        LearningOutcome(title=Text.of(f"Explains {number} " + "at great length, " * 20 + "at last"))
        for number in range(most)
    )
    definition = plan.definition.model_copy(
        update={
            "title": Text.of(title),
            "learning_outcomes": outcomes,
            "prerequisites": Text.of("Much, " * 80 + "and more."),
        }
    )
    full = replace(plan, definition=definition)
    made = award(full, "Maximilian-Alexander Konstantinopoulos von und zu Hohenstein-Rantzau-Breitenburg")
    reader = read(Printer(full, test_seal=True).pdf(made, attachment=b"{}"))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    assert "credentials.example.org/verify" in text
    assert "Much," in text
    assert title in " ".join(text.split())


@pytest.mark.parametrize(("kind", "form"), [("image/png", "PNG"), ("image/jpeg", "JPEG")])
def test_a_logo_of_any_kind_is_drawn(plan, kind, form):
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "#0a7b5c").save(out, form)
    issuer = plan.issuer.model_copy(update={"logo": Media.of(out.getvalue(), kind)})
    shown = replace(plan, issuer=issuer)
    page = Printer(shown, test_seal=False).page(award(shown, "Ana")).data
    with Image.open(io.BytesIO(page)) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1_000_000)}
    assert any(abs(r - 10) < 12 and abs(g - 123) < 12 and abs(b - 92) < 12 for r, g, b in colours)


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "$x$ *bold* _it_ `raw` @ref <label>",
        "\\ #{ } [ ]",
        '"))) #panic()',
        '\\")) #panic()',
        "A" * 300,
    ],
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


UNDRAWABLE = "Li \U00100000"  # private use: no font of an ordinary computer has it


@pytest.mark.parametrize("kind", ["page", "pdf"])
def test_letters_that_no_font_has_are_refused_and_never_drawn_as_boxes(plan, kind):
    printer, named = Printer(plan, test_seal=True), award(plan, UNDRAWABLE)
    with pytest.raises(Refused) as refused:
        printer.page(named) if kind == "page" else printer.pdf(named, attachment=b"{}")
    assert refused.value.code == "glyph-missing"
    assert "Li" in refused.value.message
