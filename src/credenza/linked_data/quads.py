"""A JSON-LD document as RDF quads, in one walk that refuses whatever would not become a quad.

JSON-LD processors silently drop members that no context defines, relative addresses, nulls and more; a signature over
the RDF does not cover what was dropped, so a forger could add or change it. Here everything is either turned into a
quad or refused: the guard and the conversion are one and the same walk. JSON-LD 1.1 API sections 5.1 (expansion) and
8.1 (deserialization to RDF). Not covered by any RDF signature, and inherent to it: the order of unordered arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from credenza.errors import MalformedInput
from credenza.linked_data.active_context import ActiveContext, root
from credenza.linked_data.contexts import PINNED, ContextCatalogue
from credenza.linked_data.literals import in_language, json_literal, quoted, typed, with_direction
from credenza.linked_data.refusals import dropped, not_allowed, undefined
from credenza.linked_data.term import ABSOLUTE_IRI, KEYWORDS, Term

Quad: TypeAlias = tuple[str, str, str, str]
"""Subject, predicate, object, graph (empty for the default graph), each as N-Quads write it."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST, _REST, _NIL = f"<{RDF}type>", f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
_VALUE_OBJECT = frozenset({"@value", "@language", "@type", "@direction"})
_MAXIMUM_QUADS = 50_000
_MAXIMUM_CONTEXTS = 500  # each may cost a millisecond to compile


def to_quads(
    document: Mapping[str, Any], *, catalogue: ContextCatalogue = PINNED, inline_contexts: bool = False
) -> list[Quad]:
    """All quads of a document, with blank nodes ``_:b0``, ``_:b1``... in the order of the document.

    ``inline_contexts`` (or the catalogue's) lets a document write out contexts of its own.

    Raises:
        MalformedInput: ``term-undefined``, ``term-redefined``, ``value-dropped``, ``keyword-not-allowed``,
            ``direction-invalid``, ``language-tag-invalid``, ``array-nested``, ``context-unknown``,
            ``context-inline``, ``context-missing``, ``context-unsupported``, ``document-too-large``,
            ``json-too-deep``.
    """
    walk = Walk(catalogue, inline_contexts)
    walk_through(document, walk)
    return walk.quads


def walk_through(document: Mapping[str, Any], walk: Walk) -> None:
    """Take a walk from the root of a document.

    Raises:
        MalformedInput: the codes of ``to_quads``.
    """
    if not isinstance(document, Mapping) or "@context" not in document:
        raise MalformedInput("context-missing", "The document names no context, so its terms have no meaning.")
    try:
        walk.node(document, ActiveContext(walk.catalogue), None, "")
    except RecursionError as error:
        raise MalformedInput("json-too-deep", "The document is nested too deeply.") from error


