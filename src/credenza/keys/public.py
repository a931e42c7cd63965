"""Public keys: one type for JWK, Multikey and certificates, with the JOSE algorithms that each may verify.

RFC 7517/7518 (JWK, JWA), RFC 8037 (Ed25519), Controlled Identifiers v1.0 section 2.2.2 (Multikey).
Signatures of ECDSA are in the IEEE P1363 form (r || s), as JOSE and Data Integrity have them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import rfc8785
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credenza.encoding import base64url, multibase
from credenza.errors import MalformedInput

CryptoPublicKey: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

MINIMUM_RSA_BITS = 2048
_MAXIMUM_RSA_BITS = 8192  # a forger's 100,000-bit key would keep a verifier busy for minutes

_CURVES: dict[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
_CURVE_BYTES = {"P-256": 32, "P-384": 48, "P-521": 66}
_ALGORITHMS: dict[str, tuple[str, ...]] = {
    "Ed25519": ("EdDSA", "Ed25519"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "P-521": ("ES512",),
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
_MULTIKEY_PREFIXES = {
    "Ed25519": b"\xed\x01",
    "P-256": b"\x80\x24",
    "P-384": b"\x81\x24",
    "P-521": b"\x82\x24",
}


@dataclass(frozen=True)
class PublicKey:
    """A public key of one of the kinds that Credenza trusts: Ed25519, P-256, P-384, P-521, RSA from 2,048 bits."""

    kind: str
    crypto: CryptoPublicKey

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The JOSE algorithm names that a signature by this key may have, the usual one first."""
        return _ALGORITHMS[self.kind]

    def verify(self, signature: bytes, message: bytes, *, algorithm: str) -> bool:
        """Whether the signature (P1363 form for ECDSA) over the message is this key's under the JOSE algorithm.

        An algorithm that is not this key's own is a plain False: a signature never chooses how it is verified.
        """
        if algorithm not in self.algorithms:
            return False
        try:
            if isinstance(self.crypto, ed25519.Ed25519PublicKey):
                self.crypto.verify(signature, message)
            elif isinstance(self.crypto, ec.EllipticCurvePublicKey):
                size = _CURVE_BYTES[self.kind]
                if len(signature) != 2 * size:
                    return False
                r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
                der = encode_dss_signature(r, s)
                self.crypto.verify(der, message, ec.ECDSA(_HASHES[algorithm[2:]]))
            else:
                digest = _HASHES[algorithm[2:]]
                scheme = (
                    padding.PKCS1v15() if algorithm[0] == "R" else padding.PSS(padding.MGF1(digest), digest.digest_size)
                )
                self.crypto.verify(signature, message, scheme, digest)
        except (InvalidSignature, ValueError):
            return False
        return True

    def to_jwk(self) -> dict[str, str]:
        """The key as a JSON Web Key with no optional members (RFC 7517)."""
        if isinstance(self.crypto, ed25519.Ed25519PublicKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url.encode(self._raw)}
        if isinstance(self.crypto, ec.EllipticCurvePublicKey):
            point, size = self.crypto.public_numbers(), _CURVE_BYTES[self.kind]
            x, y = point.x.to_bytes(size, "big"), point.y.to_bytes(size, "big")
            return {"kty": "EC", "crv": self.kind, "x": base64url.encode(x), "y": base64url.encode(y)}
        numbers = self.crypto.public_numbers()
        return {"kty": "RSA", "n": _unsigned(numbers.n), "e": _unsigned(numbers.e)}

    @cached_property
    def thumbprint(self) -> str:
        """The JWK thumbprint with SHA-256, base64url (RFC 7638)."""
        return base64url.encode(hashlib.sha256(rfc8785.dumps(self.to_jwk())).digest())

    def to_multikey(self) -> str:
        """The key as ``publicKeyMultibase`` (z-base58).

        Raises:
            MalformedInput: ``key-no-multikey`` for RSA, which has none.
        """
        prefix = _MULTIKEY_PREFIXES.get(self.kind)
        if prefix is None:
            raise MalformedInput("key-no-multikey", f"A {self.kind} key has no Multikey form.")
        return multibase.encode_z(prefix + self._raw)

    def to_pem(self) -> bytes:
        """The key as SubjectPublicKeyInfo in PEM."""
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.crypto.public_bytes(serialization.Encoding.PEM, spki)

    @property
    def _raw(self) -> bytes:
        if isinstance(self.crypto, ec.EllipticCurvePublicKey):
            form = serialization.PublicFormat.CompressedPoint
            return self.crypto.public_bytes(serialization.Encoding.X962, form)
        return self.crypto.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.to_pem() == other.to_pem()

    def __hash__(self) -> int:
        return hash(self.to_pem())


