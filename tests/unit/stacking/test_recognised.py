"""Decisions on recognition open the parts that they grant, to the credential that they are about, and no other."""

from decimal import Decimal

import pytest

from credenza.record import Identifier, IdentifierKind
from credenza.stacking.progress import find_progress
from credenza.stacking.recognised import find_stand_ins, is_decision

HOME, FOREIGN = "https://university.example", "https://korkeakoulu.example"


@pytest.fixture
def decision(verified):
    """Makes decisions about a credential: ``decision("python", about="urn:x:ohjelmointi")``."""

    def make(name, *, about="urn:x:ohjelmointi", body=HOME, **definition):
        named = Identifier(kind=IdentifierKind.OTHER, value=about, scheme_name="recognised credential")
        award = {"id": f"urn:x:decision-{body[8:12]}", "identifiers": (named,)}
        made = verified(name, body=body, award=award, **definition)
        assert is_decision(made.award)
        return made

    return make


@pytest.fixture
def way(pathway, part):
    return pathway(parts=[part("python")], recognised_by=[HOME])


@pytest.fixture
def foreign(verified):
    return verified("ohjelmointi", body=FOREIGN)


def test_a_decision_opens_the_part_that_it_grants_with_its_credits(way, foreign, decision, now):
    assert not is_decision(foreign.award)
    found = find_stand_ins(way, [foreign], [decision("python", ects=4)])
    assert [(one.part, one.credential_id, one.ects) for one in found] == [("python", "urn:x:ohjelmointi", Decimal(4))]
    progress = find_progress(way, [foreign], now=now, stand_ins=found)
    assert progress.complete
    assert progress.credentials[0].recognised


def test_a_decision_that_grants_something_else_or_is_about_another_credential_opens_nothing(way, foreign, decision):
    assert find_stand_ins(way, [foreign], [decision("statistics")]) == ()
    assert find_stand_ins(way, [foreign], [decision("python", about="urn:x:another")]) == ()


def test_a_refusal_opens_nothing_although_it_names_what_was_asked_for(way, foreign, decision):
    refusal = decision("python", ects=None)
    nothing = refusal.award.micro_credential.model_copy(update={"learning_outcomes": (), "credits": ()})
    object.__setattr__(refusal, "award", refusal.award.model_copy(update={"micro_credential": nothing}))
    assert find_stand_ins(way, [foreign], [refusal]) == ()


def test_the_decision_of_an_accepted_body_counts_before_that_of_another(way, foreign, decision, now):
    decisions = [decision("python", ects=3), decision("python", ects=9)]
    stranger = decision("python", body="https://forger.example")
    own = stranger.award.micro_credential.model_copy(update={"id": f"{HOME}/mc/python"})
    object.__setattr__(stranger, "award", stranger.award.model_copy(update={"micro_credential": own}))
    (found,) = find_stand_ins(way, [foreign], [*decisions, stranger])
    assert found.decision.award.issuer.id == HOME
    (alone,) = find_stand_ins(way, [foreign], [stranger])
    progress = find_progress(way, [foreign], now=now, stand_ins=[alone])
    assert [one.code for one in progress.credentials[0].reasons] == ["decision-not-accepted"]


def test_a_credential_that_fits_by_itself_needs_no_decision(way, verified, decision):
    assert find_stand_ins(way, [verified("python")], [decision("python", about="urn:x:python")]) == ()
