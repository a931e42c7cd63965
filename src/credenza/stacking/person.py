"""Are all credentials of one person? By DID, European Student Identifier or national number, else name and birth date."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from credenza.errors import Refused
from credenza.record import IdentifierKind, Learner
from credenza.stacking.requirement import Reason

_Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Doubt:
    """The place of a credential whose owner is probably, but not provably, the same person."""

    place: int
    reason: Reason


def same_person(learners: Sequence[Learner]) -> tuple[Doubt, ...]:
    """The doubts about whether all are the person of the first; none where that is sure.

    Raises:
        Refused: ``credentials-of-different-persons`` with ``places``, where birth dates or national numbers differ, or
            neither an identifier nor the name is the same.
    """
    linked = _linked_to_first(learners)
    strangers, doubts = [], []
    for place, learner in enumerate(learners):
        differs = (found for other in learners[:place] if (found := _difference(learner, other)) is not None)
        reason = next(differs, None) or (None if place in linked else _doubt(learner, learners[0]))
        if reason is None:
            continue
        if reason.code in ("birth-date-unknown", "name-differs"):
            doubts.append(Doubt(place, reason))
        else:
            strangers.append(Doubt(place, reason))
    if strangers:
        first = strangers[0]
        raise Refused(
            "credentials-of-different-persons",
            f"Credentials of different persons cannot be stacked together: {first.reason.text}.",
            places=tuple(one.place for one in strangers),
        )
    return tuple(doubts)


def _linked_to_first(learners: Sequence[Learner]) -> set[int]:
    """The places that share an identifier, or name and birth date, with the first, directly or through others."""
    by_key: dict[_Key, list[int]] = {}
    for place, learner in enumerate(learners):
        for key in _keys(learner):
            by_key.setdefault(key, []).append(place)
    reached: set[int] = set()
    ahead = [0] if learners else []
    while ahead:
        place = ahead.pop()
        if place not in reached:
            reached.add(place)
            ahead += [other for key in _keys(learners[place]) for other in by_key[key] if other not in reached]
    return reached


def _keys(learner: Learner) -> Iterator[_Key]:
    if (learner.id or "").startswith("did:"):
        yield "did", learner.id or ""
    yield from (("esi", one.value.casefold()) for one in learner.identifiers if one.kind is IdentifierKind.ESI)
    yield from (("did", one.value) for one in learner.identifiers if one.kind is IdentifierKind.DID)
    national = _national(learner)
    if national is not None:
        yield "national", *national
    name = _folded(learner)
    if name and learner.birth_date is not None:
        yield "name", name, learner.birth_date.isoformat()


def _national(learner: Learner) -> tuple[str, str] | None:
    found = learner.national_id
    if found is None:
        return None
    return found.country.uri if found.country else "", found.value.replace(" ", "").casefold()


def _folded(learner: Learner) -> str:
    """The name without case, accents, punctuation and order of its words."""
    plain = unicodedata.normalize("NFKD", (learner.name or "").casefold())
    letters = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return " ".join(sorted(letters.split()))


def _difference(learner: Learner, first: Learner) -> Reason | None:
    born, own = first.birth_date, learner.birth_date
    if born is not None and own is not None and born != own:
        return Reason("birth-date-differs", f"one learner was born on {born}, another on {own}")
    national, other = _national(first), _national(learner)
    if national and other and national[0] and national[0] == other[0] and national[1] != other[1]:
        return Reason("national-number-differs", "they have different national numbers of the same country")
    return None


def _doubt(learner: Learner, first: Learner) -> Reason:
    """What is unsure about a credential that nothing links to the first and nothing speaks against."""
    same_name = _folded(learner) == _folded(first) != ""
    if same_name:
        text = f"the name {learner.name!r} is the same, but a birth date is missing"
        return Reason("birth-date-unknown", text)
    if learner.birth_date is not None and learner.birth_date == first.birth_date:
        text = f"the birth date is the same, but {learner.name!r} is another name than {first.name!r}"
        return Reason("name-differs", text)
    return Reason("nothing-in-common", f"nothing shows that {learner.name!r} and {first.name!r} are the same person")
