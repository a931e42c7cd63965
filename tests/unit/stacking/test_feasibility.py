"""Can a pathway be completed at all? Each obstacle is found, and a sound pathway has none."""

import pytest

from credenza.errors import MalformedInput
from credenza.stacking.feasibility import find_obstacles

HOME = "https://university.example"


def codes(found):
    return {(one.where, one.code, one.fatal) for one in found}


def test_a_sound_pathway_has_no_obstacle(pathway, part, offered):
    way = pathway(parts=[part("python"), part("ai", fields=["06"])], minimum_ects=6)
    assert find_obstacles(way, catalogue=[offered("python"), offered("ml")]) == ()


def test_a_part_that_nobody_offers_is_fatal_unless_others_can_be_chosen(pathway, part, offered):
    way = pathway(parts=[part("python"), part("ai")])
    assert codes(find_obstacles(way, catalogue=[offered("python")])) == {("ai", "part-not-offered", True)}
    way = pathway(parts=[part("python"), part("ai")], choose=1)
    assert codes(find_obstacles(way, catalogue=[offered("python")])) == {("ai", "part-not-offered", False)}


def test_more_than_there_are_and_more_ects_than_can_be_reached_are_found(pathway, part, offered):
    group = {"id": "g", "title": "G", "choose": 3, "minimum_ects": 7, "parts": [part("a"), part("b")]}
    found = find_obstacles(pathway(groups=[group]), catalogue=[offered("a"), offered("b")])
    assert codes(found) == {("g", "too-many-chosen", True), ("g", "ects-out-of-reach", True)}
    assert any("no more than 6 can be reached" in one.text for one in found)


def test_parts_that_only_one_offer_fills_exclude_each_other(pathway, part, offered):
    way = pathway(parts=[part("one", fields=["06"]), part("two", fields=["0613"])])
    assert codes(find_obstacles(way, catalogue=[offered("python")])) == {("pathway", "parts-exclude-each-other", True)}


def test_a_circle_of_pathways_is_found(pathway, part, offered):
    way = pathway(parts=[part("python")])
    back = pathway(id=f"{HOME}/pathways/python", award=f"{HOME}/mc/python", parts=[part("data")])
    assert ("python", "pathway-cycle", True) in codes(find_obstacles(way, catalogue=[offered("python")], others=[back]))
    itself = pathway(parts=[part("data")])
    assert ("data", "pathway-cycle", True) in codes(find_obstacles(itself, catalogue=[]))


def test_a_choice_in_a_rigid_pathway_is_a_contradiction(pathway, part, offered):
    way = pathway(kind="rigid", parts=[part("a"), part("b")], choose=1)
    found = find_obstacles(way, catalogue=[offered("a"), offered("b")])
    assert codes(found) == {("pathway", "choice-in-rigid-pathway", False)}


@pytest.mark.parametrize(
    ("members", "where"),
    [
        ({"parts": [{"id": "a", "title": "A"}]}, "parts[1].part"),
        ({"parts": [{"id": "a", "title": "A", "definitions": ["no uri"]}]}, "parts[1].part"),
        ({"parts": [{"id": "a", "title": "A", "minimum_ects": -1}]}, "parts[1].minimum_ects"),
        ({"parts": [{"id": "a", "title": "A", "fields": ["98765"]}]}, "parts[1].fields"),
        ({"kind": "bendy", "parts": []}, "kind"),
        ({"chose": 2}, "chose"),
        ({"outcomes_once": "yes"}, "outcomes_once"),
    ],
)
def test_what_is_wrong_in_a_pathway_file_is_named_with_its_place(pathway, members, where):
    with pytest.raises(MalformedInput) as caught:
        pathway(**members)
    assert caught.value.code == "pathway-invalid"
    assert where in {one.where for one in caught.value.detail["problems"]}


def test_deeply_nested_groups_and_names_used_twice_are_refused(pathway, part):
    group = {"id": "g0", "title": "G", "parts": [part("a")]}
    for number in range(1, 30):
        group = {"id": f"g{number}", "title": "G", "groups": [group]}
    for members in ({"groups": [group]}, {"parts": [part("a"), part("a")]}):
        with pytest.raises(MalformedInput):
            pathway(**members)
