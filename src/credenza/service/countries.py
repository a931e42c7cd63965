"""The countries of the world by name, in the reader's language and in its alphabetical order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.utils.translation import get_language

from credenza.vocabulary import vocabulary


def countries() -> list[tuple[str, str]]:
    """Every country: its code (ISO 3166-1 alpha-2) and its name; what the EU's list has besides countries is left out."""
    return named(one.notation for one in vocabulary("country") if len(one.notation) == 2)


def named(codes: Iterable[str]) -> list[tuple[str, str]]:
    """These codes with their names, in the order of the names."""
    return sorted(((code, country_name(code)) for code in codes), key=lambda one: _order(one[1]))


def country_name(code: str) -> str:
    """The name of a country, or its code where the code is not known."""
    found = vocabulary("country").find(code)
    return found.label((get_language() or "en").split("-")[0]) if found is not None else code


def _order(name: str) -> str:
    """Ä and Å stand with A, as readers look for them."""
    return "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one)).casefold()
