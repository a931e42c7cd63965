"""Related resources and their digests (VCDM 2.0 section 5.3; Subresource Integrity; Controlled Identifiers 2.5)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from credenza.document.vcdm.fault import Fault
from credenza.document.vcdm.values import is_url, items
from credenza.encoding import multibase
from credenza.errors import MalformedInput

MAXIMUM_RESOURCES = 20  # each may cost a fetch
_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_MULTIHASHES = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
_SRI = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_=-]+)(\?[\x21-\x7e]*)?")


@dataclass(frozen=True)
class Digest:
    """A digest by the name that ``hashlib`` knows."""

    algorithm: str
    value: bytes

    def fits(self, content: bytes) -> bool:
        """Whether it is the digest of the content."""
        return hashlib.new(self.algorithm, content).digest() == self.value


@dataclass(frozen=True)
class RelatedResource:
    """A resource that the issuer vouches for; every digest must fit."""

    url: str
    digests: tuple[Digest, ...]


def related_resources(value: Any) -> tuple[RelatedResource, ...]:
    """The related resources of a credential that was found sound."""
    return tuple(RelatedResource(item["id"], _digests(item)) for item in items(value))


def related_resource_faults(value: Any) -> Iterator[Fault]:
    """Section 5.3: objects with ids of their own, each with a digest of an algorithm that is known."""
    listed = items(value)
    if not listed or len(listed) > MAXIMUM_RESOURCES or not all(isinstance(item, Mapping) for item in listed):
        reason = f"Related resources are one to {MAXIMUM_RESOURCES} objects."
        yield Fault("vcdm-related-resource", "/relatedResource", reason)
        return
    seen: set[str] = set()
    for index, item in enumerate(listed):
        at = f"/relatedResource/{index}"
        address = item.get("id")
        if not is_url(address):
            yield Fault("vcdm-related-resource", at, "A related resource must have an absolute address as its id.")
        elif address in seen:
            yield Fault("vcdm-related-resource", at, "Two related resources have the same id.")
        else:
            seen.add(address)
        if "digestSRI" not in item and "digestMultibase" not in item:
            yield Fault("vcdm-related-resource", at, "A related resource must have a digest.")
        elif "mediaType" in item and not isinstance(item["mediaType"], str):
            yield Fault("vcdm-related-resource", at, "The media type must be a text.")
        else:
            try:
                _digests(item)
            except MalformedInput as error:
                yield Fault("vcdm-related-resource", at, error.message)


def _digests(item: Mapping[str, Any]) -> tuple[Digest, ...]:
    found = [_of_sri(one) for one in items(item.get("digestSRI", []))]
    found += [_of_multibase(one) for one in items(item.get("digestMultibase", []))]
    return tuple(found)


def _of_sri(text: Any) -> Digest:
    found = _SRI.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise _malformed()
    algorithm, encoded = found.group(1), found.group(2)
    size = _SIZES[algorithm]
    if len(encoded) == 2 * size:  # written in hexadecimal, as the W3C's own examples once were
        try:
            return Digest(algorithm, bytes.fromhex(encoded))
        except ValueError as error:
            raise _malformed() from error
    if len(encoded) % 4 == 1 and encoded[0] == "M":  # multibase within SRI, as the W3C's own examples have it
        encoded = encoded[1:]
    return Digest(algorithm, _of_size(_base64(encoded), size))


def _of_multibase(text: Any) -> Digest:
    if not isinstance(text, str):
        raise _malformed()
    data = multibase.decode(text)
    bare = next((name for name, size in _SIZES.items() if len(data) == size), None)
    if bare is not None:  # a digest without the header of a Multihash, as the W3C's test suite has it
        return Digest(bare, data)
    algorithm = _MULTIHASHES.get(data[:2])
    if algorithm is None:
        raise _malformed()
    return Digest(algorithm, _of_size(data[2:], _SIZES[algorithm]))


def _base64(text: str) -> bytes:
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed() from error


def _of_size(value: bytes, size: int) -> bytes:
    if len(value) != size:
        raise _malformed()
    return value


def _malformed() -> MalformedInput:
    return MalformedInput("vcdm-related-resource", "The digest of a related resource is of an unknown form.")
