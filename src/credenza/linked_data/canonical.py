"""From a JSON-LD document to canonical N-Quads (RDFC-1.0), with everything refused that the result would not cover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credenza.linked_data.contexts import PINNED, ContextCatalogue
from credenza.linked_data.quads import to_quads
from credenza.linked_data.rdf_canonical import CanonicalDataset, canonicalize_quads


def canonicalize(
    document: Mapping[str, Any],
    *,
    digest: str = "sha256",
    catalogue: ContextCatalogue = PINNED,
    inline_contexts: bool = False,
) -> CanonicalDataset:
    """The canonical N-Quads of a document, hashed inside with ``sha256`` or ``sha384``.

    Raises:
        MalformedInput: the codes of ``quads.to_quads`` and ``canonicalization-too-complex``.
    """
    quads = to_quads(document, catalogue=catalogue, inline_contexts=inline_contexts)
    return canonicalize_quads(quads, digest=digest)
