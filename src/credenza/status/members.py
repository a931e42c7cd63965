"""Members of status documents, read one by one: text, whole numbers, times and addresses, or a clear refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from credenza.errors import MalformedInput

_INDEX = re.compile(r"(0|[1-9][0-9]{0,11})\Z")
_LARGEST_INDEX = 10**12
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\Z")


def as_list(value: Any) -> list[Any]:
    """One thing or a list of things, as JSON-LD allows, as a list; nothing as an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(members: Mapping[str, Any], name: str, code: str) -> str:
    """A member that must be a text of at least one character."""
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedInput(code, f"The status information lacks a proper {name!r}.", member=name)
    return value


def address(members: Mapping[str, Any], name: str, code: str) -> str:
    """A member that must be an absolute address."""
    value = text(members, name, code)
    try:
        scheme = urlsplit(value).scheme
    except ValueError:
        scheme = ""
    if not scheme or any(character.isspace() for character in value):
        raise MalformedInput(code, f"The {name!r} of the status information is not an address.", member=name)
    return value


def index(value: Any, code: str) -> int:
    """A place in a list: a whole number, or its text in decimal digits without leading zeros."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_INDEX:
        return value
    if isinstance(value, str) and _INDEX.match(value):
        return int(value)
    raise MalformedInput(code, "The place in the status list is not a whole number from 0 up.")


def whole_number(value: Any, code: str, *, least: int, most: int) -> int:
    """A JSON whole number between two bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise MalformedInput(code, f"A number in the status information is not between {least} and {most}.")
    return value


def date_time(value: Any, code: str) -> datetime | None:
    """An XML Schema dateTimeStamp as an aware time; None where there is none."""
    if value is None:
        return None
    if isinstance(value, str) and _DATE_TIME.match(value):
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise MalformedInput(code, "A time in the status information is not a date and time with its time zone.")


def date_time_text(moment: datetime) -> str:
    """An aware time as W3C documents write it, in UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
