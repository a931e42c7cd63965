"""How alike two personal names are: spelling, accents, order of the parts, initials, and other alphabets in Latin.

Transliteration follows ICAO Doc 9303 part 3 (Cyrillic, and Latin letters with no decomposition), ELOT 743 (Greek) and
BGN/PCGN (Georgian of 2009, which is Georgia's own; Armenian of 1981), from the table ``transliteration.csv``. National
conventions differ (Юрий is Iurii, Yuriy, Jurij), so names are also compared by a coarser key that such conventions agree
on (``coarse_spelling.csv``, applied in its order). A script that the table lacks is not compared at all: Arabic and
Hebrew leave vowels unwritten, and how Chinese, Japanese or Thai are read cannot be told letter by letter.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib import resources

_PARTICLES = frozenset(
    {"de", "da", "do", "dos", "das", "del", "la", "van", "von", "der", "den", "di", "y", "e", "af", "av"}
)
_MOST_PARTS, _LONGEST = 12, 200
_INITIAL, _COARSELY, _CONTAINED, _NEAR = 0.85, 0.97, 0.92, 0.8


@dataclass(frozen=True)
class NameMatch:
    """How alike (0 to 1); ``comparable`` is False where the scripts cannot be compared."""

    score: float
    comparable: bool
    reason: str


def compare_names(expected: tuple[str, ...], found: tuple[str, ...]) -> NameMatch:
    """Compare each spelling of one person's whole name with each of another's; the most alike counts."""
    if not expected or not found:
        return NameMatch(0.0, False, "A name is missing.")
    pairs = [(_parts(one), _parts(other)) for one in expected for other in found]
    readable = [(one, other) for one, other in pairs if one and other]
    if not readable:
        return NameMatch(0.0, False, "The names are in scripts that cannot be compared.")
    score = max(score for one, other in readable for score in (_score(one, other), _score(other, one)))
    if score == 1.0:
        return NameMatch(score, True, "The names are the same.")
    if score >= _CONTAINED - 0.02:
        return NameMatch(score, True, "The names differ only in spelling, or one has more parts.")
    return NameMatch(round(score, 2), True, f"The names are alike to {score:.0%}.")


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a name in plain Latin letters, none where any letter has no Latin counterpart in the table."""
    latin = _latin(name[:_LONGEST])
    if re.search(r"[^\W\d_a-z]", latin):
        return ()
    parts = re.findall(r"[a-z]+", latin)
    weighty = [part for part in parts if part not in _PARTICLES]
    return tuple((weighty or parts)[:_MOST_PARTS])


def _latin(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold()
    for letters, latin in _table():
        text = text.replace(letters, latin)
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    for letters, latin in _table():  # a letter whose accent the table does not know
        bare = bare.replace(letters, latin)
    return bare


@cache
def _table() -> tuple[tuple[str, str], ...]:
    rows = [(row["letters"], row["latin"]) for row in _rows("transliteration.csv")]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


@cache
def _coarse_spelling() -> tuple[tuple[str, str], ...]:
    return tuple((row["letters"], row["key"]) for row in _rows("coarse_spelling.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("credenza.exchange.emrex").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _score(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Best pairing of the parts in any order; parts that only one name has count little if all others agree."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    left = list(longer)
    total = 0.0
    for part in shorter:
        best = max(left, key=lambda candidate: _alike(part, candidate))
        total += _alike(part, best)
        left.remove(best)
    mean = total / len(shorter)
    if not left:
        return mean
    if len(shorter) == 1:
        return min(mean, 0.7)  # a single name that agrees is no more than a hint
    return mean * _CONTAINED


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if 1 in (len(one), len(other)) and one[0] == other[0]:
        return _INITIAL
    if _coarse(one) == _coarse(other):
        return _COARSELY
    ratio = max(
        SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in ((one, other), (_coarse(one), _coarse(other)))
    )
    return ratio * _NEAR


def _coarse(part: str) -> str:
    for letters, key in _coarse_spelling():
        part = part.replace(letters, key)
    return re.sub(r"(.)\1+", r"\1", part)
