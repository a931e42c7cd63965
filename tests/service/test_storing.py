"""Rows stored by the short way are what Django's own way would have stored, few or many."""

from datetime import UTC, date, datetime

import pytest

from credenza.service.accounts.models import AuditEvent, Organisation
from credenza.service.issuance.models import DailyCount
from credenza.service.storing import insert

pytestmark = pytest.mark.django_db
HOSTILE = "'; DROP TABLE x; -- \\N \\. \t \" %s {} 𝔸é\n"


def event(organisation, number):
    return AuditEvent(
        organisation=organisation,
        number=number,
        at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        actor=HOSTILE,
        action="thing.done",
        detail={HOSTILE: [None, True, 1.5, HOSTILE]},
        previous_digest="",
        digest=str(number),
    )


@pytest.mark.parametrize("how_many", [0, 1, 8, 9, 300])
def test_what_is_stored_is_what_was_given(how_many):
    organisation = Organisation.objects.create(slug="uni", name=HOSTILE, country="IE", record={})
    insert(event(organisation, number) for number in range(how_many))
    stored = list(AuditEvent.objects.order_by("number"))
    assert [one.number for one in stored] == list(range(how_many))
    for one in stored:
        expected = event(organisation, one.number)
        for name in ("organisation_id", "at", "actor", "action", "subject", "detail", "digest"):
            assert getattr(one, name) == getattr(expected, name)


@pytest.mark.parametrize("how_many", [1, 20])
def test_what_is_there_already_is_changed_as_the_caller_says(version, how_many):
    def rows():
        return [
            DailyCount(
                organisation_id=version.definition.organisation_id,
                version=version,
                day=date(2026, 1, 1 + n),
                kind="issued",
                count=n + 1,
            )
            for n in range(how_many)
        ]

    add = "ON CONFLICT (version_id, day, kind, country) DO UPDATE SET count = issuance_dailycount.count + 10"
    insert(rows(), or_else=add)
    insert(rows()[:1], or_else=add)
    counts = list(DailyCount.objects.order_by("day").values_list("count", flat=True))
    assert counts == [11, *range(2, how_many + 1)]
