"""The console's pages of transfers: what is allowed and published, and results whose person is in doubt."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credenza.errors import CredenzaError
from credenza.service.accounts.access import may, member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.exchange import settings_form
from credenza.service.exchange.emrex import client
from credenza.service.exchange.emrex.listing import registry_entry
from credenza.service.exchange.models import FetchState
from credenza.service.recognition.identities import expected_of


@member(Role.EVALUATOR, Role.REGISTRAR)
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What the organisation allows, what registries need to know of it, and what learners fetched for it."""
    owner, evaluator = may(request.roles, Role.OWNER), may(request.roles, Role.EVALUATOR)
    stored = settings_form.settings_of(organisation)
    read = request.POST.get("edition", "") if request.method == "POST" else settings_form.edition(stored)
    form = settings_form.TransferForm(request.POST or None, instance=stored)
    if request.method == "POST":
        if not owner:
            raise PermissionDenied
        try:
            if form.is_valid():
                settings_form.save(form, edition=read, actor=request.user)
                messages.success(request, _("Saved."))
                return redirect("console_transfer", organisation.slug)
        except CredenzaError as error:
            form.add_error(None, error.message)
        stored = settings_form.settings_of(organisation)
    fetches = organisation.emrex_fetches.exclude(state__in=[FetchState.WAITING, FetchState.ANSWERED])
    context = {
        "form": form,
        "edition": read,
        "owner": owner,
        "evaluator": evaluator,
        "stored": stored,
        "entry": json.dumps(registry_entry(organisation), ensure_ascii=False, indent=2) if stored.provides else "",
        "fetch_address": f"{settings.SITE_URL}{reverse('emrex_fetch')}?for={organisation.slug}",
        "manifest": settings.SITE_URL + reverse("ewp_manifest", args=[organisation.slug]),
        "doubts": fetches.filter(state=FetchState.DOUBT).order_by("created_at")[:100] if evaluator else [],
        "fetches": fetches.exclude(state=FetchState.DOUBT).order_by("-created_at")[:100] if evaluator else [],
    }
    return console_page(request, "exchange/console.html", "transfer", context)


@member(Role.EVALUATOR)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """One set of results whose person is in doubt, beside the learner as we know them."""
    found = get_object_or_404(organisation.emrex_fetches.select_related("learner", "organisation"), pk=pk)
    if request.method == "POST":
        answer = request.POST.get("answer")
        try:
            if answer in ("same", "different"):
                client.decide(found, same=answer == "same", evaluator=request.user)
                messages.success(request, _("Your decision is kept. The learner sees it in the wallet."))
        except CredenzaError as error:
            messages.error(request, error.message)
        return redirect("console_transfer", organisation.slug)
    context = {"fetch": found, "kept": found.credentials.all(), "expected": expected_of(found.learner)}
    return console_page(request, "exchange/decide.html", "transfer", context)
