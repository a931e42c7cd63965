"""The words that certificates, pages and reports need, in the languages of the European Union."""

from __future__ import annotations

from functools import cache

from credenza.vocabulary.terms import read_table

LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


@cache
def _words() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in read_table("words.csv")}


def word(key: str, language: str) -> str:
    """A word or short phrase in this language, in English where it has no translation.

    Raises:
        KeyError: the key is not in the table.
    """
    row = _words()[key]
    return row.get(language) or row["en"]


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left."""
    return language.split("-")[0] in _RIGHT_TO_LEFT
