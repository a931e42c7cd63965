"""Pathways from draft to learners, and the requests for the larger awards."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from credenza.errors import Refused
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped, taking
from credenza.service.api.v1.bodies import Limit, NoteIn, Offset, SeenIn
from credenza.service.api.v1.pathway_shapes import (
    DeclineIn,
    FullPathwayVersionOut,
    FullRequestOut,
    PathwayDraftIn,
    PathwayIn,
    PathwayOut,
    PathwayVersionOut,
    RequestOut,
    full_request_out,
    full_version_out,
    request_out,
    version_out,
)
from credenza.service.catalogue import publishing
from credenza.service.pathways import designing, importing, requests
from credenza.service.pathways.models import AwardRequest, Pathway, PathwayVersion, RequestState

router = Router(tags=["Pathways"])
_PATHWAY, _VERSION = "/pathways/{pathway}", "/pathway-versions/{pathway_version}"
_REQUEST = "/award-requests/{award_request}"


@router.get("/pathways", response=list[PathwayOut], summary="List pathways", **scoped(scopes.READ))
def pathways(request: HttpRequest, offset: Offset = 0, limit: Limit = 50) -> list[PathwayOut]:
    """The organisation's pathways with their newest versions, the last begun first."""
    found = _mine(request).order_by("-created_at", "pk")
    return [_pathway_out(one) for one in found[offset : offset + limit]]


@router.post("/pathways", response={201: FullPathwayVersionOut}, summary="Begin a pathway", **scoped(scopes.DESIGN))
def begin(request: HttpRequest, body: PathwayIn) -> Status[Any]:
    """A new pathway with a first draft."""
    caller = request.auth
    with idempotency.attempt(request) as attempt, transaction.atomic():
        version = designing.begin(caller.organisation, actor=caller.person)
        if body.form:
            _save(request, version, body, edition=version.edition)
        return attempt.answer(201, full_version_out(version))


@router.get(_PATHWAY, response=PathwayOut, summary="Read a pathway", **scoped(scopes.READ))
def read(request: HttpRequest, pathway: UUID) -> PathwayOut:
    """One pathway."""
    return _pathway_out(get_object_or_404(_mine(request), pk=pathway))


@router.get(
    f"{_PATHWAY}/versions", response=list[PathwayVersionOut], summary="List versions of a pathway",
    **scoped(scopes.READ),
)  # fmt: skip
def versions(request: HttpRequest, pathway: UUID) -> list[PathwayVersionOut]:
    """All versions of a pathway, the newest first."""
    found = get_object_or_404(_mine(request), pk=pathway)
    return [version_out(one) for one in found.versions.order_by("-number")]


@router.post(
    f"{_PATHWAY}/versions", response={201: FullPathwayVersionOut}, summary="Begin the next version of a pathway",
    **scoped(scopes.DESIGN),
)  # fmt: skip
def next_version(request: HttpRequest, pathway: UUID) -> Status[Any]:
    """A new draft from the newest version."""
    found = get_object_or_404(_mine(request), pk=pathway)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        fresh = publishing.begin_next(found, PathwayVersion, actor=request.auth.person)
        return attempt.answer(201, full_version_out(fresh))


@router.post(f"{_PATHWAY}/withdraw", response={204: None}, summary="Withdraw a pathway", **scoped(scopes.DESIGN))
def withdraw(request: HttpRequest, pathway: UUID) -> Status[None]:
    """Offer it no more; what was awarded stays valid."""
    publishing.withdraw(get_object_or_404(_mine(request), pk=pathway), actor=request.auth.person)
    return Status(204, None)


@router.get(_VERSION, response=FullPathwayVersionOut, summary="Read a version of a pathway", **scoped(scopes.READ))
def read_version(request: HttpRequest, pathway_version: UUID) -> FullPathwayVersionOut:
    """A version with its form, and what keeps learners from completing it with what the catalogue offers."""
    return full_version_out(_version(request, pathway_version))


@router.put(_VERSION, response=FullPathwayVersionOut, summary="Save a draft of a pathway", **scoped(scopes.DESIGN))
def save(request: HttpRequest, pathway_version: UUID, body: PathwayDraftIn) -> FullPathwayVersionOut:
    """Keep a draft; refused where somebody has saved it since ``edition``. ``award`` is one of your own definitions."""
    found = _version(request, pathway_version)
    _save(request, found, body, edition=body.edition)
    return full_version_out(found)


@router.put(
    f"{_VERSION}/file", response=FullPathwayVersionOut, summary="Save a pathway file as the draft",
    **taking(scopes.DESIGN, "application/toml", "A pathway as for credenza stack."),
)  # fmt: skip
def save_file(
    request: HttpRequest, pathway_version: UUID, edition: Annotated[int, Field(ge=1)]
) -> FullPathwayVersionOut:
    """Take a pathway file (TOML or JSON, as for ``credenza stack``), the body itself, as the draft."""
    found = _version(request, pathway_version)
    designing.save(found, importing.read(request.body, found), edition=edition, actor=request.auth.person)
    return full_version_out(found)


