"""The awards of an organisation: a list to search, and a page for each with what happened to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credenza.errors import CredenzaError
from credenza.service.accounts import audit
from credenza.service.accounts.access import AWARD_CHANGERS, AWARD_READERS, may, member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation
from credenza.service.downloads import as_file
from credenza.service.form_rendering import Day
from credenza.service.issuance import correcting, registry
from credenza.service.issuance.documents import document, named_formats
from credenza.service.issuance.models import Award, Delivery
from credenza.service.telling import told


class SearchForm(forms.Form):
    """What awards are asked for."""

    q = forms.CharField(label=gettext_lazy("Name, e-mail address or id"), required=False, max_length=200)
    definition = forms.ChoiceField(label=gettext_lazy("Micro-credential"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("Any")), *registry.STATES.items()]
    )
    since = forms.DateField(label=gettext_lazy("Issued from"), required=False, widget=Day())
    until = forms.DateField(label=gettext_lazy("Issued until"), required=False, widget=Day())

    def __init__(self, organisation: Organisation, *args: Any) -> None:
        super().__init__(*args)
        listed = organisation.definitions.exclude(published=None).values_list("id", "published__title")
        self.fields["definition"].choices = [("", _("Any")), *((str(key), title) for key, title in listed)]

    def search(self) -> registry.Search:
        """The search that the form describes; what is not understood is left out."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        definition = said.get("definition")
        return registry.Search(
            words=said.get("q") or "",
            definition=UUID(definition) if definition else None,
            state=said.get("state") or "",
            since=said.get("since"),
            until=said.get("until"),
        )


@member(*AWARD_READERS)
def awards(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Search and page through the awards."""
    form = SearchForm(organisation, request.GET or None)
    page = registry.page(organisation, form.search(), after=request.GET.get("after", ""))
    kept = {key: value for key, value in request.GET.items() if key != "after" and value}
    context = {
        "form": form,
        "page": page,
        "next": urlencode(kept | {"after": page.next_key}) if page.next_key else "",
        "first": urlencode(kept) if request.GET.get("after") else None,
        "searched": bool(kept),
        "kept": kept,
        "may_change": may(request.roles, *AWARD_CHANGERS),
        "now": timezone.now(),
    }
    return console_page(request, "issuance/awards.html", "awards", context)


@member(*AWARD_READERS)
def award(request: HttpRequest, organisation: Organisation, award: UUID) -> HttpResponse:
    """One award: its state, its documents, its letters, what happened to it."""
    found = _found(organisation, award)
    record = found.as_record if found.record is not None else None
    context = {
        "award": found,
        "record": record,
        "grades": [one.grade.best(record.language) for one in record.results if one.grade] if record else [],
        "formats": named_formats(found) if found.record is not None else (),
        "timeline": timeline(found),
        "replaces": found.replaces.first(),
        "waiting": correcting.waiting(found),
        "may_change": may(request.roles, *AWARD_CHANGERS),
        "now": timezone.now(),
    }
    return console_page(request, "issuance/award.html", "awards", context)


@member(*AWARD_READERS)
def download(request: HttpRequest, organisation: Organisation, award: UUID, name: str) -> HttpResponse:
    """The award as a file; written into the audit trail."""
    found = _found(organisation, award)
    try:
        made = document(found, name)
    except CredenzaError as error:
        raise Http404 from error
    audit.record(organisation, "award.downloaded", actor=request.user, subject=found.id, format=name)
    return as_file(made.data, f"credential-{found.id}.{made.extension}", made.media_type)


def timeline(award: Award) -> list[tuple[datetime, str, str]]:
    """What happened to an award, the latest first: when, how it looks (good, warn, bad or nothing), in words."""
    happened: list[tuple[datetime | None, str, str]] = [
        (award.issued_at, "good", _("Issued")),
        (award.claimed_at, "good", _("Claimed by the learner")),
        (award.suspended_at, "warn", _("Suspended")),
        (
            award.revoked_at,
            "bad",
            _("Revoked: %(reason)s") % {"reason": told(award.revocation_reason) or _("no reason kept")},
        ),
        (award.erased_at, "", _("What is personal was erased")),
    ]
    happened += [_letter(one) for one in award.deliveries.all()]
    return sorted(((at, look, words) for at, look, words in happened if at is not None), reverse=True)


def _letter(letter: Delivery) -> tuple[datetime | None, str, str]:
    states = {
        "waiting": (letter.created_at, "", _("A letter waits to be sent")),
        "sent": (letter.sent_at, "", _("A letter was sent")),
        "bounced": (letter.sent_at or letter.created_at, "bad", _("A letter came back: %(why)s")),
        "failed": (letter.created_at, "bad", _("A letter could not be sent: %(why)s")),
    }
    at, look, words = states[letter.state]
    return at, look, words % {"why": told(letter.problem)} if letter.problem else words


def _found(organisation: Organisation, award: UUID) -> Award:
    return get_object_or_404(organisation.awards.select_related("version", "organisation", "replaced_by"), pk=award)
