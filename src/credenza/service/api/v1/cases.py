"""Cases of recognition: the queue, a case with its comparison, the steps, the decision and its files."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from credenza.recognition import case_events as events
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.bodies import Limit, Offset
from credenza.service.api.v1.case_shapes import (
    AnswerOut,
    AssignIn,
    CaseOut,
    CheckOut,
    DecisionIn,
    FileOut,
    FullCaseOut,
    LiftIn,
    PersonOut,
    QuestionsIn,
    ReturnIn,
    StepIn,
)
from credenza.service.downloads import as_file
from credenza.service.recognition import attesting, casework, evaluating, queue
from credenza.service.recognition.models import Case, CaseAnswer, CaseFile
from credenza.service.recognition.precedents import precedents_of
from credenza.verifying.report import VerificationReport

router = Router(tags=["Recognition: cases"])
_CASE = "/recognition/cases/{case}"
_PRECEDENTS = 20


@router.get("/recognition/cases", response=list[CaseOut], summary="List cases", **scoped(scopes.RECOGNITION_READ))
def index(
    request: HttpRequest,
    view: queue.View = queue.View.OPEN,
    q: Annotated[str, Field(max_length=100)] = "",
    offset: Offset = 0,
    limit: Limit = 50,
) -> list[CaseOut]:
    """Cases, the most urgent first (``decided`` and ``all``: the newest); ``q`` is of the title or the applicant's name."""
    caller = request.auth
    found = queue.cases(caller.organisation, view, person=caller.person, words=q)
    return [case_out(one) for one in found[offset : offset + limit]]


@router.get(
    "/recognition/evaluators", response=list[PersonOut], summary="List evaluators", **scoped(scopes.RECOGNITION_READ)
)
def evaluators(request: HttpRequest) -> list[PersonOut]:
    """The people to whom a case can be given."""
    return [PersonOut(id=one.pk, name=str(one)) for one in evaluating.evaluators(request.auth.organisation)]


@router.get(_CASE, response=FullCaseOut, summary="Read a case", **scoped(scopes.RECOGNITION_READ))
def read(request: HttpRequest, case: UUID) -> FullCaseOut:
    """A case, its credential verified now: one that no longer stands is flagged by this."""
    found, report = casework.verify_again(_case(request, case))
    return _full(found, report, request)


@router.post(f"{_CASE}/take", response=CaseOut, summary="Take a case", **scoped(scopes.RECOGNITION))
def take(request: HttpRequest, case: UUID, body: StepIn) -> Status[Any]:
    """Begin to assess: the person behind the key is the assessor."""
    return _step(request, _case(request, case), body, events.StartAssessment(by=_by(request)))


@router.post(f"{_CASE}/assign", response=CaseOut, summary="Give a case to an evaluator", **scoped(scopes.RECOGNITION))
def assign(request: HttpRequest, case: UUID, body: AssignIn) -> Status[Any]:
    """Give the case to one of the evaluators."""
    found, caller = _case(request, case), request.auth
    return _step(request, found, body, evaluating.assignment(caller.organisation, body.to, by=caller.person))


@router.post(f"{_CASE}/ask", response=CaseOut, summary="Ask for information", **scoped(scopes.RECOGNITION))
def ask(request: HttpRequest, case: UUID, body: QuestionsIn) -> Status[Any]:
    """Ask the applicant; the clock stands still until they answer."""
    return _step(
        request, _case(request, case), body, events.RequestInformation(by=_by(request), questions=tuple(body.questions))
    )


@router.post(f"{_CASE}/lift-flag", response=CaseOut, summary="Lift a flag", **scoped(scopes.RECOGNITION))
def lift(request: HttpRequest, case: UUID, body: LiftIn) -> Status[Any]:
    """Lift a flag with a reason; what only a new verification can lift is refused."""
    return _step(
        request, _case(request, case), body, events.LiftFlag(by=_by(request), flag=body.flag, because=body.because)
    )


@router.post(f"{_CASE}/decide", response=CaseOut, summary="Decide", **scoped(scopes.RECOGNITION))
def decide(request: HttpRequest, case: UUID, body: DecisionIn) -> Status[Any]:
    """Decide, or propose to a second reader where the desk asks for one; on an appeal, decide again.

    The credential is verified first. A decision that stands is sealed, and the learner has it in the wallet.
    """
    found, caller = _case(request, case), request.auth
    made = body.decision(found.as_core.requirement_id, by=_by(request), now=timezone.now())
    with idempotency.attempt(request) as attempt:
        also = partial(_answer_with, attempt, found)
        evaluating.decide(found, made, actor=caller.person, edition=body.edition, also=also)
        return attempt.given


