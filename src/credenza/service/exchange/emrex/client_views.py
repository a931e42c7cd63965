"""The learner's pages for fetching results (EMC): choose where, leave, come back, see what came."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from credenza.errors import Conflict, CredenzaError
from credenza.exchange.emrex.registry import Registry
from credenza.service import encryption
from credenza.service.accounts.models import Organisation
from credenza.service.countries import named
from credenza.service.exchange import registries
from credenza.service.exchange.emrex import client
from credenza.service.exchange.emrex.provider_views import leave
from credenza.service.exchange.models import EmrexFetch, FetchState
from credenza.service.recognition import desks
from credenza.service.recognition.identities import expected_of
from credenza.service.recognition.models import Requirement
from credenza.service.request_values import identifier
from credenza.service.verification.rate_limits import limited


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@limited("emrex-fetch", a_minute=20)
def fetch(request: HttpRequest) -> HttpResponse:
    """Choose a country and an institution, and leave for it; ``requirement`` is what the learner applies for with the results."""
    deciders = Organisation.objects.filter(transfer__decides=True).order_by("name")
    wanted = _requirement(request.POST.get("requirement") or request.GET.get("requirement"))
    slug = request.POST.get("for") or request.GET.get("for") or (wanted.organisation.slug if wanted else "")
    purpose = deciders.filter(slug=slug).first() if slug else None
    context: dict[str, Any] = {"nav": "wallet", "deciders": deciders, "purpose": purpose, "requirement": wanted}
    context["fetches"] = EmrexFetch.objects.filter(learner=request.user).order_by("-created_at")[:20]
    known = expected_of(request.user).learner
    context["incomplete"] = not (known.name and known.birth_date)
    try:
        registry = registries.emreg()
        registry.require_usable(client.policy().registry_age, now=timezone.now())
        if request.method == "POST":
            provider = registry.provider(request.POST.get("provider", ""))
            if provider is not None:
                post = client.begin(request.user, provider, organisation=purpose, requirement=wanted)
                return leave(request, post, client.title_of(provider), and_beyond=True)
            context["problem"] = _("Choose an institution.")
        context |= _choice(registry, request.GET.get("country", "").upper())
    except CredenzaError as error:
        context["problem"] = error.message
    return render(request, "exchange/fetch.html", context, status=422 if request.method == "POST" else 200)


@csrf_exempt  # the form stands at the provider; the answer is only stored, and opened in the learner's own session
@never_cache
@require_POST
@limited("emrex-return", a_minute=60)
def returned(request: HttpRequest) -> HttpResponse:
    """A provider's form post."""
    try:
        ticket = client.receive(request.POST.dict())
    except CredenzaError as error:
        status = 409 if isinstance(error, Conflict) else 400
        return render(request, "exchange/closed.html", {"problem": error.message, "nav": "wallet"}, status=status)
    return redirect("emrex_result", ticket)


@never_cache
@login_required
@require_GET
def result(request: HttpRequest, ticket: str) -> HttpResponse:
    """Open what came back: it is judged now, in the session of the learner who asked."""
    mine = EmrexFetch.objects.select_related("organisation", "learner")
    found = get_object_or_404(mine, ticket_digest=encryption.digest(ticket), learner=request.user)
    try:
        found = client.open_answer(found)
    except CredenzaError as error:
        context = {"nav": "wallet", "fetch": found, "problem": error.message}
        return render(request, "exchange/result.html", context, status=503)
    return _into_application(found) or redirect("emrex_fetched", found.pk)


@never_cache
@login_required
@require_GET
def fetched(request: HttpRequest, pk: str) -> HttpResponse:
    """What came of one request."""
    mine = EmrexFetch.objects.select_related("organisation", "requirement").filter(learner=request.user)
    found = get_object_or_404(mine, pk=pk)
    return render(request, "exchange/result.html", {"nav": "wallet", "fetch": found, "kept": found.credentials.all()})


def _into_application(found: EmrexFetch) -> HttpResponse | None:
    """Back to what the learner applies for: with the one credential that came, or to choose among several."""
    kept = list(found.credentials.values_list("pk", flat=True)) if found.state == FetchState.TAKEN else []
    if found.requirement_id is None or not kept:
        return None
    page = reverse("recognition_ask" if len(kept) == 1 else "recognition_requirement", args=[found.requirement_id])
    return redirect(f"{page}?c={kept[0]}&fetched={found.pk}")


def _requirement(named: str | None) -> Requirement | None:
    pk = identifier(named)
    return desks.open_requirements().filter(pk=pk).first() if pk is not None else None


def _choice(registry: Registry, country: str) -> dict[str, Any]:
    """The countries of the registry that have a provider, and the providers of the chosen one."""
    countries = named({one.country for one in registry.providers})
    if len(countries) == 1:
        country = countries[0][0]
    providers = [one for one in registry.providers if one.country == country]
    return {"countries": countries, "country": country, "providers": providers, "left_out": len(registry.left_out)}
