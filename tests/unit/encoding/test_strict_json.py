"""Strict JSON refuses every text that two readers could understand differently, however it is written."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credenza.encoding import strict_json
from credenza.errors import MalformedInput

_NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


def code_of(data: bytes | str) -> str:
    with pytest.raises(MalformedInput) as caught:
        strict_json.loads(data)
    return caught.value.code


def nested(levels: int, opening: bytes, closing: bytes, core: bytes = b"") -> bytes:
    return opening * levels + core + closing * levels


@given(_VALUES)
def test_a_value_is_read_alike_whichever_way_it_is_written(value: Any) -> None:
    compact, spaced, escaped = orjson.dumps(value), json.dumps(value, ensure_ascii=False), json.dumps(value)
    found = [strict_json.loads(text) for text in (compact, compact.decode(), spaced, escaped)]
    assert all(repr(one) == repr(value) for one in found)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":1}', "json-duplicate-member"),
        (b'{"a":{"b":1,"b":2}}', "json-duplicate-member"),
        (b'{"a":1,"\\u0061":2}', "json-duplicate-member"),
        (b"9007199254740992", "json-number"),
        (b"-9007199254740992", "json-number"),
        (b'{"a":[18446744073709551616]}', "json-number"),
        (b"1e999", "json-number"),
        (b"[NaN]", "json-number"),
        (b'"\\ud800"', "json-surrogate"),
        (b'{"\\udc00":1}', "json-surrogate"),
        (b"\xef\xbb\xbf{}", "json-syntax"),
        (b'"\xff"', "json-encoding"),
        (b'{"a":1}x', "json-syntax"),
        (b'"\x01"', "json-syntax"),
    ],
)
def test_a_text_with_two_meanings_is_refused(data: bytes, code: str) -> None:
    assert code_of(data) == code


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_is_allowed_up_to_the_limit_and_no_further(opening: bytes, closing: bytes) -> None:
    limit = strict_json.MAXIMUM_DEPTH
    assert strict_json.loads(nested(limit, opening, closing, b"1"))
    assert code_of(nested(limit + 1, opening, closing, b"1")) == "json-too-deep"
    assert strict_json.loads(nested(limit - 1, opening, closing, b"[]"))
    assert code_of(nested(limit, opening, closing, b"[]")) == "json-too-deep"
    assert code_of(nested(limit, opening, closing, b"{}")) == "json-too-deep"
    assert code_of(nested(300, opening, closing, b"1")) == "json-too-deep"
    assert code_of(nested(100_000, opening, closing, b"1")) == "json-too-deep"


def test_brackets_inside_texts_are_no_nesting() -> None:
    text = orjson.dumps(["]" * 200, "[{" * 200, "\n" + " " * 400])
    assert strict_json.loads(text) == orjson.loads(text)
