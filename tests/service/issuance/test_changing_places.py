"""Learners whose awards or identifiers were mixed up, put right by one class list, however its rows wait for each other."""

from __future__ import annotations

from datetime import date

import pytest
from correction_list_fixtures import *  # noqa: F403
from correction_list_fixtures import PEOPLE, csv_of, run, states, upload

from credenza.record import Identifier, IdentifierKind
from credenza.service.issuance import afterwards, chunks, issuing, status
from credenza.service.issuance.models import Award, Delivery

pytestmark = pytest.mark.django_db
HEAD = "Award number,Given name(s),Family name,E-mail"


def esi_of(value):
    return Identifier(kind=IdentifierKind.ESI, value=value)


def person(number):
    given, family = PEOPLE[number]
    return given, family, f"{given.lower()}@example.org"


def standing():
    return {one.learner_name: one for one in Award.objects.filter(revoked_at=None)}


def test_learners_change_places_and_whoever_gets_an_award_is_told(organisation, awards, registrar):
    ring = [(awards[at].pk, *person((at + 1) % 3)) for at in range(3)]
    batch = upload(organisation, registrar, csv_of(*ring, head=HEAD))
    assert {state for _, state, _ in states(batch)} == {"good"}
    run(batch, registrar)
    assert {state for _, state, _ in states(batch)} == {"issued"}
    assert sorted(standing()) == ["Ana Pérez", "Ben Roth", "Céline Dubois"]
    assert [Award.objects.get(pk=one.pk).replaced_by.learner_name for one in awards] == [
        "Ben Roth", "Céline Dubois", "Ana Pérez",
    ]  # fmt: skip
    letters = Delivery.objects.filter(kind="replacement")
    assert {(one.award.learner_name, one.award.email) for one in letters} == {
        (f"{given} {family}", f"{given.lower()}@example.org") for given, family in PEOPLE
    }


def test_learners_change_places_all_or_none(organisation, awards, registrar):
    """One award is revoked between look and job, and its learner has another by then: the others do not change either."""
    ring = [(awards[at].pk, *person((at + 1) % 3)) for at in range(3)]
    batch = upload(organisation, registrar, csv_of(*ring, head=HEAD))
    again = afterwards.row_of(awards[1], valid_until=None)
    status.revoke(awards[1], "Meanwhile", actor="test")
    issuing.issue_rows(awards[1].version, [again], batch=None)
    run(batch, registrar)
    assert states(batch) == [
        (2, "bad", ["award-exists"]), (3, "bad", ["credential-revoked"]), (4, "bad", ["award-exists"]),
    ]  # fmt: skip
    assert sorted(standing()) == ["Ana Pérez", "Ben Roth", "Céline Dubois"]
    assert not Award.objects.exclude(replaced_by=None).exists()


def test_learners_change_places_across_the_chunks_of_a_job(organisation, awards, registrar, monkeypatch):
    monkeypatch.setattr(chunks, "SIZE", 1)
    swapped = [
        (awards[0].pk, *person(1)),
        (awards[1].pk, *person(0)),
        (awards[2].pk, "Céline", "Bois", "c@example.org"),
    ]
    batch = upload(organisation, registrar, csv_of(*swapped, head=HEAD))
    assert len(chunks.spans(batch)) == 3
    run(batch, registrar)
    assert {state for _, state, _ in states(batch)} == {"issued"}
    assert sorted(standing()) == ["Ana Pérez", "Ben Roth", "Céline Bois"]


def test_nobody_changes_places_with_an_award_that_stays(organisation, awards, registrar):
    """Where one row is wrong or says nothing new, whoever waits for it is told, and whoever waits for that one too."""
    ring = [(awards[0].pk, *person(1)), (awards[1].pk, *person(2)), (awards[2].pk, "", "", "x@example.org")]
    batch = upload(organisation, registrar, csv_of(*ring, head=HEAD))
    assert [(state, "award-exists" in codes) for _, state, codes in states(batch)] == [
        ("bad", True), ("bad", True), ("bad", False),
    ]  # fmt: skip
    assert "row 4" in batch.rows.get(number=3).problems[0]["message"]
    same = upload(organisation, registrar, csv_of((awards[0].pk, *person(1)), (awards[1].pk, *person(1)), head=HEAD))
    assert states(same) == [(2, "bad", ["award-exists"]), (3, "duplicate", [])]


def test_nobody_is_sent_the_award_of_another(organisation, awards, registrar):
    """Whoever gets the letter can claim it: names that change without their addresses would send Ben's award to Ana."""
    names = "Award number,Given name(s),Family name"
    swapped = [(awards[0].pk, *PEOPLE[1]), (awards[1].pk, *PEOPLE[0])]
    batch = upload(organisation, registrar, csv_of(*swapped, head=names))
    assert states(batch) == [(n, "bad", ["email-of-another"]) for n in (2, 3)]


def test_exchanged_identifiers_are_put_right(organisation, version, make_row, registrar):
    organisation.four_eyes = False
    organisation.save()
    esi = "urn:schac:personalUniqueCode:int:esi:uni.example:{}"
    rows = [
        make_row(n, full_name=f"Person {n}", birth_date=date(2000, 1, n), identifiers=(esi_of(esi.format(n)),))
        for n in (2, 3)
    ]
    made, _ = issuing.issue_rows(version, rows, batch=None)
    first, second = (award.pk for _, award in made)
    data = csv_of((first, esi.format(3)), (second, esi.format(2)), head="Award number,European Student Identifier")
    run(upload(organisation, registrar, data), registrar)
    assert {one.as_record.learner.esi: one.pk for one in standing().values()} == {
        esi.format(3): Award.objects.get(pk=first).replaced_by_id,
        esi.format(2): Award.objects.get(pk=second).replaced_by_id,
    }


def test_two_rows_for_one_learner_are_told(organisation, awards, registrar):
    twice = [(awards[0].pk, "Dora", "Frisch", "d@example.org"), (awards[1].pk, "Dora", "Frisch", "d@example.org")]
    batch = upload(organisation, registrar, csv_of(*twice, head=HEAD))
    assert states(batch) == [(2, "good", []), (3, "bad", ["duplicate-learner"])]


def test_a_row_waits_for_the_one_that_makes_way_in_any_order(organisation, awards, registrar):
    """Ben's award was Dora's, and Ana's was Ben's: the one award of each is right in the end."""
    moved = [(awards[0].pk, *person(1)), (awards[1].pk, "Dora", "Frisch", "d@example.org")]
    batch = upload(organisation, registrar, csv_of(*moved, head=HEAD))
    assert states(batch) == [(2, "good", []), (3, "good", [])]
    run(batch, registrar)
    assert sorted(standing()) == ["Ben Roth", "Céline Dubois", "Dora Frisch"]
