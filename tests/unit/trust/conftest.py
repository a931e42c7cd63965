"""Keys, certification authorities and trusted lists for the tests of trust. All of it is made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from credenza.keys import PublicKey, public

_MAKERS = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
}


@pytest.fixture(scope="session")
def public_keys() -> dict[str, PublicKey]:
    """One fresh public key of each kind."""
    return {kind: public.from_crypto(make().public_key()) for kind, make in _MAKERS.items()}


NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Authority:
    """A certification authority that issues whatever a test asks for, good or bad."""

    def __init__(self, subject="CN=Root", *, parent=None, key=None, **options):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        options.setdefault("ca", True)
        options.setdefault("usage", ("key_cert_sign",))
        self.der = issue(subject, self.key.public_key(), parent=parent, own_key=self.key, **options)
        self.name = x509.load_der_x509_certificate(self.der).subject

    def issue(self, subject="O=A University,CN=Seal,C=ES", *, key=None, **options):
        """A certificate for a seal, unless the options say otherwise."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        return issue(subject, key.public_key(), parent=self, own_key=key, **options)


def issue(
    subject,
    public_key,
    *,
    parent,
    own_key,
    ca=False,
    usage=("content_commitment",),
    path_length=None,
    extended=(),
    extensions=(),
    begins=NOW - timedelta(days=365),
    ends=NOW + timedelta(days=365),
    digest=None,
):
    name = x509.Name.from_rfc4514_string(subject) if isinstance(subject, str) else subject
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(parent.name if parent else name)
    builder = builder.public_key(public_key).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(begins).not_valid_after(ends)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    if usage is not None:
        flags = {name: name in usage for name in _FLAGS}
        builder = builder.add_extension(x509.KeyUsage(**flags), critical=True)
    if extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage(extended), critical=False)
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    signing_key = parent.key if parent else own_key
    kind = None if isinstance(signing_key, ed25519.Ed25519PrivateKey) else digest or hashes.SHA256()
    return builder.sign(signing_key, kind).public_bytes(serialization.Encoding.DER)


_FLAGS = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@pytest.fixture(scope="session")
def now() -> datetime:
    """The moment at which the tests of trust judge."""
    return NOW


@pytest.fixture(scope="session")
def authority() -> type[Authority]:
    """Makes authorities, and through them certificates."""
    return Authority