class Walk:
    """One walk over one document."""

    __slots__ = ("blank", "catalogue", "contexts", "inline_contexts", "quads")

    def __init__(self, catalogue: ContextCatalogue, inline_contexts: bool) -> None:
        self.quads: list[Quad] = []
        self.blank = 0
        self.contexts = 0
        self.catalogue = catalogue
        self.inline_contexts = inline_contexts or catalogue.inline_contexts

    def node(self, node: Mapping[str, Any], active: ActiveContext, scope: Term | None, graph: str) -> str:
        """Write the quads of a node object; its subject. Numbers as in section 5.1.2 of the algorithms."""
        if active.previous is not None and not _only_id(node, active):  # 7: a type's context ends at the next node
            active = active.previous
        if scope is not None:  # 8
            active = active.of_property(scope)
        if "@context" in node:  # 9
            active = self._embedded(active, node["@context"])
        before_types = active  # 10
        types = _types(node, active)
        if types and not active.types_with_context.isdisjoint(types):  # 11
            scoped = sorted(name for name in set(types) if name in active.types_with_context)
            active = active.of_types(tuple(scoped))
        subject = self._subject(node, active)
        self._type_quads(subject, types, before_types, graph)
        terms = active.terms
        for name, value in node.items():  # 13
            term = terms.get(name)
            if term is None:
                if name in ("@context", "@id", "@type"):
                    continue
                term = _term_of_iri(name, active)
            elif term.iri is None:
                raise undefined(name)
            elif term.iri[0] == "@":
                if term.iri not in ("@id", "@type"):
                    raise not_allowed(name)
                continue
            self.property(subject, term, value, active, graph)
        if len(self.quads) > _MAXIMUM_QUADS:
            raise MalformedInput("document-too-large", "The document says more than any credential would.")
        return subject

    def _embedded(self, active: ActiveContext, local: Any) -> ActiveContext:
        self.contexts += 1
        if self.contexts > _MAXIMUM_CONTEXTS:
            raise MalformedInput("document-too-large", "The document names contexts at more places than any would.")
        items = local if isinstance(local, list) else [local]
        if items and all(isinstance(item, str) for item in items):
            bare = not active.terms and active.vocab is None and active.previous is None
            return root(tuple(items), self.catalogue) if bare else active.of_addresses(tuple(items))
        if not self.inline_contexts:
            raise MalformedInput("context-inline", "The document writes its own context, which is not accepted.")
        return active.of_inline(local)

    def _subject(self, node: Mapping[str, Any], active: ActiveContext) -> str:
        names = [name for name in active.id_names if name in node]
        if not names:
            return self._blank_node()
        if len(names) > 1:
            raise not_allowed(names[1])
        return _iri(node[names[0]], active, names[0])

    def _blank_node(self) -> str:
        label = f"_:b{self.blank}"
        self.blank += 1
        return label

    def _type_quads(self, subject: str, types: list[str], active: ActiveContext, graph: str) -> None:
        for name in types:
            iri = active.expand_vocabulary(name)
            if iri is None or iri[0] == "@":
                raise undefined(name)
            self.quads.append((subject, _TYPE, f"<{iri}>", graph))

    def property(self, subject: str, term: Term, value: Any, active: ActiveContext, graph: str) -> None:
        """Write the quads of one member."""
        container = term.container
        predicate = term.predicate
        if term.type == "@json":
            self.quads.append((subject, predicate, json_literal(value), graph))
        elif container and "@list" in container:
            self.quads.append((subject, predicate, self._list(term, value, active, graph), graph))
        elif container and "@language" in container and isinstance(value, Mapping):
            self.language_map(subject, term, value, graph)
        elif isinstance(value, list):
            if not value:
                raise dropped(term.name, "an empty list")
            refuse_repetition(term.name, [self.single(subject, term, item, active, graph) for item in value])
        else:
            self.single(subject, term, value, active, graph)

    def single(self, subject: str, term: Term, value: Any, active: ActiveContext, graph: str) -> str:
        """Write the quads of one value of a member; what it became."""
        if term.container and "@graph" in term.container:
            return self._graph(subject, term, value, active, graph)
        item = self._object(term, value, active, graph)
        self.quads.append((subject, term.predicate, item, graph))
        return item

    def _graph(self, subject: str, term: Term, value: Any, active: ActiveContext, graph: str) -> str:
        name, before = self._blank_node(), len(self.quads)
        if isinstance(value, Mapping):
            self.node(value, active, term if term.has_context else None, name)
        if len(self.quads) == before:
            raise dropped(term.name, "a node that says nothing")
        self.quads.append((subject, term.predicate, name, graph))
        return name

    def _object(self, term: Term, value: Any, active: ActiveContext, graph: str) -> str:
        if isinstance(value, str):
            return _text(term, value, active)
        if isinstance(value, Mapping):
            if any(name in value for name in active.value_names):
                return _value_object(term, value, active)
            return self.node(value, active, term if term.has_context else None, graph)
        if isinstance(value, (bool, int, float)):
            coerced = term.type is not None and term.type[0] != "@"
            return typed(value, term.type if coerced else None)
        if isinstance(value, list):
            raise MalformedInput("array-nested", f"{term.name!r} holds a list inside a list.", term=term.name)
        raise dropped(term.name, "nothing (null)")

    def _list(self, term: Term, value: Any, active: ActiveContext, graph: str) -> str:
        items = value if isinstance(value, list) else [value]
        objects = [self._object(term, item, active, graph) for item in items]
        head = _NIL
        for item in reversed(objects):
            cell = self._blank_node()
            self.quads.append((cell, _FIRST, item, graph))
            self.quads.append((cell, _REST, head, graph))
            head = cell
        return head

    def language_map(self, subject: str, term: Term, texts: Mapping[str, Any], graph: str) -> None:
        """Write the quads of a text in several languages."""
        if not texts:
            raise dropped(term.name, "an empty map of languages")
        for language, value in texts.items():
            items = value if isinstance(value, list) else [value]
            if not items or not all(isinstance(item, str) for item in items):
                raise dropped(term.name, "something that is not text")
            refuse_repetition(term.name, items)
            for item in items:
                literal = quoted(item) if language == "@none" else in_language(item, language)
                self.quads.append((subject, term.predicate, literal, graph))


