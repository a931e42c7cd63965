"""What a judgement rests on, and the shapes that all judgements of the comparison sheet share."""

from __future__ import annotations

from enum import StrEnum

from credenza.record.text import Frozen
from credenza.verifying.verified import VerifiedCredential


class Evidence(Frozen):
    """Where it is said (a place in the record, a check of the report, a register) and what is said there."""

    place: str
    says: str


class Criterion(StrEnum):
    """The seven criteria of evaluators of micro-credentials (e-Valuate, NUFFIC)."""

    QUALITY_ASSURANCE = "quality-assurance"
    VERIFICATION = "verification"
    LEVEL = "level"
    LEARNING_OUTCOMES = "learning-outcomes"
    WORKLOAD = "workload"
    TESTING = "testing"
    IDENTIFICATION = "identification"


class Graded(Frozen):
    """One criterion: its grade, whether it meets what is asked (None: nothing asked, or cannot be told), and why."""

    criterion: Criterion
    grade: str
    meets: bool | None
    reason: str
    evidence: tuple[Evidence, ...] = ()


class Difference(StrEnum):
    """What can be a substantial difference (Lisbon Recognition Convention, explanatory report)."""

    LEVEL = "level"
    WORKLOAD = "workload"
    QUALITY = "quality"
    PROFILE = "profile"
    LEARNING_OUTCOMES = "learning-outcomes"


class SubstantialDifference(Frozen):
    """A difference that the comparison found; one that is not ``certain`` a person must look at first."""

    kind: Difference
    certain: bool
    reason: str


def of_report(verified: VerifiedCredential, *names: str) -> tuple[Evidence, ...]:
    """What these checks of the verification report found."""
    checks = [verified.report.check(name) for name in names]
    return tuple(Evidence(place=f"report.{one.name}", says=f"{one.outcome}: {one.reason}") for one in checks)
