"""Changing awards, one or many: a page that asks first, then the change, and a word on each that could not be made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from credenza.errors import CredenzaError
from credenza.service.accounts.access import AWARD_CHANGERS, member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation
from credenza.service.issuance import changing, correcting, registry
from credenza.service.issuance.models import Award, Batch
from credenza.service.issuance.views.awards import SearchForm
from credenza.service.issuance.views.single import LearnerForm
from credenza.service.telling import told


@dataclass(frozen=True)
class Change:
    """One kind of change: how it is asked and told, and whether it asks for a reason or a date."""

    title: Any
    question: Any
    button: Any
    told: Any
    asks: str = ""
    danger: bool = False


CHANGES = {
    "resend": Change(
        gettext_lazy("Send the claim link again"),
        gettext_lazy("Each learner gets a new link by mail; links sent before work no more."),
        gettext_lazy("Send again"),
        ngettext_lazy("%d letter is on its way.", "%d letters are on their way."),
    ),
    "suspend": Change(
        gettext_lazy("Suspend"),
        gettext_lazy(
            "Whoever checks the credential sees that it is out of force for the time being. The learner is told."
        ),
        gettext_lazy("Suspend"),
        ngettext_lazy("%d credential is suspended.", "%d credentials are suspended."),
        danger=True,
    ),
    "reinstate": Change(
        gettext_lazy("Put in force again"),
        gettext_lazy("The credential counts again. The learner is told."),
        gettext_lazy("Put in force again"),
        ngettext_lazy("%d credential is in force again.", "%d credentials are in force again."),
    ),
    "revoke": Change(
        gettext_lazy("Revoke"),
        gettext_lazy(
            "Whoever checks the credential sees that it is not valid. This cannot be undone. The learner is told why."
        ),
        gettext_lazy("Revoke for good"),
        ngettext_lazy("%d credential is revoked.", "%d credentials are revoked."),
        asks="reason",
        danger=True,
    ),
    "renew": Change(
        gettext_lazy("Renew"),
        gettext_lazy(
            "A new credential with a new end takes the place of the one before. The learner gets a link to it."
        ),
        gettext_lazy("Renew"),
        ngettext_lazy("%d credential is renewed.", "%d credentials are renewed."),
        asks="date",
    ),
}


@member(*AWARD_CHANGERS)
def change(request: HttpRequest, organisation: Organisation, name: str) -> HttpResponse:
    """Ask (GET), then change (POST) the awards that are named by ``award``, or all that were ``found`` by a search."""
    kind = CHANGES.get(name)
    if kind is None:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    if request.method == "GET" and "found" in asked:
        found = found_awards(organisation, asked).select_related("version__definition", "organisation")
        chosen = list(found.order_by("learner_name", "pk")[: changing.MOST_AT_ONCE + 1])
        if len(chosen) > changing.MOST_AT_ONCE:
            return too_many(request, organisation)
    elif "award" in asked:
        chosen = chosen_awards(organisation, asked.getlist("award"))
    else:
        chosen = []
    if not chosen:
        return none_chosen(request, organisation)
    value, error = asked.get("value", "").strip(), ""
    if request.method == "POST":
        error = _wrong(kind, value)
        if not error:
            return _change(request, organisation, name, chosen, value)
    context = {"change": kind, "name": name, "chosen": chosen, "value": value, "error": error}
    return console_page(request, "issuance/change.html", "awards", context, status=422 if error else 200)


def chosen_awards(organisation: Organisation, ids: list[str]) -> list[Award]:
    """The awards of this organisation that are named; 404 where one is not of it, or none is named."""
    try:
        wanted = {UUID(one) for one in ids[: changing.MOST_AT_ONCE + 1]}
    except ValueError as error:
        raise Http404 from error
    found = list(organisation.awards.filter(pk__in=wanted).select_related("version__definition", "organisation"))
    if not wanted or len(wanted) > changing.MOST_AT_ONCE or len(found) != len(wanted):
        raise Http404
    return sorted(found, key=lambda award: award.learner_name)


def found_awards(organisation: Organisation, asked: QueryDict) -> QuerySet[Award]:
    """The awards that a search of the list finds."""
    return registry.matching(organisation, SearchForm(organisation, asked).search())


def too_many(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Back to what was found, told how many may be changed at once."""
    words = _("More than %(n)d were found: narrow the search, such as by a day, and go part by part.")
    messages.warning(request, words % {"n": changing.MOST_AT_ONCE})
    kept = urlencode({name: value for name, value in request.GET.items() if name in SearchForm.base_fields and value})
    return redirect(f"{reverse('awards', args=[organisation.slug])}?{kept}")


def none_chosen(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Back to the list, told what to do first."""
    messages.warning(request, _("Tick the awards first, then say what is to be done with them."))
    return redirect("awards", organisation.slug)


def _wrong(kind: Change, value: str) -> str:
    if kind.asks == "reason" and not value:
        return _("Say why: the learner is told.")
    if kind.asks == "date":
        try:
            if date.fromisoformat(value) <= date.today():
                return _("Choose a day that lies ahead.")
        except ValueError:
            return _("Choose a day, such as 2031-11-20.")
    return ""


def _change(
    request: HttpRequest, organisation: Organisation, name: str, chosen: list[Award], value: str
) -> HttpResponse:
    try:
        changed = changing.change(chosen, name, value, actor=request.user)
    except CredenzaError as error:
        messages.error(request, error.message)
        return redirect("awards", organisation.slug)
    for award, refusal in changed.refused:
        messages.error(request, f"{award.learner_name or award.id}: {told(refusal.message)}")
    if changed.done:
        messages.success(request, CHANGES[name].told % len(changed.done))
    if changed.waiting:
        messages.success(request, _("This waits for somebody else to approve it."))
    if len(changed.waiting) == 1:
        return redirect("issue-rows", organisation.slug, changed.waiting[0].id)
    if changed.waiting:
        return redirect("issue", organisation.slug)
    if len(chosen) == 1:
        return redirect("award", organisation.slug, chosen[0].id)
    return redirect("awards", organisation.slug)


@member(*AWARD_CHANGERS)
def correct(request: HttpRequest, organisation: Organisation, award: UUID) -> HttpResponse:
    """Correct what an award says: a new one takes its place."""
    found = get_object_or_404(organisation.awards.select_related("version__definition", "organisation"), pk=award)
    if found.record is None or found.revoked_at is not None:
        messages.error(request, _("This credential cannot be corrected any more."))
        return redirect("award", organisation.slug, found.id)
    definition = found.version.as_record
    form = LearnerForm(definition, request.POST or None, initial=correcting.cells_of(found))
    if request.method == "POST" and form.read() is not None:
        try:
            made = correcting.correct(found, form.cells(), reason=correcting.CORRECTED, actor=request.user)
        except CredenzaError as error:
            form.add_error(None, error.message)
        else:
            return _corrected(request, organisation, made)
    return console_page(
        request, "issuance/correct.html", "awards", {"form": form, "award": found}, status=422 if form.errors else 200
    )


def _corrected(request: HttpRequest, organisation: Organisation, made: Award | Batch) -> HttpResponse:
    if isinstance(made, Batch):
        messages.success(request, _("This waits for somebody else to approve it."))
        return redirect("issue-rows", organisation.slug, made.id)
    messages.success(request, _("Corrected. The new credential is issued, the one before is revoked."))
    return redirect("award", organisation.slug, made.id)