def _only_id(node: Mapping[str, Any], active: ActiveContext) -> bool:
    return len(node) == 1 and next(iter(node)) in active.id_names


def _types(node: Mapping[str, Any], active: ActiveContext) -> list[str]:
    names = [name for name in active.type_names if name in node]
    if not names:
        return []
    if len(names) > 1:
        raise not_allowed(names[1])
    value = node[names[0]]
    types = value if isinstance(value, list) else [value]
    if not types or not all(isinstance(name, str) for name in types):
        raise dropped(names[0], "something that is not a type")
    refuse_repetition(names[0], types)
    return types


def _term_of_iri(name: str, active: ActiveContext) -> Term:
    """The term that a member's name stands for though no context lists it: an absolute IRI, or one by @vocab."""
    if name in KEYWORDS or name.startswith("@"):
        raise not_allowed(name)
    iri = active.expand_vocabulary(name)
    if iri is None:
        raise undefined(name)
    return Term(name, iri)


def _text(term: Term, text: str, active: ActiveContext) -> str:
    kind = term.type
    if kind is None or kind == "@none":
        return quoted(text)
    if kind[0] != "@":
        return typed(text, kind)
    if term.has_context:
        active = active.of_property(term)
    if kind == "@id":
        return _iri(text, active, term.name)
    iri = active.expand_vocabulary(text)
    if iri is None or iri[0] == "@":
        raise dropped(term.name, f"{text!r}, which no context defines")
    return f"<{iri}>"


def _iri(value: Any, active: ActiveContext, name: str) -> str:
    if not isinstance(value, str):
        raise dropped(name, "something that is not an address")
    if ":" in value:
        iri = active.expand_iri(value)
        if iri is not None and ABSOLUTE_IRI.fullmatch(iri):
            return f"<{iri}>"
    raise dropped(name, f"{value[:80]!r}, which is not an absolute address (URL or URN)")


def _value_object(term: Term, entries: Mapping[str, Any], active: ActiveContext) -> str:
    """A value object ({"@value": ...}) as a literal (section 5.1.2, step 15)."""
    if term.has_context:
        active = active.of_property(term)
    members: dict[str, Any] = {}
    for name, entry in entries.items():
        known = active.terms.get(name)
        keyword = known.iri if known is not None else name
        if keyword not in _VALUE_OBJECT or keyword in members:
            raise not_allowed(name)
        members[keyword] = entry
    if "@direction" in members:
        return with_direction(term.name, members)
    value, language, kind = members["@value"], members.get("@language"), members.get("@type")
    if "@language" in members:
        if kind is not None or not isinstance(value, str) or not isinstance(language, str):
            raise dropped(term.name, "a text whose language is unclear")
        return in_language(value, language)
    if kind == "@json":
        return json_literal(value)
    if not isinstance(value, (str, bool, int, float)):
        raise dropped(term.name, "a value that is not text, number, true or false")
    if "@type" not in members:
        return typed(value, None)
    datatype = active.expand_vocabulary(kind) if isinstance(kind, str) else None
    if datatype is None or datatype[0] == "@":
        raise undefined(str(kind))
    return typed(value, datatype)


def refuse_repetition(name: str, items: list[str]) -> None:
    """Refuse an unordered array that holds one value twice, for as RDF it would hold it once."""
    if len(items) > 1 and len(set(items)) != len(items):
        raise dropped(name, "the same value twice")
