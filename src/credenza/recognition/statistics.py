"""Statistics of decisions: how many, how they ended, how long they took, by country and level."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median

from credenza.recognition.case import Case, State
from credenza.record.text import Frozen

UNKNOWN = "unknown"


class Times(Frozen):
    """Days from complete information to the decision, without the time in which information was awaited."""

    count: int
    median_days: float | None
    longest_days: float | None
    overdue: int


class DecisionStatistics(Frozen):
    """All cases of an office; ``by_country`` and ``by_level`` count the outcomes of those decided.

    A country is ISO alpha-2, a level an EQF level, each ``unknown`` where the credential does not say.
    """

    cases: int
    by_state: dict[str, int]
    by_outcome: dict[str, int]
    by_country: dict[str, dict[str, int]]
    by_level: dict[str, dict[str, int]]
    by_rule: dict[str, int]
    appeals: int
    changed_on_appeal: int
    flagged: int
    overdue_open: int
    times: Times


def statistics_of(cases: Iterable[Case], *, now: datetime) -> DecisionStatistics:
    """The statistics of these cases at a time; they name nobody."""
    states: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    countries: dict[str, Counter[str]] = defaultdict(Counter)
    levels: dict[str, Counter[str]] = defaultdict(Counter)
    days: list[float] = []
    overdue = overdue_open = appeals = changed = flagged = 0
    for case in cases:
        states[case.state.value] += 1
        flagged += bool(case.flags)
        clock = case.clock(now)
        decision = case.final
        if decision is None:
            overdue_open += clock.overdue and case.state is not State.WITHDRAWN
            continue
        outcome = decision.outcome.value
        outcomes[outcome] += 1
        countries[_country(case)][outcome] += 1
        levels[_level(case)][outcome] += 1
        if decision.rule:
            rules[decision.rule] += 1
        days.append(clock.elapsed.total_seconds() / 86_400)
        overdue += clock.overdue
        appeals += case.grounds_of_appeal is not None
        first = case.decision
        changed += case.decision_on_appeal is not None and first is not None and first.outcome.value != outcome
    return DecisionStatistics(
        cases=states.total(),
        by_state=_sorted(states),
        by_outcome=_sorted(outcomes),
        by_country={name: _sorted(count) for name, count in sorted(countries.items())},
        by_level={name: _sorted(count) for name, count in sorted(levels.items())},
        by_rule=_sorted(rules),
        appeals=appeals,
        changed_on_appeal=changed,
        flagged=flagged,
        overdue_open=overdue_open,
        times=Times(
            count=len(days),
            median_days=round(median(days), 2) if days else None,
            longest_days=round(max(days), 2) if days else None,
            overdue=overdue,
        ),
    )


def _country(case: Case) -> str:
    award = case.credential.award
    country = award.micro_credential.awarding_body.country or award.issuer.country
    return country.notation if country else UNKNOWN


def _level(case: Case) -> str:
    if case.sheet is not None:
        return str(case.sheet.level.has or UNKNOWN)
    level = case.credential.award.micro_credential.eqf_level
    return level.notation if level else UNKNOWN


def _sorted(count: Counter[str]) -> dict[str, int]:
    return dict(sorted(count.items()))
