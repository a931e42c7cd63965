"""The audit trail can only grow, and shows when somebody changed it behind the service's back."""

import pytest
from django.db import connection

from credenza.errors import Refused
from credenza.service.accounts import audit
from credenza.service.accounts.models import AuditEvent, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return Organisation.objects.create(slug="uni", name="University", country="IE", record={})


def test_a_sound_chain_has_no_broken_links(organisation):
    for number in range(5):
        audit.record(organisation, "definition.published", actor="system", subject=number)
    assert list(audit.broken_links(organisation)) == []


def test_an_event_cannot_be_changed_or_deleted(organisation):
    event = audit.record(organisation, "definition.published", actor="system")
    with pytest.raises(Refused):
        event.save()
    with pytest.raises(Refused):
        event.delete()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_event_changed_in_the_database_is_found(organisation, number):
    for _ in range(3):
        audit.record(organisation, "award.revoked", actor="system")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditevent SET action = 'award.issued' WHERE number = %s", [number])
    assert number in list(audit.broken_links(organisation))


def test_the_last_event_taken_out_is_found(organisation):
    for _ in range(3):
        audit.record(organisation, "award.revoked", actor="system")
    AuditEvent.objects.filter(number=3)._raw_delete("default")
    assert list(audit.broken_links(organisation)) == [3]
