"""What a certificate says of itself about being qualified: the QCStatements extension.

ETSI EN 319 412-5 and RFC 3739 section 3.2.6. Only a trusted list can confirm what is claimed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from credenza.errors import MalformedInput

EXTENSION: Final = "1.3.6.1.5.5.7.1.3"
_COMPLIANCE, _DEVICE, _TYPE, _LEGISLATION = (f"0.4.0.1862.1.{number}" for number in (1, 4, 6, 7))
_TYPES = {"0.4.0.1862.1.6.1": "signature", "0.4.0.1862.1.6.2": "seal", "0.4.0.1862.1.6.3": "web"}
_SEQUENCE, _OBJECT_IDENTIFIER, _PRINTABLE = 0x30, 0x06, 0x13
_MAXIMUM_BYTES = 16_384


@dataclass(frozen=True)
class QualifiedStatements:
    """The claims of a certificate: EU qualified, key in a qualified device, for seals or signatures, other laws."""

    compliance: bool = False
    qualified_device: bool = False
    types: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()

    @property
    def for_seals(self) -> bool:
        """Whether the certificate claims to be an EU qualified certificate for electronic seals."""
        return self.compliance and "seal" in self.types and not self.countries


def parse(der: bytes) -> QualifiedStatements:
    """The content of the extension to its claims; unknown statements are left out.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    if len(der) > _MAXIMUM_BYTES:
        raise _malformed()
    outer = list(_elements(der))
    if len(outer) != 1 or outer[0][0] != _SEQUENCE:
        raise _malformed()
    found: dict[str, bytes] = {}
    for tag, content in _elements(outer[0][1]):
        parts = list(_elements(content)) if tag == _SEQUENCE else []
        if not 1 <= len(parts) <= 2 or parts[0][0] != _OBJECT_IDENTIFIER:
            raise _malformed()
        found[_identifier(parts[0][1])] = parts[1][1] if len(parts) == 2 else b""
    return QualifiedStatements(
        compliance=_COMPLIANCE in found,
        qualified_device=_DEVICE in found,
        types=frozenset(_types(found.get(_TYPE, b""))),
        countries=frozenset(_countries(found.get(_LEGISLATION, b""))),
    )


def _types(content: bytes) -> Iterator[str]:
    for tag, value in _elements(content):
        if tag != _OBJECT_IDENTIFIER:
            raise _malformed()
        identifier = _identifier(value)
        yield _TYPES.get(identifier, identifier)


def _countries(content: bytes) -> Iterator[str]:
    for tag, value in _elements(content):
        if tag != _PRINTABLE or len(value) != 2 or not value.isalpha():
            raise _malformed()
        yield value.decode("ascii")


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of DER data one after the other: low tags and definite, shortest lengths only."""
    position = 0
    while position < len(data):
        if position + 2 > len(data) or data[position] & 0x1F == 0x1F:
            raise _malformed()
        tag, length, position = data[position], data[position + 1], position + 2
        if length >= 0x80:
            count = length & 0x7F
            digits = data[position : position + count]
            length, position = int.from_bytes(digits), position + count
            if count not in (1, 2) or len(digits) != count or length < 0x80 or digits[0] == 0:
                raise _malformed()
        if position + length > len(data):
            raise _malformed()
        yield tag, data[position : position + length]
        position += length


def _identifier(content: bytes) -> str:
    """The dotted text of an object identifier's content."""
    numbers, value = [], 0
    if not content or content[-1] & 0x80 or len(content) > 64:
        raise _malformed()
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def _malformed() -> MalformedInput:
    return MalformedInput("certificate-malformed", "A certificate's statements about being qualified are damaged.")
