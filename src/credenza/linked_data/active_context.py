"""Active contexts of JSON-LD 1.1: what each term means at one place of a document.

JSON-LD 1.1 Processing Algorithms and API, sections 4.1 (Context Processing) and 4.2 (Create Term Definition), for the
features that credential contexts use. A context that asks for anything else is refused, never half understood.
Beyond the standard: a later context of a document may not give a new meaning to any term of an earlier one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from credenza.errors import MalformedInput
from credenza.linked_data.contexts import ContextCatalogue

_DIRECTIVES = frozenset({"@base", "@import", "@prefix", "@propagate", "@protected", "@version", "@vocab"})
_STRUCTURE = frozenset({"@container", "@context", "@graph", "@id", "@included", "@index", "@list", "@nest", "@none"})
_VALUES = frozenset({"@direction", "@json", "@language", "@reverse", "@set", "@type", "@value"})
KEYWORDS = _DIRECTIVES | _STRUCTURE | _VALUES
ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]*")
_CONTAINERS = frozenset({"@set", "@list", "@language", "@graph"})
_DEFINITION = frozenset({"@id", "@type", "@container", "@context", "@protected", "@prefix"})
_CONTEXT_ENTRIES = frozenset({"@version", "@protected", "@vocab", "@propagate"})
_MAXIMUM_CACHED = 512
_NO_CONTEXT = object()


class Term:
    """What a term means: an IRI or keyword, the type of its values, their container, a context of its own."""

    __slots__ = ("container", "iri", "local", "name", "predicate", "prefix", "protected", "type")

    def __init__(self, name: str, iri: str | None) -> None:
        self.name = name
        self.iri = iri
        self.predicate = f"<{iri}>"
        self.type: str | None = None
        self.container: frozenset[str] = frozenset()
        self.local: Any = _NO_CONTEXT
        self.prefix = False
        self.protected = False

    @property
    def has_context(self) -> bool:
        """Whether values (or nodes of this type) have a context of their own."""
        return self.local is not _NO_CONTEXT

    def same_meaning(self, other: Term) -> bool:
        """Whether both are one definition, protection aside."""
        return (self.iri, self.type, self.container, self.prefix) == (
            other.iri,
            other.type,
            other.container,
            other.prefix,
        ) and (self.local is other.local or self.local == other.local)


class ActiveContext:
    """The terms that hold at one place of a document. Never changed once made; what follows from it is remembered."""

    __slots__ = (
        "_by_property",
        "_by_type",
        "_embedded",
        "catalogue",
        "id_names",
        "previous",
        "terms",
        "type_names",
        "types_with_context",
        "value_names",
        "vocab",
    )

    def __init__(self, catalogue: ContextCatalogue) -> None:
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
            found = self
            fresh: dict[str, Term] = {}
            for url in urls:
                found = _processed(found, url)
                _refuse_new_meanings(fresh, found)
                fresh = found.terms
            _remember(self._embedded, urls, found)
        return found

    def of_inline(self, local: Any) -> ActiveContext:
        """The context inside a node whose ``@context`` is written out in the document."""
        return _processed(self, local)

    def expand_vocabulary(self, text: str) -> str | None:
        """The IRI of a type or vocabulary value; None where it has none (IRI Expansion with vocab true)."""
        term = self.terms.get(text)
        if term is not None:
            return term.iri
        if ":" in text:
            return self.expand_iri(text)
        if self.vocab is not None:
            return _absolute(self.vocab + text)
        return None

    def expand_iri(self, text: str) -> str | None:
        """The absolute IRI of an ``@id`` value; None for a relative one, for there is no base to resolve it."""
        prefix, colon, suffix = text.partition(":")
        if colon and not suffix.startswith("//"):
            term = self.terms.get(prefix)
            if term is not None and term.prefix and term.iri is not None:
                return _absolute(term.iri + suffix)
        return _absolute(text)


def root(urls: tuple[str, ...], catalogue: ContextCatalogue) -> ActiveContext:
    """The active context of a document whose ``@context`` names these addresses; compiled once.

    Raises:
        MalformedInput: ``context-unknown``, ``term-redefined``, ``context-unsupported``.
    """
    found: ActiveContext | None = catalogue.root_contexts.get(urls)
    if found is None:
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
            raise _redefined(name)


def _redefined(name: str) -> MalformedInput:
    return MalformedInput("term-redefined", f"A later context gives {name!r} a new meaning.", term=name)


def _unsupported(what: str) -> MalformedInput:
    return MalformedInput("context-unsupported", f"A context of the document uses {what}, which is not supported here.")


def _absolute(iri: str) -> str | None:
    return iri if ABSOLUTE_IRI.fullmatch(iri) else None


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
            raise _unsupported("something that is not a context")
    return result


def _emptied(active: ActiveContext, *, override: bool, propagate: bool) -> ActiveContext:
    if not override:
        for name, term in active.terms.items():
            if term.protected:
                raise _redefined(name)
    result = ActiveContext(active.catalogue)
    result.previous = None if propagate else active
    return result


def _extended(active: ActiveContext, local: Mapping[str, Any], *, override: bool, propagate: bool) -> ActiveContext:
    for name in local:
        if name in KEYWORDS and name not in _CONTEXT_ENTRIES:
            raise _unsupported(name)
    propagate = local.get("@propagate", propagate)
    result = ActiveContext(active.catalogue)
    result.terms = dict(active.terms)
    result.previous = active.previous if propagate or active.previous is not None else active
    vocab = local.get("@vocab", active.vocab)
    if vocab is not None and (not isinstance(vocab, str) or _absolute(vocab) is None):
        raise _unsupported("a relative @vocab")
    result.vocab = vocab
    builder = _Builder(result, local, override=override)
    for name in local:
        builder.define(name)
    result._index()
    return result


class _Builder:
    """Create Term Definition (section 4.2.2) for all terms of one local context."""

    def __init__(self, result: ActiveContext, local: Mapping[str, Any], *, override: bool) -> None:
        self.result = result
        self.local = local
        self.override = override
        self.protected = bool(local.get("@protected", False))
        self.defined: dict[str, bool] = {}

    def define(self, name: str) -> None:
        if name in KEYWORDS or self.defined.get(name):
            return
        if name in self.defined:
            raise _unsupported("terms that are defined by each other")
        if name.startswith("@") or not name:
            raise _unsupported(f"the term {name!r}")
        self.defined[name] = False
        previous = self.result.terms.pop(name, None)
        term = self._term(name, self.local[name])
        if previous is not None and previous.protected and not self.override:
            if not previous.same_meaning(term):
                raise _redefined(name)
            term = previous
        self.result.terms[name] = term
        self.defined[name] = True

    def _term(self, name: str, definition: Any) -> Term:
        if definition is None:
            definition = {"@id": None}
        simple = isinstance(definition, str)
        entries: Mapping[str, Any] = {"@id": definition} if simple else definition
        if not isinstance(entries, Mapping) or not entries.keys() <= _DEFINITION:
            raise _unsupported(f"a definition of {name!r} of an unknown form")
        term = Term(name, self._iri(name, entries.get("@id", name), explicit="@id" in entries))
        term.protected = entries.get("@protected", self.protected)
        term.prefix = bool(entries.get("@prefix", simple and term.iri is not None and term.iri[-1:] in ":/?#[]@"))
        if "@type" in entries:
            term.type = self._value_type(entries["@type"])
        term.container = self._container(entries.get("@container", []))
        if "@context" in entries:
            term.local = entries["@context"]
        return term

    def _iri(self, name: str, value: Any, *, explicit: bool) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise _unsupported(f"a definition of {name!r} without an address")
        if explicit and value != name:
            iri = self._expand(value)
        elif ":" in name:
            iri = self._compact(name)
        elif self.result.vocab is not None:
            iri = _absolute(self.result.vocab + name)
        else:
            iri = None
        if iri is None:
            raise _unsupported(f"a definition of {name!r} without an address")
        return iri

    def _expand(self, value: str) -> str | None:
        if value in KEYWORDS:
            if value not in ("@id", "@type", "@value", "@language"):
                raise _unsupported(f"another name for {value}")
            return value
        if value in self.local:
            self.define(value)
        if value in self.result.terms:
            return self.result.terms[value].iri
        if ":" in value:
            return self._compact(value)
        return _absolute(self.result.vocab + value) if self.result.vocab is not None else None

    def _compact(self, value: str) -> str | None:
        prefix, _, suffix = value.partition(":")
        if not suffix.startswith("//"):
            if prefix in self.local and prefix != value:
                self.define(prefix)
            term = self.result.terms.get(prefix)
            if term is not None and term.prefix and term.iri is not None:
                return _absolute(term.iri + suffix)
        return _absolute(value)

    def _value_type(self, value: Any) -> str:
        if value in ("@id", "@vocab", "@json", "@none"):
            return str(value)
        iri = self._expand(value) if isinstance(value, str) else None
        if iri is None or iri in KEYWORDS:
            raise _unsupported("a type of values that has no address")
        return iri

    @staticmethod
    def _container(value: Any) -> frozenset[str]:
        containers = frozenset([value] if isinstance(value, str) else value)
        if not containers <= _CONTAINERS or len(containers - {"@set"}) > 1:
            raise _unsupported(f"the container {value!r}")
        return containers
