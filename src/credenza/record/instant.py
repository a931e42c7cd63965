"""Instants and durations: aware times in UTC to the second, and xsd:duration read as hours of work."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator

_DURATION = re.compile(
    r"P(?!\Z)(\d{1,9}Y)?(\d{1,9}M)?(\d{1,9}W)?(\d{1,9}D)?"
    r"(T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?\Z"
)
_BRUSSELS_MIDNIGHT = (22, 23)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the time says no time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def _duration(text: str) -> str:
    if not _DURATION.match(text):
        raise ValueError(f"{text[:40]!r} is not a duration such as PT50H")
    return text


Instant = Annotated[datetime, AfterValidator(_utc)]
"""An aware time, kept in UTC to the second."""

Duration = Annotated[str, AfterValidator(_duration)]
"""An xsd:duration, such as ``PT50H``."""


def to_text(moment: datetime) -> str:
    """An instant as every format writes it: ``2026-11-24T09:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def date_of(moment: datetime) -> date:
    """The calendar date that a time stands for where a format has only times (a birth date in ELM).

    Europass writes midnight in Brussels as UTC, so 22:00 or 23:00 belongs to the day after.
    """
    utc = moment.astimezone(UTC)
    if utc.hour in _BRUSSELS_MIDNIGHT and utc.minute == utc.second == 0:
        return (utc + timedelta(hours=2)).date()
    return utc.date()


def hours_of(duration: str | None) -> Decimal | None:
    """The hours of a duration in hours, minutes and seconds; None where it counts days or more.

    A day of study has no agreed number of hours, so ``P5D`` is not turned into one.
    """
    found = _DURATION.match(duration or "")
    if found is None or any(found.group(index) for index in (1, 2, 3, 4)):
        return None
    hours, minutes, seconds = (Decimal(found.group(index) or 0) for index in (6, 7, 8))
    return (hours + minutes / 60 + seconds / 3600).quantize(Decimal("0.01")).normalize() + 0


def duration_of(hours: Decimal) -> str:
    """Hours of work as an xsd:duration: 37.5 is ``PT37H30M``."""
    minutes = round(hours * 60)
    whole, rest = divmod(minutes, 60)
    return f"PT{whole}H{rest}M" if rest else f"PT{whole}H"
