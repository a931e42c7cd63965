"""Awards by the JSON API: issued one by one, found, downloaded and changed."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from credenza.service.api.models import IdempotentRequest
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award, Batch, Delivery
from credenza.service.verification.sources import check

pytestmark = pytest.mark.django_db
LEARNER = {"given_name": "Ana", "family_name": "Pérez", "birth_date": "2001-05-31", "email": "ana@example.org"}


def body(version, **learner):
    return {"definition": str(version.definition_id), "learner": LEARNER | learner}


def test_one_award_is_sealed_and_stored_when_the_answer_comes(program, version):
    answer = program.post("/awards", body(version))
    assert answer.status_code == 201, answer.text
    made = answer.json()
    award = Award.objects.get(pk=made["id"])
    assert made["credential"] == award.urn
    assert made["state"] == "valid"
    assert Delivery.objects.filter(award=award).count() == 1
    assert answer["Cache-Control"] == "no-store"
    event = award.organisation.audit_events.get(action="award.issued")
    assert event.detail == {"api_key": str(program.key.pk)}


@pytest.mark.parametrize("name", ["elm", "open-badge", "sd-jwt-vc", "pdf", "badge-png", "badge-svg"])
def test_an_award_is_downloaded_in_every_format_and_verifies(program, version, name):
    made = program.post("/awards", body(version)).json()
    answer = program.get(made["documents"][name].removeprefix("/api/v1"))
    assert answer.status_code == 200
    assert check(answer.content).check("proof").outcome == "passed"


def test_a_format_that_there_is_not_is_told(program, award):
    answer = program.get(f"/awards/{award.id}/documents/docx")
    assert (answer.status_code, answer.json()["code"]) == (422, "format-unknown")


def test_a_learner_gets_no_second_award(program, version):
    first = program.post("/awards", body(version)).json()
    again = program.post("/awards", body(version))
    assert again.status_code == 409
    assert again["Content-Type"] == "application/problem+json"
    assert (again.json()["code"], again.json()["award"]) == ("award-exists", first["id"])


def test_what_is_wrong_with_a_learner_is_told_by_column(program, version):
    answer = program.post("/awards", body(version, birth_date="2001-02-31", email="nobody"))
    assert (answer.status_code, answer.json()["code"]) == (422, "learner-invalid")
    assert {one["where"] for one in answer.json()["problems"]} == {"birth_date", "email"}


@pytest.mark.parametrize(
    "change",
    [
        {"holder": "x"},
        {"learner": LEARNER | {"revoked_at": "2020-01-01"}},
        {"learner": {"given_name": {"a": 1}}},
        {"language": "tlh"},
        {"definition": "1"},
    ],
)
def test_members_that_are_not_known_are_refused_and_nothing_is_issued(program, version, change):
    answer = program.post("/awards", body(version) | change)
    assert answer.status_code == 422, answer.text
    assert not Award.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "json-syntax"),
        ('{"definition": 1, "definition": 2}', "json-duplicate-member"),
        ('{"a": NaN}', "json-number"),
        ("[" * 100 + "]" * 100, "json-too-deep"),
        (b"\xff\xfe{}", "json-encoding"),
    ],
)
def test_json_with_two_meanings_is_refused(program, text, code):
    answer = program.post("/awards", text)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_body_that_is_too_large_is_refused(program):
    answer = program.post("/awards", '{"a": "' + "x" * 1_100_000 + '"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "json-too-large")


def test_a_form_of_another_site_is_no_request(program, version):
    sent = {"Authorization": f"Bearer {program.secret}"}
    answer = program.client.generic(
        "POST", "/api/v1/awards", json.dumps(body(version)), content_type="text/plain", headers=sent
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "content-type-wrong")


def test_where_two_must_agree_a_single_award_waits_for_the_second(organisation, make_program, version):
    first = make_program(organisation)
    answer = first.post("/awards", body(version))
    assert answer.status_code == 202
    assert not Award.objects.exists()
    where, seen = f"/batches/{answer.json()['id']}/approve", {"edition": answer.json()["edition"]}
    assert first.post(where, seen).json()["code"] == "four-eyes"
    same_person = make_program(organisation, "issue")
    assert same_person.post(where, seen).status_code == 403
    assert make_program(organisation, email="second@example.org").post(where, seen).status_code == 202
    assert Batch.objects.get().state == "running"


class TestIdempotency:
    def test_the_same_request_gets_the_same_answer_and_issues_once(self, program, version):
        first = program.post("/awards", body(version), **{"Idempotency-Key": "k1"})
        again = program.post("/awards", body(version), **{"Idempotency-Key": "k1"})
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert again["Idempotent-Replayed"] == "true"
        assert Award.objects.count() == 1

    def test_another_body_under_the_same_key_is_refused(self, program, version):
        program.post("/awards", body(version), **{"Idempotency-Key": "k1"})
        other = program.post("/awards", body(version, given_name="Eva"), **{"Idempotency-Key": "k1"})
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
        assert Award.objects.count() == 1

    def test_an_error_leaves_the_key_free(self, program, version):
        wrong = program.post("/awards", body(version, email="nobody"), **{"Idempotency-Key": "k1"})
        right = program.post("/awards", body(version), **{"Idempotency-Key": "k1"})
        assert (wrong.status_code, right.status_code) == (422, 201)

    def test_keys_of_two_organisations_do_not_meet(
        self, program, version, make_organisation, make_program, make_version
    ):
        program.post("/awards", body(version), **{"Idempotency-Key": "k1"})
        other = make_organisation("other")
        other.four_eyes = False
        other.save()
        theirs = make_program(other, email="other@example.org")
        answer = theirs.post("/awards", body(make_version(other)), **{"Idempotency-Key": "k1"})
        assert answer.status_code == 201
        assert "Idempotent-Replayed" not in answer

    def test_while_a_request_is_worked_on_the_same_is_told_to_wait(self, program, version):
        program.post("/awards", body(version), **{"Idempotency-Key": "k1"})
        IdempotentRequest.objects.update(status=None, body=None)
        answer = program.post("/awards", body(version), **{"Idempotency-Key": "k1"})
        assert (answer.status_code, answer.json()["code"]) == (409, "request-in-progress")

    def test_what_a_dead_process_left_is_done_again(self, program, version):
        program.post("/awards", body(version, email="other@example.org"), **{"Idempotency-Key": "k1"})
        Award.objects.get().learner_keys.all().delete()
        IdempotentRequest.objects.update(status=None, body=None, created_at=timezone.now() - timedelta(minutes=5))
        answer = program.post("/awards", body(version, email="other@example.org"), **{"Idempotency-Key": "k1"})
        assert answer.status_code == 201

    def test_a_key_is_forgotten_after_a_day(self, program, version):
        program.post("/awards", body(version), **{"Idempotency-Key": "k1"})
        IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert program.post("/awards", body(version), **{"Idempotency-Key": "k1"}).json()["code"] == "award-exists"

    @pytest.mark.parametrize("key", ["", "x" * 256])
    def test_a_key_that_is_none_is_refused(self, program, version, key):
        answer = program.post("/awards", body(version), **{"Idempotency-Key": key})
        assert answer.json()["code"] == "idempotency-key-malformed"


@pytest.mark.django_db(transaction=True)
def test_of_many_equal_requests_at_once_one_issues(program, version):
    from django.db import connections
    from django.test import Client

    answers = []

    def ask():
        headers = {"Authorization": f"Bearer {program.secret}", "Idempotency-Key": "same"}
        answer = Client().post("/api/v1/awards", json.dumps(body(version)), "application/json", headers=headers)
        answers.append((answer.status_code, answer.json().get("id")))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Award.objects.count() == 1
    assert {status for status, _ in answers} <= {201, 409}
    assert {made for status, made in answers if status == 201} == {str(Award.objects.get().pk)}


class TestFinding:
    def test_pages_follow_each_other_without_a_gap(self, program, version, make_row):
        from credenza.service.issuance.issuing import issue_rows

        rows = [make_row(n, email=f"a{n}@example.org", given_name=f"A{n}", full_name=f"A{n} P") for n in range(60)]
        issue_rows(version, rows, batch=None)
        first = program.get("/awards").json()
        second = program.get(f"/awards?after={first['next']}".replace("+", "%2B")).json()
        assert (len(first["awards"]), len(second["awards"]), second["next"]) == (50, 10, "")
        assert not {one["id"] for one in first["awards"]} & {one["id"] for one in second["awards"]}

    def test_a_list_says_of_an_award_what_reading_it_says(self, program, award):
        read = program.get(f"/awards/{award.pk}").json()
        assert program.get("/awards").json()["awards"] == [
            {key: read[key] for key in read if key not in ("record", "letters")}
        ]

    def test_by_words_and_state(self, program, award):
        assert len(program.get("/awards?q=perez").json()["awards"]) == 1
        assert program.get("/awards?q=nobody").json()["awards"] == []
        assert program.get("/awards?state=revoked").json()["awards"] == []
        assert program.get("/awards?state=lost").status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "", None),
        ("GET", "/documents/elm", None),
        ("POST", "/revoke", {"reason": "x"}),
        ("POST", "/suspend", None),
        ("POST", "/reinstate", None),
        ("POST", "/resend", None),
        ("POST", "/replace", {"learner": {}}),
        ("POST", "/renew", {"valid_until": "2040-01-01"}),
    ],
)
def test_an_award_of_another_organisation_is_not_there(stranger, award, method, path, sent):
    assert stranger(method, f"/awards/{award.id}{path}", sent).status_code == 404
    assert stranger(method, f"/awards/{uuid.uuid4()}{path}", sent).status_code == 404
    award.refresh_from_db()
    assert award.revoked_at is None


def test_a_definition_of_another_organisation_cannot_be_issued(stranger, version):
    assert stranger.post("/awards", body(version)).status_code == 404


def test_a_page_of_awards_asks_no_question_for_each_award(program, version, make_row, django_assert_max_num_queries):
    rows = [
        make_row(number, full_name=f"Ana {number}", given_name=f"Ana {number}", email=f"a{number}@example.org")
        for number in range(12)
    ]
    issue_rows(version, rows, batch=None)
    with django_assert_max_num_queries(5):
        found = program.get("/awards").json()["awards"]
    assert len(found) == 12
    assert all("elm" in one["documents"] and "clr" not in one["documents"] for one in found)
