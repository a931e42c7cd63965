"""The best assignment of credentials to the parts of a pathway, found exactly by OR-Tools' CP-SAT and proven optimal.

What is best, in this order: the pathway is complete, and the most parts are; the most of the asked ECTS is there; the
fewest ECTS are spent. One worker and a fixed seed: the same input gives the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import gcd
from typing import TYPE_CHECKING, Any

from credenza.errors import Refused, Unreachable
from credenza.stacking.pathway import Member, PathwayGroup, PathwayPart

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

_SCALE = 10_000


@dataclass(frozen=True)
class Candidate:
    """One credential: its ECTS for each part that it fits (0 where it states none), and what must not count twice."""

    ects: Mapping[str, Decimal]
    keys: frozenset[tuple[str, ...]] = frozenset()


@dataclass(frozen=True)
class Assignment:
    """The part of each counted candidate, by its place; which parts and groups are complete; whether none is better."""

    parts: Mapping[int, str]
    complete: frozenset[str]
    proven: bool


def assign(root: PathwayGroup, candidates: Sequence[Candidate], *, longest: float = 60.0) -> Assignment:
    """The best assignment; ``longest`` are the seconds after which an unproven one is given, and said to be so.

    Raises:
        Unreachable: ``stacking-solver-missing`` where OR-Tools is not installed.
        Refused: ``stacking-not-solved`` where none was found in that time.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError as error:
        message = "Finding the best stack needs OR-Tools: pip install 'credenza[stacking]'."
        raise Unreachable("stacking-solver-missing", message) from error
    build = _Model(cp_model.CpModel(), candidates)
    build.pathway(root)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 7
    solver.parameters.max_time_in_seconds = longest / len(build.aims)
    proven = True
    for aim in build.aims:
        build.model.maximize(aim)
        status = solver.solve(build.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise Refused("stacking-not-solved", "No stack of these credentials was found in the time allowed.")
        proven = proven and status == cp_model.OPTIMAL
        build.keep(aim, solver)
    chosen = {place: part for (place, part), used in build.used.items() if solver.boolean_value(used)}
    done = {key for key, complete in build.done.items() if solver.boolean_value(complete)}
    ects: dict[str, Decimal] = {}
    for place, part in chosen.items():
        ects[part] = ects.get(part, Decimal(0)) + candidates[place].ects[part]
    _add_complete_groups(root, ects, done)
    return Assignment(dict(sorted(chosen.items())), frozenset(done), proven)


def _add_complete_groups(member: Member, ects: Mapping[str, Decimal], done: set[str]) -> Decimal:
    """Add to ``done`` each complete group, also where the pathway is not complete; the ECTS that count inside.

    The solver has no reason to call a group complete where that brings the pathway no further.
    """
    if isinstance(member, PathwayPart):
        return ects.get(member.id, Decimal(0))
    total = sum((_add_complete_groups(one, ects, done) for one in member.members), Decimal(0))
    enough = sum(one.id in done for one in member.members) >= member.needed
    if enough and total >= (member.minimum_ects or 0):
        done.add(member.id)
    return total


@dataclass
class _Model:
    """Truths ``used`` (a candidate in a part) and ``done`` (a part or group is complete), and what binds them."""

    model: cp_model.CpModel
    candidates: Sequence[Candidate]
    used: dict[tuple[int, str], Any] = field(default_factory=dict)
    done: dict[str, Any] = field(default_factory=dict)
    progress: list[Any] = field(default_factory=list)
    parts: list[Any] = field(default_factory=list)
    aims: list[Any] = field(default_factory=list)
    unit: int = 1

    def pathway(self, root: PathwayGroup) -> None:
        stated = [points for one in self.candidates for points in one.ects.values()]
        self.unit = gcd(*(int(points * _SCALE) for points in (*stated, *_minima(root)))) or 1
        self._group(root, None)
        self._count_once()
        self._aim(root)

    def keep(self, aim: Any, solver: cp_model.CpSolver) -> None:
        """What an aim reached stays reached while the next one is sought, from where the solver stands."""
        self.model.add(aim >= solver.value(aim))
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for truth in (*self.used.values(), *self.done.values()):
            self.model.add_hint(truth, solver.boolean_value(truth))

    def _ects(self, points: Decimal) -> int:
        return int(points * _SCALE) // self.unit

    def _group(self, group: PathwayGroup, chosen: Any) -> tuple[Any, Any]:
        """Complete where enough members are and their ECTS suffice; no more members than needed count."""
        made = []
        choices = []
        for member in group.members:
            choice = chosen
            if group.needed < len(group.members):
                choice = self.model.new_bool_var(f"chosen {member.id}")
                choices.append(choice)
                if chosen is not None:
                    self.model.add_implication(choice, chosen)
            made.append(self._member(member, choice))
        if choices:
            self.model.add(sum(choices) <= group.needed)
        total = sum(ects for _, ects in made)
        complete = self.model.new_bool_var(f"done {group.id}")
        self.model.add(sum(done for done, _ in made) >= group.needed * complete)
        self._reach(group.minimum_ects, total, complete)
        self.done[group.id] = complete
        return complete, total

    def _member(self, member: Member, chosen: Any) -> tuple[Any, Any]:
        return self._part(member, chosen) if isinstance(member, PathwayPart) else self._group(member, chosen)

    def _part(self, part: PathwayPart, chosen: Any) -> tuple[Any, Any]:
        fitting = [place for place, one in enumerate(self.candidates) if part.id in one.ects]
        used = [self.model.new_bool_var(f"{place} {part.id}") for place in fitting]
        self.used |= {(place, part.id): one for place, one in zip(fitting, used, strict=True)}
        complete = self.model.new_bool_var(f"done {part.id}")
        points = [self._ects(self.candidates[place].ects[part.id]) for place in fitting]
        total = sum(one * worth for one, worth in zip(used, points, strict=True))
        if part.several:
            self.model.add(sum(used) >= complete)
            self._reach(part.minimum_ects, total, complete)
            for one in used if chosen is not None else ():
                self.model.add_implication(one, chosen)
        else:
            self.model.add(sum(used) == complete)
        if chosen is not None:
            self.model.add_implication(complete, chosen)
        self.done[part.id] = complete
        self.parts.append(complete)
        return complete, total

    def _reach(self, minimum: Decimal | None, total: Any, complete: Any) -> None:
        if minimum is None:
            return
        needed = self._ects(minimum)
        reached = self.model.new_int_var(0, needed, "reached")
        self.model.add(reached <= total)
        self.model.add(reached >= needed * complete)
        self.progress.append(reached)

    def _count_once(self) -> None:
        """No credential in two parts, and no learning outcome in two credentials that count."""
        by_key: dict[tuple[str, ...], list[int]] = {}
        for place, one in enumerate(self.candidates):
            for key in one.keys:
                by_key.setdefault(key, []).append(place)
        by_place: dict[int, list[Any]] = {}
        for (place, _), used in self.used.items():
            by_place.setdefault(place, []).append(used)
        cliques = {tuple(places) for places in by_key.values()} | {(place,) for place in by_place}
        for places in sorted(cliques):
            every = [used for place in places for used in by_place.get(place, ())]
            if len(every) > 1:
                self.model.add_at_most_one(every)

    def _aim(self, root: PathwayGroup) -> None:
        """The aims in their order; each is a number to be as large as it can be."""
        spent = sum(
            used * max(1, self._ects(self.candidates[place].ects[part])) for (place, part), used in self.used.items()
        )
        asked = sum(self.progress)
        whole = len(self.parts) * self.done[root.id] + sum(self.parts)
        self.aims = [whole, *([asked] if self.progress else []), *([-spent] if self.used else [])]


def _minima(member: Member) -> list[Decimal]:
    own = [member.minimum_ects] if member.minimum_ects is not None else []
    inner = member.members if isinstance(member, PathwayGroup) else ()
    return own + [minimum for one in inner for minimum in _minima(one)]
