"""The little of DER (X.690) that JAdES and time stamps need: reading one level of a value, and writing values.

Codes raised: ``der-malformed``.
"""

from __future__ import annotations

from dataclasses import dataclass

from credenza.errors import MalformedInput

INTEGER = 0x02
SEQUENCE = 0x30
SET = 0x31
CONTEXT_0 = 0xA0
DIRECTORY_NAME = 0xA4  # GeneralName [4], RFC 5280 section 4.2.1.6
_MAXIMUM_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Element:
    """One value: its tag octet, its content, and the whole of it as it stood."""

    tag: int
    content: bytes
    whole: bytes


def element(data: bytes, expected_tag: int) -> Element:
    """Exactly one value with the expected tag, and nothing after it.

    Raises:
        MalformedInput: ``der-malformed``.
    """
    found = elements(data)
    if len(found) != 1 or found[0].tag != expected_tag:
        raise MalformedInput("der-malformed", "A binary part of the file is not what it should be.")
    return found[0]


def elements(data: bytes) -> tuple[Element, ...]:
    """The values that stand one after the other in the bytes; only definite, shortest lengths are read.

    Raises:
        MalformedInput: ``der-malformed``.
    """
    if len(data) > _MAXIMUM_BYTES:
        raise MalformedInput("der-malformed", "A binary part of the file is larger than any real one.")
    found, position = [], 0
    while position < len(data):
        start = position
        content_start, length = _header(data, position)
        position = content_start + length
        if position > len(data):
            raise MalformedInput("der-malformed", "A binary part of the file is cut off.")
        found.append(Element(data[start], data[content_start:position], data[start:position]))
    return tuple(found)


def encode(tag: int, content: bytes) -> bytes:
    """A value with its tag and length in front."""
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def encode_integer(value: int) -> bytes:
    """An INTEGER, in the fewest octets; serial numbers below zero exist, against RFC 5280."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return encode(INTEGER, value.to_bytes(size, "big", signed=True))


def _header(data: bytes, position: int) -> tuple[int, int]:
    if position + 2 > len(data) or data[position] & 0x1F == 0x1F:
        raise MalformedInput("der-malformed", "A binary part of the file is cut off or of an unknown kind.")
    first = data[position + 1]
    if first < 0x80:
        return position + 2, first
    size = first & 0x7F
    length_octets = data[position + 2 : position + 2 + size]
    length = int.from_bytes(length_octets, "big")
    if not 1 <= size <= 4 or len(length_octets) != size or length < 0x80 or length_octets[0] == 0:
        raise MalformedInput("der-malformed", "A binary part of the file has a damaged length.")
    return position + 2 + size, length
