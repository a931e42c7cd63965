"""Seals: what forgers do to the envelope first, then every baseline level that European credentials have."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.encoding import base64url
from credenza.errors import CredenzaError, MalformedInput
from credenza.proof import certificate_chain, jades
from credenza.proof.jades import header as seal_header

from .jades_parts import NOW, PAYLOAD, made, read, refusal, verify


@pytest.mark.parametrize("kind", ["P-256", "P-384", "Ed25519", "RSA"])
def test_a_seal_keeps_the_exact_bytes_and_its_certificates(sealing_authority: Any, kind: str) -> None:
    signer = sealing_authority.seal(kind)
    seal = verify(jades.sign(PAYLOAD, signer, signing_time=NOW))
    assert seal.verified
    assert seal.payload == PAYLOAD
    assert (seal.level, seal.signatures[0].algorithm) == ("B-B", signer.algorithm)
    assert seal.signatures[0].certificate_chain == signer.certificate_chain[:2], "the root stays at home"
    assert seal.signatures[0].certificates[0].public_key() == signer.public_key.crypto
    assert seal.signatures[0].signing_time_claimed == NOW
    assert seal.signatures[0].signing_time_proven is None
    assert "certificate-not-judged" in {item.code for item in seal.findings if item.outcome == "not_checked"}


def test_the_protected_header_is_that_of_the_current_text(sealed: bytes, signer: Any) -> None:
    entry = json.loads(sealed)["signatures"][0]
    header = json.loads(base64url.decode(entry["protected"]))
    assert set(header) == {"alg", "cty", "kid", "x5t#S256", "x5c", "typ", "b64", "iat", "crit"}
    assert (header["typ"], header["b64"], header["crit"]) == ("jose+json", False, ["b64"])
    assert header["iat"] == int(NOW.timestamp())
    assert header["x5t#S256"] == base64url.encode(hashlib.sha256(signer.certificate_chain[0]).digest())


def test_the_kid_names_issuer_and_serial_number_as_asn1crypto_reads_it(signer: Any) -> None:
    tsp = pytest.importorskip("asn1crypto.tsp")
    leaf = certificate_chain.load(signer.certificate_chain[0])
    parsed = tsp.IssuerSerial.load(base64.b64decode(seal_header.issuer_serial(signer.certificate_chain[0])))
    assert parsed["serial_number"].native == leaf.serial_number
    assert parsed["issuer"][0].chosen.untag().dump() == leaf.issuer.public_bytes()


def test_a_payload_that_is_no_text_and_a_key_without_its_certificate_are_not_sealed(signer: Any) -> None:
    from dataclasses import replace

    from credenza.keys import signer as signers

    bare = signers.generate("P-256", key_id="k")
    stolen = replace(bare, certificate_chain=signer.certificate_chain)
    for payload, who, code in (
        (b"\xff", signer, "jades-payload-not-text"),
        (b"{}", bare, "jades-certificate-missing"),
        (b"{}", stolen, "jades-certificate-wrong"),
    ):
        with pytest.raises(MalformedInput) as caught:
            jades.sign(payload, who, signing_time=NOW)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alg": "none"}, "jws-alg-none"),
        ({"alg": "HS256"}, "jws-alg-symmetric"),
        ({"alg": "PS256"}, "jws-alg-not-allowed"),
        ({"typ": "JWT"}, "jws-typ-wrong"),
        ({"crit": ["b64", "exp"], "exp": 1}, "jws-crit-unknown"),
        ({"crit": None}, "jws-b64-malformed"),
        ({"x5t#S256": base64url.encode(b"0" * 32)}, "jades-certificate-wrong"),
        ({"x5t#o": {"digAlg": "S512", "digVal": "AA"}}, "jades-certificate-wrong"),
        ({"x5t#o": {"digAlg": "S1", "digVal": "AA"}}, "jades-certificate-wrong"),
        ({"sigX5ts": [{"digAlg": "S256", "digVal": "AA"}]}, "jades-certificate-wrong"),
        ({"x5c": None}, "jades-certificate-missing"),
        ({"x5c": []}, "certificate-chain-malformed"),
        ({"x5c": "AAAA"}, "certificate-chain-malformed"),
        ({"x5c": ["AAAA"]}, "certificate-malformed"),
        ({"x5c": ["%%"]}, "certificate-malformed"),
        ({"sigD": {"mId": "http://uri.etsi.org/19182/ObjectIdByURI"}}, "jades-detached"),
        ({"iat": "2026"}, "jades-signing-time-malformed"),
        ({"iat": True}, "jades-signing-time-malformed"),
        ({"iat": None, "sigT": "yesterday"}, "jades-signing-time-malformed"),
        ({"iat": None, "sigT": "2026-06-01T12:00:00"}, "jades-signing-time-malformed"),
    ],
)
def test_headers_that_a_seal_must_not_have_are_refused(signer: Any, changes: dict[str, Any], code: str) -> None:
    assert refusal(made(signer, **changes)) == code


def test_a_certificate_put_in_the_place_of_the_signers_does_not_verify(signer: Any, sealing_authority: Any) -> None:
    other = sealing_authority.seal("P-256")
    swapped = [base64.b64encode(der).decode() for der in other.certificate_chain]
    thumbprint = certificate_chain.thumbprint(other.certificate_chain[0])
    seal = read(made(signer, **{"x5c": swapped, "x5t#S256": thumbprint}))
    assert not seal.verified
    assert "jws-signature-invalid" in {item.code for item in seal.findings}


def test_members_that_no_seal_covers_are_refused(sealed: bytes) -> None:
    members = json.loads(sealed)
    entry = members["signatures"][0]
    assert refusal({**members, "credential": {"title": "forged"}}) == "jades-member-unknown"
    assert refusal({**members, "signatures": [{**entry, "note": 1}]}) == "jades-member-unknown"
    assert refusal({**members, "signatures": [{**entry, "header": {"kid": "x"}}]}) == "jades-member-unknown"
    assert refusal({"payload": members["payload"], **entry, "note": 1}) == "jades-member-unknown"
    assert refusal({"payload": {"title": 1}, "signatures": [entry]}) == "jades-malformed"
    assert refusal({"signatures": [entry]}) == "jades-malformed"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b'{"payload":', b'{"payload":"{}","payload":', "json-duplicate-member"),
        (b',"signatures"', b',"payload":"{}","signatures"', "json-duplicate-member"),
        (b',"signatures"', b',"signatures":[],"signatures"', "json-duplicate-member"),
        (b'{"payload":"', b'{"payload":"\\ud800', "json-surrogate"),
        (b'{"payload":"', b'{"payload":"\n', "json-syntax"),
        (b'{"payload":"', b'\xef\xbb\xbf{"payload":"', "json-syntax"),
        (b'{"payload":"', b'{"payload":"\xff', "json-encoding"),
        (b"]}", b"]}x", "json-syntax"),
    ],
)
def test_an_envelope_with_two_readings_is_refused(sealed: bytes, before: bytes, after: bytes, code: str) -> None:
    assert before in sealed
    assert refusal(sealed.replace(before, after)) == code


def test_an_envelope_may_be_spelled_otherwise_and_says_the_same(sealed: bytes, signer: Any) -> None:
    """White space, order of members and escapes of the envelope are not sealed; the text they spell is."""
    members = json.loads(sealed)
    for text in (
        json.dumps(members, indent=2),
        json.dumps({"signatures": members["signatures"], "payload": members["payload"]}),
        json.dumps({"payload": members["payload"], **members["signatures"][0]}),
    ):
        seal = verify(text.encode())
        assert (seal.verified, seal.payload) == (True, PAYLOAD)


def test_the_older_dialect_is_read(signer: Any) -> None:
    """sigT, base64url payload, listed as critical: what the Commission's service wrote until 2025."""
    for changes in (
        {"iat": None, "sigT": "2026-06-01T12:00:00Z", "crit": ["b64", "sigT"]},
        {"b64": None, "crit": None},
        {"b64": True},
        {"iat": int(NOW.timestamp()) * 1000},
    ):
        seal = read(made(signer, **changes))
        assert (seal.verified, seal.payload) == (True, PAYLOAD)
        assert seal.signatures[0].signing_time_claimed == NOW


