"""A recognition desk with a requirement, and a learner whose wallet holds an award of another institution."""

from __future__ import annotations

from datetime import date

import pytest

ASKED = {
    "title": "Introduction to data",
    "purpose": "course",
    "country": "FI",
    "eqf": "6",
    "ects": "2",
    "learning_outcomes": [{"title": "Explains how bias enters a data set"}, {"title": "Builds a bridge of steel"}],
    "least_share": "0.5",
}


@pytest.fixture
def institute(make_organisation):
    """An institution that recognises, its desk open."""
    from credenza.service.recognition.models import Desk

    made = make_organisation("institute", legal_name={"en": "Example Institute"})
    Desk.objects.create(organisation=made, is_open=True, appeal="Write to the board within 30 days.")
    return made


@pytest.fixture
def requirement(institute):
    from credenza.service.recognition import rulebook

    return rulebook.write_requirement(institute, ASKED, actor="test")


@pytest.fixture
def learner(make_user):
    return make_user("ana@example.org", given_name="Ana", family_name="Pérez", birth_date=date(2001, 5, 31))


@pytest.fixture
def held(award, learner):
    """The award in the learner's wallet."""
    from credenza.service.wallet import holding

    (offered,) = holding.offers_to(learner)
    holding.accept(offered)
    offered.refresh_from_db()
    return offered


@pytest.fixture
def all_fields(held):
    from credenza.service.described import fields_of

    return [key for key, _label, _value in fields_of(held.award.as_record, "en")]


@pytest.fixture
def case(learner, held, requirement, all_fields):
    from credenza.service.recognition import applying

    return applying.apply(learner, held, requirement, all_fields)


@pytest.fixture
def make_evaluator(make_user, institute):
    """Makes evaluators of the institution."""
    from credenza.service.accounts.models import Membership, Role

    def make(email="eva@example.org", organisation=institute):
        user = make_user(email, given_name="Eva", family_name="Luator")
        Membership.objects.create(user=user, organisation=organisation, role=Role.EVALUATOR)
        return user

    return make


@pytest.fixture
def evaluator(make_evaluator):
    return make_evaluator()


@pytest.fixture
def decision(requirement):
    """Makes fair decisions: ``decision("partial", by=evaluator)``."""
    from django.utils import timezone

    from credenza.recognition.decision import CountsAs, RecognitionDecision
    from credenza.recognition.evidence import SubstantialDifference
    from credenza.record import Text

    def make(outcome, *, by, **changes):
        members = {"outcome": outcome, "reasons": "Because.", "decided_by": str(by.pk), "decided_at": timezone.now()}
        if outcome != "not":
            members["counts_as"] = CountsAs(id=requirement.uri, title=Text.of("Introduction to data"), ects=1)
        if outcome != "full":
            found = SubstantialDifference(kind="learning-outcomes", certain=True, reason="No bridge was built.")
            members |= {"differences": (found,), "appeal": "Write to the board."}
        if outcome == "with-conditions":
            members["conditions"] = ("Build a bridge.",)
        return RecognitionDecision(**members | changes)

    return make


@pytest.fixture
def make_policy(institute, requirement):
    """Makes rules: ``make_policy(least_ects="1")``."""
    from credenza.service.recognition import rulebook

    def make(outcome="full", name="Small is beautiful", **when):
        form = {
            "title": name,
            "outcome": outcome,
            "when": {"verification": "some"} | when,
            "counts_as": {"id": requirement.uri, "title": "Introduction to data", "ects": "2"},
            "appeal": "Write to the board.",
        }
        return rulebook.write_policy(institute, form, actor="test")

    return make
