"""The guard alone: refuses a document of which a signature over RDF would not cover every member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credenza.linked_data.contexts import PINNED, ContextCatalogue
from credenza.linked_data.quads import to_quads


def refuse_uncovered(
    document: Mapping[str, Any], *, catalogue: ContextCatalogue = PINNED, inline_contexts: bool = False
) -> None:
    """Refuse undefined and redefined terms, unknown contexts, and every value that JSON-LD would drop.

    Raises:
        MalformedInput: the codes of ``quads.to_quads``.
    """
    to_quads(document, catalogue=catalogue, inline_contexts=inline_contexts)
