"""What can happen to a case; each is a plain value that says who did it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from credenza.recognition.decision import RecognitionDecision
from credenza.recognition.flags import FlagKind
from credenza.record.text import Frozen, Line


class _Event(Frozen):
    by: Line


class RequestInformation(_Event):
    """Ask the applicant; the clock is paused."""

    kind: Literal["request-information"] = "request-information"
    questions: Annotated[tuple[Line, ...], Field(min_length=1)]


class ReceiveInformation(_Event):
    """The applicant answered; ``note`` says what came."""

    kind: Literal["receive-information"] = "receive-information"
    note: Line


class AddEvidence(_Event):
    """The applicant adds something unasked; the clock goes on as it does. ``note`` says what came."""

    kind: Literal["add-evidence"] = "add-evidence"
    note: Line


class StartAssessment(_Event):
    """The information is complete, and the assessor takes the case."""

    kind: Literal["start-assessment"] = "start-assessment"


class Assign(_Event):
    """Somebody gives the case to an assessor, or to another one; ``to`` is that person's id."""

    kind: Literal["assign"] = "assign"
    to: Line


class Propose(_Event):
    """The assessor decides, or proposes to the second reader where the policy asks one."""

    kind: Literal["propose"] = "propose"
    decision: RecognitionDecision


class Confirm(_Event):
    """The second reader agrees, and the proposal becomes the decision."""

    kind: Literal["confirm"] = "confirm"


class Return(_Event):
    """The second reader does not agree; the case goes back to assessment."""

    kind: Literal["return"] = "return"
    note: Line


class Appeal(_Event):
    """The applicant appeals."""

    kind: Literal["appeal"] = "appeal"
    grounds: Line


class DecideAppeal(_Event):
    """Somebody who had no part in the first decision decides on the appeal."""

    kind: Literal["decide-appeal"] = "decide-appeal"
    decision: RecognitionDecision


class Withdraw(_Event):
    """The applicant withdraws."""

    kind: Literal["withdraw"] = "withdraw"


class LiftFlag(_Event):
    """A person lifts a flag, with a reason."""

    kind: Literal["lift-flag"] = "lift-flag"
    flag: FlagKind
    because: Line


CaseEvent: TypeAlias = Annotated[
    RequestInformation
    | ReceiveInformation
    | AddEvidence
    | StartAssessment
    | Assign
    | Propose
    | Confirm
    | Return
    | Appeal
    | DecideAppeal
    | Withdraw
    | LiftFlag,
    Field(discriminator="kind"),
]
