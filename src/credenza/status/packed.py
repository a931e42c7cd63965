"""Many small numbers packed into bytes: the statuses of a list, changed in place as often as an issuer likes.

Bitstring Status List counts from the left-most bit, Token Status List from the least significant bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from credenza.errors import MalformedInput

BitOrder: TypeAlias = Literal["left-most", "least-significant"]
MAXIMUM_SIZE = 16
_ENDS: dict[BitOrder, Literal["big", "little"]] = {"left-most": "big", "least-significant": "little"}


class PackedStatuses:
    """Statuses of ``size`` bits each. ``order`` says which end of a byte the first status lies at."""

    def __init__(self, data: bytes | bytearray, *, size: int, order: BitOrder) -> None:
        if not 1 <= size <= MAXIMUM_SIZE:
            raise MalformedInput("status-size-invalid", f"A status of {size} bits is not supported.")
        self._data = bytearray(data)
        self._size = size
        self._order = order
        self._mask = (1 << size) - 1

    @classmethod
    def empty(cls, length: int, *, size: int, order: BitOrder) -> PackedStatuses:
        """``length`` statuses, all 0."""
        return cls(bytearray((length * size + 7) // 8), size=size, order=order)

    def __len__(self) -> int:
        return len(self._data) * 8 // self._size

    def __bytes__(self) -> bytes:
        return bytes(self._data)

    @property
    def size(self) -> int:
        """The bits of one status."""
        return self._size

    def get(self, index: int) -> int:
        """The status at an index.

        Raises:
            MalformedInput: ``status-index-out-of-range``.
        """
        return status_at(self._data, index, size=self._size, order=self._order)

    def set(self, index: int, status: int) -> None:
        """Change the status at an index.

        Raises:
            MalformedInput: ``status-index-out-of-range``, ``status-value-out-of-range``.
        """
        if not 0 <= status <= self._mask:
            raise MalformedInput("status-value-out-of-range", f"The status {status} does not fit in this list.")
        first, last, shift = _place(self._data, index, self._size, self._order)
        number = _number(self._data[first:last], self._order) & ~(self._mask << shift) | status << shift
        self._data[first:last] = number.to_bytes(last - first, _ENDS[self._order])

    def update(self, indexes: Iterable[int], status: int) -> None:
        """Give many indexes one status."""
        for index in indexes:
            self.set(index, status)


def status_at(data: bytes | bytearray, index: int, *, size: int, order: BitOrder) -> int:
    """The status of ``size`` bits at an index of packed bytes.

    Raises:
        MalformedInput: ``status-index-out-of-range``.
    """
    first, last, shift = _place(data, index, size, order)
    return (_number(data[first:last], order) >> shift) & ((1 << size) - 1)


def _number(part: bytes | bytearray, order: BitOrder) -> int:
    return int.from_bytes(part, _ENDS[order])


def _place(data: bytes | bytearray, index: int, size: int, order: BitOrder) -> tuple[int, int, int]:
    if not 0 <= index < len(data) * 8 // size:
        raise MalformedInput("status-index-out-of-range", f"The status list has no entry number {index}.")
    start, end = index * size, (index + 1) * size
    first, last = start // 8, (end + 7) // 8
    return first, last, last * 8 - end if order == "left-most" else start - first * 8
