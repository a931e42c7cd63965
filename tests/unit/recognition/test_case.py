"""A case goes from step to step by the Lisbon Convention: its clock, four eyes, reasons, flags, appeal, precedents."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from credenza.errors import Refused
from credenza.recognition import case_events as happened
from credenza.recognition.case import Case, CasePolicy, SecondReading, State, digest_of
from credenza.recognition.case_steps import check_again, open_case, step
from credenza.recognition.clock import months_later
from credenza.recognition.decision import CountsAs, RecognitionDecision
from credenza.recognition.evidence import SubstantialDifference
from credenza.recognition.flags import FlagKind
from credenza.recognition.person import same_person
from credenza.recognition.precedents import look_up, precedent_of
from credenza.record import Identifier, IdentifierKind, Learner, Text, concept
from credenza.verifying.report import CHECK_NAMES, Check, VerificationReport

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DIGEST = digest_of(b"the file")
GRANT = CountsAs(id="https://uni.example/course/1", title=Text.of("Data literacy"))
DIFFERENCE = SubstantialDifference(kind="level", certain=True, reason="EQF 5, asked is EQF 6.")


def decision(outcome="full", **change):
    fair = {
        "full": {"counts_as": GRANT},
        "partial": {"counts_as": GRANT, "differences": (DIFFERENCE,), "appeal": "To the board, in 30 days."},
        "with-conditions": {
            "counts_as": GRANT, "differences": (DIFFERENCE,), "conditions": ("Pass the bridging test.",),
            "appeal": "To the board.",
        },
        "not": {"differences": (DIFFERENCE,), "appeal": "To the board."},
    }  # fmt: skip
    made = {"outcome": outcome, "reasons": "Because of this.", "decided_by": "x", "decided_at": NOW}
    return RecognitionDecision.model_validate(made | fair[outcome] | change)


@pytest.fixture
def opened(award, verify):
    def make(policy=None, applicant=None, **outcomes):
        return open_case(
            verify(award, **outcomes), case_id="case-1", digest=DIGEST, applicant=applicant or award.learner,
            requirement_id="https://uni.example/course/1", now=NOW, policy=policy or CasePolicy(),
        )  # fmt: skip

    return make


def days(count):
    return NOW + timedelta(days=count)


def run(case, *events, award=None, every=timedelta(hours=1)):
    now = max(NOW, case.history[-1].at)
    for event in events:
        now += every
        case = step(case, event, now=now)
    return case


def report(award, code="status-good", outcome="passed", **others):
    found = {name: Check(name, "passed", f"{name}-x", "A reason.") for name in CHECK_NAMES}
    found["status"] = Check("status", outcome, code, "What the list says.")
    found |= {name: Check(name, result, f"{name}-bad", "A reason.") for name, result in others.items()}
    return VerificationReport("elm", tuple(found.values()), award)


START = happened.StartAssessment(by="ada")
ASK = happened.RequestInformation(by="ada", questions=("Which outcomes?",))
ANSWER = happened.ReceiveInformation(by="applicant", note="The syllabus.")


def proposed(outcome="full", by="ada", **change):
    return happened.Propose(by=by, decision=decision(outcome, **change))


def test_full_recognition_is_decided_by_one_person_where_the_policy_allows_it(opened):
    case = run(opened(), START, proposed())
    assert case.state is State.DECIDED
    assert case.final.decided_by == "ada"
    assert [one.what for one in case.history] == ["received", "start-assessment", "propose"]


def test_less_than_full_recognition_needs_a_second_reader(opened):
    case = run(opened(), START, proposed("not"))
    assert case.state is State.SECOND_READING
    assert case.final is None
    case = run(case, happened.Confirm(by="bob"))
    assert (case.state, case.final.outcome) == (State.DECIDED, "not")


def test_the_second_reader_is_another_person(opened):
    case = run(opened(CasePolicy(second_reading=SecondReading.ALWAYS)), START, proposed())
    with pytest.raises(Refused) as refused:
        run(case, happened.Confirm(by="ada"))
    assert refused.value.code == "case-same-reader"


def test_the_second_reader_can_send_it_back(opened):
    case = run(opened(), START, proposed("partial"), happened.Return(by="bob", note="Weigh the outcomes again."))
    assert (case.state, case.proposal) == (State.UNDER_ASSESSMENT, None)


def test_only_the_assessor_proposes(opened):
    with pytest.raises(Refused) as refused:
        run(opened(), START, proposed(by="eve"))
    assert refused.value.code == "case-not-assessor"


@pytest.mark.parametrize(
    ("outcome", "change", "code"),
    [
        ("full", {"reasons": " "}, "decision-without-reasons"),
        ("full", {"counts_as": None}, "decision-without-grant"),
        ("full", {"differences": (DIFFERENCE,)}, "decision-contradictory"),
        ("partial", {"differences": ()}, "decision-without-difference"),
        ("partial", {"counts_as": None}, "decision-without-grant"),
        ("partial", {"appeal": ""}, "decision-without-appeal"),
        ("with-conditions", {"conditions": ()}, "decision-without-conditions"),
        ("not", {"differences": ()}, "decision-without-difference"),
        ("not", {"counts_as": GRANT}, "decision-contradictory"),
        ("not", {"appeal": " "}, "decision-without-appeal"),
    ],
)
def test_an_unfair_decision_is_refused(opened, outcome, change, code):
    with pytest.raises(Refused) as refused:
        run(opened(), START, proposed(outcome, **change))
    assert refused.value.code == code


def test_who_decided_and_when_is_not_taken_from_what_was_sent(opened):
    case = run(opened(), START, proposed(decided_by="the rector", decided_at=datetime(1999, 1, 1, tzinfo=UTC)))
    assert case.final.decided_by == "ada"
    assert case.final.decided_at == NOW + timedelta(hours=2)


def test_the_clock_runs_four_months_from_complete_information(opened):
    case = opened()
    assert case.clock(NOW).deadline == datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert not case.clock(datetime(2026, 10, 1, 9, tzinfo=UTC)).overdue
    assert case.clock(datetime(2026, 10, 1, 10, tzinfo=UTC)).overdue


def test_information_asked_before_the_assessment_starts_the_clock_anew(opened):
    case = step(opened(), ASK, now=days(10))
    assert case.clock(days(200)).deadline is None
    case = step(case, ANSWER, now=days(30))
    assert case.clock(days(31)).deadline == months_later(days(30), 4)


def test_the_clock_is_paused_while_information_is_asked(opened):
    case = step(step(opened(), START, now=days(1)), ASK, now=days(10))
    assert not case.clock(days(20)).running
    assert case.clock(days(20)).elapsed == timedelta(days=10)
    case = step(case, ANSWER, now=days(25))
    assert case.clock(days(26)).running
    assert case.clock(days(26)).elapsed == timedelta(days=11)
    assert case.clock(days(26)).deadline == months_later(NOW, 4) + timedelta(days=15)


def test_the_clock_stops_with_the_decision(opened):
    case = run(opened(), START, proposed())
    assert case.clock(days(500)).elapsed == timedelta(hours=2)
    assert not case.clock(days(500)).overdue


def test_four_months_after_the_last_of_october_is_the_last_of_february():
    assert months_later(datetime(2026, 10, 31, tzinfo=UTC), 4) == datetime(2027, 2, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    "events",
    [
        (proposed(),),
        (happened.Confirm(by="bob"),),
        (START, START),
        (START, ANSWER),
        (happened.Appeal(by="applicant", grounds="No."),),
        (START, proposed(), ASK),
        (START, proposed(), happened.Withdraw(by="applicant")),
        (START, proposed("not"), happened.Appeal(by="applicant", grounds="Too slow.")),
        (happened.Withdraw(by="applicant"), START),
    ],
)
def test_a_step_out_of_order_is_refused(opened, events):
    with pytest.raises(Refused) as refused:
        run(opened(), *events)
    assert refused.value.code == "case-step-impossible"


def test_time_does_not_run_backwards(opened):
    with pytest.raises(Refused) as refused:
        step(opened(), START, now=NOW - timedelta(days=1))
    assert refused.value.code == "case-clock-wrong"


def test_an_appeal_is_decided_by_somebody_else(opened):
    case = run(
        opened(), START, proposed("not"), happened.Confirm(by="bob"), happened.Appeal(by="applicant", grounds="Unfair.")
    )
    for person in ("ada", "bob"):
        with pytest.raises(Refused) as refused:
            run(case, happened.DecideAppeal(by=person, decision=decision()))
        assert refused.value.code == "case-same-reader"
    case = run(case, happened.DecideAppeal(by="cyd", decision=decision()))
    assert (case.state, case.final.outcome, case.decision.outcome) == (State.DECIDED_ON_APPEAL, "full", "not")


def test_an_appeal_that_is_withdrawn_leaves_the_decision_standing(opened):
    appeal = happened.Appeal(by="applicant", grounds="Unfair.")
    case = run(opened(), START, proposed("not"), happened.Confirm(by="bob"), appeal, happened.Withdraw(by="applicant"))
    assert (case.state, case.final.outcome) == (State.DECIDED, "not")


@pytest.mark.parametrize(
    ("code", "kind"), [("status-revoked", "revoked"), ("status-suspended", "suspended"), ("expired", "expired")]
)
def test_a_credential_that_falls_while_the_case_is_open_stops_it(opened, award, code, kind):
    case = check_again(run(opened(), START), report(award, code, "failed"), digest=DIGEST, now=days(0.5))
    assert [one.kind for one in case.open_flags] == [kind]
    with pytest.raises(Refused) as refused:
        step(case, proposed(), now=days(0.6))
    assert refused.value.code == "case-flagged"


def test_a_proposal_is_not_confirmed_when_the_credential_was_revoked_in_between(opened, award):
    case = run(opened(), START, proposed("partial"))
    case = check_again(case, report(award, "status-revoked", "failed"), digest=DIGEST, now=days(0.5))
    with pytest.raises(Refused) as refused:
        step(case, happened.Confirm(by="bob"), now=days(0.6))
    assert refused.value.code == "case-flagged"


def test_a_revoked_credential_can_be_refused_without_a_substantial_difference(opened, award):
    case = check_again(run(opened(), START), report(award, "status-revoked", "failed"), digest=DIGEST, now=days(0.5))
    case = step(case, proposed("not", differences=(), reasons="The issuer revoked it."), now=days(0.6))
    assert case.proposal.outcome == "not"


def test_a_changed_file_is_flagged(opened, award):
    case = check_again(opened(), report(award), digest=digest_of(b"another file"), now=days(0.5))
    assert [one.kind for one in case.open_flags] == [FlagKind.CHANGED]


def test_a_suspension_that_ends_is_lifted_by_a_check_that_really_looked(opened, award):
    case = check_again(run(opened(), START), report(award, "status-suspended", "failed"), digest=DIGEST, now=days(0.2))
    unseen = check_again(case, report(award, "offline", "not_checked"), digest=DIGEST, now=days(0.3))
    assert {one.kind for one in unseen.open_flags} == {FlagKind.SUSPENDED, FlagKind.STATUS_UNKNOWN}
    seen = check_again(unseen, report(award), digest=DIGEST, now=days(0.4))
    assert seen.open_flags == ()
    assert len(seen.flags) == 2


def test_nobody_waves_a_revocation_through(opened, award):
    case = check_again(opened(), report(award, "status-revoked", "failed"), digest=DIGEST, now=days(0.5))
    with pytest.raises(Refused) as refused:
        run(case, happened.LiftFlag(by="ada", flag="revoked", because="It will be fine."))
    assert refused.value.code == "flag-needs-verification"


def test_a_decision_on_an_old_verification_is_refused(opened, award):
    case = step(opened(), START, now=days(1))
    with pytest.raises(Refused) as refused:
        step(case, proposed(), now=days(40))
    assert refused.value.code == "case-check-old"
    again = check_again(case, report(award), digest=DIGEST, now=days(40))
    assert step(again, proposed(), now=days(40)).state is State.DECIDED


def test_the_credential_of_another_person_stops_the_case_from_the_beginning(opened):
    case = opened(applicant=Learner(full_name="Ana Pérez", birth_date=date(1999, 1, 1)))
    assert [one.kind for one in case.open_flags] == [FlagKind.OTHER_PERSON]


def test_a_doubt_about_the_person_is_lifted_by_a_person_with_a_reason(opened):
    case = opened(applicant=Learner(full_name="Ана Перес", birth_date=date(2001, 5, 31)))
    assert [one.kind for one in case.open_flags] == [FlagKind.PERSON_DOUBTFUL]
    lift = happened.LiftFlag(by="ada", flag="person-doubtful", because="Passport seen.")
    case = run(case, START, lift, proposed())
    assert case.state is State.DECIDED
    assert case.flags[0].lifted_because == "Passport seen."


def esi(value):
    return (Identifier(kind=IdentifierKind.ESI, value=value),)


def national(value, country="IE"):
    return Identifier(kind=IdentifierKind.NATIONAL_ID, value=value, country=concept("country", country))


@pytest.mark.parametrize(
    ("applicant", "named", "same"),
    [
        ({"full_name": "A B", "identifiers": esi("urn:x:1")}, {"full_name": "Б", "identifiers": esi("URN:x:1")}, "yes"),
        ({"full_name": "A B", "identifiers": esi("urn:x:1")}, {"full_name": "A B", "identifiers": esi("urn:x:2")}, "doubt"),
        ({"full_name": "A B", "national_id": national("1")}, {"full_name": "A B", "national_id": national("2")}, "no"),
        (
            {"full_name": "A B", "national_id": national("1")},
            {"full_name": "A B", "national_id": national("2", "ES")},
            "doubt",
        ),
        ({"id": "did:key:z1"}, {"id": "did:key:z1"}, "yes"),
        ({"id": "did:key:z1"}, {"id": "did:key:z2"}, "doubt"),
        ({"full_name": "Ana Pérez", "birth_date": date(2001, 5, 31)},
         {"full_name": "PEREZ Ana", "birth_date": date(2001, 5, 31)}, "yes"),
        ({"full_name": "Ana Pérez"}, {"full_name": "Ana Perez"}, "doubt"),
        ({}, {}, "doubt"),
    ],
)  # fmt: skip
def test_a_person_is_told_by_identifiers_birth_date_and_names(applicant, named, same):
    assert same_person(Learner(**applicant), Learner(**named)).same == same


def test_the_same_identifier_with_another_birth_date_is_another_person():
    one = Learner(identifiers=esi("urn:x:1"), birth_date=date(2001, 1, 1))
    assert same_person(one, one.model_copy(update={"birth_date": date(2002, 1, 1)})).same == "no"


def test_a_case_and_its_events_come_back_from_json_unchanged(opened):
    case = run(opened(), START, ASK, ANSWER, START, proposed("partial"))
    assert Case.model_validate_json(case.model_dump_json()) == case
    adapter = TypeAdapter(happened.CaseEvent)
    assert adapter.validate_json(adapter.dump_json(proposed())) == proposed()


class Kept:
    """Precedents in a list."""

    def __init__(self, *found):
        self.found = found

    def of_definition(self, definition_id):
        return (one for one in self.found if one.definition_id == definition_id)


def test_precedents_are_shown_with_those_on_the_same_requirement_first(opened):
    decided = precedent_of(run(opened(), START, proposed()))
    older = decided.model_copy(update={"case_id": "a", "decided_at": days(-9)})
    newer = decided.model_copy(
        update={"case_id": "b", "decided_at": days(-1), "requirement_id": "https://other.example"}
    )
    other = decided.model_copy(update={"case_id": "c", "definition_id": "https://other.example/mc"})
    found = look_up(Kept(newer, older, other, decided), opened())
    assert [one.case_id for one in found] == ["a", "b"]


def test_an_open_case_is_no_precedent(opened):
    assert precedent_of(opened()) is None


def test_a_precedent_names_no_person(opened):
    told = precedent_of(run(opened(), START, proposed("partial"), happened.Confirm(by="bob"))).model_dump_json()
    assert all(name not in told for name in ("Ana", "Pérez", "ada", "bob"))


def test_a_case_can_be_given_to_another_assessor_and_neither_decides_the_appeal(opened):
    never = CasePolicy(second_reading=SecondReading.NEVER)
    given = run(opened(never), happened.StartAssessment(by="eva"), happened.Assign(by="boss", to="max"))
    with pytest.raises(Refused, match="assessor"):
        run(given, happened.Propose(by="eva", decision=decision("partial")))
    propose, appeal = happened.Propose(by="max", decision=decision("partial")), happened.Appeal(by="ana", grounds="No.")
    appealed = run(given, propose, appeal)
    for took_part in ("eva", "max"):
        with pytest.raises(Refused) as caught:
            run(appealed, happened.DecideAppeal(by=took_part, decision=decision()))
        assert caught.value.code == "case-same-reader"
    assert run(appealed, happened.DecideAppeal(by="boss", decision=decision())).state is State.DECIDED_ON_APPEAL
