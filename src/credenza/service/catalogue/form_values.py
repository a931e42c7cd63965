"""Values between a designer's form and what is stored: texts by language, lists, numbers, and nothing that is empty."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def texts(value: Any, language: str = "en") -> dict[str, str]:
    """A text by its languages; one without a language is in ``language``."""
    return {language: value} if isinstance(value, str) else dict(value or {})


def listed(value: Any) -> list[Any]:
    """Several values, of which there may be one or none."""
    return [] if value in (None, "") else list(value) if isinstance(value, list | tuple) else [value]


def number(value: Decimal | None) -> int | float | None:
    """A number as JSON."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def present(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that say something."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
