"""Whether two descriptions are of one person: birth date, names in any script, European Student Identifier.

The verdict is never bent towards yes: ``same`` needs an equal birth date and names that differ at most in spelling,
``different`` needs a clear contradiction, and everything between is ``doubt``, which a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from credenza.document.elmo import Transcript
from credenza.errors import MalformedInput
from credenza.exchange.emrex.names import compare_names
from credenza.record import Learner
from credenza.record.student_identifier import parse_student_identifier, same_student

Verdict: TypeAlias = Literal["same", "doubt", "different"]
_SAME_NAME, _KNOWN_STUDENT_NAME, _OTHER_NAME = 0.9, 0.5, 0.45


@dataclass(frozen=True)
class IdentityMatch:
    """How alike two people are (``score`` 0 to 1), the verdict, and the reasons in plain words."""

    score: float
    verdict: Verdict
    reasons: tuple[str, ...]


def match(expected: Learner, found: Learner) -> IdentityMatch:
    """Compare the person who asked with the person whom the results name."""
    names = compare_names(_names(expected), _names(found))
    birth = _birth_dates(expected, found)
    student = _students(expected, found)
    reasons = tuple(reason for reason in (birth[1], names.reason, student[1]) if reason)
    comparable = names.comparable
    score = round(0.5 * birth[0] + 0.5 * (names.score if comparable else 0.5), 2)
    if birth[0] == 1.0 and comparable:
        enough = _KNOWN_STUDENT_NAME if student[0] == "same" else _SAME_NAME
        if names.score >= enough and student[0] != "different":
            return IdentityMatch(score, "same", reasons)
    contradicted = birth[0] == 0.0 or (comparable and names.score < _OTHER_NAME) or student[0] == "different"
    if contradicted and student[0] != "same":
        return IdentityMatch(score, "different", reasons)
    return IdentityMatch(score, "doubt", reasons)


def match_transcript(expected: Learner, transcript: Transcript) -> IdentityMatch:
    """Compare with the head of an ELMO file and with the learner of each award in it; the worst counts."""
    people: Iterable[Learner] = dict.fromkeys((transcript.learner, *(one.award.learner for one in transcript.entries)))
    order = ("different", "doubt", "same")
    return min((match(expected, one) for one in people), key=lambda one: (order.index(one.verdict), one.score))


def _names(learner: Learner) -> tuple[str, ...]:
    composed = " ".join(part for part in (learner.given_name, learner.family_name) if part)
    return tuple(dict.fromkeys(name for name in (composed, learner.full_name) if name))


def _birth_dates(expected: Learner, found: Learner) -> tuple[float, str]:
    """1 for equal, 0 for different, between where nothing or a slip explains it."""
    one, other = expected.birth_date, found.birth_date
    if one is None or other is None:
        return 0.5, "A birth date is missing."
    if one == other:
        return 1.0, "The birth dates are the same."
    swapped = one.year == other.year and (one.month, one.day) == (other.day, other.month)
    if swapped:
        return 0.5, "The birth dates have day and month exchanged."
    return 0.0, "The birth dates are different."


def _students(expected: Learner, found: Learner) -> tuple[Literal["same", "unknown", "different"], str]:
    """Another code of the same country or institution is another student; codes of two of them say nothing."""
    if expected.esi is None or found.esi is None:
        return "unknown", ""
    if same_student(expected.esi, found.esi):
        return "same", "The European Student Identifiers are the same."
    try:
        scopes = {parse_student_identifier(one).scope for one in (expected.esi, found.esi)}
    except MalformedInput:
        return "unknown", "A European Student Identifier is malformed."
    if len(scopes) == 1:
        return "different", "The European Student Identifiers are of two students of one institution."
    return "unknown", "The European Student Identifiers are of different institutions."
