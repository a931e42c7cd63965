"""base64url is decoded strictly: one text for one value."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credenza.encoding import base64url
from credenza.errors import MalformedInput

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.binary(max_size=40))
def test_what_was_encoded_is_decoded(data: bytes) -> None:
    assert base64url.decode(base64url.encode(data)) == data


@given(st.text(_ALPHABET + "+/=.~ \né", max_size=12))
def test_a_text_is_decoded_only_where_it_is_the_one_text_of_its_value(text: str) -> None:
    try:
        data = base64url.decode(text)
    except MalformedInput:
        try:
            other = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return
        assert base64url.encode(other) != text
    else:
        assert base64url.encode(data) == text


@pytest.mark.parametrize(
    "text", ["QQ==", "QR", "QUF", "A", "Q+==", "Q+", "Q/", "QQ=", "Q Q", "QUE\n", "QQé", "=", "===="]
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        base64url.decode(text)
    assert caught.value.code == "base64url-invalid"
