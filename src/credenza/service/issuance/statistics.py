"""Statistics of an organisation from its daily counts: by month, definition, field, level and country; no person in them."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from credenza.service.accounts.models import Organisation
from credenza.service.csv_cells import plain
from credenza.service.issuance.counts import KINDS
from credenza.service.issuance.models import DailyCount
from credenza.vocabulary import vocabulary


@dataclass(frozen=True)
class Line:
    """How often something happened in a month to awards of one version, for learners of one country."""

    month: date
    kind: str
    count: int
    title: str
    fields: tuple[str, ...]
    eqf: int | None
    country: str


def lines(organisation: Organisation, since: date, until: date) -> list[Line]:
    """What was counted between two days, both included."""
    columns = ("day", "kind", "country", "version__title", "version__fields", "version__eqf")
    found = DailyCount.objects.filter(organisation=organisation, day__gte=since, day__lte=until)
    rows = found.order_by("day").values_list(*columns).annotate(n=Sum("count"))
    return [
        Line(day.replace(day=1), kind, n, title, tuple(fields.split()), eqf, country)
        for day, kind, country, title, fields, eqf, n in rows
    ]


def totals(counted: list[Line]) -> dict[str, int]:
    """How often each kind of thing happened."""
    found: Counter[str] = Counter()
    for line in counted:
        found[line.kind] += line.count
    return {kind: found[kind] for kind in KINDS}


def by_month(counted: list[Line], since: date, until: date) -> tuple[list[date], dict[str, list[int]]]:
    """The first days of the months, and for each kind its numbers in them."""
    months = list(_months(since, until))
    found: dict[str, Counter[date]] = defaultdict(Counter)
    for line in counted:
        found[line.kind][line.month] += line.count
    return months, {kind: [found[kind][month] for month in months] for kind in KINDS}


def by_definition(counted: list[Line], kind: str) -> list[tuple[str, int]]:
    return _grouped(counted, kind, lambda line: [line.title])


def by_field(counted: list[Line], kind: str, language: str) -> list[tuple[str, int]]:
    return _grouped(counted, kind, lambda line: [_label("isced-f", code, language) for code in line.fields])


def by_level(counted: list[Line], kind: str) -> list[tuple[str, int]]:
    return _grouped(counted, kind, lambda line: [f"{_('EQF')} {line.eqf}"] if line.eqf is not None else [])


def by_country(counted: list[Line], kind: str, language: str) -> list[tuple[str, int]]:
    return _grouped(counted, kind, lambda line: [_label("country", line.country, language)] if line.country else [])


def as_csv(counted: list[Line]) -> bytes:
    """The counts as CSV for spreadsheets: UTF-8 with a mark of it, one line a month, kind, micro-credential and country."""
    merged: Counter[tuple[Any, ...]] = Counter()
    for line in counted:
        level = "" if line.eqf is None else line.eqf
        merged[(f"{line.month:%Y-%m}", line.kind, plain(line.title), " ".join(line.fields), level, line.country)] += (
            line.count
        )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["month", "what", "micro_credential", "fields", "eqf", "country", "count"])
    writer.writerows([*key, count] for key, count in sorted(merged.items(), key=lambda one: tuple(map(str, one[0]))))
    return "\ufeff".encode() + out.getvalue().encode()


def _grouped(counted: list[Line], kind: str, names: Callable[[Line], list[str]]) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    for line in counted:
        if line.kind == kind:
            for name in names(line):
                found[name] += line.count
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def _label(name: str, code: str, language: str) -> str:
    term = vocabulary(name).find(code)
    return term.label(language) if term is not None else code


def _months(since: date, until: date) -> Iterator[date]:
    month = since.replace(day=1)
    while month <= until:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
