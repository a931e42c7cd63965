"""Exchange by the JSON API: settings, results in doubt, mobilities, transcripts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credenza.service.exchange.models import EmrexFetch, FetchState, ReceivedTranscript

pytestmark = pytest.mark.django_db
SETTINGS = {"provides": True, "client_hosts": ["Other.example"], "decides": True, "exchanges": False}
ESI = "urn:schac:personalUniqueCode:int:esi:home.example:42"


@pytest.fixture
def doubt(organisation, make_user):
    return EmrexFetch.objects.create(
        organisation=organisation, learner=make_user("ana@example.org"), state=FetchState.DOUBT, document=b"<elmo/>",
        found={"name": "Ana P."}, expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def test_what_is_allowed_is_said_and_the_registry_is_told(program):
    before = program.get("/transfer").json()
    assert before["registry_entry"] is None
    told = program("PUT", "/transfer", SETTINGS | {"edition": before["edition"]}).json()
    assert told["client_hosts"] == ["other.example"]
    assert "BEGIN CERTIFICATE" in told["registry_entry"]["pubKey"]
    late = program("PUT", "/transfer", SETTINGS | {"edition": before["edition"], "provides": False})
    assert (late.status_code, late.json()["code"]) == (409, "transfer-settings-changed")
    assert program.get("/transfer").json() == told
    wrong = program(
        "PUT", "/transfer", SETTINGS | {"edition": told["edition"], "client_hosts": ["https://other.example"]}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "transfer-settings-invalid")


def test_results_in_doubt_are_decided_once(program, doubt):
    (listed,) = program.get("/transfer/emrex?state=doubt").json()
    assert listed["found"] == {"name": "Ana P."}
    assert listed["expected"] == {"name": doubt.learner.name, "birth_date": None, "esi": "", "esi_confirmed": False}
    decided = program.post(f"/transfer/emrex/{doubt.pk}/decide", {"same": False})
    assert (decided.json()["state"], decided.json()["expected"]) == ("different", None)
    again = program.post(f"/transfer/emrex/{doubt.pk}/decide", {"same": True})
    assert (again.status_code, again.json()["code"]) == (409, "emrex-decided")


def test_only_the_console_s_roles_do_it(organisation, make_program, doubt):
    registrar = make_program(organisation, email="registrar@example.org", role="registrar")
    evaluator = make_program(organisation, email="evaluator@example.org", role="evaluator")
    assert registrar.get("/transfer/emrex").json()["code"] == "key-maker-may-not"
    assert registrar.post(f"/transfer/emrex/{doubt.pk}/decide", {"same": True}).json()["code"] == "key-maker-may-not"
    assert evaluator.get("/transfer/mobilities").json()["code"] == "key-maker-may-not"
    assert evaluator("PUT", "/transfer", SETTINGS | {"edition": "1"}).json()["code"] == "key-maker-may-not"


@pytest.fixture
def listed(organisation):
    organisation.record["identifiers"] = [{"kind": "schac", "value": "university.example"}]
    organisation.save()
    return organisation


def test_a_mobility_holds_our_own_awards_only(listed, program, stranger, award):
    body = {"omobility_id": "m-1", "sending_institution": "home.example", "esi": ESI, "awards": [str(award.pk)]}
    assert stranger.post("/transfer/mobilities", body).status_code == 404
    made = program.post("/transfer/mobilities", body)
    assert made.status_code == 201, made.text
    assert made.json()["awards"] == [str(award.pk)]
    assert program.post("/transfer/mobilities", body).json()["code"] == "mobility-exists"
    assert [one["omobility_id"] for one in program.get("/transfer/mobilities").json()] == ["m-1"]
    assert stranger.get("/transfer/mobilities").json() == []


def test_transcripts_that_came_are_listed_and_downloaded_as_they_came(program, organisation):
    came = ReceivedTranscript.objects.create(organisation=organisation, omobility_id="m", document=b"<elmo/>")
    assert [one["id"] for one in program.get("/transfer/transcripts").json()] == [str(came.pk)]
    answer = program.get(f"/transfer/transcripts/{came.pk}/document")
    assert (answer.content, answer["Content-Type"]) == (b"<elmo/>", "application/xml")
    asked = program.post("/transfer/transcripts/fetch", {"receiving": "university.example"})
    assert asked.json()["code"] in ("registry-not-configured", "ewp-schac-missing")
