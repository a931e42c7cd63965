"""The console's pages of an organisation's accreditations: the list, and the form of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from credenza.errors import CredenzaError
from credenza.record import Accreditation, IdentifierKind
from credenza.service.accounts import accreditations
from credenza.service.accounts.access import may, member
from credenza.service.accounts.accreditation_lines import shown
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.catalogue.form_values import present
from credenza.service.catalogue.text_fields import LanguagesField, TermsField, choice_of
from credenza.service.form_rendering import Day, InSections

_DAYS = ("valid_from", "valid_until", "review_date")
_SHOWN = frozenset(
    {"id", "kind", "title", "agency", "reference", "report", "status", "eqf_levels", "fields", "jurisdictions", *_DAYS}
)
_URL: dict[str, Any] = {"max_length": 500, "assume_scheme": "https"}


class AccreditationForm(InSections, forms.Form):
    """What was decided, by whom, for how long, and what it covers."""

    SECTIONS = (
        (gettext_lazy("What was decided"), (("title",), ("type", "status"), ("id", "report"))),
        (gettext_lazy("By whom"), (("agency", "agency_url"), ("deqar",))),
        (gettext_lazy("For how long"), (("valid_from", "valid_until"), ("review_date",))),
        (gettext_lazy("What it covers"), (("eqf_levels",), ("fields_of_education",), ("jurisdictions",))),
    )

    title = LanguagesField(label=gettext_lazy("Decision or accreditation"))
    type = forms.ChoiceField(label=gettext_lazy("Type"))
    status = forms.CharField(
        label=gettext_lazy("Status"), help_text=gettext_lazy("Empty while it stands; withdrawn or denied where not."),
        max_length=50, required=False,
    )  # fmt: skip
    id = forms.URLField(label=gettext_lazy("Address of the decision"), **_URL)
    report = forms.URLField(label=gettext_lazy("Address of the report"), required=False, **_URL)
    agency = forms.CharField(label=gettext_lazy("Agency"), max_length=300)
    agency_url = forms.URLField(label=gettext_lazy("Address of the agency"), **_URL)
    deqar = forms.CharField(label=gettext_lazy("Number in DEQAR"), max_length=100, required=False)
    valid_from = forms.DateField(label=gettext_lazy("From"), required=False, widget=Day())
    valid_until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=Day())
    review_date = forms.DateField(label=gettext_lazy("Next review"), required=False, widget=Day())
    eqf_levels = forms.MultipleChoiceField(
        label=gettext_lazy("EQF levels"), help_text=gettext_lazy("None chosen: it covers every level."),
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    fields_of_education = TermsField(
        "isced-f", label=gettext_lazy("Fields of education (ISCED-F)"), help_text=gettext_lazy("Empty: every field.")
    )
    jurisdictions = TermsField(
        "country", label=gettext_lazy("Countries"), help_text=gettext_lazy("Empty: wherever you award.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = choice_of("accreditation")
        self.fields["eqf_levels"].choices = choice_of("eqf")[1:]
        self.fields["title"].widget.languages = tuple(dict.fromkeys((*self.initial.get("title", {}), "en")))


@member(Role.DESIGNER, Role.READER)
@require_GET
def index(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What the organisation says of its accreditations."""
    lines = [shown(one) for one in organisation.as_record.accreditations]
    context = {"accreditations": lines, "owner": may(request.roles, Role.OWNER)}
    return console_page(request, "console/accreditations.html", "organisation", context)


@member(Role.OWNER)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """One accreditation, named by its id in the query; without one, a new one."""
    id = request.GET.get("id")
    before = accreditations.find(organisation, id) if id else None
    if id and before is None:
        raise Http404
    form = AccreditationForm(request.POST or None, initial=_initial(before) if before else {})
    if request.method == "POST":
        try:
            if _changed(organisation, form, before, request):
                return redirect("console_accreditations", organisation.slug)
        except CredenzaError as error:
            for message in error.sentences:
                form.add_error(None, message)
    read = request.POST.get("edition", accreditations.edition(before) if before else "")
    context = {"form": form, "before": before, "edition": read}
    return console_page(request, "console/accreditation.html", "organisation", context)


def _changed(
    organisation: Organisation, form: AccreditationForm, before: Accreditation | None, request: HttpRequest
) -> bool:
    """Do what was asked; False where the form is not right yet."""
    if before is not None and request.POST.get("do") == "take-away":
        accreditations.take_away(organisation, before.id, actor=request.user)
        messages.success(request, _("Taken away. What was issued with it keeps it."))
        return True
    if not form.is_valid():
        return False
    made = accreditations.read(organisation, _authored(form.cleaned_data))
    if before is None:
        accreditations.add(organisation, made, actor=request.user)
    else:
        made, edition = _with_what_is_not_shown(made, before), request.POST.get("edition", "")
        accreditations.change(organisation, before.id, made, edition=edition, actor=request.user)
    messages.success(request, _("Saved. What is issued from now on says so."))
    return True


def _initial(one: Accreditation) -> dict[str, Any]:
    days = {name: getattr(one, name) for name in _DAYS}
    deqar = one.reference if one.reference and one.reference.kind is IdentifierKind.DEQAR else None
    return {name: day.date() for name, day in days.items() if day} | {
        "title": dict(one.title.root),
        "type": one.kind.notation,
        "status": one.status or "",
        "id": one.id,
        "report": one.report or "",
        "agency": one.agency.legal_name.best("en"),
        "agency_url": one.agency.id,
        "deqar": deqar.value if deqar else "",
        "eqf_levels": [level.notation for level in one.eqf_levels],
        "fields_of_education": [field.notation for field in one.fields],
        "jurisdictions": [place.notation for place in one.jurisdictions],
    }


def _authored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The accreditation as ``organisation.toml`` has it."""
    days = {name: value.isoformat() for name in _DAYS if (value := values[name])}
    simple = {name: values[name] for name in ("title", "type", "status", "id", "report", "eqf_levels", "jurisdictions")}
    agency = {"id": values["agency_url"], "legal_name": values["agency"]}
    identifiers = {"deqar": values["deqar"]} if values["deqar"] else None
    return present(
        simple | days | {"agency": agency, "identifiers": identifiers, "fields": values["fields_of_education"]}
    )


def _with_what_is_not_shown(made: Accreditation, before: Accreditation) -> Accreditation:
    """The accreditation of the form with all that the form cannot show, as it was before."""
    kept = {name: getattr(before, name) for name in set(Accreditation.model_fields) - _SHOWN}
    for name in _DAYS:
        then, now = getattr(before, name), getattr(made, name)
        if then and now and then.date() == now.date():
            kept[name] = then
    if made.reference is None and before.reference is not None and before.reference.kind is not IdentifierKind.DEQAR:
        kept["reference"] = before.reference
    if made.agency.id == before.agency.id:
        same = made.agency.legal_name.best("en") == before.agency.legal_name.best("en")
        kept["agency"] = (
            before.agency if same else before.agency.model_copy(update={"legal_name": made.agency.legal_name})
        )
    return made.model_copy(update=kept)
