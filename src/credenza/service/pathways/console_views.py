"""The designer's pages of pathways."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from credenza.service.accounts.access import may, member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.catalogue import draft_pages
from credenza.service.catalogue.draft_forms import DraftForms
from credenza.service.catalogue.models import VersionState
from credenza.service.pathways import designing, importing
from credenza.service.pathways.form_tree import branches, fits, form_of, initial_of
from credenza.service.pathways.forms import FORMSETS, Choices, PathwayForm
from credenza.service.pathways.models import AwardRequest, PathwayVersion, RequestState
from credenza.service.pathways.showing import shown

_WORDS = draft_pages.Words(
    _("Learners can follow it now."), _("It is no longer offered. What was awarded stays valid."), "pathways_console"
)


@member()
@require_GET
def index(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Every pathway of the organisation with its newest version, and who asks for a larger award."""
    versions = draft_pages.newest(PathwayVersion, organisation).select_related("award__published")
    waiting = AwardRequest.objects.filter(version__pathway__organisation=organisation, state=RequestState.OPEN)
    context = {
        "versions": versions[:500],
        "waiting": waiting.select_related("version", "learner").order_by("asked_at")[:100]
        if may(request.roles, Role.ISSUER)
        else (),
    }
    return _console(request, "index", context)


@member(Role.DESIGNER)
@require_POST
def new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Begin a new pathway."""
    version = designing.begin(organisation, actor=request.user)
    return redirect("pathway_edit", organisation.slug, version.pk)


@member(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """The form, with the explanation beside it whether the pathway can be completed at all."""
    version = _version(organisation, pk)
    if version.state != VersionState.DRAFT:
        return redirect("pathway_show", organisation.slug, version.pk)
    if request.method == "GET":
        return _edit_page(request, version)
    posted = _posted(request, version) if request.POST.get("do") != "import" else None
    if posted is not None and not posted.valid:
        return _console(request, "edit", _context(version, posted), status=422)

    def save() -> None:
        draft = _draft(posted) if posted is not None else importing.read(_file(request), version)
        designing.save(version, draft, edition=draft_pages.edition(request), actor=request.user)

    return draft_pages.keep(
        request,
        version,
        save=save,
        submit=lambda: designing.submit(version, actor=request.user),
        page=partial(_edit_page, request, version),
    )


@member(Role.DESIGNER)
@require_POST
def live(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """What the form comes to as it is filled in, without saving."""
    version = _version(organisation, pk)
    posted = _posted(request, version)
    if posted.valid:
        draft = _draft(posted)
        version.form, version.award = dict(draft.form), draft.award
    return render(request, "console/pathways/live.html", _judged(version))


@member()
@require_GET
def show(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """A version as learners see it, with the steps that are open to this person."""
    version = _version(organisation, pk)
    context = _judged(version) | draft_pages.steps(request, version, designing.digest(version))
    return _console(request, "show", context)


@member(Role.DESIGNER, Role.ISSUER)
@require_POST
def decide(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """Approve, return, withdraw, begin the next version, or throw a draft away."""
    return draft_pages.decide(request, _version(organisation, pk), approve=designing.approve, words=_WORDS)


def _posted(request: HttpRequest, version: PathwayVersion) -> DraftForms:
    main = PathwayForm(request.POST, organisation=version.pathway.organisation)
    return Choices(version.form).given_to(DraftForms.posted(main, FORMSETS, request.POST))


def _draft(posted: DraftForms) -> designing.Draft:
    main = posted.main.cleaned_data
    taken = [one.cleaned_data for one in posted.sets["groups"].deleted_forms]
    gone = {one["id"]: one.get("group", "") for one in taken if one.get("id")}
    form = form_of(main, **posted.values(), gone=gone)
    return designing.Draft(form, main["award"], main["description"], main["automatic"])


def _edit_page(request: HttpRequest, version: PathwayVersion, *, more: str = "", status: int = 200) -> HttpResponse:
    """The forms of a draft as they are shown; ``more`` names what one more is wanted of, and where (``parts:choice``)."""
    context = {"fits": False} | _judged(version)
    if fits(version.form):
        wanted, _colon, place = more.partition(":")
        main, members = initial_of(version.form)
        main |= {"award": version.award_id, "description": version.description, "automatic": version.automatic}
        first = PathwayForm(initial=main, organisation=version.pathway.organisation)
        forms = DraftForms.shown(first, FORMSETS, members, {wanted, "" if members["parts"] else "parts"})
        for blank in (one for formset in forms.sets.values() for one in formset.extra_forms):
            blank.initial = {"group": place}
        context = _context(version, Choices(version.form).given_to(forms))
    return _console(request, "edit", context, status=status)


def _context(version: PathwayVersion, forms: DraftForms) -> dict[str, Any]:
    tree = {"fits": True, "tree": branches(**forms.sets)}
    return forms.context(_languages(version)) | tree | _judged(version)


def _languages(version: PathwayVersion) -> tuple[str, ...]:
    """The languages of a pathway's texts: English, and those of the larger award."""
    award = version.award.published if version.award is not None else None
    stated = award.as_record.title.languages if award is not None else ()
    return tuple(dict.fromkeys(("en", *(one[:2] for one in stated))))


def _judged(version: PathwayVersion) -> dict[str, Any]:
    judged = designing.judge(version)
    preview = shown(judged.record, get_language() or "en") if judged.record is not None else None
    return {"version": version, "judged": judged, "group": preview}


def _file(request: HttpRequest) -> bytes:
    upload = request.FILES.get("file")
    return upload.read(importing.LARGEST + 1) if upload else request.POST.get("text", "").encode()


def _version(organisation: Organisation, pk: str) -> PathwayVersion:
    mine = PathwayVersion.objects.filter(pathway__organisation=organisation)
    related = ("pathway__organisation", "award__published", "author", "submitted_by", "approved_by")
    return get_object_or_404(mine.select_related(*related), pk=pk)


def _console(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = context | {"may_design_here": may(request.roles, Role.DESIGNER)}
    return console_page(request, f"console/pathways/{name}.html", "pathways", context, status=status)
