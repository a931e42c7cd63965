"""Levels compared through the European Qualifications Framework, from one national framework to another."""

from __future__ import annotations

from enum import StrEnum

from credenza.recognition.evidence import Evidence
from credenza.recognition.requirement import Requirement
from credenza.record.concept import Concept
from credenza.record.micro_credential import MicroCredential
from credenza.record.text import Frozen
from credenza.vocabulary.frameworks import Frameworks

_EQF_OF_CYCLE = {"short-cycle": 5, "first-cycle": 6, "second-cycle": 7, "third-cycle": 8}


class LevelResult(StrEnum):
    """How the credential's level stands to the level asked; ``contradictory`` where its own statements disagree."""

    HIGHER = "higher"
    EQUAL = "equal"
    LOWER = "lower"
    UNKNOWN = "unknown"
    CONTRADICTORY = "contradictory"
    NOT_ASKED = "not-asked"


class LevelStep(Frozen):
    """One way to the EQF: what is stated, the EQF level (1-8) that it stands for, and who says so; None: unknown."""

    stated: str
    eqf: int | None
    source: str


class LevelComparison(Frozen):
    """Both levels in EQF terms with the way there; ``in_country`` is the level in the evaluator's own framework."""

    result: LevelResult
    asked: int | None
    has: int | None
    asked_steps: tuple[LevelStep, ...]
    has_steps: tuple[LevelStep, ...]
    in_country: tuple[str, ...]
    reason: str

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(Evidence(place="micro_credential.level", says=_told(one)) for one in self.has_steps)


def compare_levels(offered: MicroCredential, asked: Requirement, frameworks: Frameworks) -> LevelComparison:
    """The level of what was learned beside the level asked."""
    has_steps = _steps(offered.eqf_level, offered.nqf_levels, offered.qf_ehea_cycle, frameworks)
    asked_steps = _steps(asked.eqf_level, asked.nqf_levels, None, frameworks)
    has, wanted = _known(has_steps), _known(asked_steps)
    result = _result(has, wanted, asked_steps)
    if result in (LevelResult.EQUAL, LevelResult.UNKNOWN):
        result = _within_framework(offered, asked, frameworks) or result
    country = asked.country.notation if asked.country else None
    lowest = min(has) if has else None
    national = frameworks.referenced(lowest, country) if lowest and country else ()
    return LevelComparison(
        result=result,
        asked=max(wanted) if wanted else None,
        has=lowest,
        asked_steps=asked_steps,
        has_steps=has_steps,
        in_country=tuple(one.label for one in national),
        reason=_reason(result, has_steps, asked_steps),
    )


def _steps(
    eqf: Concept | None, national: tuple[Concept, ...], cycle: Concept | None, frameworks: Frameworks
) -> tuple[LevelStep, ...]:
    found = []
    if eqf is not None:
        found.append(LevelStep(stated=eqf.label("en"), eqf=eqf.eqf, source="stated"))
    for one in national:
        level = frameworks.level(one.uri)
        label = level.label if level else one.label("en")
        unknown = "the referencing of this level is not known here"
        source = level.source if level and level.source else unknown
        found.append(LevelStep(stated=label, eqf=level.eqf if level else None, source=source))
    if cycle is not None:
        source = "QF-EHEA cycles and EQF levels are compatible (EQF Recommendation 2017/C 189/03, annex II)"
        found.append(LevelStep(stated=cycle.label("en"), eqf=_EQF_OF_CYCLE.get(cycle.notation), source=source))
    return tuple(found)


def _known(steps: tuple[LevelStep, ...]) -> set[int]:
    return {one.eqf for one in steps if one.eqf is not None}


def _result(has: set[int], wanted: set[int], asked_steps: tuple[LevelStep, ...]) -> LevelResult:
    if not asked_steps:
        return LevelResult.NOT_ASKED
    if not has or not wanted:
        return LevelResult.UNKNOWN
    need = max(wanted)
    if max(has) < need:
        return LevelResult.LOWER
    if min(has) < need:
        return LevelResult.CONTRADICTORY
    return LevelResult.EQUAL if min(has) == need else LevelResult.HIGHER


def _within_framework(offered: MicroCredential, asked: Requirement, frameworks: Frameworks) -> LevelResult | None:
    """Where both name levels of one framework, its own order decides: Irish levels 7 and 8 are both EQF 6.

    Of several levels that a credential states, the lowest counts.
    """
    for wanted in filter(None, (frameworks.level(one.uri) for one in asked.nqf_levels)):
        stated = filter(None, (frameworks.level(one.uri) for one in offered.nqf_levels))
        same = [one for one in stated if (one.country, one.framework) == (wanted.country, wanted.framework)]
        numbers = [one.number for one in same if one.number is not None]
        if not numbers or wanted.number is None:
            continue
        if min(numbers) != wanted.number:
            return LevelResult.LOWER if min(numbers) < wanted.number else LevelResult.HIGHER
        if all(one.uri == wanted.uri for one in same):
            return LevelResult.EQUAL
    return None


def _told(step: LevelStep) -> str:
    if step.source == "stated":
        return step.stated
    return f"{step.stated} = EQF {step.eqf or 'unknown'} ({step.source})"


def _reason(result: LevelResult, has: tuple[LevelStep, ...], asked: tuple[LevelStep, ...]) -> str:
    told, wanted = "; ".join(map(_told, has)) or "no level", "; ".join(map(_told, asked))
    sentences = {
        LevelResult.NOT_ASKED: f"No level is asked; the credential states {told}.",
        LevelResult.UNKNOWN: f"The levels cannot be compared: it states {told}; asked is {wanted}.",
        LevelResult.CONTRADICTORY: f"The credential contradicts itself about its level: {told}; asked is {wanted}.",
        LevelResult.EQUAL: f"The level is the one asked: {told}.",
        LevelResult.HIGHER: f"The level is above the one asked: {told}; asked is {wanted}.",
        LevelResult.LOWER: f"The level is below the one asked: {told}; asked is {wanted}.",
    }
    return sentences[result]
