"""What was worked out from a part of a document, remembered by its exact content.

The credentials of one batch have most of their parts in common: the issuer, the qualification, the page. Whatever
follows from the content of a part alone may be remembered, under these rules:
  1. The key is a SHA-256 of the part's whole content and of all else that the result depends on, so a forger who
     changes one character asks a new question, and can prepare no answer for another's.
  2. Only what was accepted is remembered; whatever is refused is looked at, and refused, each time.
  3. What is remembered is immutable, for it is handed to many.
  4. Memory is bounded by the number and by the total size of the parts; the longest unused goes first.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

import orjson

Result = TypeVar("Result")
_PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_LARGEST_PART = 64 * 1024


class Key(NamedTuple):
    """The digest of a part with what else counts, and the size of the part in bytes."""

    digest: bytes
    size: int


def key_of(part: Any, *about: str | int) -> Key | None:
    """The key of a JSON value as ``strict_json`` reads it, which has one text for one value; None to not remember it.

    ``about`` is all else that the result depends on.
    """
    try:
        text = orjson.dumps(part, option=_PLAIN)
    except TypeError:  # it holds what is no JSON value
        return None
    if len(text) > _LARGEST_PART:
        return None
    return Key(digest_of(text, *about), len(text))


def digest_of(content: bytes, *about: str | int) -> bytes:
    """The SHA-256 of a content with all else that a result depends on; no name or place in that holds a line break."""
    hashed = hashlib.sha256("\n".join(map(str, about)).encode())
    hashed.update(b"\n\n")
    hashed.update(content)
    return hashed.digest()


class Remembered(Generic[Result]):
    """Results by key; safe to share between threads."""

    def __init__(self, *, entries: int = 512, size: int = 4 * 1024 * 1024) -> None:
        self._most, self._largest = entries, size
        self._known: OrderedDict[bytes, tuple[Result, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Key | None) -> Result | None:
        """The result of this key, None where it is not remembered."""
        if key is None:
            return None
        with self._lock:
            found = self._known.get(key.digest)
            if found is None:
                return None
            self._known.move_to_end(key.digest)
            return found[0]

    def keep(self, key: Key | None, result: Result) -> None:
        """Remember a result, which must be immutable."""
        if key is None:
            return
        with self._lock:
            if key.digest not in self._known:
                self._size += key.size
            self._known[key.digest] = result, key.size
            while len(self._known) > self._most or self._size > self._largest:
                _, (_, size) = self._known.popitem(last=False)
                self._size -= size

    def made(self, digest: bytes, make: Callable[[], Result], *, size: Callable[[Result], int | None]) -> Result:
        """The result under this digest, made where it is not remembered; kept with its size in bytes, None to not keep it."""
        known = self.get(Key(digest, 0))
        if known is None:
            known = make()
            found = size(known)
            if found is not None:
                self.keep(Key(digest, found), known)
        return known

    def __len__(self) -> int:
        return len(self._known)
