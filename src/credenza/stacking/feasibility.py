"""Can a pathway be completed at all? What stands in the way, in plain words, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from credenza.record import MicroCredential
from credenza.stacking.assignment import Candidate, assign
from credenza.stacking.pathway import Member, Pathway, PathwayKind, PathwayPart
from credenza.stacking.requirement import Facts, facts_of, misfits


@dataclass(frozen=True)
class Obstacle:
    """What is wrong with a pathway, where, and how to mend it; ``fatal`` where nobody can complete it so."""

    where: str
    code: str
    fatal: bool
    text: str
    how: str


def find_obstacles(
    pathway: Pathway,
    *,
    catalogue: Sequence[MicroCredential],
    others: Sequence[Pathway] = (),
    longest: float = 60.0,
) -> tuple[Obstacle, ...]:
    """What keeps a learner who may take everything in the catalogue from completing the pathway.

    ``longest`` are the seconds that may be spent on it; what is not found out by then is said to be so.

    Raises:
        Unreachable: ``stacking-solver-missing``. Refused: ``stacking-not-solved``.
    """
    offered = [facts_of(one) for one in catalogue if one.id != pathway.award]
    fits = {part.id: [one for one in offered if not misfits(part, one)] for part in pathway.parts}
    found = [*_cycles(pathway, others), *_choices(pathway), *_not_offered(pathway, fits), *_too_much(pathway, fits)]
    if not any(one.fatal for one in found):
        found += _together(pathway, offered, fits, longest)
    return tuple(found)


def _cycles(pathway: Pathway, others: Sequence[Pathway]) -> Iterator[Obstacle]:
    """Parts that are, directly or by way of other pathways, the larger award itself."""
    ways: dict[str, list[Pathway]] = {}
    for one in others:
        ways.setdefault(one.award, []).append(one)
    for part in pathway.parts:
        seen: set[str] = set()
        ahead = list(part.definitions)
        while ahead:
            definition = ahead.pop()
            if definition in seen:
                continue
            seen.add(definition)
            ahead += [needed for way in ways.get(definition, ()) for inner in way.parts for needed in inner.definitions]
        if pathway.award in seen:
            text = f"{_quoted(part)} needs the award that this pathway leads to: it goes round in a circle."
            yield Obstacle(part.id, "pathway-cycle", True, text, "Take that micro-credential out of the part.")


def _choices(pathway: Pathway) -> Iterator[Obstacle]:
    for group in pathway.groups:
        if group.needed > len(group.members):
            text = f"{_quoted(group)} asks for {group.needed} of only {len(group.members)} parts."
            yield Obstacle(group.id, "too-many-chosen", True, text, "Ask for fewer, or add parts.")
        if not group.members:
            yield Obstacle(
                group.id, "group-empty", False, f"{_quoted(group)} has no parts.", "Add parts, or remove it."
            )
        if pathway.kind is PathwayKind.RIGID and group.needed < len(group.members):
            text = f"{_quoted(group)} leaves a choice, and a rigid pathway has none."
            yield Obstacle(group.id, "choice-in-rigid-pathway", False, text, "Call the pathway elective.")


def _not_offered(pathway: Pathway, fits: dict[str, list[Facts]]) -> Iterator[Obstacle]:
    required = set(_required(pathway.root))
    for part in pathway.parts:
        if not fits[part.id]:
            text = f"Nothing in the catalogue fills {_quoted(part)}."
            how = "Offer such a micro-credential, name others that count, or ask for less."
            yield Obstacle(part.id, "part-not-offered", part.id in required, text, how)


def _required(member: Member) -> Iterator[str]:
    """The parts without which the pathway cannot be complete."""
    if isinstance(member, PathwayPart):
        yield member.id
    elif member.needed >= len(member.members):
        for one in member.members:
            yield from _required(one)


def _too_much(pathway: Pathway, fits: dict[str, list[Facts]]) -> Iterator[Obstacle]:
    """Minima of ECTS above what the most credentials that may count can bring."""
    filled: list[Member] = [part for part in pathway.parts if part.several and fits[part.id]]
    for member in [*pathway.groups, *filled]:
        most = _most(member, fits)
        if member.minimum_ects is not None and most < member.minimum_ects:
            text = f"{_quoted(member)} asks for {member.minimum_ects:f} ECTS, and no more than {most:f} can be reached."
            yield Obstacle(member.id, "ects-out-of-reach", True, text, "Lower the minimum, or offer more.")


def _most(member: Member, fits: dict[str, list[Facts]]) -> Decimal:
    if isinstance(member, PathwayPart):
        points = [one.definition.ects or Decimal(0) for one in fits[member.id]]
        return sum(points, Decimal(0)) if member.several else max(points, default=Decimal(0))
    inside = sorted((_most(one, fits) for one in member.members), reverse=True)
    return sum(inside[: member.needed], Decimal(0))


def _together(
    pathway: Pathway, offered: Sequence[Facts], fits: dict[str, list[Facts]], longest: float
) -> Iterator[Obstacle]:
    """Whether one credential of each definition, put to the best use, completes it."""
    every = [
        Candidate(
            {part.id: one.definition.ects or Decimal(0) for part in pathway.parts if one in fits[part.id]},
            one.outcomes if pathway.outcomes_once else frozenset(),
        )
        for one in offered
    ]
    best = assign(pathway.root, every, longest=longest)
    where = pathway.root.id
    if where in best.complete:
        return
    if not best.proven:
        text = "Each part can be filled; whether all of them together can was not found out in the time allowed."
        yield Obstacle(where, "completion-not-proven", False, text, "Ask for less, or try again.")
        return
    yield Obstacle(
        where,
        "parts-exclude-each-other",
        True,
        "Each part can be filled, but not all of them together: the offers share learning outcomes, or one"
        " offer would be needed twice.",
        "Offer more micro-credentials, ask for fewer parts, or let outcomes count more than once.",
    )


def _quoted(member: Member) -> str:
    return f"‘{member.title.best('en')}’"
