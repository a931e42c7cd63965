"""Statistics of an organisation as charts, and as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy

from credenza.service.accounts.access import member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation
from credenza.service.downloads import CSV, as_file
from credenza.service.issuance import counts, statistics
from credenza.service.periods import PeriodForm

_NAMES = {
    counts.ISSUED: gettext_lazy("Issued"),
    counts.CLAIMED: gettext_lazy("Claimed"),
    counts.SHARED: gettext_lazy("Shared"),
    counts.VERIFIED: gettext_lazy("Checked by others"),
    counts.REVOKED: gettext_lazy("Revoked"),
}


class StatisticsForm(PeriodForm):
    """From which day to which, and what the tables count."""

    what = forms.ChoiceField(label=gettext_lazy("Count in the tables"), choices=list(_NAMES.items()))

    @staticmethod
    def usual_values() -> dict[str, Any]:
        """What was issued, in the usual period."""
        return PeriodForm.usual_values() | {"what": counts.ISSUED}


def _asked(request: HttpRequest) -> tuple[StatisticsForm, date, date, str]:
    form = StatisticsForm(request.GET)
    chosen = form.chosen()
    return form, chosen["since"], chosen["until"], chosen["what"]


@member()
def statistics_page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Issued, claimed, shared, verified: by month, micro-credential, field, level and country."""
    form, since, until, what = _asked(request)
    counted = statistics.lines(organisation, since, until)
    months, series = statistics.by_month(counted, since, until)
    language = get_language() or "en"
    context: dict[str, Any] = {
        "form": form,
        "since": since,
        "until": until,
        "totals": [(_NAMES[kind], number) for kind, number in statistics.totals(counted).items()],
        "months": [date_format(month, "M Y") for month in months],
        "made": [(_NAMES[kind], series[kind]) for kind in (counts.ISSUED, counts.CLAIMED)],
        "used": [(_NAMES[kind], series[kind]) for kind in (counts.SHARED, counts.VERIFIED, counts.REVOKED)],
        "unit": _NAMES[what],
        "by_definition": statistics.by_definition(counted, what),
        "by_field": statistics.by_field(counted, what, language),
        "by_level": statistics.by_level(counted, what),
        "by_country": statistics.by_country(counted, what, language),
    }
    return console_page(request, "issuance/statistics.html", "statistics", context)


@member()
def statistics_csv(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The counts as a file for spreadsheets."""
    _form, since, until, _what = _asked(request)
    name = f"statistics-{organisation.slug}-{since}-{until}.csv"
    return as_file(statistics.as_csv(statistics.lines(organisation, since, until)), name, CSV)
