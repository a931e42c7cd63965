"""Texts in several languages, and the frozen base of all types of the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, RootModel, field_validator

MAXIMUM_TEXT = 20_000
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class Frozen(BaseModel):
    """The base of the record's types: immutable, and an unknown member is refused rather than dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def check_line(text: str) -> str:
    """A text that people read: not empty, no control characters, no overrides of the writing direction.

    Direction overrides (U+202A..202E, U+2066..2069) let a forger show "Doe" where the data says "eoD".
    """
    if not text.strip():
        raise ValueError("the text is empty")
    if text != text.strip():
        raise ValueError("the text begins or ends with white space")
    if len(text) > MAXIMUM_TEXT:
        raise ValueError(f"the text is longer than {MAXIMUM_TEXT:,} characters")
    if found := _FORBIDDEN.search(text):
        raise ValueError(f"the text contains the forbidden character U+{ord(found.group()):04X}")
    return text


Line = Annotated[str, AfterValidator(check_line)]


class Text(RootModel[dict[str, str]]):
    """A text in one or more languages: ``{"en": "Data analysis", "el": "Ανάλυση δεδομένων"}`` (BCP 47 tags)."""

    model_config = ConfigDict(frozen=True)

    @field_validator("root")
    @classmethod
    def _check(cls, texts: dict[str, str]) -> dict[str, str]:
        if not texts:
            raise ValueError("a text needs at least one language")
        for language, text in texts.items():
            if not _LANGUAGE_TAG.match(language):
                raise ValueError(f"{language!r} is not a language tag such as 'en' or 'pt'")
            check_line(text)
        return texts

    @classmethod
    def of(cls, text: str, language: str = "en") -> Text:
        """A text in one language."""
        return cls({language: text})

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.root)

    def best(self, language: str) -> str:
        """The text in this language, else in English, else in the first language that it has."""
        return self.root.get(language) or self.root.get("en") or next(iter(self.root.values()))

    def __hash__(self) -> int:
        return hash(frozenset(self.root.items()))


UNSTATED = Text({"zxx": "—"})
"""Stands where a document does not state a text that the record needs (a title that a holder did not disclose)."""


def text_or_none(texts: Mapping[str, str] | None) -> Text | None:
    """A text of a language map, or None where the map is missing or empty."""
    return Text(dict(texts)) if texts else None
