"""JSON as a forger would not like it: one meaning for one text (I-JSON, RFC 7493).

Refused: duplicate members, NaN and Infinity, integers beyond 2**53, numbers that overflow, lone surrogates, nesting
deeper than ``MAXIMUM_DEPTH``, texts over ``MAXIMUM_BYTES``, a byte-order mark, any encoding but UTF-8.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn, TypeAlias

import orjson

from credenza.errors import MalformedInput

JsonValue: TypeAlias = "None | bool | int | float | str | list[JsonValue] | dict[str, JsonValue]"
JsonObject: TypeAlias = dict[str, Any]

MAXIMUM_DEPTH = 64
MAXIMUM_BYTES = 16 * 1024 * 1024
_LARGEST_INTEGER = 2**53 - 1
_AT_THE_LIMIT = b"\n" + b" " * 2 * MAXIMUM_DEPTH
_SURROGATE = re.compile("[\ud800-\udfff]")


def loads(data: bytes | str, *, maximum_bytes: int = MAXIMUM_BYTES) -> Any:
    """Parse one JSON text strictly.

    Raises:
        MalformedInput: ``json-too-large``, ``json-encoding``, ``json-too-deep``, ``json-duplicate-member``,
            ``json-number``, ``json-surrogate``, ``json-syntax``.
    """
    if isinstance(data, bytes) and len(data) <= maximum_bytes and (quick := _quick(data)) is not None:
        return quick
    text = _decoded(data, maximum_bytes)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedInput("json-syntax", f"This is not valid JSON: {error}.") from error
    except RecursionError as error:  # the parser itself stops at Python's own limit, far above ours
        raise MalformedInput("json-too-deep", f"The JSON text nests deeper than {MAXIMUM_DEPTH} levels.") from error
    if text.count("[") + text.count("{") > MAXIMUM_DEPTH:  # brackets inside strings count too: it is only a first sieve
        _refuse_depth([value])
    if "\\u" in text:  # only an escape can bring half a character into a text that was valid UTF-8
        _refuse_surrogates_in(value)
    return value


def loads_object(data: bytes | str, *, maximum_bytes: int = MAXIMUM_BYTES) -> JsonObject:
    """Parse one JSON object strictly.

    Raises:
        MalformedInput: as ``loads``, and ``json-not-an-object``.
    """
    value = loads(data, maximum_bytes=maximum_bytes)
    if not isinstance(value, dict):
        raise MalformedInput("json-not-an-object", "A JSON object was expected.")
    return value


def _quick(data: bytes) -> Any:
    """The value of bytes that are written in the one way that orjson writes them, as most are; None for any other.

    Written again it is the same bytes, so nothing was dropped or read in another sense: a member that is there twice
    would be there once, a number that was rounded would look different, and what is not UTF-8 is read by none. What
    orjson takes and we may not is asked for: integers beyond 2**53 (``OPT_STRICT_INTEGER``), and the last level that we
    allow, which alone indents a line that far (a string cannot hold a line break). Any other text goes the slow way.
    """
    try:
        value = orjson.loads(data)
        if orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) != data:
            return None
        if len(data) > 2 * MAXIMUM_DEPTH and _AT_THE_LIMIT in orjson.dumps(value, option=orjson.OPT_INDENT_2):
            return None
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return value


def _decoded(data: bytes | str, maximum_bytes: int) -> str:
    if len(data) > maximum_bytes:
        raise MalformedInput("json-too-large", f"The JSON text is larger than {maximum_bytes} bytes.")
    if isinstance(data, str):
        if _SURROGATE.search(data):
            raise MalformedInput("json-surrogate", "The JSON text holds half a character (a lone surrogate).")
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedInput("json-encoding", "The JSON text is not UTF-8.") from error


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAXIMUM_DEPTH + 1):
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise MalformedInput("json-too-deep", f"The JSON text nests deeper than {MAXIMUM_DEPTH} levels.")


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise MalformedInput("json-duplicate-member", f"The member {name!r} is there twice.", member=name)
            seen.add(name)
    return members


def _refuse_surrogates_in(value: Any) -> None:
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise MalformedInput("json-surrogate", "The JSON text holds half a character (a lone surrogate).")
    elif isinstance(value, list):
        for item in value:
            _refuse_surrogates_in(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _refuse_surrogates_in(name)
            _refuse_surrogates_in(item)


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedInput("json-number", f"{name} is not a JSON number.")


def _bounded_integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > _LARGEST_INTEGER:
        raise MalformedInput("json-number", "A whole number is beyond what all JSON readers can hold exactly.")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits) if len(digits) <= 64 else math.inf
    if not math.isfinite(number):
        raise MalformedInput("json-number", "A number is too large.")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_members,
    parse_constant=_refuse_constant,
    parse_int=_bounded_integer,
    parse_float=_finite,
)
