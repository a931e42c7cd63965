"""A pathway as people read it: its groups and parts, what each asks, and how far a learner is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from credenza.record import MicroCredential
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.catalogue.searching import on_offer
from credenza.service.pathways.learning import Look
from credenza.service.pathways.offers import definition_id
from credenza.stacking.pathway import Pathway, PathwayGroup, PathwayKind, PathwayPart

KINDS = {
    PathwayKind.RIGID: gettext_lazy("Rigid: every part as it is named"),
    PathwayKind.ELECTIVE: gettext_lazy("Elective: some parts may be chosen"),
    PathwayKind.OPEN: gettext_lazy("Open: whatever meets the requirements adds up"),
}


@dataclass(frozen=True)
class Link:
    """A micro-credential by its title; ``address`` is its page in this catalogue, empty where it is elsewhere."""

    title: str
    address: str


@dataclass(frozen=True)
class ShownPart:
    """One part: what it asks in words, and, for a learner, what fills it or is missing and who offers that."""

    title: str
    named: tuple[Link, ...]
    asks: tuple[str, ...]
    state: str = ""
    filled_by: tuple[str, ...] = ()
    missing: str = ""
    offers: tuple[Link, ...] = ()


@dataclass(frozen=True)
class ShownGroup:
    """Parts and groups with what is needed of them; ``state`` is empty where no learner looks."""

    title: str
    asks: tuple[str, ...]
    parts: tuple[ShownPart, ...]
    groups: tuple[ShownGroup, ...]
    state: str = ""
    missing: tuple[str, ...] = ()


def shown(pathway: Pathway, language: str, look: Look | None = None) -> ShownGroup:
    """The pathway in a reader's language, with the learner's progress where one looked."""
    return _Showing(pathway, language, look).group(pathway.root)


class _Showing:
    def __init__(self, pathway: Pathway, language: str, look: Look | None) -> None:
        self._pathway, self._language, self._look = pathway, language, look
        self._titles = _titles(pathway)
        progress = look.progress if look is not None else None
        self._parts = {one.part.id: one for one in progress.parts} if progress else {}
        self._groups = {one.group.id: one for one in progress.groups} if progress else {}

    def group(self, group: PathwayGroup) -> ShownGroup:
        progress = self._groups.get(group.id)
        parts = [self._part(one) for one in group.members if isinstance(one, PathwayPart)]
        groups = [self.group(one) for one in group.members if isinstance(one, PathwayGroup)]
        return ShownGroup(
            title=group.title.best(self._language),
            asks=tuple(_asks_of_group(self._pathway, group)),
            parts=tuple(parts),
            groups=tuple(groups),
            state="" if progress is None else "done" if progress.complete else "open",
            missing=tuple(f"{one.text[0].upper()}{one.text[1:]}." for one in progress.missing) if progress else (),
        )

    def _part(self, part: PathwayPart) -> ShownPart:
        progress = self._parts.get(part.id)
        simple = ShownPart(
            title=part.title.best(self._language),
            named=tuple(self._titles.get(uri) or Link(uri, "") for uri in part.definitions),
            asks=tuple(_asks(part, self._language)),
        )
        if progress is None or self._look is None:
            return simple
        filling = [self._look.own[place].held.title for place in progress.credentials]
        missing = progress.missing.text if progress.missing and progress.needed else ""
        return ShownPart(
            simple.title,
            simple.named,
            simple.asks,
            state="done" if progress.complete else "open" if progress.needed else "not-needed",
            filled_by=tuple(filling),
            missing=f"{missing[0].upper()}{missing[1:]}." if missing else "",
            offers=tuple(_link(one, self._language) for one in progress.offers),
        )


def _titles(pathway: Pathway) -> Mapping[str, Link]:
    """The named definitions of this catalogue, by URI, with one question to the database."""
    named = {uri: found for part in pathway.parts for uri in part.definitions if (found := definition_id(uri))}
    versions: dict[object, DefinitionVersion] = {
        one.definition_id: one for one in on_offer().filter(definition__in=named.values())
    }
    return {
        uri: Link(versions[pk].title, reverse("catalogue_show", args=[pk]))
        for uri, pk in named.items()
        if pk in versions
    }


def _link(definition: MicroCredential, language: str) -> Link:
    found = definition_id(definition.id)
    address = reverse("catalogue_show", args=[found]) if found else ""
    ects = f" ({_number(definition.ects)} ECTS)" if definition.ects else ""
    return Link(f"{definition.title.best(language)}{ects}", address)


def _asks_of_group(pathway: Pathway, group: PathwayGroup) -> list[str]:
    found = []
    if group.needed < len(group.members):
        text = ngettext("%(n)s of these %(all)s", "%(n)s of these %(all)s", group.needed)
        found.append(text % {"n": group.needed, "all": len(group.members)})
    elif len(group.members) > 1:
        found.append(_("All of these"))
    if group.minimum_ects is not None:
        found.append(_("at least %(n)s ECTS together") % {"n": _number(group.minimum_ects)})
    if group is pathway.root and pathway.maximum_age_years is not None:
        found.append(_age(pathway.maximum_age_years))
    if group is pathway.root and pathway.outcomes_once:
        found.append(_("no learning outcome counts twice"))
    return found


def _asks(part: PathwayPart, language: str) -> list[str]:
    found = []
    if part.minimum_eqf is not None:
        found.append(_("EQF level %(n)s or above") % {"n": part.minimum_eqf})
    if part.fields:
        found.append(_("within %(fields)s") % {"fields": ", ".join(one.label(language) for one in part.fields)})
    if part.skills:
        found.append(
            _("with the skills %(skills)s") % {"skills": ", ".join(one.label(language) for one in part.skills)}
        )
    if part.minimum_ects is not None:
        text = _("at least %(n)s ECTS, of several together") if part.several else _("at least %(n)s ECTS")
        found.append(text % {"n": _number(part.minimum_ects)})
    if part.maximum_age_years is not None:
        found.append(_age(part.maximum_age_years))
    return found


def _age(years: int) -> str:
    return ngettext("at most %(n)s year old", "at most %(n)s years old", years) % {"n": years}


def _number(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""
