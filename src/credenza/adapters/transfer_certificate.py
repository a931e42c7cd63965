"""A key with which transcripts or messages between institutions are signed, and the certificate it names itself by.

EMREX puts the certificate into the signature (X509Data), yet nobody trusts it for its own sake: what counts is the key
in the registry. So the certificate is self-signed.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from credenza.keys import SoftwareSigner

_BITS, _LONGEST_NAME = 3072, 64


def make(
    *, organization: str, country: str, purpose: str, valid_from: datetime, valid_until: datetime
) -> SoftwareSigner:
    """A new RSA key (3072 bits) with its self-signed certificate; ``purpose`` stands in the common name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    room = _LONGEST_NAME - len(purpose) - 1
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization[:_LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organization[:room].rstrip()} {purpose}"),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(valid_from).not_valid_after(valid_until)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    return SoftwareSigner(key, purpose, (certificate.public_bytes(Encoding.DER),))
