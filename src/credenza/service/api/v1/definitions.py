"""Definitions from draft to catalogue, and the catalogue of everybody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from credenza.service.accounts.models import Organisation
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.answers import DefinitionOut, FullVersionOut, VersionOut, version_out
from credenza.service.api.v1.bodies import DefinitionIn, DraftIn, Limit, NoteIn, Offset, SeenIn
from credenza.service.catalogue import designing, publishing, terms
from credenza.service.catalogue.models import Definition, DefinitionVersion, VersionState
from credenza.service.catalogue.searching import search
from credenza.vocabulary import names

router = Router(tags=["Definitions"])
Word = Annotated[str, Field(max_length=200)]
Iso = Annotated[str, Field(pattern="^[a-z]{2}$")]


class TermOut(Schema):
    """A term: what a form takes for it, and what a person reads."""

    value: str
    label: str


@router.get("/definitions", response=list[DefinitionOut], summary="List definitions", **scoped(scopes.READ))
def definitions(
    request: HttpRequest, state: VersionState | None = None, offset: Offset = 0, limit: Limit = 50
) -> list[DefinitionOut]:
    """Definitions with their newest versions; ``state`` for those whose newest version is in it."""
    found = _mine(request.auth.organisation).order_by("-created_at", "pk")
    if state is not None:
        newest = DefinitionVersion.objects.filter(definition=OuterRef("pk")).order_by("-number").values("state")[:1]
        found = found.annotate(newest_state=Subquery(newest)).filter(newest_state=state)
    return [_definition_out(one) for one in found[offset : offset + limit]]


@router.post("/definitions", response={201: FullVersionOut}, summary="Begin a definition", **scoped(scopes.DESIGN))
def begin(request: HttpRequest, body: DefinitionIn) -> Status[Any]:
    """A new definition with a first draft."""
    caller = request.auth
    with idempotency.attempt(request) as attempt, transaction.atomic():
        version = designing.begin(caller.organisation, actor=caller.person)
        if body.form:
            designing.save(version, body.form, edition=version.edition, actor=caller.person)
        return attempt.answer(201, _full(version))


@router.get("/vocabularies", response=list[str], summary="List vocabularies", **scoped(scopes.READ))
def vocabularies(request: HttpRequest) -> list[str]:
    """The names of the lists whose terms forms take; ``esco`` are the skills that the operator imported."""
    return sorted({*names(), terms.ESCO})


@router.get("/vocabularies/{name}", response=list[TermOut], summary="Search a vocabulary", **scoped(scopes.READ))
def search_vocabulary(request: HttpRequest, name: Word, q: Word = "", language: Iso = "en") -> list[Any]:
    """The nearest twenty terms whose labels hold the words, in any language; forms take their ``value``."""
    return terms.search(name, q, language)


@router.get("/definitions/{definition}", response=DefinitionOut, summary="Read a definition", **scoped(scopes.READ))
def read(request: HttpRequest, definition: UUID) -> DefinitionOut:
    """One definition."""
    return _definition_out(get_object_or_404(_mine(request.auth.organisation), pk=definition))


@router.get(
    "/definitions/{definition}/versions", response=list[VersionOut], summary="List versions", **scoped(scopes.READ)
)
def versions(request: HttpRequest, definition: UUID) -> list[VersionOut]:
    """All versions of a definition, the newest first."""
    found = get_object_or_404(_mine(request.auth.organisation), pk=definition)
    return [version_out(one) for one in found.versions.order_by("-number")]


@router.post(
    "/definitions/{definition}/versions", response={201: FullVersionOut}, summary="Begin the next version",
    **scoped(scopes.DESIGN),
)  # fmt: skip
def next_version(request: HttpRequest, definition: UUID) -> Status[Any]:
    """A new draft from the newest version."""
    found = get_object_or_404(_mine(request.auth.organisation), pk=definition)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        return attempt.answer(201, _full(publishing.begin_next(found, DefinitionVersion, actor=request.auth.person)))


@router.post("/definitions/{definition}/withdraw", response={204: None}, summary="Withdraw", **scoped(scopes.DESIGN))
def withdraw(request: HttpRequest, definition: UUID) -> Status[None]:
    """Take a definition out of the catalogue; what was awarded stays valid."""
    publishing.withdraw(get_object_or_404(_mine(request.auth.organisation), pk=definition), actor=request.auth.person)
    return Status(204, None)


@router.get("/versions/{version}", response=FullVersionOut, summary="Read a version", **scoped(scopes.READ))
def read_version(request: HttpRequest, version: UUID) -> FullVersionOut:
    """A version with its form, its record, and what Annex I finds."""
    return _full(version_of(request, version))


@router.put("/versions/{version}", response=FullVersionOut, summary="Save a draft", **scoped(scopes.DESIGN))
def save(request: HttpRequest, version: UUID, body: DraftIn) -> FullVersionOut:
    """Keep a draft; refused where somebody has saved it since ``edition``."""
    found = version_of(request, version)
    designing.save(found, body.form, edition=body.edition, actor=request.auth.person)
    return _full(found)


@router.delete("/versions/{version}", response={204: None}, summary="Delete a draft", **scoped(scopes.DESIGN))
def discard(request: HttpRequest, version: UUID) -> Status[None]:
    """Throw a draft away; a first draft takes its definition along."""
    publishing.discard(version_of(request, version), actor=request.auth.person)
    return Status(204, None)


@router.post("/versions/{version}/submit", response=FullVersionOut, summary="Submit a draft", **scoped(scopes.DESIGN))
def submit(request: HttpRequest, version: UUID) -> FullVersionOut:
    """Ask a second person to approve."""
    found = version_of(request, version)
    designing.submit(found, actor=request.auth.person)
    return _full(found)


@router.post("/versions/{version}/approve", response=FullVersionOut, summary="Publish", **scoped(scopes.APPROVE))
def approve(request: HttpRequest, version: UUID, body: SeenIn) -> FullVersionOut:
    """Publish what was read, named by its ``digest``.

    A key acts as the person who made it, and is no second person beside them.
    """
    found = version_of(request, version)
    designing.approve(found, seen=body.digest, actor=request.auth.person)
    return _full(found)


@router.post("/versions/{version}/return", response=FullVersionOut, summary="Return a draft", **scoped(scopes.APPROVE))
def give_back(request: HttpRequest, version: UUID, body: NoteIn) -> FullVersionOut:
    """Return it to its author with a note."""
    found = version_of(request, version)
    publishing.give_back(found, body.note, actor=request.auth.person)
    return _full(found)


@router.get("/catalogue", response=list[VersionOut], summary="Search the catalogue", tags=["Catalogue"], auth=None)
def catalogue(
    request: HttpRequest,
    q: Word = "",
    level: Word = "",
    field: Word = "",
    language: Word = "",
    mode: Word = "",
    provider: Word = "",
    skill: Word = "",
    offset: Offset = 0,
    limit: Limit = 50,
) -> list[VersionOut]:
    """What everybody's providers offer; no key is needed."""
    wish = {
        "q": q,
        "level": level,
        "field": field,
        "language": language,
        "mode": mode,
        "provider": provider,
        "skill": skill,
    }
    return [version_out(one) for one in search(wish)[offset : offset + limit]]


