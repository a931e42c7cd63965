"""Places in status lists, handed out at random and never twice.

An index that counted up would tell who was awarded after whom. Each credential therefore gets a random unused place; a
list is left half empty so that finding one stays quick, and the empty places (decoys) hide how many were issued.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from credenza.encoding import base64url
from credenza.errors import MalformedInput
from credenza.status import compression, members

RandomBelow: TypeAlias = Callable[[int], int]
"""A whole number from 0 up to, not including, the argument, each as likely (``secrets.randbelow``)."""

DEFAULT_LENGTH = 131_072
DEFAULT_FILL = 0.5
_MALFORMED = "status-allocation-malformed"
_MAXIMUM_LENGTH = 2**27
_MAXIMUM_LISTS = 10_000


@dataclass(frozen=True)
class Place:
    """Where a credential's status lies: the number of the list, from 0, and the index in it."""

    list_number: int
    index: int


class Allocator:
    """Hands out places; ``to_state`` is kept by the issuer between runs."""

    def __init__(self, *, length: int = DEFAULT_LENGTH, maximum_fill: float = DEFAULT_FILL) -> None:
        if not 1 <= length <= _MAXIMUM_LENGTH or not 0 < maximum_fill <= 0.9:
            raise MalformedInput(_MALFORMED, "A status list needs a sensible length, and some of it left empty.")
        self._length = length
        self._room = max(1, int(length * maximum_fill))
        self._fill = maximum_fill
        self._used: list[bytearray] = []
        self._counts: list[int] = []

    @property
    def length(self) -> int:
        """The entries of one list."""
        return self._length

    @property
    def list_count(self) -> int:
        """How many lists have been opened."""
        return len(self._used)

    @property
    def allocated(self) -> int:
        """How many places were handed out, in all lists."""
        return sum(self._counts)

    def allocate(self, random_below: RandomBelow) -> Place:
        """An unused place, each of the open list as likely; a new list is opened where the last is full enough."""
        if not self._used or self._counts[-1] >= self._room:
            self._used.append(bytearray((self._length + 7) // 8))
            self._counts.append(0)
        used = self._used[-1]
        while True:
            index = random_below(self._length)
            byte, bit = divmod(index, 8)
            if not used[byte] >> bit & 1:
                used[byte] |= 1 << bit
                self._counts[-1] += 1
                return Place(len(self._used) - 1, index)

    def is_allocated(self, place: Place) -> bool:
        """Whether the place was handed out."""
        if not (0 <= place.list_number < len(self._used) and 0 <= place.index < self._length):
            return False
        byte, bit = divmod(place.index, 8)
        return bool(self._used[place.list_number][byte] >> bit & 1)

    def to_state(self) -> dict[str, Any]:
        """All that must be kept between runs, as JSON; packed quickly, for it is kept anew with every chunk of rows."""
        lists = [base64url.encode(compression.zlib_bytes(bytes(used), level=1)) for used in self._used]
        return {"length": self._length, "maximum_fill": self._fill, "lists": lists}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Allocator:
        """An allocator as ``to_state`` left it.

        Raises:
            MalformedInput: ``status-allocation-malformed``, ``status-list-malformed``, ``base64url-invalid``.
        """
        length = members.whole_number(state.get("length"), _MALFORMED, least=1, most=_MAXIMUM_LENGTH)
        fill, lists = state.get("maximum_fill"), state.get("lists")
        if not isinstance(fill, float | int) or not isinstance(lists, list) or len(lists) > _MAXIMUM_LISTS:
            raise MalformedInput(_MALFORMED, "The record of used places in status lists is damaged.")
        allocator = cls(length=length, maximum_fill=float(fill))
        for text in lists:
            used = bytearray(compression.inflate(base64url.decode(str(text))))
            if len(used) != (length + 7) // 8:
                raise MalformedInput(_MALFORMED, "The record of used places in status lists is damaged.")
            allocator._used.append(used)
            allocator._counts.append(int.from_bytes(used).bit_count())
        return allocator
