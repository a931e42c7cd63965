"""What a search for the best stack found, credential by credential, part by part, group by group."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from credenza.record import MicroCredential
from credenza.stacking.pathway import PathwayGroup, PathwayPart
from credenza.stacking.requirement import Reason
from credenza.verifying.verified import VerifiedCredential


@dataclass(frozen=True)
class Standing:
    """One credential: the part that it counts towards, else the reasons why it does not count."""

    credential: VerifiedCredential
    part: str | None
    ects: Decimal
    recognised: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class PartProgress:
    """One part: the places of the credentials that fill it, what is missing, and the definitions that would fill it.

    ``needed`` says that the pathway cannot be complete without it, or without another part of the same choice.
    """

    part: PathwayPart
    complete: bool
    needed: bool
    credentials: tuple[int, ...]
    ects: Decimal
    missing: Reason | None
    offers: tuple[MicroCredential, ...]


@dataclass(frozen=True)
class GroupProgress:
    """One group: how many of its members are complete, how many are needed, the ECTS that count, what is missing."""

    group: PathwayGroup
    complete: bool
    done: int
    ects: Decimal
    missing: tuple[Reason, ...]
