"""Finding micro-credentials: by words, field, level, workload, language, form of participation, provider, skill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from credenza.service.catalogue.models import Definition, DefinitionVersion
from credenza.service.catalogue.versions import folded
from credenza.vocabulary import vocabulary

_MOST_WORDS = 8
WORKLOADS = {"1": (0, 1), "2": (1, 3), "3": (3, 6), "4": (6, 60)}
"""Ranges of ECTS, more than the first and at most the second."""


def on_offer() -> QuerySet[DefinitionVersion]:
    """The published version of everything that is in the catalogue."""
    return DefinitionVersion.objects.filter(
        pk__in=Definition.objects.filter(withdrawn_at=None).values("published")
    ).select_related("definition__organisation")


def search(wish: Mapping[str, str]) -> QuerySet[DefinitionVersion]:
    """What is on offer and meets every part of the wish; parts that make no sense are passed over."""
    found = on_offer()
    for word in folded(wish.get("q", "")[:200]).split()[:_MOST_WORDS]:
        found = found.filter(search_text__contains=word)
    if (level := wish.get("level", "")) in "12345678" and level:
        found = found.filter(eqf=int(level))
    if bounds := WORKLOADS.get(wish.get("workload", "")):
        least, most = bounds
        found = found.filter(
            Q(ects__gt=least, ects__lte=most) | Q(ects=None, hours__gt=least * 25, hours__lte=most * 30)
        )
    if field := _code("isced-f", wish.get("field", "")):
        found = found.filter(fields__contains=f" {field}")  # the codes of ISCED-F begin with those of the broader field
    if language := _code("language", wish.get("language", "")):
        found = found.filter(languages__contains=f" {language.lower()} ")
    if mode := _code("mode", wish.get("mode", "")):
        found = found.filter(modes__contains=f" {mode} ")
    if provider := wish.get("provider", "")[:60]:
        found = found.filter(definition__organisation__slug=provider)
    if skill := wish.get("skill", "")[:200]:
        found = found.filter(search_text__contains=folded(skill))
    return found.order_by("title", "pk")


def changed_since(moment: datetime | None) -> QuerySet[DefinitionVersion]:
    """What was published, newest first; after a moment where one is given."""
    found = on_offer().order_by("-published_at")
    return found if moment is None else found.filter(published_at__gt=moment)


def _code(name: str, text: str) -> str | None:
    found = vocabulary(name).find(text[:100]) if text else None
    return found.notation if found else None
