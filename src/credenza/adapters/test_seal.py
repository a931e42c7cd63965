"""A test seal: a key with a certificate that says, in its own name, that it is not qualified.

For ``credenza init``, so that a newcomer can seal at once. Its authority is made with it and trusted by nobody; a real
seal comes from a qualified trust service provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from credenza.errors import MalformedInput
from credenza.keys import SoftwareSigner
from credenza.trust.certificates import TEST_MARK

_LONGEST_NAME = 64  # RFC 5280, ub-organization-name, in characters
_SIGNING = {
    "digital_signature": True,
    "content_commitment": True,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}
_ISSUING = {**_SIGNING, "digital_signature": False, "content_commitment": False, "key_cert_sign": True}


@dataclass(frozen=True)
class UnqualifiedSeal:
    """A test seal's private key and certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates in DER, the seal's own first, its authority last."""
        return tuple(item.public_bytes(serialization.Encoding.DER) for item in (self.certificate, self.authority))

    @property
    def chain_pem(self) -> bytes:
        """The certificates in PEM, the seal's own first."""
        return b"".join(item.public_bytes(serialization.Encoding.PEM) for item in (self.certificate, self.authority))

    @property
    def authority_pem(self) -> bytes:
        """The authority's certificate in PEM: the anchor for whoever wants to trust this test seal."""
        return self.authority.public_bytes(serialization.Encoding.PEM)

    def signer(self, key_id: str | None = None) -> SoftwareSigner:
        """A signer with this seal; without ``key_id`` the certificate's SHA-256 fingerprint names the key."""
        return SoftwareSigner(self.key, key_id or self.certificate.fingerprint(hashes.SHA256()).hex(), self.chain)

    def to_pkcs12(self, password: str) -> bytes:
        """The seal as an encrypted PKCS #12 file (.p12)."""
        protection = serialization.BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(
            b"credenza test seal", self.key, self.certificate, [self.authority], protection
        )


def make(
    *,
    organization: str,
    organization_identifier: str,
    country: str,
    valid_from: datetime,
    valid_until: datetime,
    uri: str | None = None,
) -> UnqualifiedSeal:
    """A new P-256 test seal of an organisation, with its own test authority.

    ``organization_identifier`` is as in eIDAS (``VATES-A00000000``), ``country`` two letters, ``uri`` the issuer's
    address where SD-JWT verifiers shall find it in the certificate.

    Raises:
        MalformedInput: ``test-seal-malformed`` for an unusable name, country or time.
    """
    if valid_until <= valid_from or not organization.strip() or not organization_identifier.strip():
        raise MalformedInput("test-seal-malformed", "A test seal needs an organisation, its identifier, and some time.")
    try:
        authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        authority_name = _name(country, f"Credenza Test Authority {TEST_MARK}", None, "Test Authority")
        subject = _name(country, _marked(organization), organization_identifier, f"Credenza Test Seal {TEST_MARK}")
        authority = _start(authority_name, authority_name, authority_key, valid_from, valid_until)
        authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        authority = authority.add_extension(x509.KeyUsage(**_ISSUING), critical=True)
        seal = _start(subject, authority_name, key, valid_from, valid_until)
        seal = seal.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        seal = seal.add_extension(x509.KeyUsage(**_SIGNING), critical=True)
        issuer_key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
        seal = seal.add_extension(issuer_key_id, critical=False)
        if uri is not None:
            names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)])
            seal = seal.add_extension(names, critical=False)
        digest = hashes.SHA256()
        return UnqualifiedSeal(key, seal.sign(authority_key, digest), authority.sign(authority_key, digest))
    except (ValueError, UnicodeError) as error:
        raise MalformedInput("test-seal-malformed", f"A test seal cannot be made with this data: {error}") from error


def _start(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    valid_from: datetime,
    valid_until: datetime,
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(valid_from).not_valid_after(valid_until)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _name(country: str, organization: str, identifier: str | None, common_name: str) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, country),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    if identifier is not None:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, identifier))
    return x509.Name(attributes)


def _marked(organization: str) -> str:
    room = _LONGEST_NAME - len(TEST_MARK) - 1
    return f"{organization.strip()[:room].rstrip()} {TEST_MARK}"
