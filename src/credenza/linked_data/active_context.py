"""Active contexts of JSON-LD 1.1: what each term means at one place of a document.

JSON-LD 1.1 Processing Algorithms and API, sections 4.1 (Context Processing) and 4.2 (Create Term Definition), for the
features that credential contexts use. A context that asks for anything else is refused, never half understood.
Beyond the standard: a later context of a document may not give a new meaning to any term of an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from credenza.linked_data.contexts import ContextCatalogue
from credenza.linked_data.refusals import redefined, unsupported
from credenza.linked_data.term import KEYWORDS, Term, TermDefinitions, absolute

_CONTEXT_ENTRIES = frozenset({"@version", "@protected", "@vocab", "@propagate"})
_MAXIMUM_CACHED = 512
_MAXIMUM_COMPILED = 2_000
_MAXIMUM_ADDRESSES = 32
_numbers = count()


class ActiveContext:
    """The terms that hold at one place of a document. Never changed once made; what follows from it is remembered.

    ``number`` is its own and no other's, for as long as the process lives.
    """

    __slots__ = (
        "_by_property",
        "_by_type",
        "_embedded",
        "catalogue",
        "id_names",
        "number",
        "previous",
        "terms",
        "type_names",
        "types_with_context",
        "value_names",
        "vocab",
    )

    def __init__(self, catalogue: ContextCatalogue) -> None:
        self.number = next(_numbers)
        self.catalogue = catalogue
        self.terms: dict[str, Term] = {}
        self.vocab: str | None = None
        self.previous: ActiveContext | None = None
        self._index()
        self._by_property: dict[Term, ActiveContext] = {}
        self._by_type: dict[tuple[str, ...], ActiveContext] = {}
        self._embedded: dict[tuple[str, ...], ActiveContext] = {}

    def _index(self) -> None:
        self.types_with_context = frozenset(name for name, term in self.terms.items() if term.has_context)
        self.id_names = self._names("@id")
        self.type_names = self._names("@type")
        self.value_names = self._names("@value")

    def _names(self, keyword: str) -> tuple[str, ...]:
        return (*(name for name, term in self.terms.items() if term.iri == keyword), keyword)

    def of_property(self, term: Term) -> ActiveContext:
        """The context inside a value of the term (property-scoped context)."""
        found = self._by_property.get(term)
        if found is None:
            found = _processed(self, term.local, override=True)
            _remember(self._by_property, term, found)
        return found

    def of_types(self, types: tuple[str, ...]) -> ActiveContext:
        """The context inside a node of these types, sorted, each of which has a context (type-scoped context)."""
        found = self._by_type.get(types)
        if found is None:
            found = self
            for name in types:
                found = _processed(found, self.terms[name].local, propagate=False)
            _remember(self._by_type, types, found)
        return found

    def of_addresses(self, urls: tuple[str, ...]) -> ActiveContext:
        """The context inside a node whose ``@context`` names these addresses.

        Raises:
            MalformedInput: ``context-unknown``, ``term-redefined``, ``context-unsupported``.
        """
        found = self._embedded.get(urls)
        if found is None:
            if len(urls) > _MAXIMUM_ADDRESSES:
                raise unsupported(f"more than {_MAXIMUM_ADDRESSES} addresses")
            found = self._in_turn(urls)
            _remember(self._embedded, urls, found)
        return found

    def _in_turn(self, contexts: Iterable[Any]) -> ActiveContext:
        """One context after the other, none of which may give a term of an earlier one a new meaning."""
        found = self
        fresh: dict[str, Term] = {}
        for local in contexts:
            found = _processed(found, local)
            _refuse_new_meanings(fresh, found)
            fresh = found.terms
        return found

    def of_inline(self, local: Any) -> ActiveContext:
        """The context inside a node whose ``@context`` is written out in the document, in whole or in part.

        Raises:
            MalformedInput: ``context-unknown``, ``term-redefined``, ``context-unsupported``.
        """
        items = local if isinstance(local, list) else [local]
        if len(items) > _MAXIMUM_ADDRESSES:
            raise unsupported(f"more than {_MAXIMUM_ADDRESSES} contexts")
        return self._in_turn(items)

    def expand_vocabulary(self, text: str) -> str | None:
        """The IRI of a type or vocabulary value; None where it has none (IRI Expansion with vocab true)."""
        term = self.terms.get(text)
        if term is not None:
            return term.iri
        if ":" in text:
            return self.expand_iri(text)
        if self.vocab is not None:
            return absolute(self.vocab + text)
        return None

    def expand_iri(self, text: str) -> str | None:
        """The absolute IRI of an ``@id`` value; None for a relative one, for there is no base to resolve it."""
        prefix, colon, suffix = text.partition(":")
        if colon and not suffix.startswith("//"):
            term = self.terms.get(prefix)
            if term is not None and term.prefix and term.iri is not None:
                return absolute(term.iri + suffix)
        return absolute(text)


def root(urls: tuple[str, ...], catalogue: ContextCatalogue) -> ActiveContext:
    """The active context of a document whose ``@context`` names these addresses; compiled once.

    Raises:
        MalformedInput: ``context-unknown``, ``term-redefined``, ``context-unsupported``.
    """
    found: ActiveContext | None = catalogue.root_contexts.get(urls)
    if found is None:
        if catalogue.compiled > _MAXIMUM_COMPILED:  # what is remembered below the roots goes with them
            catalogue.root_contexts.clear()
            catalogue.compiled = 0
        found = ActiveContext(catalogue).of_addresses(urls)
        _remember(catalogue.root_contexts, urls, found)
    return found


def _remember(memory: dict[Any, ActiveContext], key: Any, value: ActiveContext) -> None:
    if len(memory) >= _MAXIMUM_CACHED:  # a forger's thousand combinations must not fill the memory
        memory.clear()
    memory[key] = value


def _refuse_new_meanings(earlier: dict[str, Term], later: ActiveContext) -> None:
    for name, term in earlier.items():
        now = later.terms.get(name)
        if now is not term and (now is None or not now.same_meaning(term)):
            raise redefined(name)


def _processed(active: ActiveContext, local: Any, *, override: bool = False, propagate: bool = True) -> ActiveContext:
    """Context Processing (section 4.1.2): the active context with one local context on top of it."""
    result = active
    for item in local if isinstance(local, list) else [local]:
        if isinstance(item, str):
            item = active.catalogue.context(item)
            result = _processed(result, item, override=override, propagate=propagate)
        elif item is None:
            result = _emptied(result, override=override, propagate=propagate)
        elif isinstance(item, Mapping):
            result = _extended(result, item, override=override, propagate=propagate)
        else:
            raise unsupported("something that is not a context")
    return result


def _emptied(active: ActiveContext, *, override: bool, propagate: bool) -> ActiveContext:
    if not override:
        for name, term in active.terms.items():
            if term.protected:
                raise redefined(name)
    result = ActiveContext(active.catalogue)
    result.previous = None if propagate else active
    return result


def _extended(active: ActiveContext, local: Mapping[str, Any], *, override: bool, propagate: bool) -> ActiveContext:
    for name in local:
        if name in KEYWORDS and name not in _CONTEXT_ENTRIES:
            raise unsupported(name)
    propagate = local.get("@propagate", propagate)
    active.catalogue.compiled += 1
    result = ActiveContext(active.catalogue)
    result.terms = dict(active.terms)
    result.previous = active.previous if propagate or active.previous is not None else active
    vocab = local.get("@vocab", active.vocab)
    if vocab is not None and (not isinstance(vocab, str) or absolute(vocab) is None):
        raise unsupported("a relative @vocab")
    result.vocab = vocab
    definitions = TermDefinitions(result.terms, result.vocab, local, override=override)
    for name in local:
        definitions.define(name)
    result._index()
    return result
