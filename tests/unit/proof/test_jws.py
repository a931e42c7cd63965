"""JSON Web Signatures: the attacks of RFC 8725 and of the forgers first, then that honest ones pass."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.encoding import base64url
from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.keys import signer as signers
from credenza.proof import jws

SIGNER = signers.generate("P-256", key_id="key-1")
OTHER = signers.generate("P-384", key_id="key-2")
PAYLOAD = b'{"title":"Bread baking"}'
TOKEN = jws.sign_compact(PAYLOAD, SIGNER, header={"typ": "vc+jwt", "kid": "key-1"})


def _header(**members: Any) -> str:
    return base64url.encode(json.dumps(members).encode())


def _token(header: str, payload: str = base64url.encode(PAYLOAD), signature: bytes = b"\x01" * 64) -> str:
    return f"{header}.{payload}.{base64url.encode(signature)}"


def _code(token: str | bytes, understood: frozenset[str] = frozenset()) -> str:
    with pytest.raises((MalformedInput, Refused)) as caught:
        jws.parse_compact(token, understood_critical=understood)
    return caught.value.code


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE"])
def test_a_token_that_says_it_is_not_signed_is_refused_however_it_is_spelled(name: str) -> None:
    assert _code(_token(_header(alg=name), signature=b"")) == "jws-alg-none"


@pytest.mark.parametrize("name", ["HS256", "HS384", "HS512"])
def test_a_shared_secret_is_refused(name: str) -> None:
    assert _code(_token(_header(alg=name))) == "jws-alg-symmetric"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "ES256", "crit": ["exp"], "exp": 1}, "jws-crit-unknown"),
        ({"alg": "ES256", "crit": ["http://evil.example/x"], "http://evil.example/x": 1}, "jws-crit-unknown"),
        ({"alg": "ES256", "crit": ["sigT"]}, "jws-crit-malformed"),
        ({"alg": "ES256", "crit": []}, "jws-crit-malformed"),
        ({"alg": "ES256", "crit": "b64", "b64": False}, "jws-crit-malformed"),
        ({"alg": "ES256", "crit": ["alg"]}, "jws-crit-malformed"),
        ({"alg": "ES256", "crit": ["b64", "b64"], "b64": False}, "jws-crit-malformed"),
        ({"alg": "ES256", "crit": [1]}, "jws-crit-malformed"),
        ({"alg": "ES256", "crit": None}, "jws-crit-malformed"),
        ({"alg": "ES256", "b64": False}, "jws-b64-malformed"),
        ({"alg": "ES256", "b64": "false", "crit": ["b64"]}, "jws-b64-malformed"),
        ({"alg": "ES256", "b64": 0, "crit": ["b64"]}, "jws-b64-malformed"),
        ({}, "jws-alg-missing"),
        ({"alg": 256}, "jws-alg-missing"),
        ({"alg": None}, "jws-alg-missing"),
    ],
)
def test_headers_that_must_not_be_followed_are_refused(header: dict[str, Any], code: str) -> None:
    assert _code(_token(_header(**header)), frozenset(("b64",))) == code


def test_b64_is_refused_where_the_caller_does_not_understand_it() -> None:
    assert _code(_token(_header(alg="ES256", b64=False, crit=["b64"]), "bare")) == "jws-crit-unknown"


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"ES256","alg":"none"}',
        b'{"alg":"none","alg":"ES256"}',
        b'{"alg":"ES256","kid":"a","kid":"b"}',
    ],
)
def test_a_header_member_that_is_there_twice_is_refused(header: bytes) -> None:
    assert _code(_token(base64url.encode(header))) == "json-duplicate-member"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", "jws-malformed"),
        ("a.b", "jws-malformed"),
        ("ünï.cö.de", "jws-malformed"),
        (TOKEN + ".x", "base64url-invalid"),
        (TOKEN + "=", "base64url-invalid"),
        (" " + TOKEN, "base64url-invalid"),
        (TOKEN + "\n", "base64url-invalid"),
        (_token(base64url.encode(b"[]")), "json-not-an-object"),
        (_token(base64url.encode(b"{")), "json-syntax"),
        (_token("A" * (jws.MAXIMUM_HEADER_CHARACTERS + 4)), "jws-too-large"),
        (b"\xff.a.b", "jws-malformed"),
    ],
)
def test_what_is_no_token_is_malformed(token: str | bytes, code: str) -> None:
    assert _code(token) == code


def test_a_token_of_gigantic_size_is_refused_before_it_is_read() -> None:
    assert _code("a" * (jws.MAXIMUM_BYTES + 1)) == "jws-too-large"


def test_an_algorithm_that_was_not_asked_for_is_refused() -> None:
    part = jws.parse_compact(TOKEN, understood_critical=()).signatures[0]
    with pytest.raises(Refused) as caught:
        jws.require(part, allowed_algorithms=("EdDSA",), expected_types=("vc+jwt",))
    assert caught.value.code == "jws-alg-not-allowed"


@pytest.mark.parametrize("kind", ["JWT", "at+jwt", "", None, 7, "vc+jwt "])
def test_a_token_of_another_type_is_refused(kind: Any) -> None:
    """A token made for one purpose is not taken for another (RFC 8725 section 3.11)."""
    part = jws.parse_compact(_token(_header(alg="ES256", typ=kind)), understood_critical=()).signatures[0]
    with pytest.raises(MalformedInput) as caught:
        jws.require(part, allowed_algorithms=("ES256",), expected_types=("vc+jwt",))
    assert caught.value.code == "jws-typ-wrong"


@pytest.mark.parametrize("kind", ["vc+jwt", "VC+JWT", "application/vc+jwt"])
def test_a_type_may_be_spelled_as_any_media_type(kind: str) -> None:
    part = jws.parse_compact(_token(_header(alg="ES256", typ=kind)), understood_critical=()).signatures[0]
    jws.require(part, allowed_algorithms=("ES256",), expected_types=("vc+jwt",))


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "P-384"])
def test_what_was_signed_verifies_and_keeps_its_exact_bytes(kind: str) -> None:
    signer = signers.generate(kind, key_id="k")
    parsed = jws.parse_compact(jws.sign_compact(b" {}\n", signer, header={}), understood_critical=())
    assert parsed.payload == b" {}\n"
    assert jws.check_signature(parsed, parsed.signatures[0], signer.public_key).outcome == "passed"


def test_a_key_of_another_kind_is_a_mismatch_and_another_key_is_invalid() -> None:
    parsed = jws.parse_compact(TOKEN, understood_critical=())
    part = parsed.signatures[0]
    assert jws.check_signature(parsed, part, OTHER.public_key).code == "jws-key-algorithm-mismatch"
    stranger = signers.generate("P-256", key_id="k").public_key
    assert jws.check_signature(parsed, part, stranger).code == "jws-signature-invalid"


def test_a_signature_in_der_or_of_zeros_is_invalid() -> None:
    """ECDSA in JOSE is r || s of fixed size; the r = s = 0 forgery of other libraries must not pass."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    header = _header(alg="ES256")
    message = f"{header}.{base64url.encode(PAYLOAD)}".encode()
    der = SIGNER.private_key.sign(message, ec.ECDSA(hashes.SHA256()))  # type: ignore[union-attr, call-arg, arg-type]
    for signature in (der, b"\0" * 64, b"", SIGNER.sign(message) + b"\0"):
        parsed = jws.parse_compact(_token(header, signature=signature), understood_critical=())
        assert jws.check_signature(parsed, parsed.signatures[0], SIGNER.public_key).code == "jws-signature-invalid"


