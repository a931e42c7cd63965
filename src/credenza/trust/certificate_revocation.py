"""Whether certificates of a path had been revoked by a time, from CRLs and OCSP responses that are at hand.

RFC 5280 section 6.3 and RFC 6960, for complete CRLs by the issuer itself and for OCSP by the issuer or a responder that
it certified. Whoever fetched the answers, or found them in a seal (JAdES ``rVals``), hands them in; each is believed
only as far as the right key signed it. No answer, or none about the time asked for, is ``not_checked``.

Codes found: ``certificate-not-revoked``, ``certificate-revoked``, ``certificate-revocation-not-checked``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeAlias

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from credenza.finding import Finding, failed, not_checked, passed
from credenza.trust import certificates

MAXIMUM_ANSWERS = 64
MAXIMUM_BYTES = 16 * 1024 * 1024
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_KNOWN_HASHES = (hashes.SHA1, *_STRONG)  # SHA-1 only names the issuer here, and proves nothing

_Answer: TypeAlias = tuple[datetime, datetime | None, datetime | None]
"""When an answer was made, until when it is current, and when the certificate was revoked, if it was."""


def judge(
    path: tuple[bytes, ...], *, crls: Iterable[bytes] = (), ocsp_responses: Iterable[bytes] = (), at: datetime
) -> Finding:
    """Whether any certificate below the anchor was revoked by ``at``. ``path`` and answers are DER, the signer's first.

    Raises:
        MalformedInput: ``certificate-malformed`` for the path; an answer that cannot be read answers nothing.
    """
    lists = [item for item in map(_crl, list(crls)[:MAXIMUM_ANSWERS]) if item is not None]
    responses = [item for item in map(_response, list(ocsp_responses)[:MAXIMUM_ANSWERS]) if item is not None]
    answered = True
    for child_der, issuer_der in pairwise(path):
        child, issuer = certificates.load(child_der), certificates.load(issuer_der)
        answers = [*_from_crls(child, issuer, lists), *_from_ocsp(child, issuer, responses)]
        revoked = [when for _, _, when in answers if when is not None and when <= at]
        if revoked:
            reason = f"A certificate behind the seal was revoked on {min(revoked):%Y-%m-%d}, before the seal was made."
            return failed("certificate-revoked", reason)
        answered = answered and any(_speaks_of(answer, child, at) for answer in answers)
    if answered and len(path) > 1:
        return passed("certificate-not-revoked", "The certificates behind the seal had not been revoked.")
    reason = "Whether the certificate was revoked by its provider could not be learned from what is at hand."
    return not_checked("certificate-revocation-not-checked", reason)


def _speaks_of(answer: _Answer, child: x509.Certificate, at: datetime) -> bool:
    """Whether an answer covers the time: made later or still current then, and made while the certificate lived."""
    made, current_until, _ = answer
    covers = made >= at or (current_until is not None and at <= current_until)
    return covers and made <= child.not_valid_after_utc


def _crl(der: bytes) -> x509.CertificateRevocationList | None:
    try:
        found = x509.load_der_x509_crl(der) if len(der) <= MAXIMUM_BYTES else None
        if found is not None:
            _ = found.issuer, found.extensions, found.last_update_utc, found.next_update_utc
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion):
        return None
    return found


def _response(der: bytes) -> ocsp.OCSPResponse | None:
    try:
        found = ocsp.load_der_ocsp_response(der) if len(der) <= MAXIMUM_BYTES else None
        if found is None or found.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        _ = found.extensions, found.certificates
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion):
        return None
    return found


def _from_crls(
    child: x509.Certificate, issuer: x509.Certificate, crls: list[x509.CertificateRevocationList]
) -> Iterator[_Answer]:
    for crl in crls:
        critical = any(extension.critical for extension in crl.extensions)  # partial, indirect or delta lists
        if crl.issuer != child.issuer or critical or not _holds(_crl_signature, crl, issuer):
            continue
        entry = crl.get_revoked_certificate_by_serial_number(child.serial_number)
        yield crl.last_update_utc, crl.next_update_utc, entry.revocation_date_utc if entry is not None else None


def _crl_signature(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey):
        return False
    strong = crl.signature_hash_algorithm is None or isinstance(crl.signature_hash_algorithm, _STRONG)
    return strong and _may_sign_crls(issuer) and crl.is_signature_valid(key)


def _may_sign_crls(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _from_ocsp(
    child: x509.Certificate, issuer: x509.Certificate, responses: list[ocsp.OCSPResponse]
) -> Iterator[_Answer]:
    for response in responses:
        if not _holds(_ocsp_signature, response, issuer):
            continue
        for item in response.responses:
            if item.certificate_status is ocsp.OCSPCertStatus.UNKNOWN or not _is_about(item, child, issuer):
                continue
            yield item.this_update_utc, item.next_update_utc, item.revocation_time_utc


def _is_about(item: ocsp.OCSPSingleResponse, child: x509.Certificate, issuer: x509.Certificate) -> bool:
    if item.serial_number != child.serial_number or not isinstance(item.hash_algorithm, _KNOWN_HASHES):
        return False
    name, key = hashes.Hash(item.hash_algorithm), hashes.Hash(item.hash_algorithm)
    name.update(issuer.subject.public_bytes())
    key.update(_key_bits(issuer))
    return (name.finalize(), key.finalize()) == (item.issuer_name_hash, item.issuer_key_hash)


def _key_bits(certificate: x509.Certificate) -> bytes:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _ocsp_signature(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    responders = [issuer, *(item for item in response.certificates if _may_respond(item, issuer, response))]
    return any(_holds(_verified, response, responder) for responder in responders)


def _may_respond(responder: x509.Certificate, issuer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    """Whether the issuer itself certified the responder for just this (RFC 6960 section 4.2.2.2), and it was valid."""
    try:
        responder.verify_directly_issued_by(issuer)
        usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    made = response.produced_at_utc
    timely = responder.not_valid_before_utc <= made <= responder.not_valid_after_utc
    return timely and ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _verified(response: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    key, digest = responder.public_key(), response.signature_hash_algorithm
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(response.signature, response.tbs_response_bytes)
    elif not isinstance(digest, _STRONG):
        return False
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), digest)
    else:
        return False
    return True


def _holds(check: Callable[[Any, x509.Certificate], bool], signed: Any, signer: x509.Certificate) -> bool:
    try:
        return check(signed, signer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
