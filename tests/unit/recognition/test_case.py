"""A case goes its steps and no others: who may take which, when, and how the clock runs."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from credenza.errors import Refused
from credenza.recognition import case_events as happened
from credenza.recognition.case import Case, CasePolicy, SecondReading, State
from credenza.recognition.case_steps import step
from credenza.recognition.clock import months_later

from .case_parts import ANSWER, ASK, DIFFERENCE, GRANT, NOW, START, days, decision, proposed, run


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


def test_a_case_and_its_events_come_back_from_json_unchanged(opened):
    case = run(opened(), START, ASK, ANSWER, START, proposed("partial"))
    assert Case.model_validate_json(case.model_dump_json()) == case
    adapter = TypeAdapter(happened.CaseEvent)
    assert adapter.validate_json(adapter.dump_json(proposed())) == proposed()


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
