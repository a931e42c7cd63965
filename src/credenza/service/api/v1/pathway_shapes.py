"""What the API takes and gives of pathways, and of requests for the larger awards that they lead to."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from credenza.service.api.v1.bodies import Strict, example
from credenza.service.pathways import designing
from credenza.service.pathways.models import AwardRequest, PathwayVersion
from credenza.service.pathways.requests import Look, doubts
from credenza.service.pathways.showing import shown


class PathwayVersionOut(Schema):
    """A version of a pathway, as lists show it; ``award`` is the definition of the larger award."""

    id: UUID
    pathway: UUID
    number: int
    state: str
    title: str
    award: UUID | None
    changed_at: datetime
    published_at: datetime | None


class ObstacleOut(Schema):
    """What keeps learners from completing it, where, and how to mend it; ``fatal`` where nobody can."""

    where: str
    code: str
    fatal: bool
    text: str
    how: str


class FullPathwayVersionOut(PathwayVersionOut):
    """A version with its form, and whether anybody could complete it; ``digest`` names exactly this content."""

    edition: int
    digest: str
    form: dict[str, Any]
    description: str
    automatic: bool
    review_note: str
    ready: bool
    problems: list[dict[str, Any]]
    obstacles: list[ObstacleOut]


class PathwayOut(Schema):
    """A pathway with its newest version."""

    id: UUID
    uri: str
    published_version: UUID | None
    withdrawn_at: datetime | None
    newest: PathwayVersionOut | None


class RequestOut(Schema):
    """Who asks for the larger award of which pathway, and what became of it (``award`` where it was issued)."""

    id: UUID
    pathway: UUID
    version: UUID
    title: str
    learner: str
    state: str
    asked_at: datetime
    decided_at: datetime | None
    note: str
    award: UUID | None


class LinkOut(Schema):
    """A micro-credential by its title; ``address`` is its page in this catalogue, or empty."""

    title: str
    address: str


class PartOut(Schema):
    """A part: what it asks, and what of the learner's fills it or is missing."""

    title: str
    named: list[LinkOut]
    asks: list[str]
    state: str
    filled_by: list[str]
    missing: str


class GroupOut(Schema):
    """Parts and groups with what is needed of them."""

    title: str
    asks: list[str]
    parts: list[PartOut]
    groups: list[GroupOut]
    state: str
    missing: list[str]


class DoubtOut(Schema):
    """What a person should look at; ``credential`` is its title, empty where it is about all of them."""

    credential: str
    text: str


class FullRequestOut(RequestOut):
    """A request with the learner's progress, verified now from what the learner showed: None once it is decided."""

    complete: bool | None
    progress: GroupOut | None
    doubts: list[DoubtOut]


class PathwayIn(Strict):
    """A pathway: its form has the members of a pathway file besides ``id`` and ``award`` (see the guide on stacking)."""

    model_config = example(
        {
            "form": {
                "title": {"en": "Data professional"},
                "kind": "elective",
                "choose": 2,
                "parts": [
                    {"id": "python", "title": "Python", "minimum_ects": 3, "minimum_eqf": 6},
                    {"id": "ethics", "title": "Ethics of data", "minimum_ects": 2},
                ],
            },
            "description": "Two micro-credentials that make a data professional.",
        }
    )

    form: dict[str, Any] = {}
    award: UUID | None = None
    description: Annotated[str, Field(max_length=5000)] = ""
    automatic: bool = False


class PathwayDraftIn(PathwayIn):
    """A draft, and the edition that was read before it was changed."""

    model_config = example(
        {
            "edition": 1,
            "form": {
                "title": {"en": "Data professional"},
                "kind": "open",
                "minimum_ects": 10,
                "parts": [{"id": "data", "title": "Data", "minimum_ects": 10, "several": True}],
            },
            "automatic": True,
        }
    )

    edition: Annotated[int, Field(ge=1)]


class DeclineIn(Strict):
    """Why not; the learner is told."""

    model_config = example({"note": "One of the credentials names another person."})

    note: Annotated[str, Field(max_length=2000)]


def version_out(version: PathwayVersion) -> PathwayVersionOut:
    return PathwayVersionOut(**_version_members(version))


def full_version_out(version: PathwayVersion) -> FullPathwayVersionOut:
    judged = designing.judge(version)
    return FullPathwayVersionOut(
        **_version_members(version),
        edition=version.edition,
        digest=designing.digest(version),
        form=version.form,
        description=version.description,
        automatic=version.automatic,
        review_note=version.review_note,
        ready=judged.ready,
        problems=[asdict(one) for one in judged.problems],
        obstacles=[ObstacleOut(**asdict(one)) for one in judged.obstacles],
    )


def request_out(asked: AwardRequest) -> RequestOut:
    return RequestOut(**_request_members(asked))


def full_request_out(asked: AwardRequest, look: Look | None) -> FullRequestOut:
    """A request with what the learner showed, as it is now."""
    group = shown(look.progress.pathway, "en", look) if look is not None else None
    return FullRequestOut(
        **_request_members(asked),
        complete=look.progress.complete if look is not None else None,
        progress=GroupOut.model_validate(asdict(group)) if group is not None else None,
        doubts=[DoubtOut(credential=title, text=str(text)) for title, text in doubts(look)] if look is not None else [],
    )


def _version_members(version: PathwayVersion) -> dict[str, Any]:
    return {
        "id": version.pk,
        "pathway": version.pathway_id,
        "number": version.number,
        "state": version.state,
        "title": version.title,
        "award": version.award_id,
        "changed_at": version.changed_at,
        "published_at": version.published_at,
    }


def _request_members(asked: AwardRequest) -> dict[str, Any]:
    return {
        "id": asked.pk,
        "pathway": asked.version.pathway_id,
        "version": asked.version_id,
        "title": asked.version.title,
        "learner": str(asked.learner),
        "state": asked.state,
        "asked_at": asked.asked_at,
        "decided_at": asked.decided_at,
        "note": asked.note,
        "award": asked.award_id,
    }
