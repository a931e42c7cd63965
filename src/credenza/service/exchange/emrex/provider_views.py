"""The provider's pages (EMP): the client's post comes in, the student chooses and consents, the answer goes back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from credenza.errors import CredenzaError
from credenza.exchange.emrex.messages import FormPost, ReturnCode
from credenza.service.accounts.models import Organisation
from credenza.service.exchange.emrex import provider
from credenza.service.exchange.models import EmrexRequest
from credenza.service.verification.rate_limits import limited


@csrf_exempt  # the form stands at the client; nothing happens before the student has signed in and agreed
@never_cache
@require_POST
@limited("emrex-begin", a_minute=60)
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """A client's form post; the student goes on to sign in and choose."""
    organisation = get_object_or_404(Organisation, slug=slug, transfer__provides=True)
    try:
        stored = provider.begin(organisation, request.POST.dict())
    except CredenzaError as error:
        return _closed(request, error.message, status=400)
    return redirect("emrex_choose", organisation.slug, stored.pk)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@limited("emrex-answer", a_minute=60)
def choose(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """The student's choice of results, consent, and the way back."""
    stored = EmrexRequest.objects.select_related("organisation").filter(
        pk=pk, organisation__slug=slug, organisation__transfer__provides=True
    )
    try:
        return _step(request, get_object_or_404(stored))
    except CredenzaError as error:
        return _closed(request, error.message, status=410)


def _step(request: HttpRequest, stored: EmrexRequest) -> HttpResponse:
    session = provider.open_request(stored, request.user)
    results = list(provider.results_of(stored.organisation, request.user).order_by("-issued_at"))
    step = request.POST.get("step", "")
    if step == "cancel":
        code = ReturnCode.CANCEL if results else ReturnCode.NO_RESULTS
        return leave(request, provider.send_without(stored, request.user, code), session.client_host)
    wanted = set(request.POST.getlist("result"))
    chosen = [award for award in results if str(award.pk) in wanted]
    context: dict[str, Any] = {"nav": "wallet", "asked": stored, "client": session.client_host, "results": results}
    if wanted and len(chosen) < len(wanted):
        raise Http404
    if step and not chosen:
        context["problem"] = _("Choose at least one result, or go back without any.")
    elif step == "send":
        try:
            return leave(request, provider.send(stored, request.user, chosen), session.client_host)
        except CredenzaError as error:
            if error.code != "elmo-several-learners":
                raise
            context["problem"] = error.message
    elif step == "consent":
        learner = chosen[0].as_record.learner
        return render(request, "exchange/emrex_consent.html", context | {"chosen": chosen, "learner": learner})
    return render(request, "exchange/emrex_choose.html", context, status=422 if "problem" in context else 200)


def leave(request: HttpRequest, post: FormPost, host: str, *, and_beyond: bool = False) -> HttpResponse:
    """The page that posts a form to another site: by itself, or by its button where no script runs.

    Its policy lets forms go to that one origin and nowhere else; ``and_beyond``: and where that site sends on to.
    """
    response = render(request, "exchange/leave.html", {"post": post, "host": host})
    origins = [post.origin, "https:"] if and_beyond else [post.origin]
    response._csp_replace = {"form-action": origins}
    return response


def _closed(request: HttpRequest, problem: str, *, status: int) -> HttpResponse:
    return render(request, "exchange/closed.html", {"problem": problem, "nav": "wallet"}, status=status)
