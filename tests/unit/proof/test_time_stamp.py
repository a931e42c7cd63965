"""Time stamps: made by OpenSSL's authority, checked here, and checked again by OpenSSL and by rfc3161-client."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc3161_client
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.proof import der, time_stamp

MESSAGE = b"what existed"
DIGEST = hashlib.sha256(MESSAGE).digest()
NONCE = b"\x90" + b"\x01" * 7


def _verify(token: bytes, *anchors: x509.Certificate, message: bytes = MESSAGE, later: int = 1) -> time_stamp.TimeStamp:
    now = datetime.now(UTC) + timedelta(minutes=later)
    return time_stamp.verify(token, message, anchors=anchors, now=now)


@pytest.fixture(scope="module")
def token(time_stamp_authority: Any) -> bytes:
    """A token over MESSAGE."""
    return bytes(time_stamp_authority.token(DIGEST))


@pytest.mark.parametrize("options", [{}, {"kind": "RSA"}, {"kind": "P-384"}, {"ess": "sha1"}, {"ess": "sha512"}])
def test_a_token_proves_its_time_to_who_trusts_its_authority(
    make_time_stamp_authority: Callable[..., Any], options: dict[str, Any]
) -> None:
    """The anchor may be the root, the authority between, or the unit's own certificate as in EU trusted lists."""
    authority = make_time_stamp_authority(**options)
    token = authority.token(DIGEST)
    for anchor in (authority.root.certificate, authority.intermediate.certificate, authority.certificate):
        stamp = _verify(token, anchor)
        assert stamp.proven
        assert abs(stamp.generated - datetime.now(UTC)) < timedelta(minutes=1)
        assert "Time stamp unit" in stamp.authority


def test_openssl_and_rfc3161_client_agree_that_the_token_is_sound(time_stamp_authority: Any) -> None:
    folder = time_stamp_authority.folder
    answer = time_stamp_authority.answer(time_stamp.request(DIGEST, nonce=NONCE))
    (folder / "answer.tsr").write_bytes(answer)
    (folder / "data").write_bytes(MESSAGE)
    command = ["openssl", "ts", "-verify", "-data", "data", "-in", "answer.tsr", "-CAfile", "root.pem"]
    command += ["-untrusted", "chain.pem"]
    assert b"OK" in subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout
    token = time_stamp.token_from_response(answer, digest=DIGEST, nonce=NONCE)
    response = time_stamp._decode(token)
    verifier = rfc3161_client.VerifierBuilder().add_root_certificate(time_stamp_authority.root.certificate).build()
    assert verifier.verify_message(response, MESSAGE)
    assert _verify(token, time_stamp_authority.root.certificate).proven


def test_our_request_is_what_rfc3161_client_would_ask() -> None:
    built = rfc3161_client.TimestampRequestBuilder(MESSAGE, rfc3161_client.HashAlgorithm.SHA256, nonce=True).build()
    assert time_stamp.request(DIGEST, nonce=built.nonce.to_bytes(8, "big")) == built.as_bytes()


def test_an_authority_that_nobody_vouches_for_proves_nothing(token: bytes, sealing_authority: Any) -> None:
    for anchors in ((), (sealing_authority.certificate,)):
        stamp = _verify(token, *anchors)
        assert not stamp.proven
        assert [item.code for item in stamp.findings] == ["time-stamp-authority-not-trusted"]


def test_a_root_with_the_same_name_and_another_key_is_another_root(token: bytes, root: Any) -> None:
    twin = type(root)("Test root")
    assert twin.certificate.subject == root.certificate.subject
    assert _verify(token, twin.certificate).findings[0].code == "time-stamp-authority-not-trusted"


def test_a_token_over_something_else_is_refused(token: bytes, time_stamp_authority: Any) -> None:
    stamp = _verify(token, time_stamp_authority.root.certificate, message=b"something else")
    assert [(item.code, item.outcome) for item in stamp.findings] == [("time-stamp-imprint-mismatch", "failed")]


def test_a_token_from_the_future_is_refused(token: bytes, time_stamp_authority: Any) -> None:
    stamp = _verify(token, time_stamp_authority.root.certificate, later=-60)
    assert stamp.findings[0].code == "time-stamp-in-future"


