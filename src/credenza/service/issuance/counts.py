"""What is counted for statistics: how often something happened, by version, day and country; never to whom."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils import timezone

from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance.models import Award, DailyCount
from credenza.service.storing import insert

ISSUED, CLAIMED, SHARED, VERIFIED, REVOKED = "issued", "claimed", "shared", "verified", "revoked"
_ADD = """ON CONFLICT (version_id, day, kind, country)
    DO UPDATE SET count = issuance_dailycount.count + excluded.count"""
_ADD_ONE = f"""
INSERT INTO issuance_dailycount (organisation_id, version_id, day, kind, country, count)
SELECT organisation_id, version_id, %s, %s, '', 1 FROM issuance_award WHERE id = %s AND organisation_id = %s {_ADD}
"""  # noqa: S608 - no value is in it
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


def add_one(kind: str, *, award: UUID, organisation: UUID) -> None:
    """One more for the version of an award, where it is this organisation's; nothing else is read of it."""
    places = [Award._meta.pk.get_db_prep_value(one, connection) for one in (award, organisation)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD_ONE, [connection.ops.adapt_datefield_value(timezone.now().date()), kind, *places])
