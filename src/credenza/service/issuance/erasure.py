"""Erasing what is personal of an award (GDPR article 17); id, place in the status list and dates stay."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from credenza.errors import Conflict
from credenza.service.accounts import audit
from credenza.service.issuance.models import Award, Delivery, DeliveryState


def erase(award: Award, *, actor: str = "learner") -> None:
    """Delete record, name, address, documents, links, letters; the status entry keeps working.

    Raises:
        Conflict: ``award-erased`` already.
    """
    with transaction.atomic():
        changed = Award.objects.filter(pk=award.pk, erased_at=None).update(
            record=None,
            learner_name="",
            family_key="",
            given_key="",
            email="",
            content_digest="",
            revocation_reason="",
            holder=None,
            erased_at=timezone.now(),
        )
        if not changed:
            raise Conflict("award-erased", "This award was erased already.")
        award.documents.all().delete()
        award.claim_links.all().delete()
        award.learner_keys.all().delete()
        award.rows.update(cells=[])
        Delivery.objects.filter(award=award, state=DeliveryState.WAITING).update(state=DeliveryState.FAILED)
        Delivery.objects.filter(award=award).update(problem="")
        audit.record(award.organisation, "award.erased", actor=actor, subject=award.id)
    award.refresh_from_db()
