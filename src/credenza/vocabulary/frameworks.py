"""National qualifications frameworks and the EQF levels to which countries have referenced them.

``nqf_levels.csv`` has the official levels; an EQF level stands there only where ``nqf_sources.csv`` names the
referencing that says so. What neither table nor operator knows is unknown, never guessed. An operator's own table
(the columns ``uri,country,eqf,label,source``) is read by ``read_referencing`` and wins over the package's.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from credenza.errors import MalformedInput
from credenza.vocabulary.terms import Term, read_table, term

_PREFIX = "http://data.europa.eu/snb/qdr/"
_COLUMNS = ("uri", "country", "eqf", "label", "source")
_RANK = re.compile(r"(?P<framework>.*\S)\s+Level\s+(?:(?P<number>\d+)(?:[.]\d|[a-z])?|[IV]+(?:-.+)?)\Z")
_LARGEST_TABLE = 20_000


@dataclass(frozen=True)
class NationalLevel:
    """A level of a national framework; ``eqf`` is None where its referencing is unknown, ``source`` says who tells it.

    ``country`` is ISO 3166-1 alpha-2.
    """

    uri: str
    country: str
    label: str
    eqf: int | None
    source: str | None

    @property
    def framework(self) -> str:
        """The framework that the label begins with: ``FiNQF`` of ``FiNQF Level 6``."""
        found = _RANK.match(self.label)
        return found["framework"] if found else self.label

    @property
    def number(self) -> int | None:
        """The level's number within its own framework, None where the label has none (or a Roman one, which counts down)."""
        found = _RANK.match(self.label)
        return int(found["number"]) if found and found["number"] else None


class Frameworks:
    """All national levels that are known, by URI."""

    def __init__(self, levels: Mapping[str, NationalLevel]) -> None:
        self._levels = dict(levels)

    def level(self, uri: str) -> NationalLevel | None:
        """The national level of a URI, None where it is not known at all."""
        return self._levels.get(uri)

    def referenced(self, eqf_level: int, country: str) -> tuple[NationalLevel, ...]:
        """The levels of a country's own frameworks (ISO alpha-2) that are referenced to an EQF level."""
        wanted = country.upper()
        found = (one for one in self._levels.values() if one.country == wanted and one.eqf == eqf_level)
        return tuple(sorted(found, key=lambda one: (one.framework, one.number or 0, one.label)))

    def of_country(self, country: str) -> tuple[NationalLevel, ...]:
        """All levels of a country's frameworks (ISO alpha-2), known or not, the lowest first."""
        found = (one for one in self._levels.values() if one.country == country.upper())
        return tuple(sorted(found, key=lambda one: (one.framework, one.number or 0, one.eqf or 0, one.label)))

    @property
    def countries(self) -> frozenset[str]:
        """The countries of which any level is named here."""
        return frozenset(one.country for one in self._levels.values())

    def with_table(self, levels: Iterable[NationalLevel]) -> Frameworks:
        """The same with an operator's own table, which wins."""
        return Frameworks(self._levels | {one.uri: one for one in levels})


@cache
def frameworks() -> Frameworks:
    """The package's own table."""
    sources = {(row["country"], row["framework"]): row["source"] for row in read_table("nqf_sources.csv")}
    made = {}
    for row in read_table("nqf_levels.csv"):
        if not row["country"]:
            continue
        level = NationalLevel(_PREFIX + row["code"], row["country"], row["label"], None, None)
        source = sources.get((level.country, level.framework))
        if source and row["eqf"]:
            level = NationalLevel(level.uri, level.country, level.label, int(row["eqf"]), source)
        made[level.uri] = level
    return Frameworks(made)


def read_referencing(lines: Iterable[str]) -> tuple[NationalLevel, ...]:
    """An operator's table of referencing, from the text lines of a CSV with the columns uri,country,eqf,label,source.

    Raises:
        MalformedInput: ``referencing-columns-missing``, or ``referencing-row-malformed`` with the row's number.
    """
    reader = csv.DictReader(line.removeprefix("\ufeff") for line in lines)
    try:
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise MalformedInput(
                "referencing-columns-missing", f"The table has no column {', '.join(missing)}.", missing=missing
            )
        return tuple(_national_level(row, number) for number, row in enumerate(reader, start=2))
    except csv.Error as error:
        raise MalformedInput("referencing-row-malformed", f"The table is not readable as CSV: {error}.") from error


def _national_level(row: Mapping[str, str | None], number: int) -> NationalLevel:
    uri, country, eqf, label, source = ((row[column] or "").strip() for column in _COLUMNS)
    fault = (
        "it is too far down" if number > _LARGEST_TABLE
        else "uri is not a web address" if not uri.startswith(("http://", "https://"))
        else "country is not a code such as FI" if not re.fullmatch("[A-Z]{2}", country)
        else "eqf is not 1 to 8 or empty" if not re.fullmatch("[1-8]?", eqf)
        else "label is empty" if not label
        else "source is empty: who says so?" if eqf and not source
        else None
    )  # fmt: skip
    if fault:
        raise MalformedInput("referencing-row-malformed", f"Row {number} cannot be taken: {fault}.", row=number)
    return NationalLevel(uri, country, label, int(eqf) if eqf else None, source or None)


def eqf_of(nqf_uri: str) -> int | None:
    """The EQF level (1-8) that a national level is referenced to; None where it is unknown."""
    known = frameworks().level(nqf_uri)
    return known.eqf if known else None


def country_of(nqf_uri: str) -> str | None:
    """The country (ISO 3166-1 alpha-2) of a national level."""
    known = frameworks().level(nqf_uri)
    return known.country if known else None


def national_levels(eqf_level: int, country: str) -> tuple[Term, ...]:
    """The levels of a country's own frameworks (ISO 3166-1 alpha-2) that are referenced to an EQF level."""
    levels = frameworks().referenced(eqf_level, country)
    return tuple(found for one in levels if (found := term(one.uri)) is not None)
