"""The evaluators' pages: the queue, a case with its comparison, the steps, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from credenza.errors import CredenzaError
from credenza.recognition import case_events as events
from credenza.recognition.case import Case as CoreCase
from credenza.recognition.case import State
from credenza.recognition.flags import BY_PERSON, FlagKind
from credenza.service.accounts.access import may, member
from credenza.service.accounts.models import Organisation, Role
from credenza.service.downloads import as_file
from credenza.service.recognition import attesting, casework, desks, evaluating, words
from credenza.service.recognition.forms.decision import DecisionForm
from credenza.service.recognition.forms.fields import Lines, PlainText
from credenza.service.recognition.models import Case, CaseFile, CaseLetter, Policy
from credenza.service.recognition.precedents import precedents_of
from credenza.service.recognition.queue import View, cases
from credenza.service.recognition.views.comparison import shown_sheet
from credenza.service.recognition.views.desk_page import desk_page
from credenza.service.recognition.views.learner import as_sent
from credenza.service.request_values import whole_number
from credenza.service.verification.page import page_of
from credenza.service.verification.views import reader_of

_A_PAGE = 50


@require_GET
@member(Role.EVALUATOR, Role.READER)
def queue(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What waits, the most urgent first."""
    asked = request.GET.get("view")
    chosen = View(asked) if asked in View.values else View.OPEN
    wanted = request.GET.get("q", "").strip()[:100]
    listed = cases(organisation, chosen, person=request.user, words=wanted)
    page = Paginator(listed, _A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(one, words.STATES[one.state], words.OUTCOMES.get(one.outcome), _due(one, now)) for one in page]
    context = {"rows": rows, "page": page, "view": chosen.value, "views": View.choices, "words": wanted}
    context["desk"] = desks.desk_of(organisation)
    return desk_page(request, "queue", "cases", context)


