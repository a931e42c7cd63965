"""The comparison sheet as evaluators see it: seven criteria, the way of each judgement, and the outcomes one by one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from credenza.recognition.case import Case as CoreCase
from credenza.recognition.comparison import ComparisonSheet
from credenza.recognition.evidence import Evidence
from credenza.recognition.outcomes import OutcomeMatch
from credenza.recognition.register import RegisterAnswer
from credenza.service.recognition.words import BASES, CRITERIA, DIFFERENCES, GRADES, REGISTER, Word


@dataclass(frozen=True)
class ShownCriterion:
    """One of the seven criteria: the outcome class of the design system, its icon, and words."""

    look: str
    icon: str
    title: str | Promise
    grade: str | Promise
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class ShownMatch:
    """One outcome that is asked, with what answers it; ``kind`` is firm, suggestion or none."""

    match: OutcomeMatch
    kind: str
    basis: str | Promise
    percent: int


@dataclass(frozen=True)
class ShownSheet:
    """All of a sheet."""

    sheet: ComparisonSheet
    criteria: tuple[ShownCriterion, ...]
    matches: tuple[ShownMatch, ...]
    differences: tuple[tuple[str | Promise, bool, str], ...]
    register: tuple[tuple[RegisterAnswer, Word], ...]
    confirmed: str


_LOOKS = {True: ("passed", "check"), False: ("failed", "cross"), None: ("not_checked", "question")}


def shown_sheet(core: CoreCase) -> ShownSheet | None:
    """A case's sheet; None where there is none."""
    sheet = core.sheet
    if sheet is None:
        return None
    criteria = []
    for one in sheet.criteria:
        look, icon = _LOOKS[one.meets]
        title, grade = CRITERIA[one.criterion.value], GRADES.get(one.grade, one.grade)
        criteria.append(ShownCriterion(look, icon, title, grade, one.reason, one.evidence))
    return ShownSheet(
        sheet=sheet,
        criteria=tuple(criteria),
        matches=tuple(_match(one) for one in sheet.outcomes.matches),
        differences=tuple((DIFFERENCES[one.kind.value], one.certain, one.reason) for one in sheet.differences),
        register=tuple((one, REGISTER[one.outcome.value]) for one in sheet.register_answers or ()),
        confirmed=f"{sheet.outcomes.confirmed or 0:.0%}",
    )


def _match(one: OutcomeMatch) -> ShownMatch:
    kind = "firm" if one.firm else "suggestion" if one.has is not None else "none"
    return ShownMatch(one, kind, BASES[one.basis.value] if one.basis else "", round(one.score * 100))