@router.delete(_VERSION, response={204: None}, summary="Delete a draft of a pathway", **scoped(scopes.DESIGN))
def discard(request: HttpRequest, pathway_version: UUID) -> Status[None]:
    """Throw a draft away; a first draft takes its pathway along."""
    publishing.discard(_version(request, pathway_version), actor=request.auth.person)
    return Status(204, None)


@router.post(f"{_VERSION}/submit", response=FullPathwayVersionOut, summary="Submit a pathway", **scoped(scopes.DESIGN))
def submit(request: HttpRequest, pathway_version: UUID) -> FullPathwayVersionOut:
    """Ask a second person to approve; what nobody could complete is refused."""
    found = _version(request, pathway_version)
    designing.submit(found, actor=request.auth.person)
    return full_version_out(found)


@router.post(
    f"{_VERSION}/approve", response=FullPathwayVersionOut, summary="Publish a pathway", **scoped(scopes.APPROVE)
)
def approve(request: HttpRequest, pathway_version: UUID, body: SeenIn) -> FullPathwayVersionOut:
    """Let learners follow what was read, named by its ``digest``; a key of its author is no second person."""
    found = _version(request, pathway_version)
    designing.approve(found, seen=body.digest, actor=request.auth.person)
    return full_version_out(found)


@router.post(f"{_VERSION}/return", response=FullPathwayVersionOut, summary="Return a pathway", **scoped(scopes.APPROVE))
def give_back(request: HttpRequest, pathway_version: UUID, body: NoteIn) -> FullPathwayVersionOut:
    """Return it to its author with a note."""
    found = _version(request, pathway_version)
    publishing.give_back(found, body.note, actor=request.auth.person)
    return full_version_out(found)


@router.get("/award-requests", response=list[RequestOut], summary="List requests", **scoped(scopes.REQUESTS))
def award_requests(
    request: HttpRequest, state: RequestState = RequestState.OPEN, offset: Offset = 0, limit: Limit = 50
) -> list[RequestOut]:
    """Learners who have completed a pathway and ask for its larger award, the first first."""
    found = _requests(request).filter(state=state).order_by("asked_at", "pk")
    return [request_out(one) for one in found[offset : offset + limit]]


@router.get(_REQUEST, response=FullRequestOut, summary="Read a request", **scoped(scopes.REQUESTS))
def read_request(request: HttpRequest, award_request: UUID) -> FullRequestOut:
    """What the learner showed, verified now: what fills each part, and what a person should look at."""
    asked = get_object_or_404(_requests(request), pk=award_request)
    look = requests.look_at(asked) if asked.state == RequestState.OPEN else None
    return full_request_out(asked, look)


@router.post(f"{_REQUEST}/issue", response=RequestOut, summary="Issue the larger award", **scoped(scopes.REQUESTS))
def issue(request: HttpRequest, award_request: UUID) -> Status[Any]:
    """Issue it into the learner's wallet, with its parts inside, on what is verified now."""
    asked = get_object_or_404(_requests(request), pk=award_request)
    with idempotency.attempt(request) as attempt:
        requests.issue(
            asked,
            actor=request.auth.person,
            also=lambda: attempt.answer(200, request_out(_requests(request).get(pk=asked.pk))),
        )
        return attempt.given


@router.post(f"{_REQUEST}/decline", response=RequestOut, summary="Decline a request", **scoped(scopes.REQUESTS))
def decline(request: HttpRequest, award_request: UUID, body: DeclineIn) -> Status[Any]:
    """Say why not; the learner is told."""
    asked = get_object_or_404(_requests(request), pk=award_request)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        requests.decline(asked, body.note, actor=request.auth.person)
        return attempt.answer(200, request_out(asked))


def _mine(request: HttpRequest) -> Any:
    newest = Prefetch("versions", PathwayVersion.objects.order_by("-number").defer("form", "description"))
    return Pathway.objects.filter(organisation=request.auth.organisation).prefetch_related(newest)


def _version(request: HttpRequest, pk: UUID) -> PathwayVersion:
    mine = PathwayVersion.objects.filter(pathway__organisation=request.auth.organisation)
    return get_object_or_404(mine.select_related("pathway__organisation", "award__published", "author"), pk=pk)


def _requests(request: HttpRequest) -> Any:
    mine = AwardRequest.objects.filter(version__pathway__organisation=request.auth.organisation)
    return mine.select_related("version__pathway__organisation", "version__award__published", "learner", "award")


def _save(request: HttpRequest, version: PathwayVersion, body: PathwayIn, *, edition: int) -> None:
    """Keep what was sent.

    Raises:
        Refused: ``award-of-others``: there is no such definition here. And as ``designing.save``.
    """
    caller = request.auth
    award = caller.organisation.definitions.filter(pk=body.award).first() if body.award is not None else None
    if body.award is not None and award is None:
        raise Refused("award-of-others", "The larger award must be one of your own organisation.")
    draft = designing.Draft(body.form, award, body.description, body.automatic)
    designing.save(version, draft, edition=edition, actor=caller.person)


def _pathway_out(pathway: Pathway) -> PathwayOut:
    newest = next(iter(pathway.versions.all()), None)
    return PathwayOut(
        id=pathway.pk,
        uri=pathway.uri,
        published_version=pathway.published_id,
        withdrawn_at=pathway.withdrawn_at,
        newest=version_out(newest) if newest else None,
    )
