"""Ways to damage a file: byte by byte, or value by value in what it is made of; each is prepared once for its seed."""

from __future__ import annotations

import contextlib
import copy
import random
from collections.abc import Callable
from typing import Any, TypeAlias

import orjson
from lxml import etree

from credenza.errors import CredenzaError

Damage: TypeAlias = Callable[[random.Random], bytes]
"""Makes the next damaged file."""

_TOKENS = (
    b"{", b"}", b"[", b"]", b'"', b"null", b"1e999", b"-1", b"\\u0000", b"~", b".", b"\xff", b"\0", b"http://", b"id",
    b"type", b"@context", b"<", b">", b"<<", b"endobj", b"0 R", b"&#0;", b",", b"\r\n",
)  # fmt: skip
_VALUES = (
    None, True, 0, -1, 1.5, "", "x", [], {}, [[]], {"id": 1}, "2026-99-99", {"type": "Concept"}, ["a", {"b": []}],
    2**63, "\u202e", "x" * 5000, "did:web:", "https://[", "PT", "urn:", {"en": 1}, "\x00",
)  # fmt: skip
_TEXTS = ("", "x", "-1", "1e999", "2026-99-99", "9" * 400, "\u202e", "http://x", " ", "NaN")


def of_bytes(seed: bytes) -> Damage:
    """One to twenty places flipped, filled, cut, repeated or replaced."""
    return lambda chance: damaged(seed, chance)


def of_json(seed: bytes) -> Damage:
    """A member replaced, removed or taken from elsewhere, in one place or two."""
    return mostly(of_values(orjson.loads(seed), orjson.dumps), of_bytes(seed))


def of_values(value: Any, to_bytes: Callable[[Any], bytes]) -> Damage:
    """A JSON value with members changed somewhere, and then made into a file: sealed, packed or written anew."""

    def damage(chance: random.Random) -> bytes:
        while True:
            changed = value
            for _ in range(chance.choice((1, 1, 1, 2, 3))):
                changed = _reshaped(changed, value, chance, at_root=True)
            with contextlib.suppress(CredenzaError):  # what cannot be sealed, no forger can send either
                return to_bytes(changed)

    return damage


def of_xml(seed: bytes) -> Damage:
    """Elements changed, removed, repeated, moved, renamed as others are."""
    root = etree.fromstring(seed)
    return mostly(lambda chance: etree.tostring(_reshaped_xml(copy.deepcopy(root), chance)), of_bytes(seed))


def mostly(first: Damage, second: Damage) -> Damage:
    """Three times in four the first: what is behind the outer layer is reached more often than the outer layer."""
    return lambda chance: (first if chance.random() < 0.75 else second)(chance)


def damaged(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(len(out) + 1)
        kind = chance.randrange(5)
        if kind == 0 and out:
            out[min(place, len(out) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[place:place] = chance.choice(_TOKENS)
        elif kind == 2:
            del out[place : place + chance.choice((1, 4, 64, 4096))]
        elif kind == 3:
            end = place + chance.choice((4, 64, 1024))
            out[place:place] = out[place:end]
        elif out:
            out[place : place + 1] = bytes([chance.randrange(256)])
    return bytes(out)


def _reshaped(value: Any, whole: Any, chance: random.Random, *, at_root: bool = False) -> Any:
    deeper = chance.random() < (0.99 if at_root else 0.88)
    if isinstance(value, dict) and value and deeper:
        key = chance.choice(list(value))
        if chance.random() < 0.05:
            return {name: member for name, member in value.items() if name != key}
        return value | {key: _reshaped(value[key], whole, chance)}
    if isinstance(value, list) and value and deeper:
        place = chance.randrange(len(value))
        return [*value[:place], _reshaped(value[place], whole, chance), *value[place + 1 :]]
    if isinstance(value, str) and chance.random() < 0.3:
        return damaged(value.encode("utf-8", "replace"), chance).decode("utf-8", "replace")
    return _anywhere(whole, chance) if chance.random() < 0.2 else chance.choice(_VALUES)


def _anywhere(value: Any, chance: random.Random) -> Any:
    while isinstance(value, dict | list) and value and chance.random() < 0.8:
        value = chance.choice(list(value.values()) if isinstance(value, dict) else value)
    return value


def _reshaped_xml(root: etree._Element, chance: random.Random) -> etree._Element:
    for _ in range(chance.choice((1, 1, 2, 5))):
        elements = list(root.iter(etree.Element))
        place, other = chance.choice(elements), chance.choice(elements)
        parent, kind = place.getparent(), chance.randrange(6)
        if kind == 0 or parent is None:
            place.text = chance.choice(_TEXTS)
        elif kind == 1:
            parent.remove(place)
        elif kind == 2:
            parent.append(copy.deepcopy(place))
        elif kind == 3:
            other.append(copy.deepcopy(place))
        elif kind == 4:
            place.tag = other.tag
        else:
            place.set(chance.choice([*other.keys(), "type", "Id"]), chance.choice(("", "x", "schac", "\u202e")))
    return root
