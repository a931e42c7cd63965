"""Learning outcomes compared one by one: by ESCO skill, by the same words, and by meaning as a suggestion."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from credenza.recognition.assignment import best_assignment
from credenza.recognition.requirement import Requirement
from credenza.record.micro_credential import LearningOutcome, MicroCredential
from credenza.record.text import Frozen, Text

LARGEST_LIST = 200
"""So many outcomes of a credential are compared; whoever writes more describes no micro-credential."""
LEAST_SUGGESTED = 0.5
"""A likeness below this is not worth an evaluator's time."""
_FIRM = 2.0  # outweighs any likeness, so that a firm match is never given up for a suggestion


class Phrase(NamedTuple):
    """A text and its language (BCP 47)."""

    text: str
    language: str


class TextMatcher(Protocol):
    """Tells how alike texts are in meaning, whatever their languages; its scores are only ever shown as suggestions."""

    name: str

    def likeness(self, asked: Sequence[Phrase], has: Sequence[Phrase]) -> Sequence[Sequence[float]]:
        """One row for each phrase asked, one column for each that is there: 0 (nothing alike) to 1 (the same meaning)."""


class Basis(StrEnum):
    """What a match rests on; only a suggestion needs a person to confirm it."""

    ESCO_SKILL = "esco-skill"
    SAME_TEXT = "same-text"
    SUGGESTION = "suggestion"


class OutcomeMatch(Frozen):
    """One outcome asked, and the outcome of the credential that answers it.

    ``place`` is that outcome's place in the credential's list. ``score`` is 0 to 1: the share of the asked ESCO skills
    that it has, 1 for the same words, the model's likeness for a suggestion.
    """

    asked: str
    has: str | None = None
    place: int | None = None
    basis: Basis | None = None
    score: float = 0.0
    skills: tuple[str, ...] = ()

    @property
    def firm(self) -> bool:
        return self.basis in (Basis.ESCO_SKILL, Basis.SAME_TEXT)


class OutcomesComparison(Frozen):
    """All outcomes asked with their answers; ``not_asked`` are outcomes of the credential that answer nothing.

    ``confirmed`` is the share (0 to 1) that firm matches cover, ``with_suggestions`` counts suggestions too; None
    where nothing is asked. ``matched_by`` names the model.
    """

    matches: tuple[OutcomeMatch, ...]
    not_asked: tuple[str, ...]
    confirmed: float | None
    with_suggestions: float | None
    matched_by: str | None
    left_out: int = 0


def compare_outcomes(
    offered: MicroCredential, asked: Requirement, *, matcher: TextMatcher | None, language: str = "en"
) -> OutcomesComparison:
    """The outcomes of what was learned beside those asked, told in ``language`` where they have it."""
    wanted, there = asked.learning_outcomes, offered.learning_outcomes[:LARGEST_LIST]
    firm = [[_firm(one, other) for other in there] for one in wanted]
    likeness = _likeness(wanted, there, matcher)
    scores = [
        [_FIRM + pair[1] if pair else like for pair, like in zip(pairs, likes, strict=True)]
        for pairs, likes in zip(firm, likeness, strict=True)
    ]
    given = best_assignment(scores)
    matches = []
    for index, column in enumerate(given):
        told = wanted[index].title.best(language)
        if column is None:
            matches.append(OutcomeMatch(asked=told))
            continue
        basis, score = firm[index][column] or (Basis.SUGGESTION, likeness[index][column])
        skills = _shared(wanted[index], there[column]) if basis is Basis.ESCO_SKILL else ()
        answer = there[column].title.best(language)
        matches.append(
            OutcomeMatch(asked=told, has=answer, place=column, basis=basis, score=round(score, 2), skills=skills)
        )
    rest = (one.title.best(language) for index, one in enumerate(there) if index not in set(given))
    return OutcomesComparison(
        matches=tuple(matches),
        not_asked=tuple(rest),
        confirmed=_share(matches, with_suggestions=False),
        with_suggestions=_share(matches, with_suggestions=True),
        matched_by=matcher.name if matcher else None,
        left_out=max(0, len(offered.learning_outcomes) - LARGEST_LIST),
    )


def _firm(asked: LearningOutcome, has: LearningOutcome) -> tuple[Basis, float] | None:
    shared = _shared(asked, has)
    if shared:
        return Basis.ESCO_SKILL, len(shared) / len({one.uri for one in asked.skills})
    theirs = {language: _plain(text) for language, text in has.title.root.items()}
    same = any(theirs.get(language) == _plain(text) for language, text in asked.title.root.items())
    return (Basis.SAME_TEXT, 1.0) if same else None


def _shared(asked: LearningOutcome, has: LearningOutcome) -> tuple[str, ...]:
    return tuple(sorted({one.uri for one in asked.skills} & {one.uri for one in has.skills}))


def _likeness(
    wanted: Sequence[LearningOutcome], there: Sequence[LearningOutcome], matcher: TextMatcher | None
) -> list[list[float]]:
    if matcher is None or not wanted or not there:
        return [[0.0] * len(there) for _ in wanted]
    language = wanted[0].title.languages[0]
    found = matcher.likeness(
        [_phrase(one.title, language) for one in wanted], [_phrase(one.title, language) for one in there]
    )
    return [[like if like >= LEAST_SUGGESTED else 0.0 for like in row] for row in found]


def _phrase(text: Text, language: str) -> Phrase:
    """The text in the language that is compared, else in English, else in the first that it has."""
    chosen = next(one for one in (language, "en", text.languages[0]) if one in text.root)
    return Phrase(text.root[chosen], chosen)


def _share(matches: Sequence[OutcomeMatch], *, with_suggestions: bool) -> float | None:
    if not matches:
        return None
    covered = sum(
        one.score if one.basis is Basis.ESCO_SKILL else float(one.has is not None)
        for one in matches
        if one.firm or with_suggestions
    )
    return round(covered / len(matches), 3)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".")
