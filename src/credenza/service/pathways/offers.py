"""What the catalogue offers for a pathway, and which pathways a micro-credential counts towards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import islice
from operator import or_
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from credenza.record import MicroCredential
from credenza.service.catalogue.models import DefinitionVersion, definition_id
from credenza.service.catalogue.searching import on_offer
from credenza.service.pathways.models import Pathway, PathwayVersion
from credenza.stacking.pathway import Pathway as PathwayRecord
from credenza.stacking.pathway import PathwayPart
from credenza.stacking.requirement import facts_of, misfits
from credenza.vocabulary import term

_MOST = 300


@dataclass(frozen=True)
class Towards:
    """A part of a published pathway for which a micro-credential counts."""

    pathway: PathwayVersion
    part: str


def published() -> QuerySet[PathwayVersion]:
    """The published version of every pathway that is offered."""
    offered = Pathway.objects.filter(withdrawn_at=None).values("published")
    return PathwayVersion.objects.filter(pk__in=offered).select_related("pathway__organisation", "award__published")


def record_of(version: PathwayVersion) -> PathwayRecord:
    """The core's pathway of a published version, which never changes."""
    return _record(version.pk, settings.CREDENZA.public_base)


@lru_cache(maxsize=512)
def _record(pk: UUID, _base: str) -> PathwayRecord:
    return PathwayVersion.objects.select_related("pathway", "award").get(pk=pk).as_record


def published_pathways(*, exclude: UUID | None = None) -> list[PathwayRecord]:
    """The pathways on offer, to find circles through them."""
    return [record_of(one) for one in published().exclude(pathway=exclude).order_by("-published_at")[:_MOST]]


def definitions_for(pathway: PathwayRecord) -> list[MicroCredential]:
    """What the catalogue offers that may fill a part: those that are named, then those that come near what is asked."""
    uris = [uri for part in pathway.parts for uri in part.definitions]
    named = Q(definition__in=[found for uri in uris if (found := definition_id(uri)) is not None])
    wishes = [_near(part) for part in pathway.parts if not part.definitions]
    near = on_offer().exclude(named) if wishes else on_offer().none()
    if all(wishes):  # else one part asks for nothing that the database could look for
        near = near.filter(reduce(or_, wishes, Q()))
    found = [*on_offer().filter(named)[:_MOST], *near.order_by("title", "pk")[:_MOST]]
    return [one.as_record for one in found if one.definition.uri != pathway.award]


def _near(part: PathwayPart) -> Q:
    asked = Q()
    fields = Q()
    for field in part.fields:
        known = term(field.uri)
        fields |= Q(fields__contains=f" {known.notation if known else field.uri}")
    if part.minimum_ects is not None and not part.several:
        asked &= Q(ects__gte=part.minimum_ects)
    return asked & fields


def counts_towards(version: DefinitionVersion, language: str) -> list[Towards]:
    """The parts of published pathways that this micro-credential fills, by their titles."""
    return list(islice(_towards(version, language), 20))


def _towards(version: DefinitionVersion, language: str) -> Iterator[Towards]:
    facts = facts_of(version.as_record)
    for way in published().order_by("title", "pk")[:_MOST]:
        for part in record_of(way).parts:
            if not misfits(part, facts):
                yield Towards(way, part.title.best(language))
