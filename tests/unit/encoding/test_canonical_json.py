"""Canonical JSON is that of RFC 8785, whichever way is taken to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from credenza.encoding import canonical_json

_NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_NAMES = _TEXTS | st.text('abAB_@:\x00\x1f"\\/', max_size=4)
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=25,
)


@given(_VALUES)
def test_it_is_the_text_of_the_reference_implementation(value: Any) -> None:
    assert canonical_json.dumps(value) == rfc8785.dumps(value)


def test_the_example_of_the_standard() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical_json.dumps(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'\\"\\\\\\\\\\"/"}'
    )


def test_names_are_sorted_by_utf_16() -> None:
    names = ["\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33"]
    assert canonical_json.dumps(dict.fromkeys(reversed(names), 1)) == rfc8785.dumps(dict.fromkeys(names, 1))
    assert list(json.loads(canonical_json.dumps(dict.fromkeys(names, 1)))) == names


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {"\ud800": 1}, {1: 2}, {1, 2}]
)
def test_what_has_no_canonical_text_is_refused(value: Any) -> None:
    for one in (value, {"a": value}, [value]):
        with pytest.raises((rfc8785.CanonicalizationError, TypeError, AttributeError, ValueError)):
            canonical_json.dumps(one)
