"""JSON Canonicalization Scheme (RFC 8785)."""

from __future__ import annotations

from typing import Any

import orjson
import rfc8785

CanonicalizationError = rfc8785.CanonicalizationError
_LARGEST_INTEGER = 2**53 - 1


def dumps(value: Any) -> bytes:
    """A JSON value as its one canonical text.

    orjson writes the same text, only many times faster, where no names are sorted otherwise by UTF-16 than by UTF-8
    and no fraction is written; any value where it might not goes the way of the reference implementation.

    Raises:
        CanonicalizationError, TypeError, AttributeError, ValueError, RecursionError: it has none.
    """
    if _alike(value):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:  # half a character, or nested too deeply: said in the words of the other
            pass
    return rfc8785.dumps(value)


def _alike(value: Any) -> bool:
    """Whether it holds but ASCII names, texts, whole numbers, true, false and null, in dicts and lists themselves."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is dict:
            if not all(type(name) is str and name.isascii() for name in one):
                return False
            waiting.extend(one.values())
        elif kind is list:
            waiting.extend(one)
        elif kind is int:
            if not -_LARGEST_INTEGER <= one <= _LARGEST_INTEGER:
                return False
        elif kind is not str and kind is not bool and one is not None:
            return False
    return True
