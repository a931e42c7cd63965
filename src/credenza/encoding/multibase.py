"""Multibase texts that Data Integrity uses: ``z`` (base58-btc) and ``u`` (base64url, no padding).

Controlled Identifiers v1.0, section 2.4 (Multibase).
"""

from __future__ import annotations

from credenza.encoding import base64url
from credenza.errors import MalformedInput

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
MAXIMUM_CHARACTERS = 8192  # base58 is quadratic in length; no key or signature is near this


def base58_encode(data: bytes) -> str:
    """Bytes to base58-btc text."""
    number = int.from_bytes(data, "big")
    characters = []
    while number:
        number, rest = divmod(number, 58)
        characters.append(_ALPHABET[rest])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(characters))


def base58_decode(text: str) -> bytes:
    """base58-btc text to bytes.

    Raises:
        MalformedInput: ``multibase-invalid`` for foreign characters or a text over ``MAXIMUM_CHARACTERS``.
    """
    if len(text) > MAXIMUM_CHARACTERS:
        raise MalformedInput("multibase-invalid", "A key or signature text is longer than any real one.")
    number = 0
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            raise MalformedInput("multibase-invalid", f"{character!r} is not a base58 character.")
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_z(data: bytes) -> str:
    """Bytes to a ``z`` (base58-btc) multibase text."""
    return "z" + base58_encode(data)


def encode_u(data: bytes) -> str:
    """Bytes to a ``u`` (base64url) multibase text."""
    return "u" + base64url.encode(data)


def decode(text: str, *, allowed: str = "zu") -> bytes:
    """A multibase text with one of the allowed prefixes to bytes.

    Raises:
        MalformedInput: ``multibase-invalid``, ``base64url-invalid``.
    """
    prefix = text[:1]
    if not prefix or prefix not in allowed:
        raise MalformedInput("multibase-invalid", "A key or signature text has an unknown multibase prefix.")
    return base58_decode(text[1:]) if prefix == "z" else base64url.decode(text[1:])
