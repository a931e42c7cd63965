"""Erasing what is personal of an award (GDPR article 17); id, place in the status list and dates stay."""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from credenza.service.accounts import audit
from credenza.service.issuance import rows_of_learner
from credenza.service.issuance.models import Award

erased = Signal()
"""Sent with ``award`` in the transaction that erases it, while it is still whole: what else tells of it is to be erased too."""


def erase(award: Award, *, actor: str = "learner") -> None:
    """Delete record, name, address, documents, links, letters, answers and rows; the status entry keeps working."""
    with transaction.atomic():
        if award.record is not None:
            rows_of_learner.forget_learner(award.organisation, award.as_record.learner)
        erased.send(Award, award=award)
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
        award.documents.all().delete()
        award.deliveries.all().delete()
        award.claim_links.all().delete()
        award.learner_keys.all().delete()
        award.rows.update(cells=[], problems=[])
        if changed:
            audit.record(award.organisation, "award.erased", actor=actor, subject=award.id)
