"""From which day to which something is counted, both included: on a page; for programs in ``api.v1.periods``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from credenza.service.form_rendering import Day

_LONGEST = timedelta(days=3660)
_IMPOSSIBLE = gettext_lazy("The period must end after it begins, and last ten years at most.")


class PeriodForm(forms.Form):
    """Two days of a page's query, of which what is not asked is usual: since the same month of the last year."""

    since = forms.DateField(label=gettext_lazy("From"), widget=Day())
    until = forms.DateField(label=gettext_lazy("Until"), widget=Day())

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.usual = self.usual_values()
        super().__init__({name: asked.get(name, usual) for name, usual in self.usual.items()})

    @staticmethod
    def usual_values() -> dict[str, Any]:
        """By the name of the field."""
        today = timezone.now().date()
        return {"since": date(today.year - 1, today.month, 1), "until": today}

    def clean(self) -> dict[str, Any]:
        """Both days, unless they make no period."""
        days = self.cleaned_data
        if "since" in days and "until" in days and not is_possible(days["since"], days["until"]):
            raise forms.ValidationError(_IMPOSSIBLE)
        return days

    def chosen(self) -> dict[str, Any]:
        """What is asked, or all that is usual, where the form has to tell what is wrong with it."""
        return self.cleaned_data if self.is_valid() else self.usual


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """When the first day begins and the last one ends."""
    return datetime.combine(since, time.min, UTC), datetime.combine(until, time.max, UTC)


def is_possible(since: date, until: date) -> bool:
    """Whether the days are in their order, and ten years apart at most."""
    return timedelta(0) <= until - since <= _LONGEST
