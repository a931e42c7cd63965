"""What evaluators do with a case: who may, giving it to somebody, and deciding; ``casework`` keeps what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from credenza.errors import MalformedInput
from credenza.recognition import case_events as events
from credenza.recognition.case import State
from credenza.recognition.decision import RecognitionDecision
from credenza.service.accounts.models import Membership, Organisation, Role, User
from credenza.service.recognition import casework
from credenza.service.recognition.models import Case


def evaluators(organisation: Organisation) -> list[User]:
    """Everybody to whom a case can be given."""
    roles = (Role.EVALUATOR, Role.OWNER)
    people = Membership.objects.filter(organisation=organisation, role__in=roles).select_related("user")
    return sorted({one.user for one in people}, key=str)


def assignment(organisation: Organisation, to: object, *, by: User) -> events.Assign:
    """Giving a case to the evaluator with this id.

    Raises:
        MalformedInput: ``evaluator-unknown``.
    """
    found = next((one for one in evaluators(organisation) if str(one.pk) == str(to)), None)
    if found is None:
        raise MalformedInput("evaluator-unknown", "Choose one of the evaluators.")
    return events.Assign(by=str(by.pk), to=str(found.pk))


def may_decide(case: Case, person: User) -> bool:
    """Whether this person can decide now: never the applicant, and on an appeal nobody who took part in the first decision."""
    if case.applicant_id == person.pk:
        return False
    if case.state == State.APPEALED.value:
        return str(person.pk) not in case.as_core.took_part
    return case.state == State.UNDER_ASSESSMENT.value and case.assessor_id == person.pk


def decide(
    case: Case, made: RecognitionDecision, *, actor: User, edition: int, also: Callable[[], Any] | None = None
) -> Case:
    """Decide, or propose to a second reader; on an appeal, decide again. ``also`` is done in the same transaction.

    Raises:
        Conflict, Refused: as ``casework.take``.
    """
    by = str(actor.pk)
    on_appeal = case.state == State.APPEALED.value
    event = events.DecideAppeal(by=by, decision=made) if on_appeal else events.Propose(by=by, decision=made)
    return casework.take(case, event, actor=actor, edition=edition, also=also)
