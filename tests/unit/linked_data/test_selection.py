"""Parts of a document by JSON Pointers."""

import pytest

from credenza.errors import MalformedInput, Refused
from credenza.linked_data.quads import to_quads
from credenza.linked_data.rdf_canonical import canonicalize_quads
from credenza.linked_data.selection import parse_pointer, select_json, select_quads, traced_quads

POINTERS = [
    ["/credentialSubject/achievement/name"],
    ["/credentialSubject/result/1", "/issuer"],
    ["/credentialSubject/identifier/0/identityHash"],
    ["/credentialSubject/achievement/resultDescription/0/allowedValue"],
    ["/type"],
    ["/credentialSubject/achievement/tag/1"],
]


@pytest.mark.parametrize("pointers", POINTERS, ids=lambda pointers: pointers[0])
def test_the_selected_json_says_exactly_the_selected_statements(badge, pointers):
    shown = canonicalize_quads(to_quads(select_json(badge, pointers))).lines
    assert shown == canonicalize_quads(select_quads(traced_quads(badge), pointers)).lines


def test_tracing_changes_no_statement(badge):
    assert [quad for quad, _ in traced_quads(badge)] == to_quads(badge)


def test_ids_and_types_on_the_way_are_shown_and_nothing_else(badge):
    shown = select_json(badge, ["/credentialSubject/result/1/value"])
    assert shown == {
        "@context": badge["@context"],
        "id": badge["id"],
        "type": badge["type"],
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "result": [{"type": ["Result"], "value": "A"}],
        },
    }


def test_what_is_shown_shares_nothing_with_the_original(badge):
    select_json(badge, ["/credentialSubject"])["credentialSubject"]["result"].clear()
    assert badge["credentialSubject"]["result"]


@pytest.mark.parametrize("pointer", ["name", "/a~2", "/~", 5, "#/name"])
def test_a_malformed_pointer_is_refused(pointer):
    with pytest.raises(MalformedInput) as caught:
        parse_pointer(pointer)
    assert caught.value.code == "pointer-malformed"


def test_escaped_pointers_are_understood():
    assert parse_pointer("/a~1b/m~0n/") == ("a/b", "m~n", "")


@pytest.mark.parametrize(
    "pointer", ["/zzz", "/name/x", "/credentialSubject/result/9", "/credentialSubject/result/-", "/type/00", "/id/"]
)
def test_a_pointer_to_nothing_is_refused(badge, pointer):
    with pytest.raises(Refused) as caught:
        select_json(badge, [pointer])
    assert caught.value.code == "pointer-unresolved"


def test_too_many_pointers_are_refused(badge):
    with pytest.raises(Refused) as caught:
        select_json(badge, ["/name"] * 501)
    assert caught.value.code == "pointer-too-many"
    with pytest.raises(Refused) as caught:
        select_quads(traced_quads(badge), ["/x"] * 200_000)
    assert caught.value.code == "pointer-too-many"


def test_a_pointer_far_deeper_than_the_document_selects_what_it_passes_and_costs_nothing(badge):
    traced = traced_quads(badge)
    deep = "/credentialSubject/" + "x/" * 300_000
    assert select_quads(traced, [deep]) == select_quads(traced, ["/credentialSubject/x"]) != []
