"""base64url without padding (RFC 7515 section 2), decoded strictly: one text for one value."""

from __future__ import annotations

import base64
import binascii

from credenza.errors import MalformedInput


def encode(data: bytes) -> str:
    """Bytes to unpadded base64url text."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Unpadded base64url text to bytes; any other spelling of the same bytes is refused.

    Raises:
        MalformedInput: ``base64url-invalid`` for padding, foreign characters, or stray trailing bits.
    """
    try:
        raw = text.encode("ascii")
        data = base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise MalformedInput("base64url-invalid", "A part of the file is not valid base64url text.") from error
    if encode(data) != text:
        raise MalformedInput("base64url-invalid", "A part of the file is not canonical base64url text.")
    return data
