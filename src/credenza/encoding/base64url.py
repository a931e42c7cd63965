"""base64url without padding (RFC 7515 section 2), decoded strictly: one text for one value."""

from __future__ import annotations

import binascii

from credenza.errors import MalformedInput

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")  # the three that have no place here become one that is refused
_LAST = {0: frozenset(range(256)), 2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}  # no stray bits at the end


def encode(data: bytes) -> str:
    """Bytes to unpadded base64url text."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Unpadded base64url text to bytes; any other spelling of the same bytes is refused.

    Raises:
        MalformedInput: ``base64url-invalid`` for padding, foreign characters, or stray trailing bits.
    """
    try:
        raw = text.encode("ascii")
        data = binascii.a2b_base64(raw.translate(_FROM_URL) + b"=" * (-len(raw) % 4), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise MalformedInput("base64url-invalid", "A part of the file is not valid base64url text.") from error
    if raw and raw[-1] not in _LAST[len(raw) % 4]:
        raise MalformedInput("base64url-invalid", "A part of the file is not canonical base64url text.")
    return data
