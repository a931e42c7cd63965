"""One change of many awards: each in a transaction of its own; those that cannot be changed are named, with why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from credenza.errors import CredenzaError
from credenza.service.accounts.models import User
from credenza.service.issuance import afterwards, correcting
from credenza.service.issuance.models import Award, Batch

MOST_AT_ONCE = 200
RENEW = "renew"
Apply: TypeAlias = Callable[[Award, str, User], object]

APPLY: Mapping[str, Apply] = {
    "resend": lambda award, _value, actor: afterwards.resend(award, actor=actor),
    "suspend": lambda award, _value, actor: afterwards.suspend(award, actor=actor),
    "reinstate": lambda award, _value, actor: afterwards.reinstate(award, actor=actor),
    "revoke": lambda award, reason, actor: afterwards.revoke(award, reason, actor=actor),
    RENEW: lambda award, day, actor: correcting.renew(award, date.fromisoformat(day), actor=actor),
}
"""What does each kind of change, with a reason or a day where it asks for one."""


@dataclass(frozen=True)
class Changed:
    """Which awards were changed and which not; ``waiting`` are the renewals that wait for a second person."""

    done: list[Award] = field(default_factory=list)
    refused: list[tuple[Award, CredenzaError]] = field(default_factory=list)
    waiting: list[Batch] = field(default_factory=list)


def change(awards: Sequence[Award], name: str, value: str, *, actor: User) -> Changed:
    """Change awards of one organisation.

    Raises:
        Refused: ``date-impossible``. Conflict: ``correction-waits``: of renewals for a second person, somebody was quicker.
    """
    if name == RENEW and awards[0].organisation.four_eyes:
        waiting, refused = correcting.ask_to_renew(awards, date.fromisoformat(value), actor=actor)
        return Changed(refused=refused, waiting=waiting)
    changed = Changed()
    for award in awards:
        try:
            APPLY[name](award, value, actor)
        except CredenzaError as error:
            changed.refused.append((award, error))
        else:
            changed.done.append(award)
    return changed
