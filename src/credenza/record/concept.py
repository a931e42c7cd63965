"""Controlled terms: an official URI of a vocabulary, or a term of someone's own with its label."""

from __future__ import annotations

import re
from typing import Any

from pydantic import field_validator, model_validator

from credenza.record.text import Frozen, Text
from credenza.vocabulary import Term, term, vocabulary

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]+\Z")


def check_uri(uri: str) -> str:
    """An absolute URI, short enough for any index."""
    if len(uri) > 2000 or not _URI.match(uri):
        raise ValueError(f"{uri[:80]!r} is not an absolute URI")
    return uri


class Concept(Frozen):
    """A controlled term (SKOS concept).

    For a term of an official vocabulary only ``uri`` is kept: scheme and labels come from the vocabulary, so that
    nobody can seal "Level 8" as the label of EQF level 2. Any other term (an ESCO skill, a term of a provider's own)
    keeps what its author says of it.
    """

    uri: str
    scheme: str | None = None
    labels: Text | None = None

    _uri = field_validator("uri")(check_uri)

    @model_validator(mode="before")
    @classmethod
    def _official(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(uri := data.get("uri"), str) and (known := term(uri)) is not None:
            return {"uri": uri, "scheme": known.scheme}
        return data

    @property
    def term(self) -> Term | None:
        """The term of the official vocabulary, or None."""
        return term(self.uri)

    @property
    def notation(self) -> str:
        """The short code of an official term (``"6"``, ``"IE"``), else the last part of the URI."""
        known = self.term
        return known.notation if known is not None else self.uri.rstrip("/").rsplit("/", 1)[-1]

    @property
    def eqf(self) -> int | None:
        """The number of an EQF level, 1 to 8; None for any other term, a national level too."""
        known = vocabulary("eqf").get(self.uri)
        return int(known.notation) if known is not None else None

    def label(self, language: str) -> str:
        """How a person reads this term in this language; English, any other or the code where there is none."""
        known = self.term
        if known is not None:
            return known.label(language)
        return self.labels.best(language) if self.labels is not None else self.notation


def concept(name: str, code: str) -> Concept:
    """The term of the vocabulary ``name`` with this code, URI or label.

    Raises:
        KeyError: where the vocabulary has no such term: for codes in our own source only.
    """
    found = vocabulary(name).find(code)
    if found is None:
        raise KeyError(f"{name}: {code}")
    return Concept(uri=found.uri)
