"""Correcting or renewing many awards by one class list: the sheet filled in to download, and its upload."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from credenza.errors import CredenzaError
from credenza.service.accounts.access import AWARD_CHANGERS, member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation
from credenza.service.downloads import XLSX, as_file
from credenza.service.issuance import correction_lists
from credenza.service.issuance.views.changes import chosen_awards, found_awards, none_chosen
from credenza.service.issuance.views.wizard import UploadForm


class CorrectionForm(UploadForm):
    """A class list that names awards by their numbers, and why they change."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The learner reads it. Whoever checks the credential does not."),
        max_length=500,
        required=False,
    )


@member(*AWARD_CHANGERS)
def upload(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Upload corrections; what changes is shown next, and nothing happens before that is approved."""
    form = CorrectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, reason = form.cleaned_data["file"], form.cleaned_data["reason"]
        try:
            batch = correction_lists.upload(organisation, file.read(), file.name, reason=reason, actor=request.user)
        except CredenzaError as error:
            for sentence in error.sentences:
                form.add_error("file", sentence)
        else:
            return redirect("issue-rows", organisation.slug, batch.id)
    status = 200 if request.method == "GET" else 422
    return console_page(request, "issuance/correct_many.html", "awards", {"form": form}, status=status)


@require_GET
@member(*AWARD_CHANGERS)
def filled(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The sheet filled in with the awards that are named (``award``), of a class list (``batch``), or ``found`` by a search."""
    if not {"award", "batch", "found"} & set(request.GET):
        return none_chosen(request, organisation)
    try:
        if "batch" in request.GET:
            batch = get_object_or_404(organisation.batches, pk=UUID(request.GET["batch"]))
            awards = organisation.awards.filter(batch=batch)
        elif "found" in request.GET:
            awards = found_awards(organisation, request.GET)
        else:
            chosen = chosen_awards(organisation, request.GET.getlist("award"))
            awards = organisation.awards.filter(pk__in=[one.pk for one in chosen])
    except ValueError as error:
        raise Http404 from error
    try:
        made = correction_lists.filled(awards)
    except CredenzaError as error:
        messages.error(request, error.message)
        return redirect("awards-correct", organisation.slug)
    return as_file(made, "awards.xlsx", XLSX)