def test_times_that_cannot_be_are_told(signer: Any) -> None:
    late = read(made(signer, iat=int(NOW.timestamp()) + 60))
    assert not late.verified
    assert "jades-signing-time-in-future" in {item.code for item in late.findings}
    silent = read(made(signer, iat=None))
    assert {item.code: item.outcome for item in silent.findings}["jades-signing-time-missing"] == "warning"


def test_every_signature_must_hold(sealed: bytes, sealing_authority: Any) -> None:
    second = jades.sign(PAYLOAD, sealing_authority.seal("Ed25519"), signing_time=NOW)
    stranger = jades.sign(b"{}", sealing_authority.seal("P-256"), signing_time=NOW)
    members = json.loads(sealed)
    entries = [json.loads(item)["signatures"][0] for item in (sealed, second, stranger)]
    both = read({**members, "signatures": entries[:2]})
    assert (both.verified, len(both.signatures)) == (True, 2)
    assert not read({**members, "signatures": entries}).verified


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_change_of_one_bit_verifies_as_something_else(data: st.DataObject, sealed: bytes) -> None:
    position = data.draw(st.integers(0, len(sealed) * 8 - 1))
    changed = bytearray(sealed)
    changed[position // 8] ^= 1 << (position % 8)
    try:
        seal = verify(bytes(changed))
    except CredenzaError:
        return
    assert not seal.verified


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_comes_back_as_the_same_bytes(signer: Any, text: str) -> None:
    with contextlib.suppress(UnicodeEncodeError):
        seal = verify(jades.sign(text.encode(), signer, signing_time=NOW))
        assert (seal.verified, seal.payload) == (True, text.encode())


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=80) | st.text(max_size=80).map(lambda text: b'{"payload":"' + text.encode("utf-8", "replace"))
)
def test_no_bytes_make_the_reader_stumble(data: bytes) -> None:
    with contextlib.suppress(CredenzaError):
        verify(data)
