"""Certificates: who holds one, for whom it may speak, and what it says of itself.

RFC 5280; ETSI EN 319 412-3 (legal persons: organisation name and organizationIdentifier). Whether to believe any of it
is judged in ``certificate_path`` and ``trusted_lists``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from credenza.errors import MalformedInput
from credenza.trust import qualified_statements
from credenza.trust.qualified_statements import QualifiedStatements

ORGANIZATION_IDENTIFIER = NameOID.ORGANIZATION_IDENTIFIER  # 2.5.4.97
MAXIMUM_BYTES = 64 * 1024
TEST_MARK = "(TEST – NOT QUALIFIED)"  # how the seals of ``credenza init`` and of demonstrations end their names
_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True)
class CertificateHolder:
    """Whom a certificate names. ``organization_identifier`` is as in eIDAS, for example ``VATES-A00000000``."""

    common_name: str | None
    organization: str | None
    organization_identifier: str | None
    country: str | None
    uris: tuple[str, ...] = ()
    dns_names: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def load(der: bytes) -> x509.Certificate:
    """A certificate in DER, every part of it parsed.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    if len(der) > MAXIMUM_BYTES:
        raise MalformedInput("certificate-malformed", "A certificate is larger than any real one.")
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.subject, certificate.issuer, certificate.extensions
        _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except _UNREADABLE as e:
        raise MalformedInput("certificate-malformed", "A certificate cannot be read.") from e
    return certificate


def from_pem(pem: bytes) -> tuple[bytes, ...]:
    """A PEM file with one or more certificates to DER, in the file's order.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    try:
        found = x509.load_pem_x509_certificates(pem)
    except _UNREADABLE as error:
        raise MalformedInput("certificate-malformed", "A certificate file cannot be read.") from error
    ders = tuple(certificate.public_bytes(Encoding.DER) for certificate in found)
    for der in ders:
        load(der)
    return ders


@lru_cache(maxsize=1024)
def holder_of(der: bytes) -> CertificateHolder:
    """Whom a certificate names.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    certificate = load(der)
    subject = certificate.subject
    return CertificateHolder(
        common_name=_attribute(subject, NameOID.COMMON_NAME),
        organization=_attribute(subject, NameOID.ORGANIZATION_NAME),
        organization_identifier=_attribute(subject, ORGANIZATION_IDENTIFIER),
        country=_attribute(subject, NameOID.COUNTRY_NAME),
        uris=tuple(_alternative_names(certificate, x509.UniformResourceIdentifier)),
        dns_names=tuple(name.lower() for name in _alternative_names(certificate, x509.DNSName)),
    )


def qualified_statements_of(der: bytes) -> QualifiedStatements | None:
    """What the certificate claims about being qualified; None where it claims nothing.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    for extension in load(der).extensions:
        if extension.oid.dotted_string == qualified_statements.EXTENSION:
            value = extension.value
            if isinstance(value, x509.UnrecognizedExtension):
                return qualified_statements.parse(value.value)
            return qualified_statements.parse(value.public_bytes())
    return None


def speaks_for(der: bytes, issuer: str) -> bool:
    """Whether the certificate names the issuer (``iss``) as its own: the same address, or the address's host.

    SD-JWT VC section 3.5 (x5c). Wildcards name no one host, and are not taken.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    holder = holder_of(der)
    if issuer in holder.uris:
        return True
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and "@" not in parts.netloc and bool(host) and host in holder.dns_names


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    """The only value of an attribute; where there are two, nobody knows which is meant."""
    values = [attribute.value for attribute in name.get_attributes_for_oid(oid)]
    if len(values) != 1 or not isinstance(values[0], str):
        return None
    return values[0]


def _alternative_names(
    certificate: x509.Certificate, kind: type[x509.UniformResourceIdentifier] | type[x509.DNSName]
) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(value) for value in names.get_values_for_type(kind)]
