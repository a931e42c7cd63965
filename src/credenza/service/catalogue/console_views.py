"""The designer's pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from credenza.service.accounts.access import may, member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.catalogue import designing, draft_pages, drawing
from credenza.service.catalogue.draft_forms import DraftForms
from credenza.service.catalogue.forms import FORMSETS, DefinitionForm, form_of, initial_of
from credenza.service.catalogue.models import DefinitionVersion, VersionState
from credenza.service.catalogue.offer import offer_of

_PLACES = {
    2: "title", 6: "outcomes", 7: "workload_hours", 8: "eqf", 9: "assessments", 10: "participation", 11: "quality",
    12: "prerequisites", 13: "assessments", 14: "assessments", 15: "integration", 16: "fields",
}  # fmt: skip
_OF_LANGUAGES = frozenset({"language-of-instruction-missing", "title-not-in-language-of-instruction"})
_WORDS = draft_pages.Words(
    _("It is in the catalogue now."),
    _("It is no longer in the catalogue. What was awarded stays valid."),
    "definitions",
)


@member()
@require_GET
def index(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Every micro-credential of the organisation, with its newest version."""
    versions = draft_pages.newest(DefinitionVersion, organisation).filter(definition__decision_series=None)
    wanted = request.GET.get("state", "")
    if wanted in VersionState.values:
        versions = versions.filter(state=wanted)
    context = {"versions": versions[:500], "states": VersionState.choices, "wanted": wanted}
    return _console(request, "index", context)


@member(Role.DESIGNER)
@require_POST
def new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Begin a new definition."""
    version = designing.begin(organisation, actor=request.user)
    return redirect("definition_edit", organisation.slug, version.pk)


@member(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """The form, with the findings of the European standard beside each field and a preview."""
    version = _version(organisation, pk)
    if version.state != VersionState.DRAFT:
        return redirect("definition_show", organisation.slug, version.pk)
    if request.method == "GET":
        context = _pages(version, version.form)
        return _console(request, "edit", context)
    posted = _posted(request)
    if not posted.valid:
        context = _context(version, posted, version.form)
        return _console(request, "edit", context, status=422)
    form = form_of(posted.main.cleaned_data, posted.values(), version.form)

    def page(*, status: int = 200, more: str = "") -> HttpResponse:
        return _console(request, "edit", _pages(version, form, more=more), status=status)

    return draft_pages.keep(
        request,
        version,
        save=lambda: designing.save(version, form, edition=draft_pages.edition(request), actor=request.user),
        submit=lambda: designing.submit(version, actor=request.user),
        page=page,
    )


@member(Role.DESIGNER)
@require_POST
def live(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """What the form comes to as it is typed: the findings and the preview, without saving."""
    version = _version(organisation, pk)
    posted = _posted(request)
    form = form_of(posted.main.cleaned_data, posted.values(), version.form) if posted.valid else version.form
    return render(
        request, "console/definitions/live.html", _judged(version, form, None) | {"version": version, "live": True}
    )


@member()
@require_GET
def show(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """A version as it will stand, or stands, in the catalogue, with the steps that are open to this person."""
    version = _version(organisation, pk)
    context = {"version": version, "may_issue": may(request.roles, Role.ISSUER)}
    context |= _judged(version, version.form, None)
    context |= draft_pages.steps(request, version, designing.digest(version, context["judged"]))
    return _console(request, "show", context)


@member(Role.DESIGNER, Role.ISSUER)
@require_POST
def decide(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """Approve, return, withdraw, begin the next version, or throw a draft away."""
    return draft_pages.decide(request, _version(organisation, pk), approve=designing.approve, words=_WORDS)


@member()
@require_GET
def certificate(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """The certificate's page as a picture, without a learner."""
    made = drawing.certificate(_version(organisation, pk))
    if made is None:
        return HttpResponse(status=404)
    return HttpResponse(made.data, content_type=made.media_type)


def _posted(request: HttpRequest) -> DraftForms:
    return DraftForms.posted(DefinitionForm(request.POST), FORMSETS, request.POST)


def _pages(version: DefinitionVersion, form: dict[str, Any], *, more: str = "") -> dict[str, Any]:
    """The forms of a draft as they are shown; ``more`` names the part of which one more is wanted."""
    main, parts = initial_of(form)
    blank = {name for name in parts if name == more or not parts[name]}
    return _context(version, DraftForms.shown(DefinitionForm(initial=main), FORMSETS, parts, blank), form)


def _context(version: DefinitionVersion, forms: DraftForms, form: dict[str, Any]) -> dict[str, Any]:
    languages = initial_of(form)[0]["template_languages"]
    return {"version": version} | forms.context(languages) | _judged(version, form, forms.main)


def _judged(version: DefinitionVersion, form: dict[str, Any], shown: DefinitionForm | None) -> dict[str, Any]:
    judged = designing.judge(version.definition, form)
    by_place: dict[str, list[Any]] = {}
    for one in judged.findings:
        place = "languages" if one.code in _OF_LANGUAGES else _PLACES.get(one.element.number, "")
        by_place.setdefault(place or "organisation", []).append(one)
    if shown is not None:
        shown.findings = by_place
    preview = offer_of(judged.record, get_language() or "en") if judged.record is not None else None
    return {"judged": judged, "places": by_place, "offer": preview}


def _version(organisation: Organisation, pk: str) -> DefinitionVersion:
    mine = DefinitionVersion.objects.select_related("definition__organisation", "author", "submitted_by", "approved_by")
    return get_object_or_404(mine.filter(definition__organisation=organisation), pk=pk)


def _console(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = context | {"may_design_here": may(request.roles, Role.DESIGNER)}
    return console_page(request, f"console/definitions/{name}.html", "definitions", context, status=status)
