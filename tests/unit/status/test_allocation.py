"""Places in status lists: random, never twice, kept between runs."""

from __future__ import annotations

import itertools
import json
import random

import pytest

from credenza.errors import MalformedInput
from credenza.status.allocation import Allocator, Place


def _many(allocator, count, seed=1):
    below = random.Random(seed).randrange
    return [allocator.allocate(below) for _ in range(count)]


def test_no_place_is_handed_out_twice_across_lists():
    allocator = Allocator(length=1000)
    places = _many(allocator, 2_600)
    assert len(set(places)) == 2_600
    assert allocator.list_count == 6
    assert allocator.allocated == 2_600


def test_a_list_is_left_half_empty():
    allocator = Allocator(length=1000)
    places = _many(allocator, 1_000)
    assert [sum(1 for place in places if place.list_number == number) for number in (0, 1)] == [500, 500]


def test_the_order_of_awarding_cannot_be_read_from_the_places():
    """The order of indexes has no more to do with the order of awarding than chance has."""
    indexes = [place.index for place in _many(Allocator(), 20_000)]
    rising = sum(1 for first, second in itertools.pairwise(indexes) if second > first)
    assert 0.48 < rising / len(indexes) < 0.52


def test_places_are_spread_evenly_over_the_whole_list():
    indexes = [place.index for place in _many(Allocator(), 64_000)]
    quarters = [sum(1 for index in indexes if index * 4 // 131_072 == quarter) for quarter in range(4)]
    assert all(15_500 < count < 16_500 for count in quarters)


def test_an_allocator_goes_on_where_it_stopped():
    allocator = Allocator(length=1000)
    before = _many(allocator, 700)
    again = Allocator.from_state(json.loads(json.dumps(allocator.to_state())))
    after = _many(again, 700, seed=1)
    assert not set(before) & set(after)
    assert again.allocated == 1_400


def test_it_knows_what_it_handed_out():
    allocator = Allocator(length=1000)
    (place,) = _many(allocator, 1)
    assert allocator.is_allocated(place)
    assert not allocator.is_allocated(Place(0, (place.index + 1) % 1000))
    assert not allocator.is_allocated(Place(1, 0))
    assert not allocator.is_allocated(Place(0, 1000))


@pytest.mark.parametrize(
    "change",
    [
        {"length": 0},
        {"length": "1000"},
        {"length": 2**40},
        {"length": 2000},
        {"maximum_fill": 1.0},
        {"maximum_fill": None},
        {"lists": None},
        {"lists": ["!"]},
        {"lists": [7]},
        {"lists": ["AAAA"]},
    ],
)
def test_a_damaged_record_is_refused_rather_than_started_anew(change):
    allocator = Allocator(length=1000)
    _many(allocator, 3)
    with pytest.raises(MalformedInput):
        Allocator.from_state({**allocator.to_state(), **change})
