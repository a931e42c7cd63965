"""Many awards changed by one request, as in the console's list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credenza.service.issuance import issuing
from credenza.service.issuance.models import Award

pytestmark = pytest.mark.django_db
PATH = "/award-changes"


@pytest.fixture
def awards(version, make_row):
    rows = [make_row(n, full_name=f"Ana {n}", family_name=f"Pérez {n}", email=f"a{n}@example.org") for n in range(3)]
    made, _ = issuing.issue_rows(version, rows, batch=None)
    return [str(award.pk) for _, award in made]


def test_those_that_can_be_are_changed_and_the_others_named(program, awards):
    program.post(f"/awards/{awards[0]}/suspend")
    told = program.post(PATH, {"do": "suspend", "awards": awards}).json()
    assert set(told["done"]) == set(awards[1:])
    assert [(one["award"], one["code"]) for one in told["refused"]] == [(awards[0], "credential-suspended")]
    assert program.post(PATH, {"do": "reinstate", "awards": awards}).json()["refused"] == []
    assert len(program.post(PATH, {"do": "resend", "awards": awards}).json()["done"]) == 3
    assert program.post(PATH, {"do": "revoke", "awards": awards}).json()["code"] == "reason-missing"
    assert len(program.post(PATH, {"do": "revoke", "awards": awards, "reason": "A mistake."}).json()["done"]) == 3
    assert set(Award.objects.values_list("revocation_reason", flat=True)) == {"A mistake."}
    letters = program.get(f"/awards/{awards[0]}").json()["letters"]
    assert sorted(one["kind"] for one in letters) == ["claim", "reinstated", "revoked", "suspended"]


def test_renewed_at_once_or_by_a_second_person(organisation, program, make_program, awards):
    ahead = (timezone.now().date() + timedelta(days=400)).isoformat()
    assert program.post(PATH, {"do": "renew", "awards": awards}).json()["code"] == "date-missing"
    assert len(program.post(PATH, {"do": "renew", "awards": awards[:1], "valid_until": ahead}).json()["done"]) == 1
    organisation.four_eyes = True
    organisation.save()
    told = program.post(PATH, {"do": "renew", "awards": awards[1:], "valid_until": ahead}).json()
    (batch,) = told["waiting"]
    assert (told["done"], batch["corrects"], batch["rows_total"]) == ([], True, 2)
    where, seen = f"/batches/{batch['id']}/approve", {"edition": batch["edition"]}
    assert program.post(where, seen).json()["code"] == "four-eyes"
    assert make_program(organisation, email="second@example.org").post(where, seen).status_code == 202


def test_a_repeated_request_is_answered_as_before(program, awards):
    body, key = {"do": "revoke", "awards": awards, "reason": "A mistake."}, {"Idempotency-Key": "many-1"}
    first = program.post(PATH, body, **key)
    again = program.post(PATH, body, **key)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"


def test_awards_of_others_cannot_be_named_among_ones_own(program, stranger, awards, make_organisation):
    assert stranger.post(PATH, {"do": "suspend", "awards": awards}).status_code == 404
    assert not Award.objects.exclude(suspended_at=None).exists()
    assert program.post(PATH, {"do": "suspend", "awards": awards * 67}).status_code == 422


def test_only_whoever_may_change_awards_does(organisation, make_program, awards):
    reader = make_program(organisation, "awards:read", email="reader@example.org", role="reader")
    assert reader.post(PATH, {"do": "suspend", "awards": awards}).json()["code"] == "scope-missing"
