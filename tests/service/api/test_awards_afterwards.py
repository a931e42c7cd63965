"""Awards changed afterwards by the JSON API: revoked, suspended, corrected, renewed, sent again, erased."""

from datetime import timedelta

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db


def test_revoked_with_a_reason_once(program, award):
    assert program.post(f"/awards/{award.id}/revoke", {"reason": " "}).json()["code"] == "reason-missing"
    answer = program.post(f"/awards/{award.id}/revoke", {"reason": "A mistake."})
    assert (answer.status_code, answer.json()["state"]) == (200, "revoked")
    again = program.post(f"/awards/{award.id}/revoke", {"reason": "A mistake."})
    assert (again.status_code, again.json()["code"]) == (409, "credential-revoked")


def test_suspended_and_reinstated(program, award):
    assert program.post(f"/awards/{award.id}/suspend").json()["state"] == "suspended"
    assert program.post(f"/awards/{award.id}/reinstate").json()["state"] == "valid"
    assert program.post(f"/awards/{award.id}/reinstate").status_code == 409


def test_corrected_a_new_one_takes_its_place(program, award):
    answer = program.post(f"/awards/{award.id}/replace", {"learner": {"given_name": "Anna", "full_name": None}})
    assert answer.status_code == 201, answer.text
    assert answer.json()["learner"] == "Anna Pérez"
    old = program.get(f"/awards/{award.id}").json()
    assert (old["state"], old["replaced_by"]) == ("revoked", answer.json()["id"])


def test_renewed_with_a_later_end(program, award):
    ahead = timezone.now().date() + timedelta(days=400)
    answer = program.post(f"/awards/{award.id}/renew", {"valid_until": ahead.isoformat()})
    assert answer.status_code == 201, answer.text
    assert answer.json()["valid_until"].startswith(ahead.isoformat())
    assert program.post(f"/awards/{award.id}/renew", {"valid_until": "2001-01-01"}).status_code == 422


def test_where_two_must_agree_a_correction_waits_for_the_second(organisation, make_program, award):
    first, second = make_program(organisation), make_program(organisation, email="second@example.org")
    answer = first.post(f"/awards/{award.id}/replace", {"learner": {"email": "new@example.org"}, "reason": "Typo"})
    batch = answer.json()
    assert (answer.status_code, batch["corrects"], batch["reason"]) == (202, True, "Typo")
    ahead = {"valid_until": (timezone.now().date() + timedelta(days=400)).isoformat()}
    assert first.post(f"/awards/{award.id}/renew", ahead).json()["code"] == "correction-waits"
    rows = second.get(f"/batches/{batch['id']}/rows").json()
    assert [(one["award"], one["cells"]) for one in rows] == [(str(award.id), {"email": "new@example.org"})]
    where, seen = f"/batches/{batch['id']}/approve", {"edition": batch["edition"]}
    assert first.post(where, seen).json()["code"] == "four-eyes"
    assert second.post(where, seen).json()["state"] == "running"
    award.refresh_from_db()
    assert award.revoked_at is None


def test_sent_again(program, award):
    assert program.post(f"/awards/{award.id}/resend").status_code == 200
    assert award.deliveries.count() == 1


def test_of_an_erased_award_only_the_status_remains(program, award):
    from credenza.service.issuance.erasure import erase

    erase(award)
    assert program.get(f"/awards/{award.id}").json()["documents"] == {}
    assert program.get(f"/awards/{award.id}/documents/elm").status_code == 410
    assert program.post(f"/awards/{award.id}/replace", {"learner": {}}).status_code == 410
