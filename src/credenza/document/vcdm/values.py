"""The kinds of values of the data model: addresses, types, times, texts with language and direction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from credenza.document.vcdm.fault import Fault
from credenza.linked_data.contexts import VC_V1, VC_V2
from credenza.linked_data.term import ABSOLUTE_IRI

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T(?:((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d+)?|(24:00:00)(?:\.0+)?)"
    r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_TEXT_MEMBERS = frozenset({"@value", "@language", "@direction"})
_DIRECTIONS = ("ltr", "rtl")
_VERSIONS = {VC_V1: 1, VC_V2: 2}


def version(document: Mapping[str, Any]) -> int:
    """The generation of the data model (1 or 2) that the first context names; 0 for neither (section 4.3)."""
    contexts = document.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else None
    return _VERSIONS.get(first, 0) if isinstance(first, str) else 0


def items(value: Any) -> list[Any]:
    """One thing or a list of things as a list."""
    return value if isinstance(value, list) else [value]


def types(node: Any) -> tuple[str, ...]:
    """The types of a node that are texts."""
    value = node.get("type") if isinstance(node, Mapping) else None
    return tuple(item for item in items(value) if isinstance(item, str))


def identifier(party: Any) -> str | None:
    """The id of an issuer or holder, given as an address or as an object with ``id``."""
    value = party.get("id") if isinstance(party, Mapping) else party
    return value if isinstance(value, str) and value else None


def is_url(value: Any) -> bool:
    """Whether a value is one absolute address (section 4.4)."""
    return isinstance(value, str) and len(value) <= 8192 and ABSOLUTE_IRI.fullmatch(value) is not None


def moment(value: Any) -> datetime | None:
    """An XML Schema dateTimeStamp as an aware time; one without its offset is read as UTC, None for no time at all."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    date, clock, fraction, midnight, offset = found.groups()
    text = f"{date}T{clock or '00:00:00'}{(fraction or '')[:7]}{offset or 'Z'}"
    try:
        read = datetime.fromisoformat(text)
        return (read + timedelta(days=1) if midnight else read).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def has_offset(value: str) -> bool:
    """Whether a time says its offset from UTC."""
    found = _TIME.fullmatch(value)
    return found is not None and found.group(5) is not None


def context_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Section 4.3: an ordered set, first the base context, then addresses or objects."""
    contexts = document.get("@context")
    if not isinstance(contexts, list) or version(document) == 0:
        reason = f"The first of a list of contexts must be {VC_V2} (or {VC_V1} for the data model 1.1)."
        yield Fault("vcdm-context", "/@context", reason)
        return
    for index, item in enumerate(contexts):
        if not is_url(item) and not isinstance(item, Mapping):
            yield Fault("vcdm-context", f"/@context/{index}", "A context must be an address or an object.")
    named = [item for item in contexts if isinstance(item, str)]
    if len(set(named)) != len(named):
        yield Fault("vcdm-context", "/@context", "A context is named twice.")


def type_faults(node: Mapping[str, Any], at: str, *, required: str | None = None) -> Iterator[Fault]:
    """Section 4.5: one or more terms or absolute addresses; ``required`` is the type that must be among them."""
    value = node.get("type")
    listed = items(value)
    if value is None or not listed or not all(_is_type(item) for item in listed):
        yield Fault("vcdm-type", f"{at}/type", "The type must be one or more terms or absolute addresses.")
    elif required is not None and required not in listed:
        yield Fault("vcdm-type", f"{at}/type", f"The type {required} is missing.")


def id_faults(node: Mapping[str, Any], at: str, *, required: bool = False) -> Iterator[Fault]:
    """Section 4.4: a single address, where there is one."""
    if ("id" in node or required) and not is_url(node.get("id")):
        yield Fault("vcdm-id", f"{at}/id", "The id must be a single absolute address.")


def text_faults(node: Mapping[str, Any], at: str) -> Iterator[Fault]:
    """Sections 4.6 and 11.1: names and descriptions are texts, or say language and direction and nothing else."""
    for name in ("name", "description"):
        if name not in node:
            continue
        listed = items(node[name])
        if not listed or not all(_is_text(item) for item in listed):
            reason = "It must be a text, or an object with @value, @language and @direction only."
            yield Fault("vcdm-text", f"{at}/{name}", reason)


def _is_type(value: Any) -> bool:
    if not isinstance(value, str) or not value or value.startswith("@"):
        return False
    return is_url(value) if ":" in value else not any(character.isspace() for character in value)


def _is_text(value: Any) -> bool:
    if isinstance(value, str):
        return True
    if not isinstance(value, Mapping) or not isinstance(value.get("@value"), str) or not value.keys() <= _TEXT_MEMBERS:
        return False
    language, direction = value.get("@language", "en"), value.get("@direction", "ltr")
    return isinstance(language, str) and _LANGUAGE.fullmatch(language) is not None and direction in _DIRECTIONS
