"""Events of the audit trail as people read them: what happened, who did it, and the thing itself by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.audit_words import in_words
from credenza.service.accounts.models import AuditEvent, Organisation, User
from credenza.service.catalogue.models import Definition, DefinitionVersion
from credenza.service.issuance.models import Award, Batch, SigningKey
from credenza.service.pathways.models import PathwayVersion

_OTHERS: dict[str, Promise] = {
    "learner": _("A learner"),
    "system": _("This service"),
    "emrex": _("This service"),
    "demonstration": _("The demonstration"),
    "operator": _("The operator"),
}
_Named = Iterable[tuple[Any, str, str]]


@dataclass(frozen=True)
class ToldEvent:
    """An event with words; ``about`` is the name of its thing, ``address`` its page in the console (or empty)."""

    event: AuditEvent
    words: str | Promise
    actor: str | Promise
    about: str
    address: str


def told_events(organisation: Organisation, events: Sequence[AuditEvent]) -> list[ToldEvent]:
    """These events in words, in their order: one query for each kind of thing, however many events there are."""
    people = _people(events)
    things = {}
    for kind, named in _KINDS.items():
        keys = {one.subject for one in events if one.action.split(".")[0] == kind and _is_key(one.subject)}
        if keys:
            things |= {str(key): (name, address) for key, name, address in named(organisation, keys)}
    return [
        ToldEvent(
            one,
            in_words(one.action),
            people.get(one.actor) or _OTHERS.get(one.actor, one.actor),
            *things.get(one.subject, ("", "")),
        )
        for one in events
    ]


def _people(events: Sequence[AuditEvent]) -> dict[str, str]:
    ids = {one.actor.removeprefix("user:") for one in events if one.actor.startswith("user:")}
    return {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids)}


def _definitions(organisation: Organisation, keys: set[str]) -> Iterator[tuple[Any, str, str]]:
    """Events are about a version, but for taking all of them out of the catalogue."""
    versions = DefinitionVersion.objects.filter(definition__organisation=organisation).order_by("number")
    found = versions.filter(pk__in=keys).values_list("pk", "title", "definition")
    whole = versions.filter(definition__in=Definition.objects.filter(pk__in=keys))
    for key, title, definition in (*found, *whole.values_list("definition", "title", "definition")):
        yield key, title, f"/console/{organisation.slug}/definitions/{definition}"


def _awards(organisation: Organisation, keys: set[str]) -> _Named:
    """By what was learned, not by who learned it: the trail is read by more people than the awards are."""
    found: QuerySet[Any] = Award.objects.filter(organisation=organisation, pk__in=keys)
    for key, title in found.values_list("pk", "version__title"):
        yield key, title, f"/console/{organisation.slug}/awards/{key}"


def _batches(organisation: Organisation, keys: set[str]) -> _Named:
    for batch in Batch.objects.filter(organisation=organisation, pk__in=keys).select_related("version"):
        yield batch.pk, " · ".join(filter(None, (batch.version.title, batch.file_name))), ""


def _keys(organisation: Organisation, keys: set[str]) -> _Named:
    for key, fragment in SigningKey.objects.filter(organisation=organisation, pk__in=keys).values_list(
        "pk", "fragment"
    ):
        yield key, fragment, ""


def _members(_organisation: Organisation, keys: set[str]) -> _Named:
    for user in User.objects.filter(pk__in=keys):
        yield user.pk, str(user), ""


def _pathways(organisation: Organisation, keys: set[str]) -> _Named:
    for version in PathwayVersion.objects.filter(pathway__organisation=organisation, pk__in=keys):
        yield version.pk, version.title, f"/console/{organisation.slug}/pathways/{version.pathway_id}"


_KINDS: dict[str, Callable[[Organisation, set[str]], _Named]] = {
    "definition": _definitions,
    "award": _awards,
    "batch": _batches,
    "key": _keys,
    "member": _members,
    "pathway": _pathways,
}


def _is_key(text: str) -> bool:
    """Whether it may be the key of a row, which is a UUID everywhere: a database takes nothing else there."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
