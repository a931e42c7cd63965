"""Whatever somebody hands in, and whatever claims are hidden: read back exactly, or refused."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.errors import CredenzaError, MalformedInput
from credenza.proof import sd_jwt

from .sd_jwt_parts import (
    ASKED,
    ISSUER,
    issue,
    presented,
    verify,
)


def test_the_json_serialisation_is_read() -> None:
    token, *disclosures, _ = issue().split("~")
    protected, payload, signature = token.split(".")
    entry = {"protected": protected, "signature": signature, "header": {"disclosures": disclosures}}
    for members in ({"payload": payload, **entry}, {"payload": payload, "signatures": [entry]}):
        assert verify(sd_jwt.from_json(json.dumps(members).encode())).claims["given_name"] == "Zoë"
    for broken in (
        {},
        {"payload": payload},
        {"payload": payload, "signatures": []},
        {"payload": payload, **entry, "header": 1},
    ):
        with pytest.raises(MalformedInput) as caught:
            sd_jwt.from_json(json.dumps(broken).encode())
        assert caught.value.code == "sd-jwt-malformed"


WHOLE = presented()


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=len(WHOLE) * 8 - 1))
def test_no_change_of_one_bit_verifies(position: int) -> None:
    changed = bytearray(WHOLE.encode())
    changed[position // 8] ^= 1 << (position % 8)
    try:
        result = verify(bytes(changed), key_binding_expected=ASKED)
    except CredenzaError:
        return
    assert not result.verified


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60) | st.text("~.aA_-", max_size=30))
def test_no_text_makes_the_reader_stumble(text: Any) -> None:
    with contextlib.suppress(CredenzaError):
        verify(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=6), JSON, max_size=6), st.data())
def test_any_claims_hidden_in_any_way_come_back(claims: dict[str, Any], data: st.DataObject) -> None:
    reserved = {"_sd", "...", "_sd_alg", "iss", "nbf", "exp", "iat", "cnf", "vct", "vct#integrity", "status"}
    claims = {name: value for name, value in claims.items() if name not in reserved}
    paths: list[Any] = [(name,) for name in claims if data.draw(st.booleans())]
    paths += [(name, None) for name, value in claims.items() if isinstance(value, list)]
    paths += [(name, inner) for name, value in claims.items() if isinstance(value, dict) for inner in value]
    with contextlib.suppress(CredenzaError):
        frame = sd_jwt.frame(paths)
        whole = {"iss": ISSUER, "vct": "x", **claims}
        token = issue(whole, frame, holder_key=None)
        assert verify(token).claims == whole
