"""Certificate chains in JOSE headers (``x5c``, ``x5t#S256``; RFC 7515 sections 4.1.6 and 4.1.8).

Read here, judged elsewhere: that a certificate is in a header says nothing about who stands behind it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from credenza.encoding import base64url
from credenza.errors import MalformedInput
from credenza.keys import PublicKey, public

MAXIMUM_CERTIFICATES = 10
UNREADABLE = (  # what a certificate made to confuse brings out of the library that reads it
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


@lru_cache(maxsize=1024)
def load(der: bytes) -> x509.Certificate:
    """A certificate in DER, parsed once for all files of a batch.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    try:
        return x509.load_der_x509_certificate(der)
    except UNREADABLE as error:
        raise MalformedInput("certificate-malformed", "A certificate cannot be read.") from error


@lru_cache(maxsize=1024)
def public_key(der: bytes) -> PublicKey:
    """The public key that a certificate binds.

    Raises:
        MalformedInput: ``certificate-malformed``, ``key-unsupported``, ``key-too-weak``.
    """
    return public.from_certificate(der)


@lru_cache(maxsize=1024)
def decode(text: str) -> bytes:
    """One entry of ``x5c`` (standard base64 of DER) to DER.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    try:
        der = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedInput("certificate-malformed", "A certificate is not valid base64 text.") from error
    if base64.b64encode(der).decode("ascii") != text:
        raise MalformedInput("certificate-malformed", "A certificate is not canonical base64 text.")
    load(der)
    return der


def from_header(value: Any) -> tuple[bytes, ...]:
    """The ``x5c`` header parameter to certificates in DER, the signer's own first.

    Raises:
        MalformedInput: ``certificate-malformed``, ``certificate-chain-malformed``.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= MAXIMUM_CERTIFICATES:
        raise MalformedInput("certificate-chain-malformed", "The certificate chain is empty or too long.")
    if not all(isinstance(item, str) for item in value):
        raise MalformedInput("certificate-chain-malformed", "The certificate chain is damaged.")
    return tuple(decode(item) for item in value)


def to_header(chain: tuple[bytes, ...]) -> list[str]:
    """Certificates in DER to ``x5c``; a root that signed itself is left out unless it is all there is."""
    sent = [der for index, der in enumerate(chain) if index == 0 or not _signed_itself(der)]
    return [base64.b64encode(der).decode("ascii") for der in sent]


def thumbprint(der: bytes) -> str:
    """``x5t#S256``: the SHA-256 of the certificate, base64url."""
    return base64url.encode(hashlib.sha256(der).digest())


def _signed_itself(der: bytes) -> bool:
    certificate = load(der)
    return certificate.issuer == certificate.subject
