"""The learner's pages: who recognises what, ask for it, follow the case, answer, withdraw, appeal, keep the decision."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from credenza.errors import Conflict, CredenzaError, MalformedInput
from credenza.recognition import case_events as events
from credenza.service.catalogue.versions import folded
from credenza.service.described import fields_of
from credenza.service.downloads import as_file
from credenza.service.exchange.models import EmrexFetch, FetchState
from credenza.service.recognition import answering, applying, asked, attesting, casework, desks, words
from credenza.service.recognition.disclosure import ALWAYS
from credenza.service.recognition.forms.fields import PlainText
from credenza.service.recognition.identities import expected_of
from credenza.service.recognition.models import Case, CaseFile, Requirement
from credenza.service.request_values import identifier, whole_number
from credenza.service.verification import incoming, sources
from credenza.service.verification.rate_limits import limited
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldCredential, HeldState

_PRIVATE = frozenset({"birth_date"})


@require_GET
def institutions(request: HttpRequest) -> HttpResponse:
    """Who recognises what; ``c`` is the credential that the learner came with."""
    wanted = request.GET.get("q", "").strip()[:100]
    found = [
        one
        for one in desks.open_requirements()
        if all(word in folded(f"{one.title} {one.organisation.name}") for word in folded(wanted).split())
    ]
    by_desk: dict[Any, list[Requirement]] = {}
    for one in found:
        by_desk.setdefault(one.organisation, []).append(one)
    context = {"nav": "wallet", "desks": list(by_desk.items()), "words": wanted, "held": _came_with(request)}
    return render(request, "recognition/institutions.html", context)


@require_GET
def requirement(request: HttpRequest, pk: str) -> HttpResponse:
    """What an institution asks for, which rules it has, and the learner's credentials to choose from."""
    wanted = _requirement(pk)
    record, language = wanted.as_record, get_language() or "en"
    rules = [one.title for one in desks.policies_of(wanted.organisation) if _meant(one.record, wanted.uri)]
    mine = HeldCredential.objects.none()
    if request.user.is_authenticated:
        mine = HeldCredential.objects.filter(owner=request.user, state=HeldState.ACCEPTED).order_by("-issued_at")
    fetch = _fetched(request)
    context = {
        "nav": "wallet",
        "requirement": wanted,
        "fetch": fetch,
        "can_fetch": settings.CREDENZA.emreg is not None,
        "title": record.title.best(language),
        "asked": asked.lines(record, language),
        "desk": desks.desk_of(wanted.organisation),
        "rules": rules,
        "mine": (mine.filter(pk__in=fetch.credentials.values("pk")) if fetch else mine)[:100],
        "held": _came_with(request),
    }
    return render(request, "recognition/requirement.html", context)


@login_required
@require_POST
@limited("bring", a_minute=20)
def bring(request: HttpRequest, pk: str) -> HttpResponse:
    """Bring along a credential from a file or a link, to ask for its recognition."""
    wanted = _requirement(pk)
    try:
        upload = request.FILES.get("file")
        data = upload.read(sources.LARGEST_FILE + 1) if upload else incoming.credential_of(request.POST.get("text", ""))
        if isinstance(data, incoming.Elsewhere):
            raise MalformedInput("file-unknown", _("This is a link to a page of this site, not a credential."))
        try:
            held = holding.bring(request.user, data)
        except Conflict:
            held = HeldCredential.objects.get(owner=request.user, digest=hashlib.sha256(data).hexdigest())
    except CredenzaError as error:
        messages.error(request, error.message)
        return redirect("recognition_requirement", wanted.pk)
    return redirect(f"/recognition/{wanted.pk}/ask?c={held.pk}")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@limited("recognition", a_minute=20)
def ask(request: HttpRequest, pk: str) -> HttpResponse:
    """Choose the fields that the institution may see, and apply."""
    wanted = _requirement(pk)
    held = _came_with(request)
    if held is None:
        return redirect("recognition_requirement", wanted.pk)
    context: dict[str, Any] = {"nav": "wallet", "requirement": wanted, "held": held, "fetch": _fetched(request)}
    try:
        if request.method == "POST":
            case = applying.apply(request.user, held, wanted, request.POST.getlist("field"))
            return redirect("recognition_case", case.pk)
        record = holding.report_of(held).award
        context["fields"] = _choices(record) if record is not None else []
    except CredenzaError as error:
        context["problem"] = error.message
    known = expected_of(request.user).learner
    context |= {"incomplete": not (known.name and known.birth_date), "desk": desks.desk_of(wanted.organisation)}
    return render(request, "recognition/ask.html", context, status=422 if context.get("problem") else 200)


@never_cache
@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """All applications of a learner."""
    mine = (
        Case.objects.filter(applicant=request.user).select_related("organisation", "requirement").defer("core", "data")
    )
    rows = [(one, words.STATES[one.state], words.OUTCOMES.get(one.outcome)) for one in mine.order_by("-received_at")]
    return render(request, "recognition/cases.html", {"nav": "wallet", "rows": rows[:200]})


@never_cache
@login_required
@require_GET
def case(request: HttpRequest, pk: str) -> HttpResponse:
    """One application: where it stands, its clock, what is asked, what was decided and why."""
    return _case_page(request, _own(request, pk))


