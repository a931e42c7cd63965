"""Issuing from a class list, second half: look at errors, duplicates and one certificate, approve, watch it go."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credenza.errors import CredenzaError
from credenza.record.annex_i import check_award, meets_standard
from credenza.record.form import Problem
from credenza.service.accounts.access import CLASS_LIST_READERS, member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.accounts.second_person import is_second
from credenza.service.downloads import XLSX, as_file
from credenza.service.issuance import approval, batches, correcting, correction_lists, progress, sample
from credenza.service.issuance.class_list_columns import label
from credenza.service.issuance.corrections import sheet as corrections_sheet
from credenza.service.issuance.models import Batch, BatchRow, BatchState, RowState
from credenza.service.issuance.told_problems import told_problem
from credenza.service.request_values import whole_number

_ROWS_A_PAGE = 50


def _found(organisation: Organisation, batch: UUID) -> Batch:
    return get_object_or_404(organisation.batches.select_related("version__definition", "organisation"), pk=batch)


@member(*CLASS_LIST_READERS)
def rows(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """What is good, what is to be mended and where, who has the credential already."""
    found = _found(organisation, batch)
    if found.state != BatchState.CHECKED:
        return redirect("issue-batch", organisation.slug, found.id)
    numbers = batches.numbers(found)
    shown = request.GET.get("show", RowState.BAD if numbers[RowState.BAD] and not found.corrects else RowState.GOOD)
    if shown not in RowState.values:
        raise Http404
    listed = found.rows.filter(state=shown).select_related("award__version").order_by("number")
    page = Paginator(listed, _ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": found,
        "numbers": numbers,
        "tabs": [(state.value, _tab(found, state), numbers[state]) for state in RowState if state != RowState.ISSUED],
        "may_mend": not found.corrects or correction_lists.AWARD in found.mapping,
        "shown": shown,
        "page": page,
        "rows": [_row(found, row) for row in page],
        "sample": sample.first(found),
        "may_approve": is_second(organisation, request.user, approval.makers(found)),
        "languages": settings.LANGUAGES,
        "step": 3,
    }
    return console_page(request, "issuance/rows.html", "issue", context)


def _tab(batch: Batch, state: RowState) -> Any:
    return _("Nothing changes") if batch.corrects and state == RowState.DUPLICATE else state.label


def _row(batch: Batch, row: BatchRow) -> dict[str, Any]:
    name = row.learner_name
    told_ones = [told_problem(Problem(**problem)) for problem in row.problems]
    problems = [{**asdict(one), "column": label(one.where) if one.where else ""} for one in told_ones]
    told = {"number": row.number, "name": name, "problems": problems, "award": row.award, "state": row.state}
    return told | (
        {"changes": _changes(row), "name": row.award.learner_name if row.award else name} if batch.corrects else {}
    )


def _changes(row: BatchRow) -> list[tuple[str, Any, Any]]:
    """What is to be said instead: the column in words, what it says now, what it is to say."""
    if row.award is None or row.award.record is None:
        return []
    before = correcting.cells_of(row.award)
    after = correcting.changes(row.award, row.by_column)
    return [(label(key), before.get(key, ""), value or "") for key, value in after.items()]


@member(*CLASS_LIST_READERS)
def corrections(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """The rows to be mended, as a spreadsheet that says what to mend."""
    found = _found(organisation, batch)
    made = corrections_sheet(found)
    if made is None:
        raise Http404
    return as_file(made, "to-mend.xlsx", XLSX)


@member(*CLASS_LIST_READERS)
def preview(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """One learner's credential as it will be, and what the European standard says to it."""
    found = _found(organisation, batch)
    award = sample.award(found)
    if award is None:
        raise Http404
    findings = check_award(award, now=award.issued or found.created_at)
    context = {"batch": found, "award": award, "findings": findings, "meets": meets_standard(findings), "step": 3}
    return console_page(request, "issuance/preview.html", "issue", context)


@member(*CLASS_LIST_READERS)
def preview_image(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """The certificate of the preview."""
    found = _found(organisation, batch)
    picture = sample.picture(found)
    if picture is None:
        raise Http404
    return HttpResponse(picture.data, content_type=picture.media_type, headers={"Cache-Control": "no-store"})


@require_POST
@member(*CLASS_LIST_READERS)
def approve(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """Start issuing."""
    found = _found(organisation, batch)
    language = request.POST.get("language", "en")
    try:
        approval.approve(
            found,
            edition=whole_number(request.POST.get("edition")) or 0,
            actor=request.user,
            mail=found.corrects or request.POST.get("mail") == "on",
            language=language if language in dict(settings.LANGUAGES) else "en",
        )
    except CredenzaError as error:
        messages.error(request, error.message)
        return redirect("issue-batch", organisation.slug, found.id)
    messages.success(request, _("Issuing has begun. You can close this page: it goes on."))
    return redirect("issue-progress", organisation.slug, found.id)


@require_POST
@member(*CLASS_LIST_READERS)
def go_on(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """Start a stopped batch again."""
    found = _found(organisation, batch)
    try:
        approval.go_on(found, actor=request.user)
    except CredenzaError as error:
        messages.error(request, error.message)
    return redirect("issue-batch", organisation.slug, found.id)


@require_POST
@member(Role.ISSUER)
def cancel(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """Give a class list up."""
    found = _found(organisation, batch)
    try:
        batches.cancel(found, actor=request.user)
    except CredenzaError as error:
        messages.error(request, error.message)
        return redirect("issue-batch", organisation.slug, found.id)
    messages.success(request, _("The class list is cancelled and its rows are deleted."))
    return redirect("issue", organisation.slug)


@member(*CLASS_LIST_READERS)
def watch(request: HttpRequest, organisation: Organisation, batch: UUID) -> HttpResponse:
    """How far a batch is: as a page, and as the part of it that a script fetches again (``?part=1``)."""
    found = _found(organisation, batch)
    if found.state in (*batches.OPEN, BatchState.CANCELLED):
        return redirect("issue-batch", organisation.slug, found.id)
    numbers = progress.numbers(found)
    after = whole_number(request.GET.get("after")) or 0
    people = progress.people(found, after=after)
    done = found.state != BatchState.RUNNING and not numbers["waiting"]
    context = {"batch": found, "numbers": numbers, "people": people, "done": done, "step": 4, "after": after}
    name = "issuance/progress_part.html" if "part" in request.GET else "issuance/progress.html"
    answer = console_page(request, name, "issue", context)
    answer["Cache-Control"] = "no-store"
    if done:
        answer["X-Done"] = "1"
    return answer
