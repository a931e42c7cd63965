"""Two people do the same thing at once: one wins, the other is told."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction
from service_fixtures import claim_link

from credenza.errors import CredenzaError
from credenza.service.accounts import audit
from credenza.service.catalogue import designing, publishing
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import (
    afterwards,
    approval,
    batches,
    chunks,
    claims,
    correction_lists,
    issuing,
    places,
    status,
)
from credenza.service.issuance.models import Award, Batch, PublishedStatusList

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*doing):
    """Do things in threads that begin together; what each returned, or the code of its refusal."""
    start, outcomes = threading.Barrier(len(doing)), [None] * len(doing)

    def run(place, function):
        start.wait()
        try:
            outcomes[place] = function() or "done"
        except CredenzaError as error:
            outcomes[place] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, one)) for place, one in enumerate(doing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_who_revoke_one_wins(award, make_user):
    user = make_user("boss@example.org")
    revoke = lambda: afterwards.revoke(Award.objects.get(pk=award.pk), "Because", actor=user)  # noqa: E731
    assert sorted(at_once(revoke, revoke)) == ["credential-revoked", "done"]
    assert award.deliveries.count() == 1
    assert list(audit.broken_links(award.organisation)) == []


def test_of_two_who_claim_one_wins(award, make_user):
    secret = claim_link(award)
    people = [make_user("ana@example.org"), make_user("eve@example.org")]
    outcomes = at_once(*(lambda who=who: claims.use_link(secret, who).holder.email for who in people))
    award.refresh_from_db()
    assert "claim-link-used" in outcomes
    assert award.holder.email in outcomes


def test_of_two_who_approve_one_wins(version, make_user):
    record = {"given_name": "Bo", "family_name": "Li", "birth_date": "1999-01-01"}
    batch = batches.from_records(version, [record], actor=None)
    people = [make_user("one@example.org"), make_user("two@example.org")]
    approve = [
        lambda who=who: approval.approve(batch, edition=batch.edition, actor=who, mail=False, language="en")
        for who in people
    ]
    assert sorted(at_once(*approve)) == ["batch-started", "done"]
    batch.refresh_from_db()
    assert (batch.state, batch.run) == ("running", 1)


def test_what_columns_hold_is_not_changed_while_it_is_approved(version, make_user):
    """Whoever wins, nothing is issued by another mapping than the approver saw."""
    record = {"given_name": "Bo", "family_name": "Li", "birth_date": "1999-01-01"}
    batch = batches.from_records(version, [record], actor=None)
    seen, turned = batch.edition, {0: "family_name", 1: "given_name", 2: "birth_date"}
    boss, clerk = make_user("boss@example.org"), make_user("clerk@example.org")
    outcomes = at_once(
        lambda: approval.approve(Batch.objects.get(), edition=seen, actor=boss, mail=False, language="en"),
        lambda: batches.map_columns(Batch.objects.get(), turned, edition=seen, actor=clerk),
    )
    assert outcomes in (["done", "batch-started"], ["changed-since-seen", "done"])
    now = Batch.objects.get()
    assert (now.state, now.edition) == (("running", seen) if outcomes[0] == "done" else ("checked", seen + 1))


def test_a_definition_is_not_changed_while_it_is_approved(version, make_user):
    """Whoever wins, nothing is published but what the approver saw."""
    author, boss = make_user("author@example.org"), make_user("boss@example.org")
    draft = publishing.begin_next(version.definition, DefinitionVersion, actor=author)
    designing.submit(draft, actor=author)
    seen = designing.digest(draft, designing.judge(draft.definition, draft.form))

    def change():
        mine = DefinitionVersion.objects.get(pk=draft.pk)
        publishing.give_back(mine, "", actor=author)
        designing.save(mine, mine.form | {"ects": 3}, edition=mine.edition, actor=author)
        designing.submit(mine, actor=author)

    approve = lambda: designing.approve(DefinitionVersion.objects.get(pk=draft.pk), seen=seen, actor=boss)  # noqa: E731
    approved, changed = at_once(approve, change)
    now = DefinitionVersion.objects.get(pk=draft.pk)
    if approved == "done":
        assert (changed, now.state, now.form) == ("not-a-draft", "published", version.form)
    else:
        assert approved in ("changed-since-seen", "draft-changed", "not-a-draft")
        assert (changed, now.state, now.form["ects"]) == ("done", "awaiting-approval", 3)


def test_of_two_who_award_the_same_learner_one_wins(version, make_row, make_user):
    user = make_user("boss@example.org")
    issue = lambda: str(issuing.issue_one(version, make_row(), actor=user, language="en", mail=False).id)  # noqa: E731
    outcomes = at_once(issue, issue)
    assert "award-exists" in outcomes
    assert Award.objects.count() == 1


def test_of_two_who_correct_one_wins(award, make_row, make_user):
    user = make_user("boss@example.org")
    row = make_row(full_name="Ana Soto", family_name="Soto")

    def correct():
        return str(afterwards.replace(Award.objects.get(pk=award.pk), row, "Corrected", actor=user).id)

    assert "credential-revoked" in at_once(correct, correct)
    assert Award.objects.filter(revoked_at=None).count() == 1


def test_learners_change_places_once_though_two_processes_do_their_rows_at_once(version, make_row, make_user):
    """Each process begins with another row of the two that go together; one does both, the other finds them done."""
    version.definition.organisation.four_eyes = False
    version.definition.organisation.save()
    people = (("Ana", "Soto"), ("Ben", "Roth"))
    rows = [
        make_row(n, given_name=given, family_name=family, full_name=None, email=f"{given}@example.org")
        for n, (given, family) in enumerate(people)
    ]
    made, _ = issuing.issue_rows(version, rows, batch=None)
    records = [
        {"award": str(award.pk), "given_name": given, "family_name": family, "email": f"{given}@example.org"}
        for (_, award), (given, family) in zip(made, reversed(people), strict=True)
    ]
    boss = make_user("boss@example.org")
    batch = correction_lists.from_records(version.definition.organisation, records, reason="", actor=boss)
    approval.approve(batch, edition=batch.edition, actor=boss, mail=False, language="en")
    outcomes = at_once(*(lambda n=n: str(chunks.issue(Batch.objects.get(), n, n)) for n in (1, 2)))
    assert sorted(outcomes) == ["0", "2"]
    assert set(batch.rows.values_list("state", flat=True)) == {"issued"}
    standing = Award.objects.filter(revoked_at=None)
    assert sorted(standing.values_list("learner_name", flat=True)) == ["Ana Soto", "Ben Roth"]


def test_places_are_never_given_twice(organisation):
    taken = at_once(*(lambda: places.take(organisation, 300) for _ in range(3)))
    assert len({(place.list_number, place.index) for part in taken for place in part}) == 900


def test_a_list_signed_while_a_revocation_was_under_way_is_signed_anew(award):
    """The revocation began before the list was signed, and was there only afterwards."""
    organisation, signed = award.organisation, threading.Event()
    began = threading.Event()

    def revoke():
        with transaction.atomic():
            began.set()
            status.revoke(award, "Because", actor="test")
            if connection.features.has_select_for_update_skip_locked:  # SQLite lets nobody else write meanwhile
                signed.wait(10)

    def sign():
        began.wait(10)
        status.published(organisation, "status/revocation-1")
        signed.set()

    at_once(revoke, sign)
    before = PublishedStatusList.objects.filter(organisation=organisation).values_list("etag", flat=True).first()
    after = status.published(organisation, "status/revocation-1")
    assert after.changes == 1
    assert connection.vendor == "sqlite" or after.etag != before
