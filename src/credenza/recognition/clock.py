"""The clock of a case: a decision within four months of complete information (explanatory report to article III.5)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import datetime, timedelta

from credenza.record.instant import Instant
from credenza.record.text import Frozen

MONTHS = 4


class Pause(Frozen):
    """A time during which information was asked for; ``until`` is None while it is awaited."""

    since: Instant
    until: Instant | None = None


class Clock(Frozen):
    """How a case stands in time; ``deadline`` is None until information is complete, and moves while it is paused."""

    started: datetime | None
    running: bool
    elapsed: timedelta
    deadline: datetime | None
    overdue: bool


def read_clock(
    started: datetime | None, pauses: Iterable[Pause], *, now: datetime, ended: datetime | None = None,
    months: int = MONTHS,
) -> Clock:  # fmt: skip
    """The clock of a case that became complete at ``started`` and was decided at ``ended``."""
    if started is None:
        return Clock(started=None, running=False, elapsed=timedelta(0), deadline=None, overdue=False)
    until = ended or now
    paused, waiting = timedelta(0), False
    for one in pauses:
        begun = max(one.since, started)
        paused += max(timedelta(0), min(one.until or until, until) - begun)
        waiting = waiting or one.until is None
    deadline = months_later(started, months) + paused
    elapsed = max(timedelta(0), until - started - paused)
    running = ended is None and not waiting
    return Clock(started=started, running=running, elapsed=elapsed, deadline=deadline, overdue=until > deadline)


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day: four months after 31 October is 28 February."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
