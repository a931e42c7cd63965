"""The lock of an organisation, and the order in which all locks are taken, so that nobody waits for each other.

  1. an organisation, where what it may have only once is given out or made (awards, places, keys);
  2. the thing itself (an award, a batch, a case), then its status list;
  3. the head of the audit trail, which ends every change;
  4. a count of the day.

Every lock lets others refer to the row (``FOR NO KEY UPDATE``): a reference is checked when its transaction ends, when that
transaction holds the head of the audit trail, for which the owner of the lock may be waiting.
"""

from __future__ import annotations

from django.db.models import UUIDField

from credenza.service.accounts.models import Organisation
from credenza.service.prepared import Prepared, Slot

_LOCK = Prepared(
    lambda: Organisation.objects.select_for_update(no_key=True).filter(pk=Slot("organisation", UUIDField())).only("pk")
)


def lock(organisation: Organisation) -> None:
    """Let nobody else take this lock of the organisation until the caller's transaction ends."""
    _LOCK.all(organisation=organisation.pk)


def locked(organisation: Organisation) -> Organisation:
    """The organisation as it is now, under the same lock."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
