"""Time stamps (RFC 3161): a request for a digest, the answer, and what a token proves.

A token proves that its digest existed at ``gen_time``, said by a time-stamping authority. It is checked at that time,
not at today's: the authority's certificate may have expired since (RFC 3161 section 4).

Codes raised: ``time-stamp-request-malformed``, ``time-stamp-malformed``, ``time-stamp-refused-by-authority``,
``time-stamp-nonce-wrong``, ``time-stamp-imprint-wrong``.
Codes found: ``time-stamp-verified``, ``time-stamp-authority-not-trusted``, ``time-stamp-imprint-mismatch``,
``time-stamp-signature-invalid``, ``time-stamp-in-future``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import rfc3161_client
from cryptography import x509

from credenza.errors import MalformedInput, Refused
from credenza.proof import der, time_stamp_signature
from credenza.proof.finding import Finding, failed, passed, warning

_DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_SHA256_IDENTIFIER = bytes.fromhex("300d06096086480165030402010500")
_NONCE_BYTES = 8
MAXIMUM_TOKEN_BYTES = 256 * 1024


@dataclass(frozen=True)
class TimeStamp:
    """One token: when the authority says it was made, and what was found about it."""

    generated: datetime
    authority: str
    findings: tuple[Finding, ...]

    @property
    def proven(self) -> bool:
        """Whether the time is proven: intact, over the right bytes, by a trusted authority."""
        return bool(self.findings) and all(finding.outcome == "passed" for finding in self.findings)


def request(digest: bytes, *, nonce: bytes) -> bytes:
    """A TimeStampReq in DER for a SHA-256 digest, asking for the authority's certificate (RFC 3161 section 2.4.1).

    Raises:
        MalformedInput: ``time-stamp-request-malformed`` for a digest or nonce (8 bytes) of the wrong size.
    """
    if len(digest) != hashlib.sha256().digest_size or len(nonce) != _NONCE_BYTES:
        raise MalformedInput("time-stamp-request-malformed", "A time stamp needs a SHA-256 digest and a nonce.")
    imprint = der.encode(der.SEQUENCE, _SHA256_IDENTIFIER + der.encode(0x04, digest))
    number = der.encode_integer(int.from_bytes(nonce, "big"))
    certificate_wanted = b"\x01\x01\xff"
    return der.encode(der.SEQUENCE, der.encode_integer(1) + imprint + number + certificate_wanted)


def token_from_response(response: bytes, *, digest: bytes, nonce: bytes) -> bytes:
    """The token in a TimeStampResp, once it answers exactly what was asked (RFC 3161 section 2.4.2).

    Raises:
        MalformedInput: ``time-stamp-malformed``, ``time-stamp-nonce-wrong``, ``time-stamp-imprint-wrong``.
        Refused: ``time-stamp-refused-by-authority``.
    """
    parts = der.elements(der.element(response, der.SEQUENCE).content)
    status = der.elements(parts[0].content) if parts and parts[0].tag == der.SEQUENCE else ()
    if not status or status[0].tag != der.INTEGER:
        raise MalformedInput("time-stamp-malformed", "The time stamp authority's answer cannot be read.")
    if status[0].content not in (b"\x00", b"\x01") or len(parts) != 2:
        raise Refused("time-stamp-refused-by-authority", "The time stamp authority did not grant a time stamp.")
    token = parts[1].whole
    info = _information(token)
    if info.nonce != int.from_bytes(nonce, "big"):
        raise MalformedInput("time-stamp-nonce-wrong", "The time stamp answers another request than ours.")
    if info.imprint != digest:
        raise MalformedInput("time-stamp-imprint-wrong", "The time stamp is over something else than was sent.")
    return token


def verify(
    token: bytes,
    message: bytes,
    *,
    anchors: Collection[x509.Certificate],
    now: datetime,
    leeway: timedelta = timedelta(0),
) -> TimeStamp:
    """What a token proves about a message, with the certificates of trusted time-stamping authorities as anchors.

    Raises:
        MalformedInput: ``time-stamp-malformed``, ``der-malformed``.
    """
    info = _information(token)
    generated = info.generated
    algorithm = _DIGESTS.get(info.algorithm)
    if algorithm is None:
        raise MalformedInput("time-stamp-malformed", "The time stamp uses a digest that is unknown or broken.")
    signed = time_stamp_signature.read(token)
    if hashlib.new(algorithm, message).digest() != info.imprint:
        finding = failed("time-stamp-imprint-mismatch", "The time stamp is over something else than this.")
    elif generated > now + leeway:
        finding = failed("time-stamp-in-future", f"The time stamp says {generated:%Y-%m-%d %H:%M} UTC, later than now.")
    else:
        finding = _judge_signature(signed, anchors, generated)
    return TimeStamp(generated, signed.authority, (finding,))


def _judge_signature(
    signed: time_stamp_signature.SignedToken, anchors: Collection[x509.Certificate], generated: datetime
) -> Finding:
    if signed.certificate is None or not time_stamp_signature.is_intact(signed, signed.certificate):
        reason = "The time stamp is damaged, or not made by a time stamp authority."
        return failed("time-stamp-signature-invalid", reason)
    if not time_stamp_signature.leads_to_anchor(signed, anchors, at=generated):
        reason = "The time stamp is intact, but the authority that made it is not one that is trusted here."
        return warning("time-stamp-authority-not-trusted", reason)
    reason = f"A trusted time stamp proves that it existed at {generated:%Y-%m-%d %H:%M} UTC."
    return passed("time-stamp-verified", reason)


@dataclass(frozen=True)
class _Information:
    nonce: int | None
    algorithm: str
    imprint: bytes
    generated: datetime


def _information(token: bytes) -> _Information:
    response = _decode(token)
    try:  # the members are parsed only when they are asked for
        info = response.tst_info
        imprint, generated = info.message_imprint, info.gen_time
        generated = generated if generated.tzinfo else generated.replace(tzinfo=UTC)
        return _Information(info.nonce, imprint.hash_algorithm.dotted_string, imprint.message, generated)
    except (ValueError, OverflowError) as error:
        raise MalformedInput("time-stamp-malformed", "The time stamp cannot be read.") from error


def _decode(token: bytes) -> rfc3161_client.TimeStampResponse:
    if len(token) > MAXIMUM_TOKEN_BYTES:
        raise MalformedInput("time-stamp-malformed", "The time stamp is larger than any real one.")
    granted = der.encode(der.SEQUENCE, der.encode_integer(0))
    try:
        return rfc3161_client.decode_timestamp_response(der.encode(der.SEQUENCE, granted + _sorted_sets(token)))
    except ValueError as error:
        raise MalformedInput("time-stamp-malformed", "The time stamp cannot be read.") from error


def _sorted_sets(token: bytes) -> bytes:
    """The token with its certificates in DER order: OpenSSL leaves them unsorted, which strict readers refuse.

    The set is outside every signature of the token, so its order says nothing.
    """
    kind, wrapped = _pair(der.element(token, der.SEQUENCE).content)
    fields = der.elements(der.element(wrapped.content, der.SEQUENCE).content)
    rewritten = b"".join(
        der.encode(field.tag, b"".join(sorted(item.whole for item in der.elements(field.content))))
        if field.tag == der.CONTEXT_0
        else field.whole
        for field in fields
    )
    return der.encode(der.SEQUENCE, kind.whole + der.encode(wrapped.tag, der.encode(der.SEQUENCE, rewritten)))


def _pair(content: bytes) -> tuple[der.Element, der.Element]:
    parts = der.elements(content)
    if len(parts) != 2:
        raise MalformedInput("time-stamp-malformed", "The time stamp cannot be read.")
    return parts[0], parts[1]
