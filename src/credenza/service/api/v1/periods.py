"""From which day to which a program wants something counted."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from credenza.errors import MalformedInput
from credenza.service.periods import is_possible


def asked(since: date | None, until: date | None) -> tuple[date, date]:
    """The period that a program asks for, the last year where it does not say; or ``MalformedInput``."""
    until = until or timezone.now().date()
    since = since or until - min(timedelta(days=365), until - date.min)
    if not is_possible(since, until):
        raise MalformedInput("period-impossible", "The period must end after it begins, and last ten years at most.")
    return since, until
