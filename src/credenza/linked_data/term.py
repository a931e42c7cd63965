"""Terms of JSON-LD contexts: their definition is read here (JSON-LD 1.1 API section 4.2, Create Term Definition)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from credenza.linked_data.refusals import redefined, unsupported

_DIRECTIVES = frozenset({"@base", "@import", "@prefix", "@propagate", "@protected", "@version", "@vocab"})
_STRUCTURE = frozenset({"@container", "@context", "@graph", "@id", "@included", "@index", "@list", "@nest", "@none"})
_VALUES = frozenset({"@direction", "@json", "@language", "@reverse", "@set", "@type", "@value"})
KEYWORDS = _DIRECTIVES | _STRUCTURE | _VALUES
ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]*")
_CONTAINERS = frozenset({"@set", "@list", "@language", "@graph"})
_DEFINITION = frozenset({"@id", "@type", "@container", "@context", "@protected", "@prefix"})
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


def absolute(iri: str) -> str | None:
    """The text itself where it is an absolute IRI."""
    return iri if ABSOLUTE_IRI.fullmatch(iri) else None


class TermDefinitions:
    """Create Term Definition (section 4.2.2) for all terms of one local context."""

    def __init__(self, terms: dict[str, Term], vocab: str | None, local: Mapping[str, Any], *, override: bool) -> None:
        self.terms = terms
        self.vocab = vocab
        self.local = local
        self.override = override
        self.protected = bool(local.get("@protected", False))
        self.defined: dict[str, bool] = {}

    def define(self, name: str) -> None:
        """Add one term of the local context, and first the terms that its definition uses.

        Raises:
            MalformedInput: ``term-redefined``, ``context-unsupported``.
        """
        if name in KEYWORDS or self.defined.get(name):
            return
        if name in self.defined:
            raise unsupported("terms that are defined by each other")
        if name.startswith("@") or not name:
            raise unsupported(f"the term {name!r}")
        self.defined[name] = False
        previous = self.terms.pop(name, None)
        term = self._term(name, self.local[name])
        if previous is not None and previous.protected and not self.override:
            if not previous.same_meaning(term):
                raise redefined(name)
            term = previous
        self.terms[name] = term
        self.defined[name] = True

    def _term(self, name: str, definition: Any) -> Term:
        if definition is None:
            definition = {"@id": None}
        simple = isinstance(definition, str)
        entries: Mapping[str, Any] = {"@id": definition} if simple else definition
        if not isinstance(entries, Mapping) or not entries.keys() <= _DEFINITION:
            raise unsupported(f"a definition of {name!r} of an unknown form")
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
            raise unsupported(f"a definition of {name!r} without an address")
        if explicit and value != name:
            iri = self._expand(value)
        elif ":" in name:
            iri = self._compact(name)
        elif self.vocab is not None:
            iri = absolute(self.vocab + name)
        else:
            iri = None
        if iri is None:
            raise unsupported(f"a definition of {name!r} without an address")
        return iri

    def _expand(self, value: str) -> str | None:
        if value in KEYWORDS:
            if value not in ("@id", "@type", "@value", "@language"):
                raise unsupported(f"another name for {value}")
            return value
        if value in self.local:
            self.define(value)
        if value in self.terms:
            return self.terms[value].iri
        if ":" in value:
            return self._compact(value)
        return absolute(self.vocab + value) if self.vocab is not None else None

    def _compact(self, value: str) -> str | None:
        prefix, _, suffix = value.partition(":")
        if not suffix.startswith("//"):
            if prefix in self.local and prefix != value:
                self.define(prefix)
            term = self.terms.get(prefix)
            if term is not None and term.prefix and term.iri is not None:
                return absolute(term.iri + suffix)
        return absolute(value)

    def _value_type(self, value: Any) -> str:
        if value in ("@id", "@vocab", "@json", "@none"):
            return str(value)
        iri = self._expand(value) if isinstance(value, str) else None
        if iri is None or iri in KEYWORDS:
            raise unsupported("a type of values that has no address")
        return iri

    @staticmethod
    def _container(value: Any) -> frozenset[str]:
        names = value if isinstance(value, list) else [value]
        if not all(isinstance(name, str) for name in names):
            raise unsupported("a container of an unknown form")
        containers = frozenset(names)
        if not containers <= _CONTAINERS or len(containers - {"@set"}) > 1:
            raise unsupported(f"the container {value!r}")
        return containers
