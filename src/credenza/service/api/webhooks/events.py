"""What happened, written for the addresses that asked for it, in the transaction of the change: both are kept or neither.

No personal data is told: ids, by which the API gives what the receiver may know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import AuditEvent, Organisation
from credenza.service.api.models import WebhookEndpoint, WebhookMessage
from credenza.service.issuance.models import Award

ISSUED = "award.issued"
EVENTS = {
    ISSUED: _("An award was issued"),
    "award.claimed": _("A learner took an award into a wallet"),
    "award.revoked": _("An award was revoked"),
    "award.suspended": _("An award was suspended"),
    "award.reinstated": _("An award was put in force again"),
    "award.replaced": _("A corrected or renewed award took the place of another"),
    "batch.finished": _("A class list was issued to its end"),
    "batch.stopped": _("A class list was stopped by a problem"),
    "definition.published": _("A definition was published"),
    "definition.withdrawn": _("A definition was taken out of the catalogue"),
}
TEST = "endpoint.test"
_TOLD = {"by", "number", "good", "bad", "duplicate", "issued"}


def of_audit(sender: object, event: AuditEvent, **_more: Any) -> None:
    """Tell what the audit trail says, where somebody asked to be told; issued awards are told by ``of_issued``."""
    if event.action in EVENTS and event.action != ISSUED:
        detail = {name: value for name, value in event.detail.items() if name in _TOLD}
        tell(event.organisation, event.action, [{"id": event.subject, **detail}])


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
    for endpoint in WebhookEndpoint.objects.filter(organisation=organisation, disabled_at=None):
        if event in endpoint.events:
            messages = [WebhookMessage(endpoint=endpoint, event=event, payload=thing) for thing in things]
            WebhookMessage.objects.bulk_create(messages, batch_size=500)


def ping(endpoint: WebhookEndpoint) -> WebhookMessage:
    """Let a test message wait."""
    return WebhookMessage.objects.create(endpoint=endpoint, event=TEST, payload={"id": str(endpoint.pk)})
