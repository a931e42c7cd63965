"""The guard alone: refuses a document of which a signature over RDF would not cover every member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credenza.encoding.remembered import Remembered, key_of
from credenza.linked_data.active_context import ActiveContext
from credenza.linked_data.contexts import PINNED, ContextCatalogue
from credenza.linked_data.quads import Quad, Walk, walk_through
from credenza.linked_data.term import Term

_DEEPEST = 4  # below it, asking whether a node is known takes as long as walking through it
_ANY: Quad = ("", "", "", "")
_passed: Remembered[tuple[str, int]] = Remembered(entries=4096)


def refuse_uncovered(
    document: Mapping[str, Any], *, catalogue: ContextCatalogue = PINNED, inline_contexts: bool = False
) -> None:
    """Refuse undefined and redefined terms, unknown contexts, and every value that JSON-LD would drop.

    Raises:
        MalformedInput: the codes of ``quads.to_quads``.
    """
    walk = Walk(catalogue, inline_contexts) if inline_contexts else _GuardWalk(catalogue)
    walk_through(document, walk)


class _GuardWalk(Walk):
    """A walk that goes round the nodes that passed it before, in the same active context (see ``remembered``).

    Whether a node passes depends on nothing else: blank nodes inside it are new ones wherever it stands, and nodes
    that name contexts of their own, stand in a graph or in the context of a property are always walked through. The
    number of its quads still counts, and its subject is still compared with its neighbours'.
    """

    __slots__ = ("level",)

    def __init__(self, catalogue: ContextCatalogue) -> None:
        super().__init__(catalogue, inline_contexts=False)
        self.level = 0

    def node(self, node: Mapping[str, Any], active: ActiveContext, scope: Term | None, graph: str) -> str:
        askable = 1 <= self.level <= _DEEPEST and scope is None and not graph
        key = key_of(node, active.number) if askable else None
        known = _passed.get(key)
        if known is not None:
            subject, count = known
            self.quads.extend([_ANY] * count)
            return subject or self._blank_node()
        before, contexts = len(self.quads), self.contexts
        self.level += 1
        subject = super().node(node, active, scope, graph)
        self.level -= 1
        if self.contexts == contexts:
            _passed.keep(key, ("" if subject.startswith("_:") else subject, len(self.quads) - before))
        return subject