@pytest.mark.parametrize("field", ["end", "begin"])
def test_a_certificate_that_was_not_valid_when_it_stamped_proves_nothing(
    make_time_stamp_authority: Callable[..., Any], field: str
) -> None:
    moment = {"end": datetime(2024, 1, 1, tzinfo=UTC), "begin": datetime(2039, 1, 1, tzinfo=UTC)}[field]
    authority = make_time_stamp_authority(**{field: moment})
    for anchor in (authority.root.certificate, authority.certificate):
        assert _verify(authority.token(DIGEST), anchor).findings[0].code == "time-stamp-authority-not-trusted"


def test_openssl_will_not_even_stamp_with_a_certificate_of_another_use_and_we_refuse_what_another_would(
    token: bytes, root: Any
) -> None:
    from credenza.proof import time_stamp_signature

    signed = time_stamp_signature.read(token)
    key = signed.certificate.public_key() if signed.certificate else None

    class Keyholder:
        def public_key(self) -> Any:
            return key

    for options in ({"purpose": ExtendedKeyUsageOID.CODE_SIGNING}, {"critical": False}, {"purpose": None}):
        options = {"purpose": ExtendedKeyUsageOID.TIME_STAMPING, **options}
        certificate = root.certify("Time stamp unit", Keyholder(), **options)
        assert not time_stamp_signature.is_intact(signed, certificate)


def test_an_authority_that_may_not_certify_leads_nowhere(make_time_stamp_authority: Callable[..., Any]) -> None:
    """A seal's own certificate must not make time-stamping units (basicConstraints)."""
    from credenza.proof import time_stamp_signature

    authority = make_time_stamp_authority()
    signed = time_stamp_signature.read(authority.token(DIGEST))
    impostor = authority.root.certify("Time stamp authority CA", authority.intermediate.key, certifies=False)
    assert not time_stamp_signature.leads_to_anchor(signed, (impostor,), at=datetime.now(UTC))


def test_an_answer_is_taken_only_for_our_request(time_stamp_authority: Any) -> None:
    answer = time_stamp_authority.answer(time_stamp.request(DIGEST, nonce=NONCE))
    for digest, nonce, code in (
        (DIGEST, b"\x02" * 8, "time-stamp-nonce-wrong"),
        (hashlib.sha256(b"x").digest(), NONCE, "time-stamp-imprint-wrong"),
    ):
        with pytest.raises(MalformedInput) as caught:
            time_stamp.token_from_response(answer, digest=digest, nonce=nonce)
        assert caught.value.code == code


def test_a_refusal_is_told(time_stamp_authority: Any) -> None:
    with pytest.raises(Refused) as caught:
        time_stamp.token_from_response(bytes.fromhex("30053003020102"), digest=DIGEST, nonce=NONCE)
    assert caught.value.code == "time-stamp-refused-by-authority"


@pytest.mark.parametrize(("digest", "nonce"), [(b"short", NONCE), (DIGEST, b"")])
def test_a_request_of_the_wrong_size_is_not_made(digest: bytes, nonce: bytes) -> None:
    with pytest.raises(MalformedInput) as caught:
        time_stamp.request(digest, nonce=nonce)
    assert caught.value.code == "time-stamp-request-malformed"


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_change_of_one_bit_proves_another_time(data: st.DataObject, token: bytes, time_stamp_authority: Any) -> None:
    """A changed bit is refused, or lies in what no signature covers and changes nothing that is said."""
    whole = _verify(token, time_stamp_authority.root.certificate)
    position = data.draw(st.integers(0, len(token) * 8 - 1))
    changed = bytearray(token)
    changed[position // 8] ^= 1 << (position % 8)
    try:
        stamp = _verify(bytes(changed), time_stamp_authority.root.certificate)
    except CredenzaError:
        return
    assert not stamp.proven or stamp == whole


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_stumble(data: bytes) -> None:
    with contextlib.suppress(CredenzaError):
        _verify(data)
    with contextlib.suppress(CredenzaError):
        time_stamp.token_from_response(data, digest=DIGEST, nonce=NONCE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "020100"), (127, "02017f"), (128, "02020080"), (255, "020200ff"), (-1, "0201ff"), (-128, "020180")],
)
def test_integers_are_written_in_the_fewest_octets(value: int, expected: str) -> None:
    assert der.encode_integer(value).hex() == expected


@pytest.mark.parametrize("data", ["3080", "30", "3003", "308101aa", "30820001aa", "1f0100", "3085000000000100"])
def test_lengths_that_der_forbids_are_malformed(data: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        der.elements(bytes.fromhex(data))
    assert caught.value.code == "der-malformed"
