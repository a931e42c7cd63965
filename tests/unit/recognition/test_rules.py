"""Rules recognise where their owner says so, say that they did, and leave everything else to a person."""

from datetime import UTC, datetime, timedelta

import pytest

from credenza.errors import MalformedInput, Refused
from credenza.recognition.case import CasePolicy, State, digest_of
from credenza.recognition.case_events import StartAssessment, Withdraw
from credenza.recognition.case_steps import check_again, open_case, step
from credenza.recognition.comparison import compare
from credenza.recognition.person import Possession
from credenza.recognition.policy import Policy, read_policies
from credenza.recognition.register import RegisterAnswer, RegisterOutcome
from credenza.recognition.rules import apply_rules, decide_by_rule, suggest_by_rule
from credenza.record import Learner, Organisation, Text
from credenza.verifying.report import CHECK_NAMES, Check, VerificationReport

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DIGEST = digest_of(b"file")
RULE = {
    "id": "https://uni.example/rule/1",
    "title": "Short courses of accredited providers",
    "owner": "Registrar of Example University",
    "outcome": "full",
    "counts_as": {"id": "https://uni.example/course/1", "title": "Free elective", "ects": 3},
    "when": {"accredited": True, "least_eqf": 6, "least_ects": 3, "identity_verified": True},
}


class Register:
    """A register that confirms every claim."""

    def answer(self, claim, award):
        return RegisterAnswer(
            accreditation=claim.id, outcome=RegisterOutcome.CHECKED, code="x", reason="Yes.", source="register"
        )


def rule(**change):
    return read_policies(RULE | change)[0]


@pytest.fixture
def put(award, verify, ask):
    def make(*policies, register=None, award=award, asked=None, now=NOW, **outcomes):
        verified = verify(award, **outcomes)
        sheet = compare(verified, asked or ask(eqf=6), register=register or Register())
        return apply_rules(verified, sheet, policies, now=now)

    return make


def test_a_rule_that_holds_decides_and_says_which_it_was(put):
    decision = put(rule()).decision
    assert (decision.outcome, decision.rule) == ("full", "https://uni.example/rule/1")
    assert decision.decided_by == "Registrar of Example University"
    assert "the EQF level is 6" in decision.reasons


@pytest.mark.parametrize(
    ("when", "lacking"),
    [
        ({"least_eqf": 7}, "the EQF level is 6"),
        ({"least_ects": 4}, "the workload is 3 ECTS as stated"),
        ({"providers": ["https://elsewhere.example"]}, "the provider is Example University of Cork"),
        ({"definitions": ["https://elsewhere.example/mc"]}, "the micro-credential is Data analysis"),
        ({"countries": ["ES"]}, "the country is IE"),
        ({"least_outcomes": "0.5"}, "of the outcomes asked, unknown are confirmed"),
        ({"most_years_old": "0.1"}, "the award is of 2026-01-30"),
    ],
)
def test_a_rule_that_does_not_hold_says_what_is_lacking(put, when, lacking):
    result = put(rule(when=when))
    assert result.decision is None
    assert result.rules[0].lacking == (lacking,)


def test_a_claim_of_quality_that_no_register_confirms_is_no_accreditation(award, verify, ask):
    verified = verify(award)
    result = apply_rules(verified, compare(verified, ask()), (rule(),), now=NOW)
    assert result.decision is None
    assert result.rules[0].lacking == ("quality assurance is weak",)


def test_what_the_credential_does_not_say_does_not_hold(put, make_award):
    silent = make_award(definition={"eqf_level": None, "credits": (), "workload": None, "assessments": ()}, results=())
    assert len(put(rule(), award=silent).rules[0].lacking) == 3


@pytest.mark.parametrize("outcomes", [{"issuer": "warning"}, {"status": "not_checked"}, {"proof": "not_checked"}])
def test_no_rule_decides_on_what_was_not_verified(put, outcomes):
    assert put(rule(), **outcomes).decision is None


def test_no_rule_decides_while_the_status_is_unknown_even_where_its_owner_asks_less(put):
    lenient = rule(when=RULE["when"] | {"verification": "limited"})
    assert put(lenient, issuer="warning").decision is not None
    assert put(lenient, status="not_checked").decision is None


def test_no_rule_decides_on_an_old_verification(put):
    assert put(rule(), now=NOW + timedelta(days=2)).decision is None


