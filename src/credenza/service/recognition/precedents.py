"""Earlier decisions of an institution, and their statistics."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from credenza.recognition.case import Case as CoreCase
from credenza.recognition.precedents import Precedent, look_up, precedent_of
from credenza.recognition.statistics import DecisionStatistics, statistics_of
from credenza.service.accounts.models import Organisation
from credenza.service.csv_cells import plain
from credenza.service.recognition.models import Case

_MOST = 200


class DecidedCases:
    """Fulfils ``recognition.precedents.Precedents`` for one institution."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def of_definition(self, definition_id: str) -> Iterable[Precedent]:
        """The newest decisions on a micro-credential's definition."""
        decided = self._organisation.recognition_cases.filter(definition_uri=definition_id).exclude(outcome="")
        for core in decided.order_by("-decided_at").values_list("core", flat=True)[:_MOST]:
            found = precedent_of(CoreCase.model_validate(core))
            if found is not None:
                yield found


def precedents_of(case: Case) -> tuple[Precedent, ...]:
    """The precedents of a case, those on the same requirement first."""
    return look_up(DecidedCases(case.organisation), case.as_core)


def statistics(organisation: Organisation, since: datetime, until: datetime, *, now: datetime) -> DecisionStatistics:
    """The statistics of the cases that came in between two times."""
    return statistics_of(_cases(organisation, since, until), now=now)


def as_csv(organisation: Organisation, since: datetime, until: datetime, *, now: datetime) -> str:
    """One line a case, without anything that names a person."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(
        ("received", "state", "outcome", "by_rule", "country", "eqf_level", "days", "overdue", "appealed", "flagged")
    )
    for core in _cases(organisation, since, until):
        one = statistics_of([core], now=now)
        clock, final = core.clock(now), core.final
        country, level = next(iter(one.by_country), ""), next(iter(one.by_level), "")
        days = round(clock.elapsed.total_seconds() / 86_400, 2)
        outcome, rule = (final.outcome.value, final.rule or "") if final else ("", "")
        told = (core.received_at.date(), core.state.value, outcome, rule, country, level)
        rows.writerow(
            [plain(str(part)) for part in told] + [days, clock.overdue, bool(core.grounds_of_appeal), bool(core.flags)]
        )
    return out.getvalue()


def _cases(organisation: Organisation, since: datetime, until: datetime) -> Iterator[CoreCase]:
    found = Case.objects.filter(organisation=organisation, received_at__gte=since, received_at__lte=until)
    for case in found.only("pk", "core").order_by("received_at").iterator(chunk_size=500):
        yield case.as_core
