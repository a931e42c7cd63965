"""An award told to a reader of the service: as the core tells it, with days written as the reader writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import override

from credenza.record import Award
from credenza.record.description import Line, describe

_DAYS = frozenset({"birth_date", "date_of_issuing", "valid_until"})


def described(award: Award, language: str, *, country: str | None = None) -> tuple[Line, ...]:
    """The elements of an award in a language; ``country`` is whose national framework the level is compared with."""
    with override(language):
        return tuple(
            replace(line, values=tuple(date_format(date.fromisoformat(day)) for day in line.values))
            if line.key in _DAYS
            else line
            for line in describe(award, language, country=country)
        )


def fields_of(award: Award, language: str) -> list[tuple[str, str, str]]:
    """The fields that a credential has: key, label and first value, for a learner to choose from."""
    return [(line.key, line.label, line.values[0]) for line in described(award, language)]
