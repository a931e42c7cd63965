"""The work queue counts what waits, and no further than anybody counts."""

from datetime import timedelta

from django.utils import timezone

from credenza.service.accounts import work_queue
from credenza.service.accounts.models import Role
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award


def unclaimed(organisation):
    found = work_queue.waiting(organisation, frozenset({Role.REGISTRAR.value}))
    return next((one for one in found if one.address.endswith("unclaimed")), None)


def test_awards_that_nobody_claimed_for_a_week_are_counted_up_to_where_it_stops(version, make_row, monkeypatch):
    organisation = version.definition.organisation
    rows = [
        make_row(number, full_name=f"Ana {number}", given_name=f"Ana {number}", email=f"a{number}@example.org")
        for number in range(4)
    ]
    issue_rows(version, rows, batch=None)
    assert unclaimed(organisation) is None
    Award.objects.update(issued_at=timezone.now() - timedelta(days=8))
    assert unclaimed(organisation).number == "4"
    monkeypatch.setattr(work_queue, "MOST_COUNTED", 2)
    assert unclaimed(organisation).number == "2+"
    assert "2+" in unclaimed(organisation).sentence
