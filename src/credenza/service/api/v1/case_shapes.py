"""What the API takes and gives of cases of recognition."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from credenza.recognition.case import Case as CoreCase
from credenza.recognition.clock import Clock
from credenza.recognition.decision import CountsAs, RecognitionDecision, RecognitionOutcome
from credenza.recognition.evidence import Difference, SubstantialDifference
from credenza.recognition.flags import FlagKind
from credenza.recognition.precedents import Precedent
from credenza.record import Text
from credenza.record.text import Line
from credenza.service.api.v1.bodies import Strict, example

Remark = Annotated[Line, Field(max_length=2000)]


class PersonOut(Schema):
    """A member of the organisation."""

    id: UUID
    name: str


class CaseOut(Schema):
    """A case as lists show it; ``suggested_by`` is the rule (its uri) that would recognise it now, or empty.

    ``edition`` is sent back with each step, so that of two who act at once one is told.
    """

    id: UUID
    title: str
    awarding_body: str
    applicant: str
    requirement: UUID | None
    state: str
    outcome: str
    suggested_by: str
    edition: int
    flagged: bool
    assessor: UUID | None
    received_at: datetime
    deadline: datetime | None
    decided_at: datetime | None


class FileOut(Schema):
    """A file that came with an answer."""

    id: UUID
    name: str
    size: int
    address: str


class AnswerOut(Schema):
    """What the applicant answered to a request for information."""

    at: datetime
    text: str
    files: list[FileOut]


class CheckOut(Schema):
    """One check of the credential, made when this was asked."""

    name: str
    outcome: str
    code: str
    reason: str


class FullCaseOut(CaseOut):
    """A case with all that an evaluator has before them.

    ``case`` holds what the applicant disclosed (``shown`` names these fields), the comparison sheet, flags, proposal,
    decision and history; ``checks`` are of the credential as it is now, None where it was erased.
    """

    shown: list[str]
    case: CoreCase
    clock: Clock
    verdict: str | None
    checks: list[CheckOut] | None
    answers: list[AnswerOut]
    precedents: list[Precedent]
    may_decide: bool


class StepIn(Strict):
    """A step on the case as it was read: its ``edition``."""

    model_config = example({"edition": 1})

    edition: Annotated[int, Field(ge=1)]


class AssignIn(StepIn):
    """To whom the case is given."""

    model_config = example({"edition": 1, "to": "5b1f0c1e-8f5c-4f0e-9a35-6d9f2c1f7a11"})

    to: UUID


class QuestionsIn(StepIn):
    """What the applicant is asked; the clock stands still until they answer."""

    model_config = example({"edition": 1, "questions": ["Please send the syllabus of the course."]})

    questions: Annotated[list[Annotated[Line, Field(max_length=5000)]], Field(min_length=1, max_length=50)]


class ReturnIn(StepIn):
    """Why the second reader does not agree."""

    model_config = example({"edition": 3, "note": "The workload was not looked at."})

    note: Remark


class LiftIn(StepIn):
    """Which flag is lifted, and why."""

    model_config = example({"edition": 2, "flag": "person-doubtful", "because": "The passport was shown."})

    flag: FlagKind
    because: Remark


class GrantIn(Strict):
    """What the learning counts as here."""

    title: Annotated[Line, Field(max_length=500)]
    ects: Annotated[Decimal, Field(gt=0, le=400, decimal_places=2)] | None = None


class DifferenceIn(Strict):
    """A substantial difference, named with its reason."""

    kind: Difference
    reason: Annotated[Line, Field(max_length=5000)]


class DecisionIn(StepIn):
    """A decision. Whatever is less than full recognition names a difference and tells how to appeal.

    ``outcomes`` are the places, from 0, of the outcomes that a partial recognition takes; left out: those that the
    comparison confirmed.
    """

    model_config = example(
        {
            "edition": 2,
            "outcome": "partial",
            "reasons": "Level and workload are met; one outcome is not.",
            "counts_as": {"title": "Introduction to data", "ects": 2},
            "outcomes": [0],
            "differences": [{"kind": "learning-outcomes", "reason": "Nothing is said of data protection."}],
            "appeal": "Write to the appeals board within 30 days.",
        }
    )

    outcome: RecognitionOutcome
    reasons: Annotated[Line, Field(max_length=5000)]
    counts_as: GrantIn | None = None
    outcomes: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(max_length=1000)] | None = None
    differences: Annotated[list[DifferenceIn], Field(max_length=20)] = []
    conditions: Annotated[list[Annotated[Line, Field(max_length=5000)]], Field(max_length=50)] = []
    appeal: Annotated[str, Field(max_length=5000)] = ""

    def decision(self, requirement_id: str, *, by: str, now: datetime) -> RecognitionDecision:
        """The decision as it was written; whether it is fair, the core tells."""
        grant = self.counts_as
        members: dict[str, Any] = {
            "outcome": self.outcome,
            "reasons": self.reasons,
            "decided_by": by,
            "decided_at": now,
            "counts_as": CountsAs(id=requirement_id, title=Text.of(grant.title), ects=grant.ects) if grant else None,
            "outcomes": tuple(self.outcomes) if self.outcomes is not None else None,
            "differences": tuple(
                SubstantialDifference(kind=one.kind, certain=True, reason=one.reason) for one in self.differences
            ),
            "conditions": tuple(self.conditions),
            "appeal": self.appeal.strip(),
        }
        return RecognitionDecision(**members)