def _mine(organisation: Organisation) -> Any:
    newest = Prefetch("versions", DefinitionVersion.objects.order_by("-number").defer("form", "record", "search_text"))
    return Definition.objects.filter(organisation=organisation).prefetch_related(newest)


def version_of(request: HttpRequest, version: UUID) -> DefinitionVersion:
    """The version of a definition of the caller's organisation."""
    mine = DefinitionVersion.objects.select_related("definition__organisation")
    return get_object_or_404(mine, pk=version, definition__organisation=request.auth.organisation)


def _definition_out(definition: Definition) -> DefinitionOut:
    newest = next(iter(definition.versions.all()), None)
    return DefinitionOut(
        id=definition.pk,
        uri=definition.uri,
        published_version=definition.published_id,
        withdrawn_at=definition.withdrawn_at,
        newest=version_out(newest) if newest else None,
    )


def _full(version: DefinitionVersion) -> FullVersionOut:
    judged = designing.judge(version.definition, version.form)
    return FullVersionOut(
        **version_out(version).dict(),
        edition=version.edition,
        digest=designing.digest(version, judged),
        form=version.form,
        record=version.record,
        review_note=version.review_note,
        ready=judged.ready,
        problems=[asdict(one) for one in judged.problems],
        findings=[one.to_json() for one in judged.findings],
    )
