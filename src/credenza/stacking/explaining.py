"""The best stack in words: why a credential does not count, what a part still needs, which offers would fill it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from credenza.record import MicroCredential
from credenza.stacking.assignment import Assignment
from credenza.stacking.eligibility import Judged
from credenza.stacking.pathway import Member, Pathway, PathwayGroup, PathwayPart
from credenza.stacking.requirement import Reason, facts_of, misfits, outcome_name
from credenza.stacking.standing import GroupProgress, PartProgress, Standing

_MOST_OFFERS = 10


def standing(pathway: Pathway, place: int, judged: Sequence[Judged], found: Assignment) -> Standing:
    """Where one credential counts, or why it does not."""
    one, part = judged[place], found.parts.get(place)
    if part is not None:
        return Standing(one.credential, part, one.fits[part], part in one.recognised, ())
    if one.barred:
        reasons = one.barred
    elif not one.fits:
        reasons = _fits_nowhere(pathway, one)
    else:
        reasons = (_shared(pathway, place, judged, found) or _not_needed(pathway, one, judged, found),)
    return Standing(one.credential, None, Decimal(0), False, reasons)


def _fits_nowhere(pathway: Pathway, one: Judged) -> tuple[Reason, ...]:
    """The reasons of the part that it misses by least."""
    nearest = min(pathway.parts, key=lambda part: len(one.misfits[part.id]))
    return tuple(Reason(reason.code, f"for {_quoted(nearest)}, {reason.text}") for reason in one.misfits[nearest.id])


def _shared(pathway: Pathway, place: int, judged: Sequence[Judged], found: Assignment) -> Reason | None:
    """Whether what it would count for counts already, by another credential."""
    award = judged[place].credential.award
    for other in found.parts:
        counted = judged[other].credential.award
        title = counted.micro_credential.title.best("en")
        if counted.id == award.id:
            return Reason("credential-counted-already", "the same credential counts already")
        shared = judged[place].facts.outcomes & judged[other].facts.outcomes
        if pathway.outcomes_once and shared:
            outcome = outcome_name(award.micro_credential, shared)
            what = f"its learning outcome ‘{outcome}’" if outcome else "the same micro-credential"
            return Reason("outcome-counted-already", f"{what} counts already in ‘{title}’")
    return None


def _not_needed(pathway: Pathway, one: Judged, judged: Sequence[Judged], found: Assignment) -> Reason:
    part = next(part for part in pathway.parts if part.id in one.fits)
    filling = [judged[place].credential.award.micro_credential for place, key in found.parts.items() if key == part.id]
    if filling:
        titles = ", ".join(f"‘{definition.title.best('en')}’" for definition in filling)
        return Reason("part-filled", f"{_quoted(part)} is filled by {titles}")
    return Reason("not-needed", f"it would fill {_quoted(part)}, and enough of that choice is filled by others")


def part_progress(
    pathway: Pathway,
    part: PathwayPart,
    judged: Sequence[Judged],
    found: Assignment,
    offers: Sequence[MicroCredential],
) -> PartProgress:
    """How far one part is."""
    places = tuple(place for place, key in found.parts.items() if key == part.id)
    ects = sum((judged[place].fits[part.id] for place in places), Decimal(0))
    complete = part.id in found.complete
    needed = not complete and _needed(pathway.root, part.id, found)
    return PartProgress(
        part=part,
        complete=complete,
        needed=needed,
        credentials=places,
        ects=ects,
        missing=None if complete else _missing(part, ects),
        offers=_offers(pathway, part, judged, found, offers) if needed else (),
    )


def _missing(part: PathwayPart, ects: Decimal) -> Reason:
    if part.several and part.minimum_ects is not None:
        return Reason("ects-missing", f"{part.minimum_ects - ects:f} more ECTS are needed for {_quoted(part)}")
    return Reason("part-open", f"nothing fills {_quoted(part)} yet")


def _needed(group: PathwayGroup, key: str, found: Assignment) -> bool:
    """Whether every group around the part is still incomplete."""
    if group.id in found.complete:
        return False
    inside = [one for one in group.members if isinstance(one, PathwayGroup)]
    return any(one.id == key for one in group.members) or any(_needed(one, key, found) for one in inside)


def _offers(
    pathway: Pathway,
    part: PathwayPart,
    judged: Sequence[Judged],
    found: Assignment,
    offers: Sequence[MicroCredential],
) -> tuple[MicroCredential, ...]:
    """The catalogue's definitions that would fill the part and repeat nothing that counts, the smallest first."""
    counted: set[tuple[str, ...]] = set()
    for place in found.parts if pathway.outcomes_once else ():
        counted |= judged[place].facts.outcomes
    fitting = [one for one in map(facts_of, offers) if not misfits(part, one) and not one.outcomes & counted]
    smallest = sorted((one.definition for one in fitting), key=lambda one: (one.ects or 0, one.id))
    return tuple(smallest[:_MOST_OFFERS])


def group_progress(group: PathwayGroup, parts: Sequence[PartProgress], found: Assignment) -> GroupProgress:
    """How far one group is."""
    done = sum(member.id in found.complete for member in group.members)
    inside = _parts_of(group)
    ects = sum((one.ects for one in parts if one.part.id in inside), Decimal(0))
    complete = group.id in found.complete
    return GroupProgress(group, complete, done, ects, () if complete else tuple(_lacking(group, done, ects)))


def _lacking(group: PathwayGroup, done: int, ects: Decimal) -> list[Reason]:
    name, found = f"‘{group.title.best('en')}’", []
    if done < group.needed:
        found.append(Reason("members-missing", f"{name} needs {group.needed - done} more of its {len(group.members)}"))
    if group.minimum_ects is not None and ects < group.minimum_ects:
        found.append(Reason("ects-missing", f"{name} needs {group.minimum_ects - ects:f} more ECTS"))
    return found


def _parts_of(member: Member) -> set[str]:
    if isinstance(member, PathwayPart):
        return {member.id}
    return {key for one in member.members for key in _parts_of(one)}


def _quoted(part: PathwayPart) -> str:
    return f"‘{part.title.best('en')}’"
