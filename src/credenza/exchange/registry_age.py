"""How old a registry may be before nothing is decided by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from credenza.finding import Finding, failed, passed, warning

_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class AgePolicy:
    """Up to ``fresh`` a registry is used without a word, up to ``usable`` with a warning, and then not at all."""

    fresh: timedelta = timedelta(hours=24)
    usable: timedelta = timedelta(days=7)


def age_finding(fetched: datetime, policy: AgePolicy, *, now: datetime, registry: str) -> Finding:
    """Whether a registry of this time is recent enough (``registry-recent``, ``registry-old``, ``registry-too-old``)."""
    age = now - fetched
    if age < -_CLOCKS_DIFFER or age > policy.usable:
        return failed("registry-too-old", f"{registry} was last read on {fetched:%Y-%m-%d}.")
    if age > policy.fresh:
        return warning("registry-old", f"{registry} is of {fetched:%Y-%m-%d}; it could not be renewed.")
    return passed("registry-recent", f"{registry} is recent.")