def test_the_signer_says_the_algorithm_and_nobody_else() -> None:
    with pytest.raises(MalformedInput) as caught:
        jws.sign_compact(PAYLOAD, SIGNER, header={"alg": "none"})
    assert caught.value.code == "jws-header-malformed"


def _general(*signers_: Any, payload: str = base64url.encode(PAYLOAD), **extra: Any) -> dict[str, Any]:
    entries = []
    for signer in signers_:
        protected = _header(alg=signer.algorithm)
        signature = signer.sign(f"{protected}.{payload}".encode())
        entries.append({"protected": protected, "signature": base64url.encode(signature)})
    return {"payload": payload, "signatures": entries, **extra}


def _json_code(members: Any) -> str:
    with pytest.raises((MalformedInput, Refused)) as caught:
        jws.parse_json(json.dumps(members), understood_critical=frozenset(("b64",)))
    return caught.value.code


def test_every_signature_of_a_general_serialisation_is_checked_by_itself() -> None:
    parsed = jws.parse_json(json.dumps(_general(SIGNER, OTHER)), understood_critical=())
    keys = (SIGNER.public_key, OTHER.public_key)
    outcomes = [jws.check_signature(parsed, *pair).outcome for pair in zip(parsed.signatures, keys, strict=True)]
    assert outcomes == ["passed", "passed"]


