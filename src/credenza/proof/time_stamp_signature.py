"""Who signed a time stamp token, and whether an anchor vouches for them (RFC 5652 section 5.4, RFC 3161, RFC 5816).

Anchors may be roots, intermediate authorities, or the certificate of a time-stamping unit itself, as the EU trusted
lists have them; readers that only start from self-signed roots cannot use those.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from credenza.errors import MalformedInput
from credenza.proof import certificate_chain, der

_OID, _OCTETS, _SKI = 0x06, 0x04, 0x80
_CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_SIGNING_CERTIFICATE = bytes.fromhex("2a864886f70d010910020c")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910022f")
_DIGESTS: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}
_MAXIMUM_PATH = 6


@dataclass(frozen=True)
class _Signer:
    identifier: der.Element
    digest: hashes.HashAlgorithm
    signed_attributes: bytes
    attributes: dict[bytes, bytes]
    signature: bytes


@dataclass(frozen=True)
class SignedToken:
    """The signature of a token: the certificate that made it (None if not embedded), the others, and the parts."""

    content: bytes
    certificate: x509.Certificate | None
    authority: str
    embedded: tuple[x509.Certificate, ...]
    signer: _Signer


def read(token: bytes) -> SignedToken:
    """The CMS SignedData of a token to its parts.

    Raises:
        MalformedInput: ``der-malformed``, ``time-stamp-malformed``.
    """
    try:
        fields = der.elements(der.element(_second(der.element(token, der.SEQUENCE).content), der.SEQUENCE).content)
        content = der.element(_second(fields[2].content), _OCTETS).content
        sets = [field for field in fields[3:] if field.tag == der.CONTEXT_0]
        embedded = tuple(
            x509.load_der_x509_certificate(item.whole) for item in der.elements(b"".join(s.content for s in sets))
        )
        signer = _signer(der.element(der.element(fields[-1].whole, der.SET).content, der.SEQUENCE).content)
        certificate = next((item for item in embedded if _is_named(item, signer.identifier)), None)
        authority = certificate.subject.rfc4514_string() if certificate else ""
    except (IndexError, KeyError, *certificate_chain.UNREADABLE) as error:
        raise MalformedInput("time-stamp-malformed", "The time stamp cannot be read.") from error
    return SignedToken(content, certificate, authority, embedded, signer)


def is_intact(signed: SignedToken, certificate: x509.Certificate) -> bool:
    """Whether the certificate's key signed this token, as a time-stamping authority may (RFC 3161 section 2.3)."""
    attributes, digest = signed.signer.attributes, signed.signer.digest
    if attributes.get(_CONTENT_TYPE) != der.encode(_OID, _TST_INFO):
        return False
    expected = der.encode(_OCTETS, hashlib.new(digest.name, signed.content).digest())
    if not hmac.compare_digest(attributes.get(_MESSAGE_DIGEST, b""), expected):
        return False
    try:
        named = _names_certificate(attributes, certificate)
        return named and _may_time_stamp(certificate) and _signed(signed.signer, certificate)
    except (IndexError, MalformedInput, *certificate_chain.UNREADABLE):
        return False


def leads_to_anchor(signed: SignedToken, anchors: Collection[x509.Certificate], *, at: datetime) -> bool:
    """Whether the signer's certificate is an anchor, or certified from one, all certificates valid at that time."""
    try:
        return _leads_to_anchor(signed, anchors, at)
    except certificate_chain.UNREADABLE:
        return False


def _leads_to_anchor(signed: SignedToken, anchors: Collection[x509.Certificate], at: datetime) -> bool:
    current = signed.certificate
    for _ in range(_MAXIMUM_PATH):
        if current is None or not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            return False
        if current in anchors:
            return True
        current = _issuer(current, (*anchors, *signed.embedded))
    return False


def _issuer(certificate: x509.Certificate, candidates: Sequence[x509.Certificate]) -> x509.Certificate | None:
    for candidate in candidates:
        if candidate.subject != certificate.issuer or candidate == certificate or not _may_certify(candidate):
            continue
        try:
            certificate.verify_directly_issued_by(candidate)
        except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
            continue
        return candidate
    return None


def _may_certify(certificate: x509.Certificate) -> bool:
    try:
        if not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except (x509.ExtensionNotFound, ValueError):
        return False


def _may_time_stamp(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _names_certificate(attributes: dict[bytes, bytes], certificate: x509.Certificate) -> bool:
    """RFC 5816: the signed attribute must hold the certificate's hash, so that no other can be put in its place."""
    whole = certificate.public_bytes(Encoding.DER)
    version_2 = attributes.get(_SIGNING_CERTIFICATE_V2)
    named = version_2 if version_2 is not None else attributes.get(_SIGNING_CERTIFICATE)
    if named is None:
        return False
    first = der.elements(der.elements(der.elements(named)[0].content)[0].content)[0]
    fields = der.elements(first.content)
    if version_2 is None:
        return fields[0].content == hashlib.sha1(whole, usedforsecurity=False).digest()
    digest: hashes.HashAlgorithm | None = hashes.SHA256()
    if fields[0].tag == der.SEQUENCE:
        digest, fields = _DIGESTS.get(der.elements(fields[0].content)[0].content), fields[1:]
    return digest is not None and fields[0].content == hashlib.new(digest.name, whole).digest()


def _signed(signer: _Signer, certificate: x509.Certificate) -> bool:
    key, message, digest = certificate.public_key(), signer.signed_attributes, signer.digest
    try:
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            try:
                key.verify(signer.signature, message, padding.PKCS1v15(), digest)
            except InvalidSignature:
                key.verify(signer.signature, message, padding.PSS(padding.MGF1(digest), padding.PSS.AUTO), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signer.signature, message, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signer.signature, message)
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def _signer(content: bytes) -> _Signer:
    _version, identifier, digest, signed, _algorithm, signature = der.elements(content)[:6]
    if signed.tag != der.CONTEXT_0 or signature.tag != _OCTETS:
        raise MalformedInput("time-stamp-malformed", "The time stamp has no signed attributes.")
    attributes: dict[bytes, bytes] = {}
    for attribute in der.elements(signed.content):
        kind, values = der.elements(attribute.content)
        if kind.content in attributes:
            raise MalformedInput("time-stamp-malformed", "The time stamp says the same thing twice.")
        attributes[kind.content] = der.element(values.whole, der.SET).content
    as_signed = der.encode(der.SET, signed.content)  # RFC 5652 section 5.4: signed as a SET OF, not as [0]
    algorithm = _DIGESTS[der.elements(digest.content)[0].content]
    return _Signer(identifier, algorithm, as_signed, attributes, signature.content)


def _is_named(certificate: x509.Certificate, identifier: der.Element) -> bool:
    if identifier.tag == _SKI:
        try:
            held = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        except (x509.ExtensionNotFound, ValueError):
            return False
        return held.digest == identifier.content
    name, serial = der.elements(identifier.content)
    return name.whole == certificate.issuer.public_bytes() and serial.whole == der.encode_integer(
        certificate.serial_number
    )


def _second(content: bytes) -> bytes:
    parts = der.elements(content)
    if len(parts) != 2 or parts[1].tag != der.CONTEXT_0:
        raise MalformedInput("time-stamp-malformed", "The time stamp cannot be read.")
    return parts[1].content