@require_GET
@member(Role.EVALUATOR, Role.READER)
def case(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """One case: the credential verified now, the comparison beside what is asked, precedents, history, and the steps."""
    return _case_page(request, _of(organisation, pk))


@require_POST
@member(Role.EVALUATOR)
def act(request: HttpRequest, organisation: Organisation, pk: str, action: str) -> HttpResponse:
    """Take, assign, ask, confirm, return, or lift a flag."""
    now = _of(organisation, pk)
    try:
        event = _event(request, organisation, action)
        edition = whole_number(request.POST.get("edition")) or 0
        casework.take(now, event, actor=request.user, edition=edition)
    except CredenzaError as error:
        return _case_page(request, _of(organisation, pk), problem=error.message)
    except (ValueError, ValidationError):
        return _case_page(request, _of(organisation, pk), problem=_("Something in the form is missing or too long."))
    messages.success(request, _("Done. It is in the history of the case."))
    return redirect("desk_case", organisation.slug, now.pk)


@require_http_methods(["GET", "POST"])
@member(Role.EVALUATOR)
def decide(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """Decide, or propose to a second reader; on an appeal, decide again."""
    now = _of(organisation, pk)
    if not evaluating.may_decide(now, request.user):
        return redirect("desk_case", organisation.slug, now.pk)
    desk = desks.desk_of(organisation)
    form = DecisionForm(request.POST or None, case=now, appeal=desk.appeal)
    if request.method == "POST" and form.is_valid():
        made = form.decision(by=str(request.user.pk), now=timezone.now())
        try:
            edition = whole_number(request.POST.get("edition")) or 0
            done = evaluating.decide(now, made, actor=request.user, edition=edition)
        except CredenzaError as error:
            form.add_error(None, error.message)
            now = _of(organisation, pk)
        else:
            waits = done.state == State.SECOND_READING.value
            told = _("A second reader must agree now.") if waits else _("It is decided, and the learner has it.")
            messages.success(request, told)
            return redirect("desk_case", organisation.slug, now.pk)
    core = now.as_core
    context = {"case": now, "core": core, "form": form, "sheet": shown_sheet(core), "state": words.STATES[now.state]}
    status = 422 if form.errors else 200
    return desk_page(request, "decide", "cases", context, status=status)


@require_GET
@member(Role.EVALUATOR, Role.READER)
def file(request: HttpRequest, organisation: Organisation, pk: str, file_pk: str) -> HttpResponse:
    """A file that the applicant sent."""
    return as_sent(get_object_or_404(CaseFile.objects.filter(answer__case=_of(organisation, pk)), pk=file_pk))


@require_GET
@member(Role.EVALUATOR, Role.READER)
def decision_elmo(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """The decision as ELMO 2.0."""
    try:
        return as_file(attesting.elmo_of(_of(organisation, pk)), "decision-on-recognition.xml", "application/xml")
    except CredenzaError as error:
        raise Http404 from error


def _event(request: HttpRequest, organisation: Organisation, action: str) -> events.CaseEvent:
    by, text = str(request.user.pk), request.POST.get("text", "")
    if action == "take":
        return events.StartAssessment(by=by)
    if action == "assign":
        return evaluating.assignment(organisation, request.POST.get("to", ""), by=request.user)
    if action == "ask":
        return events.RequestInformation(by=by, questions=tuple(Lines(max_length=5000).clean(text)))
    if action == "confirm":
        return events.Confirm(by=by)
    if action == "return":
        return events.Return(by=by, note=PlainText(max_length=2000).clean(text))
    if action == "lift":
        flag = FlagKind(request.POST.get("flag", ""))
        return events.LiftFlag(by=by, flag=flag, because=PlainText(max_length=2000).clean(text))
    raise Http404


def _case_page(request: HttpRequest, now: Case, *, problem: str = "") -> HttpResponse:
    now, report = casework.verify_again(now)
    core = now.as_core
    names = words.names_in(core)
    language, country = reader_of(request)
    page = (
        page_of(report, language=language, country=country, checked_at=timezone.now(), shown=frozenset(now.shown))
        if report is not None
        else None
    )
    final = core.final or core.proposal
    context = {
        "case": now,
        "core": core,
        "page_of_credential": page,
        "reader": language,
        "state": words.STATES[now.state],
        "outcome": words.OUTCOMES.get(now.outcome),
        "proposal": words.OUTCOMES.get(core.proposal.outcome.value) if core.proposal else None,
        "differences": [(words.DIFFERENCES[one.kind.value], one.reason) for one in final.differences] if final else [],
        "clock": core.clock(timezone.now()),
        "sheet": shown_sheet(core),
        "flags": [(one, words.FLAGS[one.kind.value], one.kind in BY_PERSON) for one in core.open_flags],
        "person": (core.person, words.SAME[core.person.same], words.ASSURANCES[core.person.assurance])
        if core.person
        else None,
        "asserted": [(one, words.ASSURANCES[one.assurance]) for one in core.asserted],
        "suggestion": _suggestion(now, core),
        "precedents": _precedents(now),
        "timeline": words.timeline(core, names=names, inside=True),
        "answers": now.answers.prefetch_related("files").order_by("at"),
        "letters": _letters(now),
        "evaluators": [one for one in evaluating.evaluators(now.organisation) if one != now.applicant],
        "may_act": may(request.roles, Role.EVALUATOR) and now.applicant != request.user,
        "may_decide": evaluating.may_decide(now, request.user),
        "may_confirm": core.state is State.SECOND_READING and str(request.user.pk) != core.assessor,
        "problem": problem,
    }
    return desk_page(request, "case", "cases", context, status=422 if problem else 200)


def _letters(now: Case) -> list[tuple[CaseLetter, Any, words.Word]]:
    found = now.letters.select_related("recipient").order_by("-created_at")[:20]
    return [(one, words.LETTERS.get(one.kind, one.kind), words.MAILED[one.state]) for one in found]


def _suggestion(now: Case, core: CoreCase) -> tuple[str, words.Word, str] | None:
    """The rule that would recognise the case now: its title, with what outcome, and why."""
    if core.suggestion is None:
        return None
    rule = Policy.objects.filter(organisation=now.organisation, uri=core.suggestion.policy_id).first()
    decision = core.suggestion.decision
    return str(rule or core.suggestion.policy_id), words.OUTCOMES[decision.outcome.value], decision.reasons


def _precedents(now: Case) -> list[tuple[Any, words.Word, str]]:
    found = precedents_of(now)[:20]
    return [(one, words.OUTCOMES[one.outcome.value], one.case_id.removeprefix("urn:uuid:")) for one in found]


def _of(organisation: Organisation, pk: str) -> Case:
    get_object_or_404(Case, pk=pk, organisation=organisation)
    return casework.get(pk)


def _due(one: Case, now: Any) -> str:
    """How a deadline looks: none, far, soon (two weeks), or past."""
    if one.deadline is None or one.state not in casework.OPEN_STATES or one.state == State.INFORMATION_REQUESTED.value:
        return "none"
    left = (one.deadline - now).days
    return "past" if one.deadline < now else "soon" if left < 14 else "far"