@router.post(f"{_CASE}/confirm", response=CaseOut, summary="Confirm as second reader", **scoped(scopes.RECOGNITION))
def confirm(request: HttpRequest, case: UUID, body: StepIn) -> Status[Any]:
    """Agree to the proposal, which becomes the decision; the assessor cannot."""
    return _step(request, _case(request, case), body, events.Confirm(by=_by(request)))


@router.post(f"{_CASE}/return", response=CaseOut, summary="Return as second reader", **scoped(scopes.RECOGNITION))
def give_back(request: HttpRequest, case: UUID, body: ReturnIn) -> Status[Any]:
    """Give the proposal back to the assessor."""
    return _step(request, _case(request, case), body, events.Return(by=_by(request), note=body.note))


@router.get(
    f"{_CASE}/files/{{file}}", response=None, summary="Download an applicant's file", **scoped(scopes.RECOGNITION_READ)
)
def file(request: HttpRequest, case: UUID, file: UUID) -> HttpResponse:
    """A file that came with an answer, as it was sent."""
    found = get_object_or_404(CaseFile.objects.filter(answer__case=_case(request, case)), pk=file)
    return as_file(bytes(found.data), f"{found.pk}.bin", "application/octet-stream")


@router.get(f"{_CASE}/decision.xml", response=None, summary="Decision as ELMO", **scoped(scopes.RECOGNITION_READ))
def decision_elmo(request: HttpRequest, case: UUID) -> HttpResponse:
    """The decision as ELMO 2.0 ``resultOfRecognition``."""
    return as_file(attesting.elmo_of(_case(request, case)), "decision-on-recognition.xml", "application/xml")


def case_out(case: Case) -> CaseOut:
    return CaseOut(**_case_members(case))


def _step(request: HttpRequest, found: Case, body: StepIn, event: events.CaseEvent) -> Status[Any]:
    with idempotency.attempt(request) as attempt:
        also = partial(_answer_with, attempt, found)
        casework.take(found, event, actor=request.auth.person, edition=body.edition, also=also)
        return attempt.given


def _answer_with(attempt: idempotency.Attempt, case: Case) -> None:
    """Answer with the case as it is now, within the transaction of the step itself."""
    attempt.answer(200, case_out(casework.get(case.pk)))


def _full(case: Case, report: VerificationReport | None, request: HttpRequest) -> FullCaseOut:
    core = case.as_core
    return FullCaseOut(
        **_case_members(case),
        shown=case.shown,
        case=core,
        clock=core.clock(timezone.now()),
        verdict=report.verdict.value if report else None,
        checks=[CheckOut(**vars(one)) for one in report.checks] if report else None,
        answers=[_answer(one, case) for one in case.answers.prefetch_related("files").order_by("at")],
        precedents=list(precedents_of(case)[:_PRECEDENTS]),
        may_decide=evaluating.may_decide(case, request.auth.person),
    )


def _case_members(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "title": case.title,
        "awarding_body": case.awarding_body,
        "applicant": case.applicant_name,
        "requirement": case.requirement_id,
        "state": case.state,
        "outcome": case.outcome,
        "suggested_by": case.suggested_by,
        "edition": case.edition,
        "flagged": case.is_flagged,
        "assessor": case.assessor_id,
        "received_at": case.received_at,
        "deadline": case.deadline,
        "decided_at": case.decided_at,
    }


def _answer(answer: CaseAnswer, case: Case) -> AnswerOut:
    base = f"/api/v1/recognition/cases/{case.pk}/files/"
    files = [FileOut(id=one.pk, name=one.name, size=one.size, address=f"{base}{one.pk}") for one in answer.files.all()]
    return AnswerOut(at=answer.at, text=answer.text, files=files)


def _case(request: HttpRequest, case: UUID) -> Case:
    get_object_or_404(Case, pk=case, organisation=request.auth.organisation)
    return casework.get(case)


def _by(request: HttpRequest) -> str:
    return str(request.auth.person.pk)
