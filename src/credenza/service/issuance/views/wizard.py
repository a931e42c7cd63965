"""Issuing from a class list, first half: choose the micro-credential, upload, say what the columns hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credenza.errors import CredenzaError
from credenza.service.accounts.access import CLASS_LIST_READERS, member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.downloads import XLSX, as_file
from credenza.service.issuance import batches, class_list_columns
from credenza.service.issuance.models import Batch, BatchState
from credenza.service.issuance.offered import offered
from credenza.service.request_values import whole_number

_SAMPLES = 3
_BATCHES_SHOWN = 30


class UploadForm(forms.Form):
    """A class list as a file."""

    file = forms.FileField(
        label=gettext_lazy("Class list"),
        help_text=gettext_lazy("XLSX, ODS or CSV (UTF-8), at most 12 MB and 50,000 learners."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > batches.LARGEST_FILE:
            raise ValidationError(_("The file is larger than 12 MB."))
        return file


@member(*CLASS_LIST_READERS)
def overview(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What can be issued, and the class lists of late."""
    listed = organisation.batches.select_related("version", "created_by").order_by("-created_at")
    definitions = organisation.definitions.filter(withdrawn_at=None).exclude(published=None)
    context = {
        "definitions": definitions.select_related("published").order_by("published__title"),
        "waiting": listed.filter(state=BatchState.CHECKED)[:_BATCHES_SHOWN],
        "batches": listed.exclude(state=BatchState.CHECKED)[:_BATCHES_SHOWN],
    }
    return console_page(request, "issuance/overview.html", "issue", context)


@member(Role.ISSUER)
def upload(request: HttpRequest, organisation: Organisation, definition: UUID) -> HttpResponse:
    """Upload a class list for one micro-credential."""
    version = offered(organisation, definition)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = batches.upload(version, file.read(), file.name, actor=request.user)
        except CredenzaError as error:
            form.add_error("file", error.message)
        else:
            return redirect("issue-columns", organisation.slug, batch.id)
    context = {"form": form, "version": version, "step": 1}
    return console_page(
        request, "issuance/upload.html", "issue", context, status=200 if request.method == "GET" else 422
    )


@member(Role.ISSUER)
def template(request: HttpRequest, organisation: Organisation, definition: UUID) -> HttpResponse:
    """An empty class list to fill in."""
    version = offered(organisation, definition)
    name = slugify(version.title)[:60] or "class-list"
    return as_file(class_list_columns.template(version.as_record), f"{name}.xlsx", XLSX)


@member(Role.ISSUER)
def map_columns(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """Say what each column of the file holds; what is known by name is chosen already."""
    found = get_object_or_404(organisation.batches.select_related("version"), pk=batch)
    if found.state not in batches.OPEN:
        return redirect("issue-batch", organisation.slug, found.id)
    errors: tuple[str, ...] = ()
    if request.method == "POST":
        places = {
            place: key
            for place in range(len(found.mapping["header"]))
            if (key := request.POST.get(f"column-{place}", ""))
        }
        try:
            edition = whole_number(request.POST.get("edition")) or 0
            batches.map_columns(found, places, edition=edition, actor=request.user)
            return redirect("issue-rows", organisation.slug, found.id)
        except CredenzaError as problem:
            errors = problem.sentences
            found.mapping = found.mapping | {"places": {str(place): key for place, key in places.items()}}
    context = {"batch": found, "columns": _columns(found), "step": 2, "errors": errors}
    context["edition"] = request.POST.get("edition") or found.edition
    return console_page(request, "issuance/columns.html", "issue", context, status=422 if errors else 200)


def _columns(batch: Batch) -> list[dict[str, Any]]:
    rows = [row.cells for row in batch.rows.order_by("number")[:_SAMPLES]]
    options = class_list_columns.choices(batch.version.as_record)
    return [
        {
            "place": place,
            "name": name,
            "chosen": batch.mapping["places"].get(str(place), ""),
            "samples": [row[place] for row in rows if place < len(row) and row[place] not in (None, "")],
            "options": options,
        }
        for place, name in enumerate(batch.mapping["header"])
        if name or any(place < len(row) and row[place] not in (None, "") for row in rows)
    ]


@member(*CLASS_LIST_READERS)
def batch_page(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """The step at which a class list is."""
    found = get_object_or_404(organisation.batches, pk=batch)
    steps = {BatchState.UPLOADED: "issue-columns", BatchState.CHECKED: "issue-rows"}
    if found.state == BatchState.CANCELLED:
        messages.info(request, _("This class list was cancelled."))
        return redirect("issue", organisation.slug)
    return redirect(steps.get(BatchState(found.state), "issue-progress"), organisation.slug, found.id)
