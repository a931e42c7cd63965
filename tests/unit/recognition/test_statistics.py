"""Statistics tell how decisions end and how long they take, and name nobody."""

from datetime import UTC, datetime, timedelta

from credenza.recognition.case import Case, CasePolicy, Recognised, State, digest_of
from credenza.recognition.decision import CountsAs, RecognitionDecision
from credenza.recognition.flags import Flag
from credenza.recognition.statistics import statistics_of
from credenza.record import Text, concept

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def decision(outcome, days, rule=None):
    return RecognitionDecision(
        outcome=outcome, reasons="So.", decided_by="ada", decided_at=BEGUN + timedelta(days=days), rule=rule,
        counts_as=CountsAs(id="https://x.example", title=Text.of("X")),
    )  # fmt: skip


def case(award, number, **members):
    made = {
        "id": str(number), "state": State.RECEIVED, "policy": CasePolicy(), "applicant": award.learner,
        "credential": Recognised(award=award, digest=digest_of(b"x")), "requirement_id": "https://x.example",
        "received_at": BEGUN, "complete_at": BEGUN, "checked_at": BEGUN,
    }  # fmt: skip
    return Case(**made | members)


def test_decisions_are_counted_by_outcome_country_level_and_rule(make_award):
    irish, unknown = make_award(), make_award(definition={"eqf_level": None})
    cases = [
        case(irish, 1, state="decided", decision=decision("full", 10, rule="rule-1")),
        case(irish, 2, state="decided", decision=decision("not", 200)),
        case(
            unknown, 3, state="decided-on-appeal", decision=decision("not", 30), grounds_of_appeal="Unfair.",
            decision_on_appeal=decision("partial", 60),
        ),
        case(irish, 4, flags=(Flag(kind="revoked", reason="x", raised_at=BEGUN),)),
    ]  # fmt: skip
    told = statistics_of(cases, now=BEGUN + timedelta(days=300))
    assert told.by_outcome == {"full": 1, "not": 1, "partial": 1}
    assert told.by_country == {"IE": {"full": 1, "not": 1, "partial": 1}}
    assert told.by_level == {"6": {"full": 1, "not": 1}, "unknown": {"partial": 1}}
    assert told.by_rule == {"rule-1": 1}
    assert (told.appeals, told.changed_on_appeal, told.flagged, told.overdue_open) == (1, 1, 1, 1)
    assert (told.times.median_days, told.times.longest_days, told.times.overdue) == (30.0, 200.0, 1)


def test_no_cases_have_no_median():
    told = statistics_of([], now=BEGUN)
    assert (told.cases, told.times.median_days) == (0, None)


def test_statistics_name_nobody(award):
    told = statistics_of([case(award, 1)], now=BEGUN).model_dump_json()
    assert award.learner.name not in told
    assert concept("country", "IE").notation not in told
