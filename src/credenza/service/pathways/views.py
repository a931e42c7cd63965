"""Pathways for everybody, and a learner's own progress on them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from credenza.errors import CredenzaError
from credenza.service.pathways import learning, requests
from credenza.service.pathways.models import AwardRequest, Following, Pathway, PathwayVersion, RequestState
from credenza.service.pathways.offers import published, record_of
from credenza.service.pathways.showing import KINDS, shown
from credenza.service.verification.rate_limits import client_address, limited, over_limit
from credenza.service.verification.views import reader_of


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The pathways on offer."""
    page = Paginator(published().order_by("title", "pk"), 24).get_page(request.GET.get("page"))
    return render(request, "pathways/index.html", {"nav": "catalogue", "page": page})


@require_GET
def show(request: HttpRequest, pk: str) -> HttpResponse:
    """One pathway: what it asks, and what it leads to."""
    version = _published(pk)
    language, _country = reader_of(request)
    record = record_of(version)
    following = None
    if request.user.is_authenticated:
        following = Following.objects.filter(learner=request.user, pathway=version.pathway).first()
    context = _page(version, language) | {"group": shown(record, language), "following": following}
    return render(request, "pathways/show.html", context)


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest, pk: str) -> HttpResponse:
    """The learner's progress: what counts where and why not, what is missing, and who offers it."""
    version = _published(pk)
    if over_limit("progress", client_address(request), a_minute=30):
        return render(request, "429.html", status=429)
    language, _country = reader_of(request)
    context = _page(version, language)
    now = timezone.now()
    try:
        look = learning.look(version, request.user, now=now)
    except CredenzaError as error:
        return render(request, "pathways/mine.html", context | {"problem": error.message}, status=503)
    learning.remember(version, request.user, look, now=now)
    asked = AwardRequest.objects.filter(learner=request.user, version__pathway=version.pathway)
    standings = zip(look.own, look.progress.credentials, strict=True)
    titles = {part.id: part.title.best(language) for part in look.progress.pathway.parts}
    context |= {
        "look": look,
        "group": shown(look.progress.pathway, language, look),
        "standings": [(one, standing, titles.get(standing.part or "")) for one, standing in standings],
        "sentences": look.progress.sentences(),
        "following": Following.objects.filter(learner=request.user, pathway=version.pathway).exists(),
        "asked": asked.order_by("-asked_at").first(),
        "held": requests.standing_award(version, request.user),
        "open": RequestState.OPEN,
    }
    return render(request, "pathways/mine.html", context)


@login_required
@require_POST
@limited("ask", a_minute=10)
def act(request: HttpRequest, pk: str) -> HttpResponse:
    """Follow the pathway, leave it, or ask for the larger award."""
    version = _published(pk)
    asked = request.POST.get("do")
    if asked == "follow":
        Following.objects.get_or_create(learner=request.user, pathway=version.pathway)
        messages.success(request, _("You find it in your wallet from now on."))
    elif asked == "leave":
        Following.objects.filter(learner=request.user, pathway=version.pathway).delete()
    elif asked == "ask":
        try:
            made = requests.ask(version, request.user)
        except CredenzaError as error:
            messages.error(request, error.message)
        else:
            if made.award is not None:
                messages.success(request, _("It is issued, and in your wallet now. Congratulations!"))
            else:
                messages.success(request, _("You have asked for it. The provider looks at it and answers."))
    return redirect("pathway_mine", version.pathway_id)


def _page(version: PathwayVersion, language: str) -> dict[str, Any]:
    award = version.award.published if version.award is not None else None
    record = record_of(version)
    return {
        "nav": "catalogue",
        "version": version,
        "pathway": version.pathway,
        "title": record.title.best(language),
        "kind": KINDS[record.kind],
        "award": award,
        "reader": language,
    }


def _published(pk: str) -> PathwayVersion:
    """The published version; of a withdrawn pathway too, so that awards keep pointing at something."""
    pathway = get_object_or_404(Pathway.objects.select_related("published"), pk=pk)
    if pathway.published_id is None:
        raise Http404
    related = ("pathway__organisation", "award__published")
    return PathwayVersion.objects.select_related(*related).get(pk=pathway.published_id)
