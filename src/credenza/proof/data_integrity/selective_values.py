"""The proof values of ecdsa-sd-2023: CBOR behind a header that tells a base proof from a derived one.

Data Integrity ECDSA Cryptosuites v1.0 sections 3.5.2 to 3.5.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cbor2

from credenza.encoding import base64url, multibase
from credenza.errors import MalformedInput

_BASE, _DERIVED = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
_MAXIMUM_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class BaseValue:
    """What an issuer's proof holds; ``public_key`` is the one-time key as Multikey bytes."""

    base_signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]

    def to_text(self) -> str:
        """The value as a ``proofValue``."""
        pointers, signatures = list(self.mandatory_pointers), list(self.signatures)
        parts = [self.base_signature, self.public_key, self.hmac_key, signatures, pointers]
        return multibase.encode_u(_BASE + cbor2.dumps(parts))


@dataclass(frozen=True)
class DerivedValue:
    """What a holder shows; ``labels`` gives the issuer's name of each blank node by its canonical one."""

    base_signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    labels: dict[str, str]
    mandatory_indexes: tuple[int, ...]

    def to_text(self) -> str:
        """The value as a ``proofValue``."""
        labels = {int(label[4:]): base64url.decode(name[1:]) for label, name in self.labels.items()}
        ordered = dict(sorted(labels.items()))
        parts = [self.base_signature, self.public_key, list(self.signatures), ordered, list(self.mandatory_indexes)]
        return multibase.encode_u(_DERIVED + cbor2.dumps(parts))


def parse_base(text: str) -> BaseValue:
    """A ``proofValue`` of an issuer.

    Raises:
        MalformedInput: ``proof-malformed``, ``base64url-invalid``, ``multibase-invalid``.
    """
    signature, key, hmac_key, signatures, pointers = _parts(text, _BASE, "a proof that parts can be chosen from")
    if not (_bytes(signature, 64) and _bytes(key, 35) and _bytes(hmac_key, 32) and _signatures(signatures)):
        raise _malformed()
    if not isinstance(pointers, list) or not all(isinstance(pointer, str) for pointer in pointers):
        raise _malformed()
    return BaseValue(signature, key, hmac_key, tuple(signatures), tuple(pointers))


def parse_derived(text: str) -> DerivedValue:
    """A ``proofValue`` that a holder derived.

    Raises:
        MalformedInput: ``proof-malformed``, ``base64url-invalid``, ``multibase-invalid``.
    """
    signature, key, signatures, labels, indexes = _parts(text, _DERIVED, "a proof of chosen parts")
    if not (_bytes(signature, 64) and _bytes(key, 35) and _signatures(signatures) and isinstance(labels, dict)):
        raise _malformed()
    if not all(_index(label) and _bytes(name, 32) for label, name in labels.items()):
        raise _malformed()
    if (
        not isinstance(indexes, list)
        or not all(_index(index) for index in indexes)
        or len(set(indexes)) != len(indexes)
    ):
        raise _malformed()
    names = {f"c14n{label}": "u" + base64url.encode(name) for label, name in labels.items()}
    if len(set(names.values())) != len(names):
        raise _malformed()
    value = DerivedValue(signature, key, tuple(signatures), names, tuple(indexes))
    if value.to_text() != text:
        raise _malformed()  # one value has one spelling, else a forger could vary it unseen
    return value


def is_base(text: str) -> bool:
    """Whether a ``proofValue`` is an issuer's, which holders must not show."""
    return text.startswith(multibase.encode_u(_BASE))


def _parts(text: str, header: bytes, what: str) -> list[Any]:
    if len(text) > _MAXIMUM_CHARACTERS or not text.startswith("u"):
        raise _malformed()
    data = multibase.decode(text, allowed="u")
    if not data.startswith(header):
        raise MalformedInput("proof-malformed", f"The seal is not {what}.")
    try:
        parts = cbor2.loads(data[len(header) :])
    except (cbor2.CBORDecodeError, ValueError, TypeError, RecursionError) as error:
        raise _malformed() from error
    if not isinstance(parts, list) or len(parts) != 5:
        raise _malformed()
    return parts


def _bytes(value: Any, size: int) -> bool:
    return isinstance(value, bytes) and len(value) == size


def _index(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000


def _signatures(value: Any) -> bool:
    return isinstance(value, list) and all(_bytes(item, 64) for item in value)


def _malformed() -> MalformedInput:
    return MalformedInput("proof-malformed", "The seal for choosing parts is damaged.")
