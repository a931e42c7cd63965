"""Is every controlled value a term of the vocabulary that it claims? The official shapes do not look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from credenza.vocabulary import Membership, membership

_MESSAGES = {
    Membership.NOT_A_MEMBER: "{uri} is not a term of its official vocabulary.",
    Membership.WRONG_SCHEME: "{uri} is an official term, said to be of another vocabulary.",
}


def check_membership(document: Any) -> tuple[tuple[str, str, str], ...]:
    """Place, code (``term-not-a-member``, ``term-wrong-scheme``) and sentence for each false term, in their order."""
    return tuple(_walk(document, "credential"))


def _walk(value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _walk(one, f"{path}[{index + 1}]")
    elif isinstance(value, dict):
        if value.get("type") == "Concept" and isinstance(value.get("id"), str):
            scheme = value.get("inScheme")
            asserted = scheme.get("id") if isinstance(scheme, dict) else scheme
            judged = membership(value["id"], asserted if isinstance(asserted, str) else None)
            if judged in _MESSAGES:
                yield path, f"term-{judged.value}", _MESSAGES[judged].format(uri=value["id"])
            return
        for name, one in value.items():
            yield from _walk(one, f"{path}.{name}")
