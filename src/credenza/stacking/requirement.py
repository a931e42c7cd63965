"""Does a micro-credential fit a part of a pathway? Each reason why not, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from credenza.record import Award, MicroCredential
from credenza.stacking.pathway import Pathway, PathwayPart
from credenza.vocabulary import eqf_of, term

_CYCLE_LEVELS = {"short-cycle": 5, "first-cycle": 6, "second-cycle": 7, "third-cycle": 8}


@dataclass(frozen=True)
class Reason:
    """Why something does not count, is missing or is in doubt: a stable code and a plain sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What a definition is judged by, worked out once: EQF level, codes of fields, skills, and what its outcomes are."""

    definition: MicroCredential
    level: int | None
    fields: tuple[str, ...]
    skills: frozenset[str]
    outcomes: frozenset[tuple[str, ...]]


def facts_of(definition: MicroCredential) -> Facts:
    """The facts of a definition."""
    return Facts(
        definition=definition,
        level=level_of(definition),
        fields=tuple(_code(one.uri) for one in definition.fields),
        skills=frozenset(skill.uri for outcome in definition.learning_outcomes for skill in outcome.skills),
        outcomes=outcome_keys(definition),
    )


def level_of(definition: MicroCredential) -> int | None:
    """The EQF level, stated or by way of a national framework or a cycle of the QF-EHEA."""
    stated, cycle = definition.eqf_level, definition.qf_ehea_cycle
    if stated is not None and stated.eqf is not None:
        return stated.eqf
    national = [level for one in definition.nqf_levels if (level := eqf_of(one.uri)) is not None]
    return national[0] if national else _CYCLE_LEVELS.get(cycle.notation) if cycle is not None else None


@lru_cache(maxsize=4096)
def _code(uri: str) -> str:
    """The code of a field of ISCED-F, which begins with that of its broader field (06 covers 0613); else its URI."""
    known = term(uri)
    return known.notation if known is not None else uri


def misfits(part: PathwayPart, facts: Facts) -> tuple[Reason, ...]:
    """What a definition lacks for a part; nothing where it fits."""
    return tuple(_misfits(part, facts))


def _misfits(part: PathwayPart, facts: Facts) -> Iterator[Reason]:
    level = facts.level
    if part.definitions and facts.definition.id not in part.definitions:
        yield Reason("not-the-definition", "it is not one of the micro-credentials that are named there")
    if part.minimum_eqf is not None and (level is None or level < part.minimum_eqf):
        least = part.minimum_eqf
        low = f"it is of EQF level {level}, and EQF level {least} is asked"
        yield Reason("level-too-low", low if level else f"it states no level, and EQF level {least} is asked")
    if not _within(facts.fields, part):
        asked = "; ".join(one.label("en") for one in part.fields)
        yield Reason("field-not-met", f"it is not within the field asked ({asked})")
    lacking = [skill for skill in part.skills if skill.uri not in facts.skills]
    if lacking:
        yield Reason("skills-not-met", f"it lacks skills asked ({'; '.join(one.label('en') for one in lacking)})")
    if part.minimum_ects is not None:
        yield from _too_small(part, facts.definition)


def _within(fields: tuple[str, ...], part: PathwayPart) -> bool:
    asked = tuple(_code(one.uri) for one in part.fields)
    return not asked or any(field.startswith(asked) for field in fields)


def _too_small(part: PathwayPart, definition: MicroCredential) -> Iterator[Reason]:
    assert part.minimum_ects is not None
    if definition.ects is None:
        yield Reason("ects-not-stated", "it states no ECTS credits")
    elif not part.several and definition.ects < part.minimum_ects:
        yield Reason("ects-too-few", f"it has {definition.ects:f} ECTS, and {part.minimum_ects:f} are asked")


def too_old(part: PathwayPart, pathway: Pathway, award: Award, now: datetime) -> Reason | None:
    """Whether the achievement is older than the pathway or the part allows."""
    limits = [one for one in (pathway.maximum_age_years, part.maximum_age_years) if one is not None]
    if not limits:
        return None
    achieved = award.awarded or award.issued or award.valid_from
    if achieved is None:
        return Reason("age-unknown", "it says no date, and its age matters")
    years = now.year - achieved.year - ((now.month, now.day) < (achieved.month, achieved.day))
    exact = years == min(limits) and (now.month, now.day) == (achieved.month, achieved.day)
    if years < min(limits) or exact:
        return None
    return Reason("too-old", f"it was achieved on {achieved:%Y-%m-%d}, more than {min(limits)} years ago")


def outcome_keys(definition: MicroCredential) -> frozenset[tuple[str, ...]]:
    """What its learning outcomes are known by: their skills together, and their words in each language.

    A definition without outcomes is known by its id, so that it does not count twice either.
    """
    keys: set[tuple[str, ...]] = {("definition", definition.id)}
    for outcome in definition.learning_outcomes:
        if outcome.skills:
            keys.add(("skills", *sorted({skill.uri for skill in outcome.skills})))
        keys |= {
            ("words", language, " ".join(text.casefold().split())) for language, text in outcome.title.root.items()
        }
    return frozenset(keys)


def outcome_name(definition: MicroCredential, shared: frozenset[tuple[str, ...]]) -> str | None:
    """The first learning outcome that is among these keys, in words."""
    for outcome in definition.learning_outcomes:
        alone = definition.model_copy(update={"learning_outcomes": (outcome,), "id": "urn:none"})
        if outcome_keys(alone) & shared:
            return outcome.title.best("en")
    return None
