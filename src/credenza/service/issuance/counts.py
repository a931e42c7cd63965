"""What is counted for statistics: how often something happened, by version, day and country; never to whom."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance.models import DailyCount

ISSUED, CLAIMED, SHARED, VERIFIED, REVOKED = "issued", "claimed", "shared", "verified", "revoked"
KINDS = (ISSUED, CLAIMED, SHARED, VERIFIED, REVOKED)


def count(version: DefinitionVersion, kind: str, n: int = 1, *, country: str = "") -> None:
    """Add to today's count, within the caller's transaction; ``country`` is the learner's where it is known."""
    if n <= 0:
        return
    today = {"version": version, "day": timezone.now().date(), "kind": kind, "country": country[:2].upper()}
    if DailyCount.objects.filter(**today).update(count=F("count") + n):
        return
    try:
        with transaction.atomic():
            DailyCount.objects.create(**today, organisation_id=version.definition.organisation_id, count=n)
    except IntegrityError:  # somebody else began the day in this moment
        DailyCount.objects.filter(**today).update(count=F("count") + n)
