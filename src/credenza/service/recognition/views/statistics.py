"""Statistics of a desk: how many, how they ended, how long it took, by country and level."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from credenza.service.accounts.access import member
from credenza.service.accounts.models import Organisation, Role
from credenza.service.countries import country_name
from credenza.service.downloads import CSV, as_file
from credenza.service.periods import PeriodForm, moments
from credenza.service.recognition import precedents, words
from credenza.service.recognition.views.desk_page import desk_page


@require_GET
@member(Role.EVALUATOR, Role.READER)
def page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The statistics as tables and charts; they name nobody."""
    form, since, until = _period(request)
    made = precedents.statistics(organisation, since, until, now=timezone.now())
    times = made.times
    tiles = [
        (_("cases"), made.cases),
        (_("decided"), times.count),
        (_("days, median"), "–" if times.median_days is None else times.median_days),
        (_("days, longest"), "–" if times.longest_days is None else times.longest_days),
        (_("decided too late"), times.overdue),
        (_("open and overdue"), made.overdue_open),
        (_("appeals"), made.appeals),
        (_("changed on appeal"), made.changed_on_appeal),
        (_("flagged"), made.flagged),
    ]
    context = {
        "form": form,
        "tiles": tiles,
        "since": since,
        "until": until,
        "states": [(words.STATES[name].text, count) for name, count in made.by_state.items()],
        "outcomes": [(words.OUTCOMES[name].text, count) for name, count in made.by_outcome.items()],
        "rules": list(made.by_rule.items()),
        "heads": [word.text for word in words.OUTCOMES.values()],
        "countries": [(_country(name), _row(count)) for name, count in made.by_country.items()],
        "levels": [(_level(name), _row(count)) for name, count in made.by_level.items()],
    }
    return desk_page(request, "statistics", "statistics", context)


@require_GET
@member(Role.EVALUATOR, Role.READER)
def as_csv(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """One line a case, without names, for spreadsheets."""
    _form, since, until = _period(request)
    name = f"recognition-{organisation.slug}-{since:%Y-%m-%d}-{until:%Y-%m-%d}.csv"
    data = precedents.as_csv(organisation, since, until, now=timezone.now())
    return as_file(data, name, CSV)


def _period(request: HttpRequest) -> tuple[PeriodForm, datetime, datetime]:
    form = PeriodForm(request.GET)
    chosen = form.chosen()
    return form, *moments(chosen["since"], chosen["until"])


def _row(count: dict[str, int]) -> list[int]:
    return [count.get(name, 0) for name in words.OUTCOMES]


def _country(code: str) -> str:
    name = country_name(code)
    return _("unknown") if name == code else name


def _level(name: str) -> str:
    return f"{_('EQF')} {name}" if name.isdigit() else _("unknown")
