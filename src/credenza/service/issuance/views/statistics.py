"""Statistics of an organisation as charts, and as a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy

from credenza.service.accounts.access import member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation
from credenza.service.downloads import CSV, as_file
from credenza.service.form_rendering import Day
from credenza.service.issuance import counts, statistics

_NAMES = {
    counts.ISSUED: gettext_lazy("Issued"),
    counts.CLAIMED: gettext_lazy("Claimed"),
    counts.SHARED: gettext_lazy("Shared"),
    counts.VERIFIED: gettext_lazy("Checked by others"),
    counts.REVOKED: gettext_lazy("Revoked"),
}
_LONGEST = timedelta(days=3660)


class PeriodForm(forms.Form):
    """From which day to which, and what the tables count."""

    since = forms.DateField(label=gettext_lazy("From"), widget=Day())
    until = forms.DateField(label=gettext_lazy("Until"), widget=Day())
    what = forms.ChoiceField(label=gettext_lazy("Count in the tables"), choices=list(_NAMES.items()))


def _asked(request: HttpRequest) -> tuple[PeriodForm, date, date, str]:
    today = timezone.now().date()
    start = date(today.year - 1, today.month, 1)
    usual = {"since": start.isoformat(), "until": today.isoformat(), "what": counts.ISSUED}
    form = PeriodForm(usual | {key: value for key, value in request.GET.items() if key in usual})
    if not form.is_valid():
        return form, start, today, counts.ISSUED
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    if until < since or until - since > _LONGEST:
        since, until = start, today
    return form, since, until, form.cleaned_data["what"]


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
