"""What a desk imports: bounded, its own, and never taken for more than it says."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from credenza.adapters.bearer import BearerToken
from credenza.service.recognition import desks, registers
from credenza.service.recognition.models import NationalReferencing, RegisterReport

pytestmark = pytest.mark.django_db

REPORT = {
    "id": 4711,
    "agency_name": "Example Quality Agency",
    "agency_esg_activity_type": "programme",
    "decision": "positive",
    "status": "part of obligatory EQA system",
    "valid_from": "2024-01-01",
    "valid_to": "2031-01-01",
    "institutions": [{"id": 1, "name_primary": "Example University"}],
    "programmes": [{"name_primary": "Data"}],
}


NUL = json.dumps([REPORT | {"agency_name": "Example\0"}]).encode()


def upload(data, name="reports.json"):
    return {"file": SimpleUploadedFile(name, data if isinstance(data, bytes) else json.dumps(data).encode())}


PATH = "/console/institute/recognition"


def test_reports_are_imported_found_and_replaced(desk, institute):
    assert desk.post(f"{PATH}/register", upload({"results": [REPORT]})).status_code == 302
    changed = [REPORT | {"decision": "negative"}]
    assert desk.post(f"{PATH}/register", upload(changed)).status_code == 302
    assert RegisterReport.objects.get().record["decision"] == "negative"
    assert b"4711" in desk.get(f"{PATH}/register?q=example+university").content
    assert b"Nothing found" in desk.get(f"{PATH}/register?q=nowhere").content


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b'{"results": 3}', b'[{"id": 1}]', b"[" * 50_000, b'[{"id": 1, "id": 2}]', b"\xff", b"PK\x03\x04", NUL],
)
def test_a_hostile_or_wrong_register_brings_nothing(desk, data):
    assert desk.post(f"{PATH}/register", upload(data)).status_code == 422
    assert not RegisterReport.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/x", "https://169.254.169.254/latest", "file:///etc/passwd", "https://localhost/reports", "x"],
)
def test_an_address_inside_the_network_is_not_asked(desk, address):
    assert desk.post(f"{PATH}/register", {"address": address}).status_code == 422
    assert not RegisterReport.objects.exists()


def test_the_register_is_asked_with_the_operators_token_for_its_address(settings):
    assert registers.fetcher().bearer is None
    held = BearerToken("https://register.example/reports/", "abc")
    settings.CREDENZA = replace(settings.CREDENZA, deqar=held)
    assert registers.fetcher().bearer == held


def test_a_claim_is_checked_against_the_reports_of_this_institution_only(
    desk, institute, make_organisation, award, evaluator
):
    record = award.as_record
    assert desks.register_of(institute, record) is None
    registers.import_reports(institute, json.dumps([REPORT]).encode(), source="test", actor=evaluator)
    register = desks.register_of(institute, record)
    (claim, *_) = record.micro_credential.all_quality_assurance
    assert register.answer(claim, record).outcome == "unknown"
    assert desks.register_of(make_organisation("other"), record) is None


CSV = """uri,country,eqf,label,source
https://nqf.example/fr/6,FR,6,Niveau 6,Referencing report 2026
https://nqf.example/fr/9,FR,,Niveau 9,
"""


def test_a_table_of_levels_wins_and_what_is_unknown_is_said_to_be_unknown(desk, institute):
    assert desk.post(f"{PATH}/levels", upload(CSV.encode(), "levels.csv")).status_code == 302
    page = desk.get(f"{PATH}/levels?country=FR").content.decode()
    assert "Referencing report 2026" in page
    assert "unknown" in page
    assert desks.levels_of(institute).level("https://nqf.example/fr/6").eqf == 6
    assert "Nothing known" in desk.get(f"{PATH}/levels?country=%3Cb").content.decode()


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"a,b\n1,2", CSV.replace("FR,6", "FR,9").encode(), b'uri,"' * 99])
def test_a_wrong_table_leaves_the_one_before(desk, institute, data):
    desk.post(f"{PATH}/levels", upload(CSV.encode()))
    assert desk.post(f"{PATH}/levels", upload(data)).status_code == 422
    assert NationalReferencing.objects.filter(organisation=institute).count() == 2
