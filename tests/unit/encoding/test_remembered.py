"""What is remembered of a document is known again only by its exact content, and never fills the memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from credenza.encoding.remembered import Remembered, key_of

UNLIKE = [
    1, 1.0, True, "1", None, "null", [1], {"1": 1}, {"a": 1, "b": 2}, {"b": 2, "a": 1}, [1, [2]], [[1], 2],
    "\u00e9", "e\u0301",
]  # fmt: skip


def test_values_that_differ_in_anything_have_different_keys() -> None:
    assert len({key_of(value) for value in UNLIKE}) == len(UNLIKE)


def test_a_part_is_known_only_where_all_that_counts_is_the_same() -> None:
    keys = {key_of("x"), key_of("x", "organisation"), key_of("x", "organisation", "issuer"), key_of("x", 7)}
    assert len(keys) == 4


@pytest.mark.parametrize("part", [{"at": datetime(2026, 1, 1, tzinfo=UTC)}, {1: "a"}, object(), 2**70, {"a": {1, 2}}])
def test_what_is_no_json_value_is_never_remembered(part: Any) -> None:
    memory: Remembered[str] = Remembered()
    memory.keep(key_of(part), "made")
    assert len(memory) == 0
    assert memory.get(key_of(part)) is None


def test_the_longest_unused_goes_when_there_are_too_many() -> None:
    memory: Remembered[int] = Remembered(entries=3)
    for number in range(3):
        memory.keep(key_of(number), number)
    assert memory.get(key_of(0)) == 0
    memory.keep(key_of(3), 3)
    assert [memory.get(key_of(number)) for number in range(4)] == [0, None, 2, 3]


def test_large_parts_do_not_fill_the_memory() -> None:
    memory: Remembered[int] = Remembered(size=100_000)
    for number in range(50):
        memory.keep(key_of(f"{number}" + "x" * 40_000), number)
    assert len(memory) == 2
    memory.keep(key_of("x" * 70_000), 1)
    assert memory.get(key_of("x" * 70_000)) is None


def test_keeping_the_same_part_twice_counts_its_size_once() -> None:
    memory: Remembered[int] = Remembered(size=100_000)
    for _ in range(50):
        memory.keep(key_of("x" * 40_000), 1)
    memory.keep(key_of("y" * 40_000), 2)
    assert len(memory) == 2
