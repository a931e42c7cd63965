"""The work queue counts what waits, and no further than anybody counts."""

from datetime import timedelta

from django.utils import timezone

from credenza.service.accounts import work_queue
from credenza.service.accounts.models import Role
from credenza.service.issuance import mailing
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award, Delivery


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


def test_each_count_leads_to_the_awards_that_it_counted(version, make_row, signed_in):
    organisation, soon = version.definition.organisation, timezone.now() + timedelta(days=9)
    names = ("Ending", "Lost", "Quiet")
    rows = [
        make_row(n, full_name=f"{name} Lind", given_name=name, family_name="Lind", email=f"a{n}@example.org")
        for n, name in enumerate(names)
    ]
    made, _ = issue_rows(version, rows, batch=None, mail=True)
    ending, lost, _quiet = (award for _row, award in made)
    Award.objects.filter(pk=ending.pk).update(valid_until=soon)
    Delivery.objects.filter(award=lost).update(state="bounced")
    browser = signed_in("registrar", organisation)
    waiting = work_queue.waiting(organisation, frozenset({Role.REGISTRAR.value}))
    found = {one.address.partition("=")[2]: browser.get(one.address).content.decode() for one in waiting if one.count}
    assert {state: [name for name in names if f"{name} Lind" in page] for state, page in found.items()} == {
        "expiring": ["Ending"],
        "bounced": ["Lost"],
    }


def test_a_letter_that_gave_way_to_a_newer_one_is_none_that_did_not_arrive(version, make_row):
    made, _ = issue_rows(version, [make_row()], batch=None, mail=True)
    newer = mailing.write_to(made[0][1])
    waiting = work_queue.waiting(version.definition.organisation, frozenset({Role.REGISTRAR.value}))
    assert [one for one in waiting if one.address.endswith("bounced")] == []
    assert list(Delivery.objects.all()) == [newer]
