"""A decision on recognition: full, partial, with conditions, or not, with what makes it a fair one.

Lisbon Recognition Convention: reasons are given and substantial differences named (articles III.5, VI.1), partial or
other recognition is weighed before a refusal, and the applicant learns of the way to appeal (III.5).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from credenza.errors import Refused
from credenza.recognition.evidence import SubstantialDifference
from credenza.record.instant import Instant
from credenza.record.text import Frozen, Line, Text

Reason = Annotated[str, Field(max_length=20_000)]


class RecognitionOutcome(StrEnum):
    """How a decision ends."""

    FULL = "full"
    PARTIAL = "partial"
    WITH_CONDITIONS = "with-conditions"
    NOT = "not"


class CountsAs(Frozen):
    """What the recognised learning counts as where it is recognised: a course, a part of a programme, admission.

    ``id`` is a URI; ``ects`` are the credits that are granted, where credits are.
    """

    id: str
    title: Text
    ects: Annotated[Decimal, Field(gt=0, le=10_000)] | None = None


class RecognitionDecision(Frozen):
    """One decision. ``decided_by`` is a person's id, or the owner of the rule that ``rule`` names.

    ``counts_as`` is what a full, partial or conditional decision grants; ``appeal`` tells how to appeal. ``outcomes`` are
    the places, in the credential's list, of the outcomes that a partial decision recognises; None leaves it to the
    comparison: those that it confirmed.
    """

    outcome: RecognitionOutcome
    reasons: Reason
    decided_by: Line
    decided_at: Instant
    counts_as: CountsAs | None = None
    outcomes: tuple[Annotated[int, Field(ge=0)], ...] | None = None
    differences: tuple[SubstantialDifference, ...] = ()
    conditions: tuple[Reason, ...] = ()
    appeal: Reason = ""
    rule: Line | None = None


def require_fair(decision: RecognitionDecision, *, credential_stands: bool = True) -> None:
    """Refuse a decision that lacks what it owes the applicant.

    ``credential_stands`` is False where the credential itself is revoked or not the applicant's: a refusal then needs
    no substantial difference.

    Raises:
        Refused: ``decision-without-reasons``, ``decision-without-difference``, ``decision-without-conditions``,
            ``decision-without-grant``, ``decision-without-appeal``, ``decision-contradictory``.
    """
    outcome = decision.outcome
    lacking = not decision.differences or not all(one.reason.strip() for one in decision.differences)
    if not decision.reasons.strip():
        raise Refused("decision-without-reasons", "A decision gives its reasons.")
    if outcome is RecognitionOutcome.FULL and (decision.differences or decision.conditions):
        raise Refused("decision-contradictory", "Full recognition names no substantial difference and no condition.")
    exempt = outcome is RecognitionOutcome.NOT and not credential_stands
    if outcome is not RecognitionOutcome.FULL and lacking and not exempt:
        raise Refused("decision-without-difference", "Less than full recognition names the substantial difference.")
    if outcome is RecognitionOutcome.WITH_CONDITIONS and not any(one.strip() for one in decision.conditions):
        raise Refused("decision-without-conditions", "Recognition with conditions names them.")
    if outcome is not RecognitionOutcome.NOT and decision.counts_as is None:
        raise Refused("decision-without-grant", "A decision to recognise says what the learning counts as.")
    if outcome is RecognitionOutcome.NOT and decision.counts_as is not None:
        raise Refused("decision-contradictory", "A refusal grants nothing.")
    if outcome is not RecognitionOutcome.FULL and not decision.appeal.strip():
        raise Refused("decision-without-appeal", "Less than full recognition tells how to appeal.")
