"""Cases as tests make them: fair decisions, events, and steps one after another."""

from datetime import UTC, datetime, timedelta

from credenza.recognition import case_events as happened
from credenza.recognition.case import digest_of
from credenza.recognition.case_steps import step
from credenza.recognition.decision import CountsAs, RecognitionDecision
from credenza.recognition.evidence import SubstantialDifference
from credenza.record import Text
from credenza.verifying.report import CHECK_NAMES, Check, VerificationReport

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DIGEST = digest_of(b"the file")
GRANT = CountsAs(id="https://uni.example/course/1", title=Text.of("Data literacy"))
DIFFERENCE = SubstantialDifference(kind="level", certain=True, reason="EQF 5, asked is EQF 6.")
START = happened.StartAssessment(by="ada")
ASK = happened.RequestInformation(by="ada", questions=("Which outcomes?",))
ANSWER = happened.ReceiveInformation(by="applicant", note="The syllabus.")


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


def proposed(outcome="full", by="ada", **change):
    return happened.Propose(by=by, decision=decision(outcome, **change))
