"""Days as they are written in the languages of the European Union (patterns and months of the Unicode CLDR)."""

from __future__ import annotations

from datetime import date
from functools import cache

from credenza.vocabulary.terms import read_table


@cache
def _rows() -> dict[str, dict[str, str]]:
    return {row["language"]: row for row in read_table("days.csv")}


def written_day(day: date, language: str) -> str:
    """A day in words, such as 28 November 2026; in English where it has no pattern."""
    row = _rows().get(language) or _rows()["en"]
    return row["pattern"].format(day=day.day, month=row[str(day.month)], year=day.year)
