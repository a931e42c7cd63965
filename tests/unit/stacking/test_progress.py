"""Progress on a pathway: what counts where, why not, what is missing and who offers it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from credenza.errors import Refused
from credenza.record import Evidence
from credenza.stacking.eligibility import StandIn
from credenza.stacking.progress import find_progress


def codes(progress):
    return [[one.code for one in each.reasons] or each.part for each in progress.credentials]


def test_named_parts_are_filled_and_the_pathway_is_complete(verified, pathway, part, now):
    way = pathway(kind="rigid", parts=[part("python"), part("statistics")], minimum_ects=6)
    progress = find_progress(way, [verified("statistics"), verified("python")], now=now)
    assert progress.complete
    assert progress.proven
    assert codes(progress) == ["statistics", "python"]
    assert progress.ects == 6
    assert progress.doubts == ()


def test_what_is_missing_is_said_and_where_it_is_offered(verified, offered, pathway, part, now):
    way = pathway(parts=[part("python"), part("ai", fields=["06"], minimum_eqf=6, minimum_ects=3)])
    offers = [offered("ml"), offered("python"), offered("law", fields=("0421",)), offered("small", ects=1)]
    progress = find_progress(way, [verified("python")], now=now, offers=offers)
    assert not progress.complete
    (_, missing) = progress.parts
    assert missing.missing.code == "part-open"
    assert [one.id for one in missing.offers] == ["https://university.example/mc/ml"]
    assert "Nothing fills ‘Ai’ yet." in progress.sentences()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"fields": ["05"]}, "field-not-met"),
        ({"minimum_eqf": 7}, "level-too-low"),
        ({"minimum_ects": 4}, "ects-too-few"),
        ({"skills": ["http://data.europa.eu/esco/skill/0001"]}, "skills-not-met"),
        ({"definitions": ["https://university.example/mc/other"]}, "not-the-definition"),
        ({"fields": ["06"], "maximum_age_years": 1}, "too-old"),
    ],
)
def test_a_credential_that_fits_nowhere_is_told_why(verified, pathway, part, now, members, code):
    old = verified("python", award={"awarded": datetime(2025, 11, 23, tzinfo=UTC)})
    progress = find_progress(pathway(parts=[part("x", **members)]), [old], now=now)
    assert codes(progress) == [[code]]


def test_an_achievement_is_young_enough_on_its_very_birthday(verified, pathway, part, now):
    way = pathway(parts=[part("python")], maximum_age_years=1)
    young = verified("python", award={"awarded": datetime(2025, 11, 24, tzinfo=UTC)})
    assert find_progress(way, [young], now=now).complete


def test_a_credential_that_expired_since_it_was_verified_does_not_count(verified, pathway, part, now):
    expired = verified("python", award={"valid_until": now - timedelta(days=1)})
    assert codes(find_progress(pathway(parts=[part("python")]), [expired], now=now)) == [["expired"]]


def test_no_learning_outcome_counts_twice(verified, pathway, part, now):
    way = pathway(parts=[part("python"), part("any", fields=["06"])])
    again = verified("scripting", outcomes=("do  PYTHON",))
    progress = find_progress(way, [verified("python"), again], now=now)
    assert codes(progress) == ["python", ["outcome-counted-already"]]
    assert "Do python" in progress.credentials[1].reasons[0].text or "PYTHON" in progress.credentials[1].reasons[0].text
    allowed = pathway(parts=[part("python"), part("any", fields=["06"])], outcomes_once=False)
    assert find_progress(allowed, [verified("python"), again], now=now).complete


def test_the_same_credential_in_two_files_counts_once(verified, pathway, part, now):
    way = pathway(parts=[part("one", fields=["06"]), part("two", fields=["06"])], outcomes_once=False)
    progress = find_progress(way, [verified("python"), verified("python")], now=now)
    assert sum(one.part is not None for one in progress.credentials) == 1


def test_of_a_choice_no_more_than_needed_counts_and_the_smallest_waste_is_found(verified, pathway, part, now):
    group = {"id": "choice", "title": "Choice", "choose": 2, "parts": [part("a"), part("b"), part("c")]}
    credentials = [verified("a", ects=5), verified("b", ects=2), verified("c", ects=3)]
    progress = find_progress(pathway(groups=[group]), credentials, now=now)
    assert progress.complete
    assert progress.ects == 5
    assert codes(progress)[0] == ["not-needed"]


def test_a_choice_that_is_made_is_complete_though_the_pathway_is_not(verified, offered, pathway, part, now):
    group = {"id": "choice", "title": "Choice", "choose": 1, "parts": [part("a"), part("b")]}
    way = pathway(parts=[part("python")], groups=[group])
    progress = find_progress(way, [verified("a")], now=now, offers=[offered("b"), offered("python")])
    outer, choice = progress.groups
    assert (outer.complete, choice.complete) == (False, True)
    assert [one.text for one in outer.missing] == ["‘Data’ needs 1 more of its 2"]
    assert [(one.part.id, one.needed) for one in progress.parts] == [("python", True), ("a", False), ("b", False)]


def test_the_assignment_is_no_greedy_one(verified, pathway, part, now):
    way = pathway(parts=[part("first", fields=["06"]), part("second", fields=["0613"])])
    credentials = [verified("both", fields=("0613",)), verified("broad", fields=("0611",))]
    assert codes(find_progress(way, credentials, now=now)) == ["second", "first"]


def test_several_small_credentials_add_up(verified, pathway, part, now):
    way = pathway(kind="open", parts=[part("digital", fields=["06"], minimum_ects=7, several=True)])
    credentials = [verified(name, ects=ects) for name, ects in (("a", 2), ("b", 3), ("c", 4), ("d", 5))]
    progress = find_progress(way, credentials, now=now)
    assert progress.complete
    assert progress.ects == 7
    short = find_progress(way, credentials[:2], now=now)
    assert short.parts[0].missing.text == "2 more ECTS are needed for ‘Digital’"


def test_a_recognised_credential_stands_in_for_a_part(verified, pathway, part, now):
    way = pathway(parts=[part("python")], recognised_by=["https://university.example"])
    foreign = verified("ohjelmointi", body="https://korkeakoulu.example", eqf=None)
    decision = verified("recognition", award={"evidence": (Evidence(url="urn:x:ohjelmointi"),)})
    stand_in = StandIn("python", "urn:x:ohjelmointi", decision, Decimal(4))
    progress = find_progress(way, [foreign], now=now, stand_ins=[stand_in])
    assert progress.complete
    assert progress.credentials[0].recognised
    assert progress.ects == 4


@pytest.mark.parametrize(
    ("evidence", "body", "code"),
    [
        ("urn:x:ohjelmointi", "https://forger.example", "decision-not-accepted"),
        ("urn:x:something-else", "https://university.example", "decision-about-another"),
    ],
)
def test_a_decision_of_another_body_or_about_another_credential_is_not_accepted(
    verified, pathway, part, now, evidence, body, code
):
    way = pathway(parts=[part("python")], recognised_by=["https://university.example"])
    decision = verified("recognition", body=body, award={"evidence": (Evidence(url=evidence),)})
    stand_in = StandIn("python", "urn:x:ohjelmointi", decision)
    progress = find_progress(way, [verified("ohjelmointi")], now=now, stand_ins=[stand_in])
    assert codes(progress) == [[code]]


def test_a_credential_of_another_person_is_refused(verified, pathway, part, now):
    other = verified("statistics", learner={"birth_date": "1999-01-01"})
    with pytest.raises(Refused) as caught:
        find_progress(pathway(parts=[part("python")]), [verified("python"), other], now=now)
    assert caught.value.code == "credentials-of-different-persons"
    assert caught.value.detail["places"] == (1,)


def test_what_was_not_fully_verified_is_named_as_a_doubt(verified, pathway, part, now):
    weak = verified("python", outcome="not_checked", checked_at=now - timedelta(days=3))
    progress = find_progress(pathway(parts=[part("python")]), [weak], now=now)
    assert progress.complete
    assert [one.reason.code for one in progress.doubts] == ["not-fully-verified", "verified-long-ago"]
