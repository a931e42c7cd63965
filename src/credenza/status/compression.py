"""Compressed status lists, opened with a limit: a list of a few bytes must not become gigabytes in memory."""

from __future__ import annotations

import gzip
import zlib

from credenza.errors import MalformedInput

MAXIMUM_BYTES = 16 * 1024 * 1024  # 134 million one-bit entries
_GZIP, _ZLIB = 31, 15  # the window sizes by which zlib knows the two containers


def gzip_bytes(data: bytes) -> bytes:
    """Bytes as GZIP (RFC 1952) with no time stamp: the same list has the same text on every machine."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def zlib_bytes(data: bytes, *, level: int = 9) -> bytes:
    """Bytes as ZLIB (RFC 1950), at the highest level where nothing else is asked."""
    return zlib.compress(data, level=level)


def gunzip(data: bytes, *, maximum_bytes: int = MAXIMUM_BYTES) -> bytes:
    """The content of one whole GZIP member.

    Raises:
        MalformedInput: ``status-list-malformed``, ``status-list-too-large``.
    """
    return _open(data, _GZIP, maximum_bytes)


def inflate(data: bytes, *, maximum_bytes: int = MAXIMUM_BYTES) -> bytes:
    """The content of one whole ZLIB stream.

    Raises:
        MalformedInput: ``status-list-malformed``, ``status-list-too-large``.
    """
    return _open(data, _ZLIB, maximum_bytes)


def _open(data: bytes, window: int, maximum_bytes: int) -> bytes:
    decompressor = zlib.decompressobj(wbits=window)
    try:
        content = decompressor.decompress(data, maximum_bytes + 1)
    except zlib.error as error:
        raise MalformedInput("status-list-malformed", "The status list is damaged: it cannot be unpacked.") from error
    if len(content) > maximum_bytes:
        raise MalformedInput("status-list-too-large", f"The status list unpacks to over {maximum_bytes} bytes.")
    if not decompressor.eof or decompressor.unused_data:
        raise MalformedInput("status-list-malformed", "The status list is cut off, or something follows it.")
    return content
