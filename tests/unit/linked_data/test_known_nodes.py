"""A node that passed the guard once helps no forged one through, wherever and however often it stands."""

from __future__ import annotations

from typing import Any

import pytest

from credenza.errors import MalformedInput
from credenza.linked_data import guard
from credenza.linked_data.contexts import ContextCatalogue
from credenza.linked_data.guard import refuse_uncovered

HERE, THERE = "https://x.example/here", "https://x.example/there"
TERMS: dict[str, Any] = {"id": "@id", "type": "@type", "n": "https://x.example/#n", "m": "https://x.example/#m"}
CATALOGUE = ContextCatalogue({HERE: TERMS | {"more": "https://x.example/#more"}, THERE: TERMS})


def document(part: Any, context: str = HERE) -> dict[str, Any]:
    return {"@context": context, "m": {"n": "around", "m": part}}


def code_of(document: dict[str, Any]) -> str:
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered(document, catalogue=CATALOGUE)
    return caught.value.code


def test_a_known_node_with_one_member_more_is_refused_each_time() -> None:
    for _ in range(3):
        refuse_uncovered(document({"n": "x"}), catalogue=CATALOGUE)
        assert code_of(document({"n": "x", "zzz": "y"})) == "term-undefined"
        assert code_of(document({"n": "x", "m": {"n": None}})) == "value-dropped"


def test_a_node_known_in_one_context_is_looked_at_in_another() -> None:
    for _ in range(2):
        refuse_uncovered(document({"more": "x"}, HERE), catalogue=CATALOGUE)
        assert code_of(document({"more": "x"}, THERE)) == "term-undefined"


def test_a_known_node_that_stands_twice_is_refused() -> None:
    named = {"id": "urn:y", "n": "x"}
    refuse_uncovered(document([named]), catalogue=CATALOGUE)
    assert code_of(document([named, named])) == "value-dropped"
    refuse_uncovered(document([{"n": "x"}, {"n": "x"}]), catalogue=CATALOGUE)  # two nodes without names are two


def test_known_nodes_count_against_the_size_of_a_document() -> None:
    known = {"n": [f"{number}" for number in range(2_000)]}
    refuse_uncovered(document([known] * 20), catalogue=CATALOGUE)
    assert code_of(document([known] * 30)) == "document-too-large"


def test_a_forger_cannot_fill_the_memory() -> None:
    for number in range(6_000):
        refuse_uncovered(document({"n": f"{number}"}), catalogue=CATALOGUE)
    assert len(guard._passed) <= 4096