def test_a_flattened_serialisation_is_read() -> None:
    general = _general(SIGNER)
    flattened = {"payload": general["payload"], **general["signatures"][0], "header": {"kid": "k"}}
    parsed = jws.parse_json(json.dumps(flattened), understood_critical=())
    assert jws.check_signature(parsed, parsed.signatures[0], SIGNER.public_key).outcome == "passed"
    assert parsed.signatures[0].unprotected == {"kid": "k"}


def test_json_serialisations_that_are_damaged_are_refused() -> None:
    good = _general(SIGNER)
    entry = good["signatures"][0]
    assert _json_code({**good, "signature": entry["signature"]}) == "jws-malformed"
    assert _json_code({"signatures": [entry]}) == "jws-malformed"
    assert _json_code({**good, "signatures": []}) == "jws-malformed"
    assert _json_code({**good, "signatures": {}}) == "jws-malformed"
    assert _json_code({**good, "signatures": [entry] * (jws.MAXIMUM_SIGNATURES + 1)}) == "jws-malformed"
    assert _json_code({**good, "signatures": ["x"]}) == "jws-malformed"
    assert _json_code({**good, "payload": {}}) == "jws-malformed"
    assert _json_code({**good, "signatures": [{"signature": entry["signature"]}]}) == "jws-malformed"
    assert _json_code({**good, "signatures": [{**entry, "header": {"alg": "ES256"}}]}) == "jws-header-overlap"
    assert _json_code({**good, "signatures": [{**entry, "header": {"b64": False}}]}) == "jws-crit-malformed"
    assert _json_code({**good, "signatures": [{**entry, "header": {"crit": ["b64"]}}]}) == "jws-crit-malformed"
    only_unprotected = {"protected": _header(kid="k"), "header": {"alg": "ES256"}, "signature": entry["signature"]}
    assert _json_code({**good, "signatures": [only_unprotected]}) == "jws-alg-missing"


def test_signatures_that_disagree_about_the_payload_are_refused() -> None:
    good = _general(SIGNER)
    bare = {"protected": _header(alg="ES256", b64=False, crit=["b64"]), "signature": "AA"}
    assert _json_code({**good, "signatures": [good["signatures"][0], bare]}) == "jws-b64-malformed"


def test_a_bare_payload_is_signed_as_it_stands() -> None:
    """RFC 7797 section 4: with b64 false the signing input holds the payload's own bytes."""
    protected = _header(alg="ES256", b64=False, crit=["b64"])
    payload = "a «bare» payload.\n"
    signature = SIGNER.sign(protected.encode() + b"." + payload.encode())
    members = {"payload": payload, "protected": protected, "signature": base64url.encode(signature)}
    parsed = jws.parse_json(json.dumps(members), understood_critical=frozenset(("b64",)))
    assert parsed.payload == payload.encode()
    assert jws.check_signature(parsed, parsed.signatures[0], SIGNER.public_key).outcome == "passed"


def test_a_compact_token_cannot_carry_a_bare_payload_with_a_dot() -> None:
    protected = _header(alg="ES256", b64=False, crit=["b64"])
    assert _code(f"{protected}.a.b.AA", frozenset(("b64",))) == "jws-malformed"


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=len(TOKEN) * 8 - 1))
def test_no_change_of_one_bit_verifies(position: int) -> None:
    changed = bytearray(TOKEN.encode())
    changed[position // 8] ^= 1 << (position % 8)
    try:
        parsed = jws.parse_compact(bytes(changed), understood_critical=())
    except CredenzaError:
        return
    assert jws.check_signature(parsed, parsed.signatures[0], SIGNER.public_key).outcome == "failed"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_no_text_makes_the_reader_stumble(text: str | bytes) -> None:
    for read in (jws.parse_compact, jws.parse_json):
        with contextlib.suppress(CredenzaError):
            read(text, understood_critical=())
