"""Is every controlled value a term of the vocabulary that it claims? The official shapes do not look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from credenza.encoding.remembered import Remembered, key_of
from credenza.vocabulary import Membership, membership

_MESSAGES = {
    Membership.NOT_A_MEMBER: "{uri} is not a term of its official vocabulary.",
    Membership.WRONG_SCHEME: "{uri} is an official term, said to be of another vocabulary.",
}
_DEEPEST = 6  # lists count too; below it, asking whether a node is known takes as long as looking at it
_without_false_terms: Remembered[bool] = Remembered(entries=4096)


def check_membership(document: Any) -> tuple[tuple[str, str, str], ...]:
    """Place, code (``term-not-a-member``, ``term-wrong-scheme``) and sentence for each false term, in their order."""
    return tuple(_walk(document, "credential", 0))


def _walk(value: Any, path: str, level: int) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _walk(one, f"{path}[{index + 1}]", level + 1)
    elif isinstance(value, dict):
        if 1 <= level <= _DEEPEST:
            yield from _node(value, path, level)
        else:
            yield from _members(value, path, level)


def _node(node: dict[str, Any], path: str, level: int) -> tuple[tuple[str, str, str], ...]:
    """What is false in a node; that nothing is follows from the node alone, and is remembered (``remembered``)."""
    key = key_of(node)
    if _without_false_terms.get(key):
        return ()
    found = tuple(_members(node, path, level))
    if not found:
        _without_false_terms.keep(key, True)
    return found


def _members(value: dict[str, Any], path: str, level: int) -> Iterator[tuple[str, str, str]]:
    if value.get("type") == "Concept" and isinstance(value.get("id"), str):
        scheme = value.get("inScheme")
        asserted = scheme.get("id") if isinstance(scheme, dict) else scheme
        judged = membership(value["id"], asserted if isinstance(asserted, str) else None)
        if judged in _MESSAGES:
            yield path, f"term-{judged.value}", _MESSAGES[judged].format(uri=value["id"])
        return
    for name, one in value.items():
        if isinstance(one, dict | list):
            yield from _walk(one, f"{path}.{name}", level + 1)