def test_rules_that_disagree_decide_nothing_and_are_both_named(put):
    other = rule(
        id="https://uni.example/rule/2", counts_as={"id": "https://uni.example/course/2", "title": "Another course"}
    )
    result = put(rule(), other)
    assert result.decision is None
    assert result.conflict == ("https://uni.example/rule/1", "https://uni.example/rule/2")
    assert all(name in result.reason for name in result.conflict)


def test_rules_that_agree_decide(put):
    assert put(rule(), rule(id="https://uni.example/rule/2")).decision.rule == "https://uni.example/rule/1"


def test_a_rule_can_leave_credentials_to_a_person(put):
    kept = rule(id="https://uni.example/rule/2", outcome="a-person", when={"countries": ["IE"]})
    assert put(kept).decision is None
    assert put(rule(), kept).conflict == ("https://uni.example/rule/1", "https://uni.example/rule/2")


def test_what_is_left_to_a_person_is_so_however_it_was_verified(put):
    kept = rule(id="https://uni.example/rule/2", outcome="a-person", when={"countries": ["IE"]})
    lenient = rule(when=RULE["when"] | {"verification": "some"})
    assert put(lenient, kept, issuer="warning").decision is None


def test_an_issuer_cannot_borrow_the_name_of_a_listed_provider(put, award):
    """Somebody whose seal is trusted issues in the name of a provider on the list."""
    listed = rule(when={"providers": ["https://university.example"]})
    assert put(listed).decision is not None
    stranger = Organisation(id="https://stranger.example", legal_name=Text.of("Stranger"))
    assert put(listed, award=award.model_copy(update={"issuer": stranger})).decision is None


def test_a_rule_counts_only_in_its_time_and_for_its_requirements(put):
    assert put(rule(valid_from=datetime(2027, 1, 1, tzinfo=UTC))).rules == ()
    assert put(rule(valid_until=datetime(2025, 1, 1, tzinfo=UTC))).rules == ()
    assert put(rule(requirements=["https://uni.example/course/9"])).rules == ()
    assert put(rule(requirements=["https://uni.example/course/1"])).decision is not None


def test_partial_recognition_by_rule_needs_a_difference_that_the_comparison_named(put, ask):
    partly = rule(outcome="partial", appeal="To the board.")
    assert put(partly).decision is None
    result = put(partly, asked=ask(eqf=6, ects=5))
    assert [one.kind for one in result.decision.differences] == ["workload"]


def test_a_sheet_of_another_credential_is_refused(award, make_award, verify, ask):
    other = verify(make_award(id="urn:uuid:00000000-6a2f-4a57-8d23-111111111111"))
    with pytest.raises(Refused) as refused:
        apply_rules(other, compare(verify(award), ask()), (rule(),), now=NOW)
    assert refused.value.code == "sheet-foreign"


MAILED = Possession(assurance="mail-confirmed", source="mailed to ana@example.org")


def opened(award, verified, sheet, applicant=None, possession=MAILED):
    return open_case(
        verified, case_id="1", digest=DIGEST, applicant=applicant or award.learner,
        requirement_id="https://uni.example/course/1", now=NOW, policy=CasePolicy(), sheet=sheet, possession=possession,
    )  # fmt: skip


def test_a_case_is_decided_by_a_rule_and_its_history_says_so(award, verify, ask):
    verified = verify(award)
    case = opened(award, verified, compare(verified, ask(), register=Register()))
    case = decide_by_rule(case, verified, (rule(),), now=NOW)
    assert case.state is State.DECIDED
    assert (case.history[-1].what, case.history[-1].note) == ("decided-by-rule", "https://uni.example/rule/1")


def test_no_rule_decides_on_a_person_who_only_states_who_they_are(award, verify, ask):
    """Names and birth date stand in the file: whoever has found it can state them."""
    verified = verify(award)
    case = opened(award, verified, compare(verified, ask(), register=Register()), possession=None)
    assert decide_by_rule(case, verified, (rule(),), now=NOW).state is State.RECEIVED
    lenient = rule(when=RULE["when"] | {"applicant": "self-stated"})
    assert decide_by_rule(case, verified, (lenient,), now=NOW).state is State.DECIDED
    strict = rule(when=RULE["when"] | {"applicant": "institution"})
    assert decide_by_rule(opened(award, verified, case.sheet), verified, (strict,), now=NOW).state is State.RECEIVED


