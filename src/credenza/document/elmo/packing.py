"""ELMO on its way between institutions: base64 of gzip, as EMREX posts it, unpacked within limits."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib

from credenza.encoding.strict_xml import MAXIMUM_BYTES
from credenza.errors import MalformedInput

_GZIP_WINDOW = 31
_MALFORMED = "elmo-packing-malformed"


def pack(elmo: bytes) -> str:
    """The form field ``elmo`` of an EMREX answer."""
    return base64.b64encode(gzip.compress(elmo, mtime=0)).decode()


def unpack(field: str, *, maximum_bytes: int = MAXIMUM_BYTES) -> bytes:
    """The exact XML bytes of an EMREX answer; unpacking stops where they exceed ``maximum_bytes``.

    Raises:
        MalformedInput: ``elmo-packing-malformed``, ``elmo-too-large``.
    """
    if len(field) > 2 * maximum_bytes:
        raise MalformedInput("elmo-too-large", "The packed ELMO is larger than any real one.")
    try:
        packed = base64.b64decode("".join(field.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedInput(_MALFORMED, "The ELMO is not base64.") from error
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        elmo = unpacker.decompress(packed, maximum_bytes + 1)
    except zlib.error as error:
        raise MalformedInput(_MALFORMED, "The ELMO is not packed by gzip.") from error
    if len(elmo) > maximum_bytes:
        raise MalformedInput("elmo-too-large", f"The ELMO unpacks to more than {maximum_bytes} bytes.")
    if not unpacker.eof or unpacker.unused_data:
        raise MalformedInput(_MALFORMED, "The packed ELMO is cut off, or something follows it.")
    return elmo
