"""The issuer's page of a request for a larger award."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credenza.errors import CredenzaError
from credenza.service.accounts.access import member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.pathways import requests
from credenza.service.pathways.models import AwardRequest, RequestState
from credenza.service.pathways.showing import shown


@member(Role.ISSUER)
@require_http_methods(["GET", "POST"])
def request_for_award(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """What the learner showed, verified now, with what a person should look at; approve it, or say why not."""
    mine = AwardRequest.objects.filter(version__pathway__organisation=organisation)
    related = ("version__pathway__organisation", "version__award__published", "learner", "award", "decided_by")
    asked = get_object_or_404(mine.select_related(*related), pk=pk)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "approve":
                requests.issue(asked, actor=request.user)
                messages.success(request, _("The larger award is issued, and in the learner's wallet."))
            else:
                requests.decline(asked, request.POST.get("note", ""), actor=request.user)
                messages.info(request, _("The learner is told."))
        except CredenzaError as error:
            messages.error(request, error.message)
        return redirect("pathway_request", organisation.slug, asked.pk)
    context: dict[str, Any] = {"asked": asked}
    if asked.state == RequestState.OPEN:
        try:
            look = requests.look_at(asked)
        except CredenzaError as error:
            context["problem"] = error.message
        else:
            group = shown(look.progress.pathway, get_language() or "en", look)
            context |= {"look": look, "group": group, "doubts": requests.doubts(look)}
    return console_page(request, "console/pathways/request.html", "pathways", context)
