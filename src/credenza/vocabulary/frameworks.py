"""National qualifications frameworks and the EQF levels to which countries have referenced them.

The table gives an EQF level only where the referencing report is unambiguous; a level of which it is not is left empty
rather than guessed.
"""

from __future__ import annotations

from functools import cache

from credenza.vocabulary.terms import Term, read_table, term


@cache
def _levels() -> dict[str, tuple[str, int | None]]:
    return {
        f"http://data.europa.eu/snb/qdr/{row['code']}": (row["country"], int(row["eqf"]) if row["eqf"] else None)
        for row in read_table("nqf_levels.csv")
    }


def eqf_of(nqf_uri: str) -> int | None:
    """The EQF level (1-8) that a national level is referenced to; None where it is unknown."""
    return _levels().get(nqf_uri, ("", None))[1]


def country_of(nqf_uri: str) -> str | None:
    """The country (ISO 3166-1 alpha-2) of a national level."""
    return _levels().get(nqf_uri, (None, None))[0]


def national_levels(eqf_level: int, country: str) -> tuple[Term, ...]:
    """The levels of a country's own frameworks (ISO 3166-1 alpha-2) that are referenced to an EQF level."""
    uris = (uri for uri, (home, level) in _levels().items() if home == country.upper() and level == eqf_level)
    return tuple(found for uri in uris if (found := term(uri)) is not None)
