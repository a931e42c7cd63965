"""What is counted for statistics: how often something happened, by version, day and country; never to whom."""

from __future__ import annotations

from django.utils import timezone

from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance.models import DailyCount
from credenza.service.storing import insert

ISSUED, CLAIMED, SHARED, VERIFIED, REVOKED = "issued", "claimed", "shared", "verified", "revoked"
_ADD = """ON CONFLICT (version_id, day, kind, country)
    DO UPDATE SET count = issuance_dailycount.count + excluded.count"""
KINDS = (ISSUED, CLAIMED, SHARED, VERIFIED, REVOKED)


def count(version: DefinitionVersion, kind: str, n: int = 1, *, country: str = "") -> None:
    """Add to today's count, within the caller's transaction; ``country`` is the learner's where it is known."""
    add(version.definition.organisation_id, version.pk, kind, n, country=country)


def add(organisation: object, version: object, kind: str, n: int = 1, *, country: str = "") -> None:
    """As ``count``, by the ids of the organisation and its version."""
    if n <= 0:
        return
    today = DailyCount(
        organisation_id=organisation,
        version_id=version,
        day=timezone.now().date(),
        kind=kind,
        country=country[:2].upper(),
        count=n,
    )
    insert([today], or_else=_ADD)
