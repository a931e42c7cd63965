"""Pathways: which micro-credentials, of what level, field, skills and workload, come to which larger award."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, field_validator, model_validator

from credenza.record import Concept, Text
from credenza.record.concept import check_uri
from credenza.record.text import Frozen

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""A short name by which a part or group is known within its pathway."""

Ects = Annotated[Decimal, Field(gt=0, le=10_000, decimal_places=4)]
Years = Annotated[int, Field(ge=1, le=100)]
DEEPEST = 8


class PathwayKind(StrEnum):
    """Rigid: every part as named. Elective: parts may be chosen. Open: whatever meets the requirements adds up."""

    RIGID = "rigid"
    ELECTIVE = "elective"
    OPEN = "open"


class PathwayPart(Frozen):
    """A place in a pathway that one credential fills, or several where ``several`` says so.

    What is stated must hold of each credential: one of ``definitions`` (ids), at least the EQF level, within one of the
    ISCED-F fields (a broad field covers its narrower ones), all of the ESCO ``skills``. ``minimum_ects`` is for the
    part: of the one credential, or of several together.
    """

    id: Key
    title: Text
    definitions: tuple[str, ...] = ()
    minimum_eqf: Annotated[int, Field(ge=1, le=8)] | None = None
    fields: tuple[Concept, ...] = ()
    skills: tuple[Concept, ...] = ()
    minimum_ects: Ects | None = None
    maximum_age_years: Years | None = None
    several: bool = False

    @field_validator("definitions")
    @classmethod
    def _uris(cls, definitions: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_uri(one) for one in definitions)

    @model_validator(mode="after")
    def _asks_something(self) -> PathwayPart:
        stated = (self.definitions, self.minimum_eqf, self.fields, self.skills, self.minimum_ects)
        if not any(stated):
            raise ValueError("the part asks for nothing: name definitions, a level, fields, skills or ECTS")
        return self


class PathwayGroup(Frozen):
    """Parts and groups of which ``choose`` are needed (all where it is not stated), with a minimum of ECTS together."""

    id: Key
    title: Text
    members: tuple[PathwayPart | PathwayGroup, ...]
    choose: Annotated[int, Field(ge=1, le=1000)] | None = None
    minimum_ects: Ects | None = None

    @property
    def needed(self) -> int:
        """How many of the members are needed."""
        return len(self.members) if self.choose is None else self.choose


Member: TypeAlias = PathwayPart | PathwayGroup


class Pathway(Frozen):
    """The way to a larger award; ``award`` is the id of its definition.

    ``recognised_by`` are the bodies whose recognition decisions are accepted; ``outcomes_once`` says that credentials
    with a learning outcome in common do not both count.
    """

    id: str
    title: Text
    kind: PathwayKind
    award: str
    root: PathwayGroup
    maximum_age_years: Years | None = None
    recognised_by: tuple[str, ...] = ()
    outcomes_once: bool = True

    _uris = field_validator("id", "award")(check_uri)

    @model_validator(mode="after")
    def _sound(self) -> Pathway:
        seen: set[str] = set()
        for depth, one in _walk(self.root, 0):
            if depth > DEEPEST:
                raise ValueError(f"groups are nested more than {DEEPEST} deep")
            if one.id in seen:
                raise ValueError(f"{one.id!r} names two parts or groups")
            seen.add(one.id)
        if not self.parts:
            raise ValueError("the pathway has no parts")
        return self

    @property
    def parts(self) -> tuple[PathwayPart, ...]:
        """All parts, in their order."""
        return tuple(one for _, one in _walk(self.root, 0) if isinstance(one, PathwayPart))

    @property
    def groups(self) -> tuple[PathwayGroup, ...]:
        """All groups, the outermost first."""
        return tuple(one for _, one in _walk(self.root, 0) if isinstance(one, PathwayGroup))

    def part(self, key: str) -> PathwayPart | None:
        """The part of this name."""
        return next((one for one in self.parts if one.id == key), None)


def _walk(member: Member, depth: int) -> Iterator[tuple[int, Member]]:
    yield depth, member
    if isinstance(member, PathwayGroup) and depth <= DEEPEST:
        for one in member.members:
            yield from _walk(one, depth + 1)
