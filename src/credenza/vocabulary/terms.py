"""Controlled terms and the vocabularies that hold them; the tables are read when they are first asked for."""

from __future__ import annotations

import csv
import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

_FIXED_COLUMNS = frozenset({"code", "notation", "broader", "aliases"})


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an official vocabulary (a SKOS concept) with its labels by language."""

    uri: str
    scheme: str
    notation: str
    labels: Mapping[str, str]
    broader: str | None = None
    aliases: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The label in this language; English, any other, or the code where there is none."""
        return self.labels.get(language) or self.labels.get("en") or next(iter(self.labels.values()), self.notation)


class Vocabulary:
    """A concept scheme: its terms by URI, by code, and by label in any language."""

    def __init__(self, name: str, scheme: str, terms: Mapping[str, Term]) -> None:
        self.name = name
        self.scheme = scheme
        self._terms = terms

    def get(self, uri: str) -> Term | None:
        return self._terms.get(uri)

    def __contains__(self, uri: object) -> bool:
        return uri in self._terms

    def __iter__(self) -> Iterator[Term]:
        return iter(self._terms.values())

    def __len__(self) -> int:
        return len(self._terms)

    def find(self, text: str) -> Term | None:
        """The term of a URI, a code, an alias or a label; case, accents and spaces do not matter."""
        return self._terms.get(text) or self._index.get(plain(text))

    def suggest(self, text: str, limit: int = 3) -> tuple[Term, ...]:
        """The terms whose codes or labels are nearest to a mistyped text, best first."""
        found: dict[str, Term] = {}
        for key in difflib.get_close_matches(plain(text), self._index, n=limit * 3, cutoff=0.5):
            term = self._index[key]
            found.setdefault(term.uri, term)
        return tuple(found.values())[:limit]

    @cached_property
    def _index(self) -> dict[str, Term]:
        index: dict[str, Term] = {}
        for term in self:  # codes win over labels, earlier terms over later ones
            for text in (term.notation, *term.aliases, term.uri.rsplit("/", 1)[-1]):
                index.setdefault(plain(text), term)
        for term in self:
            for label in term.labels.values():
                index.setdefault(plain(label), term)
        return index


def plain(text: str) -> str:
    """A text without case, accents, hyphens and double spaces, to compare by."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.replace("-", " ").replace("_", " ").split())


@cache
def _schemes() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in read_table("schemes.csv")}


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one of the package's own tables."""
    text = resources.files("credenza.vocabulary.tables").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def names() -> tuple[str, ...]:
    """The names of all vocabularies."""
    return tuple(_schemes())


@cache
def vocabulary(name: str) -> Vocabulary:
    """The vocabulary of this name (``eqf``, ``isced-f``, ``country``...).

    Raises:
        KeyError: there is no such vocabulary; the names are those of ``names()``.
    """
    scheme = _schemes()[name]
    return Vocabulary(name, scheme["scheme"], {term.uri: term for term in _terms(scheme)})


def _terms(scheme: Mapping[str, str]) -> Iterator[Term]:
    for row in read_table(f"{scheme['name'].replace('-', '_')}.csv"):
        labels = {language: text for language, text in row.items() if text and language not in _FIXED_COLUMNS}
        yield Term(
            uri=scheme["prefix"] + row["code"],
            scheme=scheme["scheme"],
            notation=row["notation"] or row["code"],
            labels=labels,
            broader=scheme["prefix"] + row["broader"] if row.get("broader") else None,
            aliases=tuple(row["aliases"].split("|")) if row.get("aliases") else (),
        )


@cache
def _by_prefix() -> dict[str, str]:
    return {row["prefix"]: name for name, row in _schemes().items()}


@cache
def _by_scheme() -> dict[str, str]:
    return {row["scheme"]: name for name, row in _schemes().items()}


def by_scheme(scheme: str) -> Vocabulary | None:
    """The vocabulary of a concept scheme's URI, None where Credenza does not know it."""
    name = _by_scheme().get(scheme)
    return vocabulary(name) if name else None


@cache
def by_prefix(prefix: str) -> Vocabulary | None:
    """The vocabulary whose terms' URIs begin with this (up to the last slash)."""
    name = _by_prefix().get(prefix)
    return vocabulary(name) if name else None


def term(uri: str) -> Term | None:
    """The official term of a URI, or None; only the vocabulary that the URI points into is read."""
    home = by_prefix(uri[: uri.rfind("/") + 1])
    return home.get(uri) if home is not None else None
