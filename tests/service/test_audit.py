"""The audit trail can only grow, and shows when somebody changed it behind the service's back."""

import os
from dataclasses import replace

import pytest
from django.db import connection

from credenza.errors import Refused
from credenza.service.accounts import audit
from credenza.service.accounts.models import AuditEvent, AuditHead, Organisation
from credenza.service.operations.rekeying import rekey

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    """One whose trail has three links."""
    made = Organisation.objects.create(slug="uni", name="University", country="IE", record={})
    for action in (audit.FOUNDED, "award.revoked", "award.revoked"):
        audit.record(made, action, actor="system")
    return made


def broken(organisation):
    return list(audit.broken_links(organisation))


def written_anew(organisation, first, **changes):
    """What somebody does who can write into the database: events from here on changed, and every digest made anew."""
    previous = AuditEvent.objects.filter(number=first - 1).values_list("digest", flat=True).first() or ""
    for event in AuditEvent.objects.filter(number__gte=first).order_by("number"):
        for name, value in changes.items():
            setattr(event, name, value)
        event.previous_digest = previous
        previous = event.digest = audit._digest(event)
        stored = {name: getattr(event, name) for name in ("previous_digest", "digest", *changes)}
        AuditEvent.objects.filter(pk=event.pk).update(**stored)
    AuditHead.objects.filter(organisation=organisation).update(digest=previous)


def test_a_sound_chain_has_no_broken_links(organisation):
    for number in range(5):
        audit.record(organisation, "definition.published", actor="system", subject=number)
    assert broken(organisation) == []


def test_an_event_cannot_be_changed_or_deleted(organisation):
    event = audit.record(organisation, "definition.published", actor="system")
    with pytest.raises(Refused):
        event.save()
    with pytest.raises(Refused):
        event.delete()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_event_changed_in_the_database_is_found(organisation, number):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditevent SET action = 'award.issued' WHERE number = %s", [number])
    assert number in broken(organisation)


def test_the_last_event_taken_out_is_found(organisation):
    AuditEvent.objects.filter(number=3)._raw_delete("default")
    assert broken(organisation) == [3]


@pytest.mark.parametrize("first", [1, 2, 3])
def test_a_chain_that_somebody_worked_out_anew_is_found_and_stays_so(organisation, first):
    written_anew(organisation, first, actor="user:somebody-else")
    assert broken(organisation) == [3]
    audit.record(organisation, "award.issued", actor="system")
    assert broken(organisation) == [4]


def test_a_chain_cut_off_with_its_last_link_set_back_is_found(organisation):
    AuditEvent.objects.filter(number=3)._raw_delete("default")
    last = AuditEvent.objects.get(number=2)
    AuditHead.objects.update(number=2, digest=last.digest)
    assert broken(organisation) == [2]
    audit.record(organisation, "award.issued", actor="system")
    assert broken(organisation) == [3]


@pytest.mark.parametrize("head", ["gone", "set-back"])
def test_a_trail_that_was_emptied_is_found_and_begins_no_new_one(organisation, head):
    AuditEvent.objects.all()._raw_delete("default")
    heads = AuditHead.objects.filter(organisation=organisation)
    heads.delete() if head == "gone" else heads.update(number=0, digest="")
    assert broken(organisation) == [0]
    audit.record(organisation, "award.issued", actor="system")
    assert broken(organisation) == [1]


def test_the_last_link_of_another_organisation_counts_for_nothing(organisation):
    other = Organisation.objects.create(slug="other", name="Other", country="IE", record={})
    audit.record(other, audit.FOUNDED, actor="system")
    mark = AuditHead.objects.get(organisation=other).mark
    AuditHead.objects.filter(organisation=organisation).update(mark=mark)
    assert broken(organisation) == [3]


def test_a_trail_stays_whole_when_the_keys_change_and_a_broken_one_broken(organisation, settings):
    other = Organisation.objects.create(slug="other", name="Other", country="IE", record={})
    audit.record(other, audit.FOUNDED, actor="system")
    AuditHead.objects.filter(organisation=other).update(mark="0" * 64)
    before = settings.CREDENZA.key_encryption_key
    changed = replace(settings.CREDENZA, key_encryption_key=os.urandom(32), former_key_encryption_key=before)
    settings.CREDENZA = changed
    assert broken(organisation) == []
    rekey()
    settings.CREDENZA = replace(changed, former_key_encryption_key=None)
    assert (broken(organisation), broken(other)) == ([], [1])