def test_a_flagged_case_is_never_decided_by_a_rule(award, verify, ask):
    verified = verify(award)
    sheet = compare(verified, ask(), register=Register())
    stranger = opened(award, verified, sheet, Learner(full_name="Somebody Else"))
    case = decide_by_rule(stranger, verified, (rule(),), now=NOW)
    assert (case.state, case.history[-1].what) == (State.RECEIVED, "for-a-person")
    checks = [Check(name, "passed", "x", "A reason.") for name in CHECK_NAMES if name != "status"]
    revoked = VerificationReport("elm", (*checks, Check("status", "failed", "status-revoked", "Revoked.")), award)
    case = check_again(opened(award, verified, sheet), revoked, digest=DIGEST, now=NOW)
    assert decide_by_rule(case, verified, (rule(),), now=NOW).state is State.RECEIVED


def test_a_case_that_an_assessor_has_is_not_decided_by_a_rule(award, verify, ask):
    verified = verify(award)
    case = step(opened(award, verified, compare(verified, ask())), StartAssessment(by="ada"), now=NOW)
    with pytest.raises(Refused) as refused:
        decide_by_rule(case, verified, (rule(),), now=NOW)
    assert refused.value.code == "case-step-impossible"


def test_a_rule_suggests_what_an_assessor_has_and_decides_nothing(award, verify, ask):
    verified = verify(award)
    case = step(
        opened(award, verified, compare(verified, ask(), register=Register())), StartAssessment(by="ada"), now=NOW
    )
    found = suggest_by_rule(case, verified, (rule(),), now=NOW)
    assert (found.state, found.decision, found.suggestion.decision.outcome) == (State.UNDER_ASSESSMENT, None, "full")
    assert (found.history[-1].what, found.history[-1].note) == ("rule-would-recognise", "https://uni.example/rule/1")
    assert suggest_by_rule(found, verified, (rule(),), now=NOW).history == found.history
    gone = suggest_by_rule(found, verified, (), now=NOW)
    assert (gone.suggestion, gone.history[-1].what) == (None, "rule-holds-no-longer")


def test_nothing_is_suggested_for_a_flagged_or_a_withdrawn_case(award, verify, ask):
    verified = verify(award)
    sheet = compare(verified, ask(), register=Register())
    stranger = opened(award, verified, sheet, Learner(full_name="Somebody Else"))
    assert suggest_by_rule(stranger, verified, (rule(),), now=NOW).suggestion is None
    suggested = suggest_by_rule(opened(award, verified, sheet), verified, (rule(),), now=NOW)
    assert step(suggested, Withdraw(by="applicant"), now=NOW).suggestion is None


def test_rules_that_disagree_leave_both_names_in_the_history(award, verify, ask):
    verified = verify(award)
    other = rule(id="https://uni.example/rule/2", outcome="a-person")
    case = opened(award, verified, compare(verified, ask(), register=Register()))
    note = decide_by_rule(case, verified, (rule(), other), now=NOW).history[-1].note
    assert "rule/1" in note
    assert "rule/2" in note


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"when": {}}, "policy-unconditional"),
        ({"when": {"verification": "limited"}}, "policy-unconditional"),
        ({"when": None}, "missing"),
        ({"outcome": "not"}, "term-unknown"),
        ({"counts_as": None}, "missing"),
        ({"outcome": "partial"}, "missing"),
        ({"outcome": "with-conditions", "appeal": "To the board."}, "missing"),
        ({"owner": ""}, "missing"),
        ({"when": {"accredited": "yes"}}, "wrong-type"),
        ({"when": {"least_eqf": 9}}, "term-unknown"),
        ({"when": {"acredited": True}}, "unknown-member"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(change, code):
    with pytest.raises(MalformedInput) as refused:
        read_policies(RULE | change)
    assert refused.value.code == "policy-invalid"
    assert code in [one.code for one in refused.value.detail["problems"]]


def test_several_rules_of_one_file_have_names_of_their_own():
    assert len(read_policies({"policies": [RULE, RULE | {"id": "https://uni.example/rule/2"}]})) == 2
    with pytest.raises(MalformedInput):
        read_policies({"policies": [RULE, RULE]})


def test_a_rule_comes_back_from_json_unchanged():
    assert Policy.model_validate_json(rule().model_dump_json()) == rule()
