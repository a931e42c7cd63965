"""What happened, written for the addresses that asked for it, in the transaction of the change: both are kept or neither.

No personal data is told: ids, by which the API gives what the receiver may know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import UUIDField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import AuditEvent, Organisation
from credenza.service.api.models import WebhookEndpoint, WebhookMessage
from credenza.service.issuance.models import Award
from credenza.service.prepared import Prepared, Slot


@dataclass(frozen=True)
class Event:
    """When something is told, and the members of its ``data`` besides ``id``; those that do not apply are left out."""

    words: Promise
    members: tuple[str, ...] = ()


ISSUED, DECIDED = "award.issued", "recognition.decided"
_BATCH = ("good", "bad", "duplicate", "issued")
EVENTS = {
    ISSUED: Event(_("An award was issued"), ("definition", "version", "batch")),
    "award.claimed": Event(_("A learner took an award into a wallet")),
    "award.revoked": Event(_("An award was revoked")),
    "award.suspended": Event(_("An award was suspended")),
    "award.reinstated": Event(_("An award was put in force again")),
    "award.replaced": Event(_("A corrected or renewed award took the place of another"), ("by",)),
    "batch.finished": Event(_("A class list was issued to its end"), _BATCH),
    "batch.stopped": Event(_("A class list was stopped by a problem")),
    "definition.published": Event(_("A definition was published"), ("number",)),
    "definition.withdrawn": Event(_("A definition was taken out of the catalogue")),
    "pathway.published": Event(_("A pathway was published"), ("number",)),
    "pathway.withdrawn": Event(_("A pathway is offered no more")),
    "pathway.asked": Event(_("A learner has completed a pathway and asks for its larger award")),
    "pathway.awarded": Event(_("The larger award of a pathway was issued"), ("award",)),
    "pathway.declined": Event(_("A request for a larger award was declined")),
    "recognition.applied": Event(_("A learner applied for recognition")),
    "recognition.answered": Event(_("An applicant answered what the desk asked")),
    "recognition.flagged": Event(_("A case was stopped: its credential no longer stands, or not for sure"), ("flags",)),
    DECIDED: Event(_("A case was decided, by a person or by a rule"), ("outcome", "rule")),
    "recognition.appealed": Event(_("An applicant appealed")),
    "recognition.withdrawn": Event(_("An applicant withdrew")),
}
TEST = "endpoint.test"
_IN_USE = Prepared(
    lambda: WebhookEndpoint.objects.filter(organisation=Slot("organisation", UUIDField()), disabled_at=None)
)
_TOLD_AS = {
    "recognition.receive-information": "recognition.answered",
    "recognition.appeal": "recognition.appealed",
    "recognition.withdraw": "recognition.withdrawn",
}


def of_audit(sender: object, event: AuditEvent, **_more: Any) -> None:
    """Tell what the audit trail says, where somebody asked to be told; issued awards are told by ``of_issued``."""
    names = [_TOLD_AS.get(event.action, event.action)]
    if event.action.startswith("recognition.") and "outcome" in event.detail:
        names.append(DECIDED)
    for name in names:
        if name in EVENTS and name != ISSUED:
            detail = {member: event.detail[member] for member in EVENTS[name].members if member in event.detail}
            tell(event.organisation, name, [{"id": event.subject, **detail}])


def of_issued(sender: object, organisation: Organisation, awards: Sequence[Award], **_more: Any) -> None:
    """Tell of new awards, from a class list or one by one."""
    tell(
        organisation,
        ISSUED,
        [
            {
                "id": str(award.id),
                "definition": str(award.definition_id),
                "version": str(award.version_id),
                "batch": str(award.batch_id) if award.batch_id else None,
            }
            for award in awards
        ],
    )


def tell(organisation: Organisation, event: str, things: Sequence[dict[str, Any]]) -> None:
    """Let a message about each thing wait for every address of the organisation that asked for such events."""
    for endpoint in _IN_USE.all(organisation=organisation.pk):
        if event in endpoint.events:
            messages = [WebhookMessage(endpoint=endpoint, event=event, payload=thing) for thing in things]
            WebhookMessage.objects.bulk_create(messages, batch_size=500)


def ping(endpoint: WebhookEndpoint) -> WebhookMessage:
    """Let a test message wait."""
    return WebhookMessage.objects.create(endpoint=endpoint, event=TEST, payload={"id": str(endpoint.pk)})
