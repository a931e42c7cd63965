"""The work queue counts what waits, and no further than anybody counts."""

from datetime import timedelta

from django.utils import timezone

from credenza.service.accounts import work_queue
from credenza.service.accounts.models import Role, User
from credenza.service.catalogue import designing, publishing
from credenza.service.catalogue.models import VersionState
from credenza.service.issuance import letters
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award, Delivery


def unclaimed(organisation):
    found = work_queue.waiting(organisation, frozenset({Role.REGISTRAR.value}), User())
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
    waiting = work_queue.waiting(organisation, frozenset({Role.REGISTRAR.value}), User())
    found = {one.address.partition("=")[2]: browser.get(one.address).content.decode() for one in waiting if one.count}
    assert {state: [name for name in names if f"{name} Lind" in page] for state, page in found.items()} == {
        "expiring": ["Ending"],
        "bounced": ["Lost"],
    }


def test_a_letter_that_gave_way_to_a_newer_one_is_none_that_did_not_arrive(version, make_row):
    made, _ = issue_rows(version, [make_row()], batch=None, mail=True)
    newer = letters.write_to(made[0][1])
    waiting = work_queue.waiting(version.definition.organisation, frozenset({Role.REGISTRAR.value}), User())
    assert [one for one in waiting if one.address.endswith("bounced")] == []
    assert list(Delivery.objects.all()) == [newer]


def titles(organisation, user):
    return [one.title for one in work_queue.waiting(organisation, frozenset({Role.DESIGNER.value}), user)]


def test_a_draft_waits_for_the_second_person_and_comes_back_to_its_author(organisation, make_user):
    author, second = make_user("author@example.org"), make_user("second@example.org")
    draft = designing.begin(organisation, actor=author)
    draft.state, draft.submitted_by = VersionState.AWAITING_APPROVAL, author
    draft.save()
    assert (titles(organisation, author), titles(organisation, second)) == ([], ["To approve"])
    publishing.give_back(draft, "The level is missing.", actor=second)
    assert (titles(organisation, author), titles(organisation, second)) == (["To be written anew"], [])


def test_who_works_alone_approves_their_own(organisation, make_user):
    alone = make_user("alone@example.org")
    organisation.four_eyes = False
    draft = designing.begin(organisation, actor=alone)
    draft.state = VersionState.AWAITING_APPROVAL
    draft.save()
    assert titles(organisation, alone) == ["To approve"]
