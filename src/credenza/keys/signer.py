"""Signers: who can sign bytes. A key in memory here; a key on a token is an adapter with the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias, cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import pkcs12

from credenza.errors import MalformedInput
from credenza.keys import public
from credenza.keys.public import PublicKey

CryptoPrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Signer(Protocol):
    """Signs bytes with one key. ``sign`` returns the JOSE form (P1363 for ECDSA, PKCS #1 v1.5 for RS256)."""

    @property
    def key_id(self) -> str:
        """How verifiers find the public key: a verification method (DID URL) or a ``kid``."""

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm name, for example ``ES256``."""

    @property
    def public_key(self) -> PublicKey:
        """The public half."""

    @property
    def certificate_chain(self) -> tuple[bytes, ...]:
        """X.509 certificates in DER, the signer's own first; empty for a bare key."""

    def sign(self, message: bytes) -> bytes:
        """The signature over the message."""


@dataclass(frozen=True)
class SoftwareSigner:
    """A private key held in this process's memory."""

    private_key: CryptoPrivateKey
    key_id: str
    certificate_chain: tuple[bytes, ...] = ()

    @cached_property
    def public_key(self) -> PublicKey:
        """The public half."""
        return public.from_crypto(self.private_key.public_key())

    @cached_property
    def algorithm(self) -> str:
        """The JOSE algorithm name of this kind of key."""
        return self.public_key.algorithms[0]

    def sign(self, message: bytes) -> bytes:
        """The signature over the message in JOSE form."""
        if isinstance(self.private_key, ed25519.Ed25519PrivateKey):
            return self.private_key.sign(message)
        if isinstance(self.private_key, rsa.RSAPrivateKey):
            return self.private_key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        digest, size = _ECDSA[self.algorithm]
        r, s = decode_dss_signature(self.private_key.sign(message, digest))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def to_pkcs8(self, password: str | None) -> bytes:
        """The private key as PKCS #8 in PEM, encrypted where a password is given."""
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password is not None:
            encryption = serialization.BestAvailableEncryption(password.encode())
        form = serialization.PrivateFormat.PKCS8
        return self.private_key.private_bytes(serialization.Encoding.PEM, form, encryption)


_ECDSA = {
    "ES256": (ec.ECDSA(hashes.SHA256()), 32),
    "ES384": (ec.ECDSA(hashes.SHA384()), 48),
    "ES512": (ec.ECDSA(hashes.SHA512()), 66),
}


def generate(kind: str, *, key_id: str) -> SoftwareSigner:
    """A new key pair of the kind ``Ed25519``, ``P-256`` or ``P-384``, from the operating system's randomness.

    Raises:
        MalformedInput: ``key-unsupported``.
    """
    if kind == "Ed25519":
        return SoftwareSigner(ed25519.Ed25519PrivateKey.generate(), key_id)
    if kind == "P-256":
        return SoftwareSigner(ec.generate_private_key(ec.SECP256R1()), key_id)
    if kind == "P-384":
        return SoftwareSigner(ec.generate_private_key(ec.SECP384R1()), key_id)
    raise MalformedInput("key-unsupported", f"Keys of the kind {kind!r} are not made here.")


def from_pkcs8(pem: bytes, *, password: str | None, key_id: str) -> SoftwareSigner:
    """A private key file (PKCS #8, PEM) to a signer.

    Raises:
        MalformedInput: ``key-password`` for a wrong, missing or needless password; ``key-malformed``;
            ``key-unsupported``; ``key-too-weak``.
    """
    try:
        key = serialization.load_pem_private_key(pem, password.encode() if password is not None else None)
    except TypeError as error:
        raise MalformedInput("key-password", "The key file needs a password, or is not encrypted at all.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        wrong_password = password is not None and b"ENCRYPTED" in pem
        code = "key-password" if wrong_password else "key-malformed"
        raise MalformedInput(code, "The key file cannot be opened: wrong password, or damaged.") from error
    public.from_crypto(key.public_key())
    return SoftwareSigner(cast(CryptoPrivateKey, key), key_id)


def from_pkcs12(data: bytes, *, password: str | None, key_id: str | None = None) -> SoftwareSigner:
    """A seal in a PKCS #12 file (.p12, .pfx) to a signer with its certificate chain, leaf first.

    Without ``key_id`` the SHA-256 fingerprint of the seal certificate names the key.

    Raises:
        MalformedInput: ``key-password``, ``key-malformed``, ``seal-incomplete``.
    """
    try:
        bundle = pkcs12.load_pkcs12(data, password.encode() if password is not None else None)
    except ValueError as error:
        raise MalformedInput("key-password", "The seal file cannot be opened: wrong password, or damaged.") from error
    if bundle.key is None or bundle.cert is None:
        raise MalformedInput("seal-incomplete", "The seal file holds no private key with its certificate.")
    leaf = bundle.cert.certificate
    if public.from_crypto(leaf.public_key()) != public.from_crypto(bundle.key.public_key()):
        raise MalformedInput("seal-incomplete", "The seal file's key does not belong to its certificate.")
    others = [entry.certificate for entry in bundle.additional_certs]
    chain = tuple(item.public_bytes(serialization.Encoding.DER) for item in _ordered(leaf, others))
    return SoftwareSigner(cast(CryptoPrivateKey, bundle.key), key_id or leaf.fingerprint(hashes.SHA256()).hex(), chain)


def _ordered(leaf: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    chain = [leaf]
    while chain[-1].issuer != chain[-1].subject:
        parents = [item for item in others if item.subject == chain[-1].issuer and item not in chain]
        if not parents:
            break
        chain.append(parents[0])
    return chain
