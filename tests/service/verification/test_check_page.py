"""Anyone checks a credential: the verdict in one sentence, nothing kept, nothing shown as true that was not checked."""

import io
import re
from dataclasses import replace

import numpy
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from credenza.service.issuance import issuing, keys, status
from credenza.service.issuance.documents import FORMATS, document
from credenza.service.issuance.models import DailyCount
from credenza.service.verification import counting, sources

pytestmark = pytest.mark.django_db


def hand_in(client, data: bytes, name: str = "credential"):
    return client.post("/verify", {"file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_good_credential_is_shown_with_its_holder_and_outcomes(client, award, format_name):
    page = hand_in(client, document(award, format_name).data).content.decode()
    assert "Ana Pérez" in page
    assert 'class="verdict valid"' in page or 'class="verdict but"' in page
    assert "What was learned" in page


def checked(award):
    found = DailyCount.objects.filter(organisation=award.organisation, kind="verified")
    return sum(found.values_list("count", flat=True))


def test_an_issuer_learns_how_often_its_awards_are_checked_and_nothing_of_who_asked(client, award):
    hand_in(client, document(award, "open-badge").data)
    hand_in(client, document(award, "pdf").data)
    status.revoke(award, "A mistake", actor="test")
    hand_in(client, document(award, "elm").data)
    assert checked(award) == 3
    assert set(DailyCount.objects.filter(kind="verified").values_list("version", "country")) == {(award.version_id, "")}


def test_what_is_changed_or_sealed_by_somebody_else_counts_for_nobody(
    client, award, make_organisation, make_version, make_row
):
    """Another issuer names the id of our award in a credential of its own: our statistics do not move."""
    hand_in(client, document(award, "open-badge").data.replace("Ana Pérez".encode(), "Eva Pérez".encode()))
    made, _ = issuing.issue_rows(make_version(make_organisation("other")), [make_row()], batch=None)
    foreign = made[0][1]
    report = sources.check(document(foreign, "open-badge").data, now=timezone.now())
    counting.count(replace(report, award=report.award.model_copy(update={"id": award.urn})))
    assert not DailyCount.objects.filter(kind="verified").exists()


def test_a_test_seal_is_never_simply_valid(client, award):
    page = hand_in(client, document(award, "elm").data).content.decode()
    assert 'class="verdict but"' in page
    assert "test seal" in page


def test_a_changed_credential_is_not_valid_and_its_claims_are_withheld(client, award):
    data = document(award, "open-badge").data.replace("Ana Pérez".encode(), "Eva Pérez".encode())
    page = hand_in(client, data).content.decode()
    assert 'class="verdict invalid"' in page
    assert "nobody vouches for it" in page
    assert "What was learned" not in page


def test_a_revoked_credential_is_not_valid(client, award):
    data = document(award, "open-badge").data
    status.revoke(award, "A mistake", actor="test")
    page = hand_in(client, data).content.decode()
    assert 'class="verdict invalid"' in page
    assert "Why trust this" not in page
    assert "What was checked" in page


def test_a_status_list_that_cannot_be_had_is_never_green(client, award, monkeypatch):
    from credenza.errors import Unreachable
    from credenza.service.verification import own_documents

    found = own_documents.find

    def unreachable(url):
        if "/status/" in url:
            raise Unreachable("fetch-failed", "It did not answer.")
        return found(url)

    monkeypatch.setattr(own_documents, "find", unreachable)
    page = hand_in(client, document(award, "open-badge").data).content.decode()
    assert 'class="verdict unsure"' in page
    assert "Cannot tell" in page


def test_a_pasted_text_is_checked(client, award):
    page = client.post("/verify", {"text": document(award, "sd-jwt-vc").data.decode()}).content.decode()
    assert "Ana Pérez" in page


@pytest.mark.parametrize(
    "text",
    [
        "https://127.0.0.1/credential",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "http://intranet/x",
        "https://localhost/x",
    ],
)
def test_a_link_to_a_private_address_is_not_followed(client, text):
    response = client.post("/verify", {"text": text})
    assert response.status_code == 422


def test_a_photo_of_the_code_on_a_certificate_leads_to_the_number(client, award):
    made = zxingcpp.create_barcode(f"{award.organisation.base_url}/verify#{award.urn}", zxingcpp.BarcodeFormat.QRCode)
    picture = io.BytesIO()
    Image.fromarray(numpy.array(made.to_image(scale=5))).save(picture, "PNG")
    response = hand_in(client, picture.getvalue(), "photo.png")
    assert response.status_code == 302
    assert response.url == f"/o/uni/verify#{award.urn}"


def test_the_number_page_tells_the_status_and_nothing_of_the_holder(client, award):
    page = client.post("/o/uni/verify", {"number": award.urn}).content.decode()
    assert "The issuer knows this number" in page
    assert "Ana" not in page
    status.revoke(award, "A mistake", actor="test")
    assert "Revoked" in client.post("/o/uni/verify", {"number": award.urn}).content.decode()


@pytest.mark.parametrize("number", ["", "x", "urn:uuid:00000000-0000-4000-8000-000000000000", "'; DROP TABLE"])
def test_an_unknown_number_is_said_to_be_unknown(client, award, number):
    assert "knows no such number" in client.post("/o/uni/verify", {"number": number}).content.decode() or number == ""


@pytest.mark.parametrize("data", [b"", b"hello", b"{", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\n broken", b"<svg/>"])
def test_what_is_no_credential_is_told_apart_in_a_sentence(client, data):
    response = hand_in(client, data)
    assert response.status_code in (200, 422)
    assert b"Traceback" not in response.content
    assert b'class="verdict valid"' not in response.content


def test_a_file_that_is_too_large_is_refused(client):
    assert hand_in(client, b"{" + b" " * 10_000_001).status_code in (400, 413, 422)


def test_the_level_is_shown_in_the_readers_framework(client, award):
    upload = SimpleUploadedFile("c.json", document(award, "open-badge").data)
    page = client.post("/verify", {"file": upload, "reader": "de", "country": "DE"}).content.decode()
    assert "DQR" in page


def test_a_key_that_is_retired_still_verifies_what_it_signed(client, award):
    first = keys.current(award.organisation, keys.KeyPurpose.PROOF)
    keys.create_proof_key(award.organisation, actor="test")
    keys.retire(first, actor="test")
    assert 'class="verdict valid"' in hand_in(client, document(award, "open-badge").data).content.decode()


def test_too_many_checks_in_a_minute_are_answered_with_429(client):
    codes = {client.post("/o/none/verify", {"number": "x"}).status_code for _ in range(70)}
    assert codes == {404, 429}


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_reader_of_german_is_told_every_finding_in_german(client, award, format_name):
    client.cookies["django_language"] = "de"
    page = hand_in(client, document(award, format_name).data).content.decode()
    assert "Was gelernt wurde" in page
    assert '<span lang="en">' not in page


def test_the_facts_say_that_a_credential_does_not_expire(client, award):
    page = hand_in(client, document(award, "elm").data).content.decode()
    assert re.search(r'<dl class="facts">.*Valid until</dt><dd>It does not expire<.*</dl>', page, re.S)


def test_the_page_keeps_to_its_order(client, award):
    """The verdict, who and what, facts, outcomes, why to trust it, assessment, what it counts towards."""
    page = hand_in(client, document(award, "elm").data).content.decode()
    parts = (
        'class="verdict',
        "credential-title",
        'class="facts"',
        "What was learned",
        "Why trust this",
        "Assessment and",
    )
    parts += ("What it counts towards", "Check another")
    assert sorted(parts, key=page.index) == list(parts)


def test_a_forged_file_proves_nothing_by_its_own_words(client, award):
    """Its dates, accreditation and status entry may be copied from a good one: none of them is shown as passed."""
    data = document(award, "open-badge").data.replace("Ana Pérez".encode(), "Eva Pérez".encode())
    page = hand_in(client, data).content.decode()
    assert page.count("Only claimed") >= 2
    assert re.findall(r'class="check passed">.*?<h3>(.*?)<span', page) == ["The file is a well-formed credential"]


def test_days_are_written_as_the_reader_writes_them(client, award):
    data = document(award, "elm").data
    upload = {"file": SimpleUploadedFile("credential", data)}
    page = client.post("/verify", upload, headers={"accept-language": "de"}).content.decode()
    assert "31. Mai 2001" in page
    assert "2001-05-31" not in page


@pytest.mark.django_db
def test_the_parts_of_a_page_that_are_kept_are_kept_for_each_language_and_choice(client):
    for language, words in (
        ("en", "European approach to micro-credentials"),
        ("de", "Ansatz"),
        ("en", "European approach"),
    ):
        assert (
            words in client.get("/verify", headers={"accept-language": language}).content.decode().split("<footer")[1]
        )
    for reader in ("fr", "es", "fr"):
        assert (
            f'<option value="{reader}" lang="{reader}" selected>'
            in client.get(f"/verify?reader={reader}").content.decode()
        )