def from_crypto(key: Any) -> PublicKey:
    """Wrap a key object of ``cryptography``.

    Raises:
        MalformedInput: ``key-unsupported`` for other kinds, ``key-too-weak`` for RSA out of 2,048 to 8,192 bits.
    """
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey("Ed25519", key)
    if isinstance(key, ec.EllipticCurvePublicKey):
        for kind, curve in _CURVES.items():
            if key.curve.name == curve.name:
                return PublicKey(kind, key)
    if isinstance(key, rsa.RSAPublicKey):
        if not MINIMUM_RSA_BITS <= key.key_size <= _MAXIMUM_RSA_BITS or key.public_numbers().e < 65537:
            raise MalformedInput("key-too-weak", f"An RSA key of {key.key_size} bits is not accepted.")
        return PublicKey("RSA", key)
    raise MalformedInput("key-unsupported", "This kind of key is not supported.")


def from_jwk(jwk: dict[str, Any]) -> PublicKey:
    """A JSON Web Key (RFC 7517) to a public key; a private member makes it malformed: it must never be published.

    Raises:
        MalformedInput: ``key-malformed``, ``key-private``, ``key-unsupported``, ``key-too-weak``.
    """
    if "d" in jwk or "k" in jwk:
        raise MalformedInput("key-private", "A published key holds its private part; it can no longer be trusted.")
    try:
        if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
            return from_crypto(ed25519.Ed25519PublicKey.from_public_bytes(base64url.decode(jwk["x"])))
        if jwk.get("kty") == "EC" and jwk.get("crv") in _CURVES:
            x, y = base64url.decode(jwk["x"]), base64url.decode(jwk["y"])
            if len(x) != _CURVE_BYTES[jwk["crv"]] or len(y) != len(x):
                raise MalformedInput("key-malformed", "A published elliptic curve key has the wrong size.")
            numbers = ec.EllipticCurvePublicNumbers(_number(x), _number(y), _CURVES[jwk["crv"]])
            return from_crypto(numbers.public_key())
        if jwk.get("kty") == "RSA":
            n, e = _number(base64url.decode(jwk["n"])), _number(base64url.decode(jwk["e"]))
            return from_crypto(rsa.RSAPublicNumbers(e, n).public_key())
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise MalformedInput("key-malformed", "A published key (JWK) is damaged.") from error
    raise MalformedInput("key-unsupported", "This kind of published key (JWK) is not supported.")


def from_multikey(text: str) -> PublicKey:
    """A ``publicKeyMultibase`` text to a public key.

    Raises:
        MalformedInput: ``multibase-invalid``, ``key-malformed``, ``key-unsupported``.
    """
    data = multibase.decode(text, allowed="z")
    for kind, prefix in _MULTIKEY_PREFIXES.items():
        if data.startswith(prefix):
            try:
                if kind == "Ed25519":
                    return from_crypto(ed25519.Ed25519PublicKey.from_public_bytes(data[2:]))
                if len(data) != 3 + _CURVE_BYTES[kind]:
                    raise MalformedInput("key-malformed", "A Multikey has the wrong size.")
                return from_crypto(ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[kind], data[2:]))
            except ValueError as error:
                raise MalformedInput("key-malformed", "A Multikey is damaged.") from error
    raise MalformedInput("key-unsupported", "This kind of Multikey is not supported.")


def from_certificate(der: bytes) -> PublicKey:
    """The subject's public key of an X.509 certificate in DER.

    Raises:
        MalformedInput: ``certificate-malformed``, ``key-unsupported``, ``key-too-weak``.
    """
    try:
        return from_crypto(x509.load_der_x509_certificate(der).public_key())
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise MalformedInput("certificate-malformed", "A certificate cannot be read.") from error


def from_pem(pem: bytes) -> PublicKey:
    """A SubjectPublicKeyInfo in PEM to a public key.

    Raises:
        MalformedInput: ``key-malformed``, ``key-unsupported``, ``key-too-weak``.
    """
    try:
        return from_crypto(serialization.load_pem_public_key(pem))
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise MalformedInput("key-malformed", "A public key file cannot be read.") from error


def _unsigned(number: int) -> str:
    return base64url.encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
