"""JSON-LD contexts that are pinned inside the package: nothing is ever fetched, an unknown address is refused.

The table is ``contexts/catalogue.csv`` (address, file, SHA-256); ``contexts/SOURCES.md`` says where each comes from.
The context of the European Learning Model is written from ``elm_terms.csv``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeAlias

from credenza.errors import MalformedInput

VC_V1 = "https://www.w3.org/2018/credentials/v1"
VC_V2 = "https://www.w3.org/ns/credentials/v2"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ELM = "http://data.europa.eu/snb/model/context/edc-ap"


EXACT = frozenset({VC_V2})
"""The pinned files that are byte for byte what stands at their addresses, by the digests that the W3C names."""

LocalContext: TypeAlias = Mapping[str, Any] | list[Any]
"""What stands behind ``@context`` in a context document: terms, or a list of addresses and terms."""


@dataclass(frozen=True)
class PinnedContext:
    """One pinned context: its address, the file that holds it, and the SHA-256 of that file."""

    url: str
    file: str
    sha256: str


@dataclass(eq=False)
class ContextCatalogue:
    """The contexts that documents may name: the pinned ones, and what a caller adds by hand.

    ``inline_contexts`` lets a document write out contexts of its own. The signature then covers what its members mean,
    but not how they are called: only for callers who do not read the document by the names of its members.
    """

    added: Mapping[str, LocalContext] = field(default_factory=dict)
    inline_contexts: bool = False

    def context(self, url: str) -> LocalContext:
        """The value of ``@context`` that the address stands for.

        Raises:
            MalformedInput: ``context-unknown``.
        """
        if url in self.added:
            return self.added[url]
        if url == ELM:
            return _elm_context()
        entry = pinned().get(url)
        if entry is None:
            raise MalformedInput(
                "context-unknown", f"The document uses a context that is not known here: {url}", url=url
            )
        return _read(entry.file)

    def __post_init__(self) -> None:
        self.root_contexts: dict[tuple[str, ...], Any] = {}  # compiled by ``active_context``, which keeps both
        self.compiled = 0


@cache
def pinned() -> Mapping[str, PinnedContext]:
    """The table of pinned context files by address (the ELM context is a table of its own)."""
    text = (files(__package__) / "contexts" / "catalogue.csv").read_text(encoding="utf-8")
    entries = [PinnedContext(**row) for row in csv.DictReader(text.splitlines())]
    return MappingProxyType({entry.url: entry for entry in entries})


def context(url: str) -> dict[str, Any]:
    """The whole context document (``{"@context": ...}``) of an address.

    Raises:
        MalformedInput: ``context-unknown``.
    """
    return {"@context": PINNED.context(url)}


def published(url: str) -> bytes | None:
    """What stands at an address, where it is known without fetching it (VCDM 2.0 appendix B.1); else None."""
    return (files(__package__) / "contexts" / pinned()[url].file).read_bytes() if url in EXACT else None


def addresses() -> tuple[str, ...]:
    """The addresses of all contexts that are pinned."""
    return (*pinned(), ELM)


@cache
def _read(file: str) -> LocalContext:
    document = json.loads((files(__package__) / "contexts" / file).read_bytes())
    terms: LocalContext = document["@context"]
    return terms


@cache
def _elm_context() -> Mapping[str, Any]:
    text = (files(__package__) / "elm_terms.csv").read_text(encoding="utf-8")
    return {row["term"]: _elm_definition(row) for row in csv.DictReader(text.splitlines())}


def _elm_definition(row: dict[str, str]) -> Any:
    definition = {"@id": row["iri"], "@type": row["type"], "@container": row["container"]}
    definition = {name: value for name, value in definition.items() if value}
    return row["iri"] if len(definition) == 1 and row["term"] != "notation" else definition


PINNED = ContextCatalogue()
