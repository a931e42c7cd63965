"""Where a second person must approve, a correction waits for one: nobody makes an award say something else alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from credenza.errors import Conflict, Refused
from credenza.service.accounts.models import AuditEvent, Membership
from credenza.service.issuance import approval, batches, chunks, correcting, erasure
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award, Batch, BatchState

pytestmark = pytest.mark.django_db
AHEAD = (timezone.now() + timedelta(days=500)).date()


@pytest.fixture
def registrar(award, signed_in):
    """Who asks."""
    return signed_in("registrar", award.organisation)


@pytest.fixture
def second(award, make_user):
    """Who approves."""
    user = make_user("second@example.org", given_name="Zoe")
    Membership.objects.create(user=user, organisation=award.organisation, role="issuer")
    return user


@pytest.fixture
def other(version, make_row):
    """Another learner's award."""
    made, _ = issue_rows(version, [make_row(3, full_name="Bo Li", given_name="Bo", family_name="Li")], batch=None)
    return made[0][1]


def correct(client, award, **cells):
    return client.post(f"/console/uni/awards/{award.id}/correct", correcting.cells_of(award) | cells, follow=True)


def approve(batch, who):
    """Approve, and do what the workers would."""
    approval.approve(batch, edition=batch.edition, actor=who, mail=True, language="en")
    for first, last in chunks.spans(batch):
        chunks.issue(batch, first, last)
    chunks.finish(batch)
    batch.refresh_from_db()


def test_a_correction_waits_in_the_work_queue_until_a_second_person_approves_it(client, registrar, award, second):
    page = correct(registrar, award, family_name="Pérez Soto", full_name="Ana Pérez Soto").text
    batch = Batch.objects.get()
    award.refresh_from_db()
    assert (award.revoked_at, Award.objects.count(), batch.state) == (None, 1, "checked")
    assert "Somebody else of your organisation must approve this" in page
    mine = {"edition": batch.edition, "language": "en"}
    told = registrar.post(f"/console/uni/issue/{batch.id}/approve", mine, follow=True).text
    assert "Somebody else than whoever made it must approve it." in told

    client.force_login(second)
    assert "1 correction waits for a second person." in client.get("/console/uni").text
    assert f"/console/uni/issue/{batch.id}" in client.get("/console/uni/issue").text
    assert f"/console/uni/issue/{batch.id}" in client.get(f"/console/uni/awards/{award.id}").text
    page = client.get(f"/console/uni/issue/{batch.id}/rows").text
    assert re.search(r"<del><bdi>Pérez</bdi></del>.*<ins><bdi>Pérez Soto</bdi></ins>", page)
    assert "Given name" not in page
    approve(batch, second)
    award.refresh_from_db()
    new = award.replaced_by
    assert (new.learner_name, new.batch, batch.state) == ("Ana Pérez Soto", batch, "finished")
    assert new.deliveries.get().kind == "replacement"
    assert batch.rows.get().award == new
    assert batch.rows.get().cells == []
    assert AuditEvent.objects.get(action="award.replaced").actor == f"user:{second.pk}"
    assert "1 of 1" in client.get(f"/console/uni/issue/{batch.id}/progress").text


def test_what_is_not_corrected_stays_exactly_as_it_was(award, registrar, second):
    correct(registrar, award, email="ana@new.example.org")
    approve(Batch.objects.get(), second)
    award.refresh_from_db()
    old, new = award.as_record, award.replaced_by.as_record
    assert new.learner == old.learner.model_copy(update={"email": "ana@new.example.org"})
    kept = ("awarded", "valid_until", "results", "identifiers", "evidence", "language")
    assert all(getattr(new, name) == getattr(old, name) for name in kept)


def test_renewals_wait_together_and_each_that_cannot_be_is_named(registrar, award, other, second, make_user):
    with pytest.raises(Refused):
        correcting.renew(award, timezone.now().date(), actor=registrar.user)
    Award.objects.filter(pk=other.pk).update(revoked_at=timezone.now())
    third = Award.objects.exclude(pk__in=[award.pk, other.pk])
    assert not third.exists()
    asked = {"award": [award.id, other.id], "value": AHEAD.isoformat()}
    page = registrar.post("/console/uni/awards/change/renew", asked, follow=True).text
    assert "Bo Li: This credential is revoked already." in page
    assert f"<ins><bdi>{AHEAD}</bdi></ins>" in page
    approve(Batch.objects.get(), second)
    award.refresh_from_db()
    assert award.replaced_by.valid_until.date() == AHEAD
    assert award.replaced_by.as_record.learner == award.as_record.learner


def test_many_renewals_are_one_thing_to_approve(registrar, award, other, second):
    asked = {"award": [award.id, other.id], "value": AHEAD.isoformat()}
    registrar.post("/console/uni/awards/change/renew", asked)
    batch = Batch.objects.get()
    assert batch.rows_total == 2
    approve(batch, second)
    assert Award.objects.filter(revoked_at=None, valid_until__date=AHEAD).count() == 2


def test_an_award_waits_for_one_correction_at_a_time(registrar, award):
    correct(registrar, award, email="one@example.org")
    assert "waits for a second person already" in correct(registrar, award, email="two@example.org").text
    assert Batch.objects.count() == 1
    assert "says all of this already" in correct(registrar, award).text


def test_given_up_the_award_stays_and_can_be_corrected_anew(registrar, award, signed_in):
    correct(registrar, award, email="one@example.org")
    batch = Batch.objects.get()
    batches.cancel(batch, actor=registrar.user)
    assert correcting.waiting(award) is None
    correct(registrar, award, email="two@example.org")
    assert Batch.objects.filter(state=BatchState.CHECKED).count() == 1


@pytest.mark.parametrize("what", ["revoked", "erased"])
def test_what_became_of_the_award_meanwhile_is_told_and_nothing_is_issued(registrar, award, second, what):
    correct(registrar, award, email="new@example.org")
    batch = Batch.objects.get()
    if what == "erased":
        erasure.erase(award)
    else:
        Award.objects.filter(pk=award.pk).update(revoked_at=timezone.now())
    registrar.get(f"/console/uni/issue/{batch.id}/rows")
    registrar.get(f"/console/uni/issue/{batch.id}/preview")
    approve(batch, second)
    row = batch.rows.get()
    assert row.state == "bad"
    assert what in row.problems[0]["message"]
    assert Award.objects.count() == 1


def test_a_correction_of_what_is_offered_no_more_can_be_approved(registrar, award, version, second):
    correct(registrar, award, email="new@example.org")
    type(version).objects.filter(pk=version.pk).update(state="superseded")
    approve(Batch.objects.get(), second)
    assert Award.objects.filter(replaced_by__isnull=False).exists()


def test_what_corrections_hold_is_not_mapped_anew(registrar, award, second):
    correct(registrar, award, email="new@example.org")
    with pytest.raises(Conflict):
        batches.map_columns(Batch.objects.get(), {0: "full_name"}, edition=1, actor=second)
