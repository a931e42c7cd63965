"""The four eyes of an organisation: somebody else approves than who made it, and exactly what they looked at."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from credenza.errors import Conflict, Refused
from credenza.service.accounts.models import Organisation, User


def is_second(organisation: Organisation, person: User, makers: Collection[UUID | None]) -> bool:
    """Whether this person may approve what was made by ``makers`` (the ids of people)."""
    return not organisation.four_eyes or person.pk not in makers


def require_second(organisation: Organisation, person: User, makers: Collection[UUID | None]) -> None:
    """Raises Refused ``four-eyes`` where this person made it themselves."""
    if not is_second(organisation, person, makers):
        raise Refused("four-eyes", "Somebody else than whoever made it must approve it.")


def require_seen(seen: object, now: object, *, changed_by: User | None) -> None:
    """Raises Conflict ``changed-since-seen`` where the edition or digest that a person saw is not the one of now.

    The caller holds the lock of what is approved, so that it cannot change after this either.
    """
    if seen == now:
        return
    if changed_by is None:
        raise Conflict("changed-since-seen", "This was changed since you opened it: look at it again.")
    raise Conflict("changed-since-seen", f"This was changed by {changed_by} since you opened it: look at it again.")