@login_required
@require_POST
@limited("recognition", a_minute=20)
def act(request: HttpRequest, pk: str, action: str) -> HttpResponse:
    """Answer, withdraw, or appeal."""
    mine = _own(request, pk)
    try:
        edition = whole_number(request.POST.get("edition")) or 0
        if action == "answer":
            text, files = request.POST.get("text", ""), request.FILES.getlist("files")
            done = answering.answer(mine, text, files, edition=edition, shown=request.POST.getlist("field"))
            told = _("Thank you. The institution has what you sent, and the clock goes on.")
            messages.success(request, _("Thank you. With that, a rule decided.") if done.outcome else told)
        elif action == "withdraw":
            casework.take(mine, events.Withdraw(by=casework.APPLICANT), actor=None, edition=edition)
            messages.info(request, _("Your application is withdrawn."))
        elif action == "appeal":
            grounds = PlainText(required=True, max_length=5000).clean(request.POST.get("grounds"))
            event = events.Appeal(by=casework.APPLICANT, grounds=grounds)
            casework.take(mine, event, actor=None, edition=edition)
            messages.success(request, _("Your appeal is in. Somebody who had no part in the decision will look at it."))
        else:
            raise Http404
    except CredenzaError as error:
        return _case_page(request, _own(request, pk), problem=error.message)
    except (ValueError, ValidationError):
        return _case_page(request, _own(request, pk), problem=_("This form was not filled in as it should be."))
    return redirect("recognition_case", mine.pk)


@never_cache
@login_required
@require_GET
def decision_elmo(request: HttpRequest, pk: str) -> HttpResponse:
    """The decision as ELMO 2.0."""
    mine = _own(request, pk)
    try:
        return as_file(attesting.elmo_of(mine), "decision-on-recognition.xml", "application/xml")
    except CredenzaError as error:
        raise Http404 from error


@never_cache
@login_required
@require_GET
def file(request: HttpRequest, pk: str, file_pk: str) -> HttpResponse:
    """A file that the learner sent."""
    found = get_object_or_404(CaseFile.objects.filter(answer__case=_own(request, pk)), pk=file_pk)
    return as_sent(found)


def as_sent(found: CaseFile) -> HttpResponse:
    """A file of an applicant, only ever as a download, under a name that is harmless."""
    name = "".join(one if one.isalnum() or one in "-_." else "-" for one in found.name)
    plain = name.encode("ascii", "replace").decode().replace("?", "-").lstrip(".")[-100:] or "file"
    return as_file(bytes(found.data), plain, "application/octet-stream")


def _case_page(request: HttpRequest, mine: Case, *, problem: str = "") -> HttpResponse:
    core = mine.as_core
    now = timezone.now()
    clock = core.clock(now)
    sealed, may_add = mine.sealed, core.state in answering.OPEN_TO_EVIDENCE
    kept = HeldCredential.objects.filter(owner=request.user, award=sealed).first() if sealed else None
    context = {
        "nav": "wallet",
        "case": mine,
        "core": core,
        "state": words.STATES[mine.state],
        "outcome": words.OUTCOMES.get(mine.outcome),
        "clock": clock,
        "days": (clock.deadline - now).days if clock.deadline else None,
        "differences": [(words.DIFFERENCES[one.kind.value], one.reason) for one in core.final.differences]
        if core.final
        else [],
        "timeline": words.timeline(core, names={}, inside=False),
        "answers": mine.answers.prefetch_related("files").order_by("at"),
        "may_add": may_add,
        "hidden": answering.hidden_fields(mine, get_language() or "en") if core.questions or may_add else [],
        "kept": kept,
        "problem": problem,
        "may_withdraw": core.state in casework.OPEN,
        "most_files": answering.MOST_FILES,
        "largest_file": answering.LARGEST_FILE // 1_000_000,
    }
    return render(request, "recognition/case.html", context, status=422 if problem else 200)


def _choices(record: Any) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "value": value, "fixed": key in ALWAYS, "hint": key in _PRIVATE}
        for key, label, value in fields_of(record, get_language() or "en")
    ]


def _requirement(pk: str) -> Requirement:
    return get_object_or_404(desks.open_requirements(), pk=pk)


def _own(request: HttpRequest, pk: str) -> Case:
    get_object_or_404(Case, pk=pk, applicant=request.user)
    return casework.get(pk)


def _came_with(request: HttpRequest) -> HeldCredential | None:
    """The credential that the address or the form names, where it is the person's own."""
    named = identifier(request.POST.get("c") or request.GET.get("c"))
    if named is None or not request.user.is_authenticated:
        return None
    mine = HeldCredential.objects.filter(owner=request.user, state=HeldState.ACCEPTED).select_related("award")
    return mine.filter(pk=named).first()


def _fetched(request: HttpRequest) -> EmrexFetch | None:
    """The fetching from which the learner comes back into the application."""
    named = identifier(request.GET.get("fetched"))
    if named is None or not request.user.is_authenticated:
        return None
    return EmrexFetch.objects.filter(pk=named, learner=request.user, state=FetchState.TAKEN).first()


def _meant(record: dict[str, Any], uri: str) -> bool:
    named = record.get("requirements") or ()
    return record.get("outcome") != "a-person" and (not named or uri in named)
