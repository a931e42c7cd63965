"""Parts of a document by JSON Pointers, as JSON and as the quads that exactly these parts give.

Data Integrity ECDSA Cryptosuites v1.0 sections 3.4.11 to 3.4.13 (selectJsonLd) and RFC 6901. Instead of giving blank
nodes made-up addresses and converting the selected part again, the walk remembers at which path each quad was written.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from credenza.errors import MalformedInput, Refused
from credenza.linked_data.active_context import ActiveContext
from credenza.linked_data.contexts import PINNED, ContextCatalogue
from credenza.linked_data.quads import Quad, Walk, refuse_repetition
from credenza.linked_data.term import Term

Path: TypeAlias = tuple[str, ...]
MAXIMUM_POINTERS = 500
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9][0-9]{0,6}")
_WHOLE = None  # marks a branch that is selected with all it holds
_ALWAYS = ("@id", "@type", "id", "type")


def parse_pointer(pointer: str) -> Path:
    """A JSON Pointer as its steps.

    Raises:
        MalformedInput: ``pointer-malformed``.
    """
    if not isinstance(pointer, str) or not _POINTER.fullmatch(pointer):
        raise MalformedInput("pointer-malformed", f"{pointer!r} is not a JSON Pointer.")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def traced_quads(document: Mapping[str, Any], *, catalogue: ContextCatalogue = PINNED) -> list[tuple[Quad, Path]]:
    """The quads of a document, each with the path of the value that gave it; refuses like ``to_quads``."""
    if "@context" not in document:
        raise MalformedInput("context-missing", "The document names no context, so its terms have no meaning.")
    walk = _TracedWalk(catalogue)
    try:
        walk.node(document, ActiveContext(catalogue), None, "")
    except RecursionError as error:
        raise MalformedInput("json-too-deep", "The document is nested too deeply.") from error
    return list(zip(walk.quads, walk.origins.paths, strict=True))


def select_quads(traced: Sequence[tuple[Quad, Path]], pointers: Sequence[str]) -> list[Quad]:
    """The quads of what the pointers select, with the links and types that lead there.

    Raises:
        MalformedInput: ``pointer-malformed``. Refused: ``pointer-too-many``.
    """
    paths = frozenset(_paths(pointers))
    deepest = max((len(origin) for _, origin in traced), default=0)
    above = {path[:depth] for path in paths for depth in range(min(len(path), deepest + 1))}
    return [
        quad
        for quad, origin in traced
        if origin in above or any(origin[:depth] in paths for depth in range(len(origin) + 1))
    ]


def select_json(document: Mapping[str, Any], pointers: Sequence[str]) -> dict[str, Any]:
    """The part of a document that the pointers select, with the ids and types that lead there.

    Raises:
        MalformedInput: ``pointer-malformed``. Refused: ``pointer-unresolved``, ``pointer-too-many``.
    """
    tree: dict[str | None, Any] = {}
    for path in _paths(pointers):
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
        branch[_WHOLE] = True
    selected: dict[str, Any] = {"@context": copy.deepcopy(document["@context"])}
    selected.update(_selected(document, tree, ""))
    return selected


def _paths(pointers: Sequence[str]) -> list[Path]:
    if len(pointers) > MAXIMUM_POINTERS:
        raise Refused("pointer-too-many", f"More than {MAXIMUM_POINTERS} parts were named.")
    return [parse_pointer(pointer) for pointer in pointers]


def _selected(value: Any, tree: dict[str | None, Any], at: str) -> Any:
    if _WHOLE in tree:
        return copy.deepcopy(value)
    if isinstance(value, list):
        for step in tree:
            if step is None or not _INDEX.fullmatch(step) or int(step) >= len(value):
                raise _unresolved(f"{at}/{step}")
        return [
            _selected(value[index], tree[str(index)], f"{at}/{index}")
            for index in sorted(int(str(step)) for step in tree)
        ]
    if not isinstance(value, Mapping):
        raise _unresolved(at)
    for step in tree:
        if step not in value:
            raise _unresolved(f"{at}/{step}")
    return {
        name: _selected(member, tree[name], f"{at}/{name}") if name in tree else copy.deepcopy(member)
        for name, member in value.items()
        if name in tree or name in _ALWAYS
    }


def _unresolved(at: str) -> Refused:
    return Refused("pointer-unresolved", f"The document has nothing at {at[:200]!r}.")


class _Origins(list[Quad]):
    """A list of quads that notes where in the document the walk stands when each is added."""

    def __init__(self) -> None:
        super().__init__()
        self.here: list[str] = []
        self.paths: list[Path] = []

    def append(self, quad: Quad) -> None:
        super().append(quad)
        self.paths.append(tuple(self.here))


class _TracedWalk(Walk):
    __slots__ = ("origins",)

    def __init__(self, catalogue: ContextCatalogue) -> None:
        super().__init__(catalogue, inline_contexts=False)
        self.origins = self.quads = _Origins()

    def property(self, subject: str, term: Term, value: Any, active: ActiveContext, graph: str) -> None:
        here = self.origins.here
        here.append(term.name)
        one_value = term.type == "@json" or "@list" in term.container
        if isinstance(value, list) and value and not one_value:
            written = []
            for index, item in enumerate(value):
                here.append(str(index))
                written.append(self.single(subject, term, item, active, graph))
                here.pop()
            refuse_repetition(term.name, written)
        else:
            super().property(subject, term, value, active, graph)
        here.pop()

    def language_map(self, subject: str, term: Term, texts: Mapping[str, Any], graph: str) -> None:
        for language, text in texts.items():
            self.origins.here.append(language)
            super().language_map(subject, term, {language: text}, graph)
            self.origins.here.pop()
        if not texts:
            super().language_map(subject, term, texts, graph)
