"""A decision is an award of the authority's, with a reference to what was recognised, in every format."""

import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from credenza.document import elm, elmo, open_badge
from credenza.errors import Refused
from credenza.recognition.attestation import (
    Issue,
    award_of_decision,
    result_of_recognition,
)
from credenza.recognition.case import Recognised, digest_of
from credenza.recognition.comparison import compare
from credenza.recognition.decision import CountsAs, RecognitionDecision
from credenza.recognition.evidence import SubstantialDifference
from credenza.record import LearningOutcome, Media, Organisation, Text
from credenza.record.recognition_decision import lacking, reference_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
AUTHORITY = Organisation(id="did:web:naric.example", legal_name=Text.of("NARIC of Ireland"))
ISSUE = Issue("urn:uuid:22222222-6a2f-4a57-8d23-111111111111", AUTHORITY, NOW)
GRANT = CountsAs(id="https://uni.example/course/1", title=Text.of("Data literacy"), ects=Decimal(2))
PICTURE = Media.of(random.Random(1).randbytes(20), "image/png")


def decided(outcome, **change):
    fair = {
        "full": {"counts_as": GRANT},
        "partial": {"counts_as": GRANT, "appeal": "To the board."},
        "with-conditions": {"counts_as": GRANT, "appeal": "To the board.", "conditions": ("An exam.",)},
        "not": {"appeal": "To the board."},
    }[outcome]
    if outcome != "full":
        fair["differences"] = (SubstantialDifference(kind="workload", certain=True, reason="2 ECTS, not 3."),)
    made = {"outcome": outcome, "reasons": "Weighed.", "decided_by": "ada", "decided_at": NOW}
    return RecognitionDecision.model_validate(made | fair | change)


@pytest.fixture
def attest(make_award, verify, ask):
    def make(outcome, **change):
        both = (LearningOutcome(title=Text.of("Clean a data set")), LearningOutcome(title=Text.of("Cook")))
        award = make_award(definition={"learning_outcomes": both})
        sheet = compare(verify(award), ask(learning_outcomes=[{"title": "Clean a data set"}]))
        recognised = Recognised(award=award, digest=digest_of(b"the file"))
        return award_of_decision(decided(outcome, **change), recognised, sheet, ISSUE)

    return make


def test_a_decision_refers_to_the_credential_and_to_its_exact_file(attest, award):
    reference = reference_of(attest("full"))
    assert (reference.credential_id, reference.digest) == (award.id, digest_of(b"the file"))


def test_any_other_award_is_no_decision(award):
    assert reference_of(award) is None


def test_full_recognition_carries_over_what_was_learned(attest):
    offered = attest("full").micro_credential
    assert len(offered.learning_outcomes) == 2
    assert (offered.ects, offered.eqf_level.notation) == (Decimal(2), "6")
    assert offered.awarding_body == AUTHORITY
    assert offered.quality_assurance == ()


def test_partial_recognition_carries_over_only_what_was_confirmed(attest):
    offered = attest("partial").micro_credential
    assert [one.title.best("en") for one in offered.learning_outcomes] == ["Clean a data set"]
    assert offered.workload is None


def test_an_evaluator_can_name_the_outcomes_that_are_recognised(attest):
    offered = attest("partial", outcomes=(1,)).micro_credential
    assert [one.title.best("en") for one in offered.learning_outcomes] == ["Cook"]


def test_other_credits_than_those_of_the_provider_leave_its_hours_out(attest):
    assert attest("full").micro_credential.workload is None
    same = attest("full", counts_as=GRANT.model_copy(update={"ects": Decimal(3)})).micro_credential
    assert (same.workload, same.ects) == ("PT75H", Decimal(3))


def test_a_refusal_grants_nothing_and_says_why(attest):
    refused = attest("not")
    offered = refused.micro_credential
    assert (offered.learning_outcomes, offered.credits, offered.eqf_level, refused.results) == ((), (), None, ())
    assert "2 ECTS, not 3." in offered.further_information.best("en")
    assert "not recognised" in offered.title.best("en")


def test_a_refusal_of_what_was_revoked_needs_no_difference_but_a_part_does(attest):
    assert attest("not", differences=()).micro_credential.credits == ()
    with pytest.raises(Refused) as refused:
        attest("partial", differences=())
    assert refused.value.code == "decision-without-difference"


@pytest.mark.parametrize("outcome", ["full", "partial", "not"])
def test_elm_and_open_badges_carry_the_reference_there_and_back(attest, outcome):
    made = attest(outcome)
    for back in (
        elm.from_document(elm.to_document(made, page=PICTURE)).award,
        open_badge.from_document(open_badge.to_document(made)).award,
    ):
        assert reference_of(back) == reference_of(made)
        assert back.micro_credential.further_information == made.micro_credential.further_information


@pytest.mark.parametrize(
    ("outcome", "status"), [("full", "Positive"), ("partial", "Partially Positive"), ("not", "Negative")]
)
def test_elmo_carries_the_decision_there_and_back(award, outcome, status):
    result = result_of_recognition(decided(outcome), award)
    assert result.status == status
    document = elmo.to_recognition(award.learner, [result], authority=AUTHORITY, generated=NOW)
    back = elmo.from_bytes(elmo.to_bytes(document)).decisions[0]
    assert (back.result.status, back.result.decision_date) == (result.status, NOW.date())
    assert back.result.mapping == result.mapping
    assert [one.id for one in back.result.basis] == [award.id]


def test_an_unfair_decision_is_not_attested(attest):
    with pytest.raises(Refused) as refused:
        attest("partial", appeal="")
    assert refused.value.code == "decision-without-appeal"


def test_the_sheet_of_another_credential_is_refused(award, make_award, verify, ask):
    other = make_award(id="urn:uuid:00000000-6a2f-4a57-8d23-111111111111")
    with pytest.raises(Refused):
        award_of_decision(
            decided("full"), Recognised(award=award, digest=digest_of(b"x")), compare(verify(other), ask()), ISSUE
        )


@pytest.mark.parametrize("outcome", ["full", "partial", "with-conditions", "not"])
def test_every_fair_decision_says_what_a_decision_must(attest, outcome):
    assert lacking(attest(outcome)) == ()


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"awarded": None}, "the date of the decision"),
        ({"identifiers": ()}, "what was recognised"),
        ({"issuer": Organisation(id="did:web:else.example", legal_name=Text.of("Else"))}, "the authority that decided"),
    ],
)
def test_what_a_decision_does_not_say_is_named(attest, change, missing):
    assert missing in lacking(attest("partial").model_copy(update=change))


def test_a_refusal_without_the_way_to_appeal_lacks_it_and_full_recognition_does_not(attest):
    def silent(outcome):
        made = attest(outcome)
        bare = made.micro_credential.model_copy(update={"further_information": Text.of("Because.")})
        return lacking(made.model_copy(update={"micro_credential": bare}))

    assert silent("not") == ("how to appeal",)
    assert silent("full") == ()
