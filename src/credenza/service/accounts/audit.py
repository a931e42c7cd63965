"""The audit trail: a chain of events for each organisation that can only grow, and shows when somebody changed it.

The digests alone could be worked out anew by whoever writes into the database. So the last link is marked under a key that
is not in it, and a link is marked only where the one before was. Whoever puts back an old state of the whole trail, with its
own last link, is found out by an export of the trail that lies elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import rfc8785
from django.db import transaction
from django.db.models import UUIDField
from django.dispatch import Signal
from django.utils import timezone

from credenza.service import encryption
from credenza.service.accounts.models import AuditEvent, AuditHead, Organisation, User
from credenza.service.prepared import Prepared, Slot
from credenza.service.storing import insert

_HEAD = Prepared(
    lambda: AuditHead.objects.select_for_update(no_key=True).filter(organisation=Slot("organisation", UUIDField()))
)
_ADVANCE = "ON CONFLICT (organisation_id) DO UPDATE SET number = excluded.number, digest = excluded.digest, mark = excluded.mark"
FOUNDED = "organisation.founded"
"""What every trail begins with."""

recorded = Signal()
"""Sent with ``event`` in the transaction of the change itself; what a receiver stores is kept or lost with it."""


def record(
    organisation: Organisation, action: str, *, actor: User | str, subject: object = "", **detail: Any
) -> AuditEvent:
    """Add an event within the caller's transaction (or one of its own); ``detail`` must hold no learner's data.

    ``action`` is ``thing.verb`` in the past tense (``definition.published``), ``subject`` the thing's id.
    """
    key = None if isinstance(actor, str) else actor.acting_key
    detail |= {"api_key": str(key)} if key else {}
    with transaction.atomic(savepoint=False):
        head = _HEAD.first(organisation=organisation.pk)
        if head is None:
            AuditHead.objects.get_or_create(organisation=organisation)
            head = AuditHead.objects.select_for_update(no_key=True).get(organisation=organisation)
        event = AuditEvent(
            organisation=organisation,
            number=head.number + 1,
            at=timezone.now(),
            actor=actor if isinstance(actor, str) else f"user:{actor.id}",
            action=action,
            subject=str(subject),
            detail=detail,
            previous_digest=head.digest,
        )
        event.digest = _digest(event)
        insert([event])
        whole = is_marked(head) or (head.number == 0 and action == FOUNDED)
        head = AuditHead(organisation=organisation, number=event.number, digest=event.digest)
        head.mark = mark_of(head) if whole else ""
        insert([head], or_else=_ADVANCE)
        recorded.send(AuditEvent, event=event)
    return event


def broken_links(organisation: Organisation) -> Iterator[int]:
    """The numbers of events that were changed, taken out or put in; none for a sound chain."""
    number, digest = 0, ""
    for event in AuditEvent.objects.filter(organisation=organisation).order_by("number").iterator():
        number += 1
        if event.number != number or event.previous_digest != digest or event.digest != _digest(event):
            yield event.number
        number, digest = event.number, event.digest
    head = AuditHead.objects.filter(organisation=organisation).first() or AuditHead(organisation=organisation)
    if (head.number, head.digest) != (number, digest) or not is_marked(head):
        yield head.number


def mark_of(head: AuditHead) -> str:
    """The mark of the last link of a trail."""
    return encryption.mark(f"{head.number}:{head.digest}", purpose=f"audit:{head.organisation_id}")


def is_marked(head: AuditHead) -> bool:
    """Whether the last link of a trail is as this service wrote it."""
    return encryption.is_marked(f"{head.number}:{head.digest}", head.mark, purpose=f"audit:{head.organisation_id}")


def _digest(event: AuditEvent) -> str:
    content = {
        "organisation": str(event.organisation_id),
        "number": event.number,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "detail": event.detail,
        "previous": event.previous_digest,
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()
