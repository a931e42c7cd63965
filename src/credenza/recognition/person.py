"""Is the applicant the person whom the credential names? A person decides where the record cannot tell."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from credenza.record import IdentifierKind, Learner
from credenza.record.text import Frozen

_PERSONAL = frozenset({IdentifierKind.ESI, IdentifierKind.NATIONAL_ID})


class Same(StrEnum):
    """The same person, another one, or not to be told from the record."""

    YES = "yes"
    NO = "no"
    DOUBT = "doubt"


class PersonMatch(Frozen):
    """The finding and its reason, in plain language."""

    same: Same
    reason: str


def same_person(applicant: Learner, named: Learner) -> PersonMatch:
    """Compare an applicant, as the desk knows the person, with the learner whom the credential names.

    A personal identifier decides; else another birth date excludes, and the same one with the same names confirms.
    Names in different scripts or orders are a doubt, never an exclusion.
    """
    if applicant.birth_date and named.birth_date and applicant.birth_date != named.birth_date:
        return PersonMatch(same=Same.NO, reason="The birth dates differ.")
    ours, theirs = _identifiers(applicant), _identifiers(named)
    if ours & theirs:
        return PersonMatch(same=Same.YES, reason="A personal identifier is the same.")
    if any(kind is IdentifierKind.NATIONAL_ID and _other(ours, theirs, kind, country) for kind, country, _ in ours):
        return PersonMatch(same=Same.NO, reason="The national identifiers differ.")
    names_agree = bool(_names(applicant)) and _names(applicant) == _names(named)
    if names_agree and applicant.birth_date and applicant.birth_date == named.birth_date:
        return PersonMatch(same=Same.YES, reason="Names and birth date are the same.")
    if names_agree:
        return PersonMatch(same=Same.DOUBT, reason="The names are the same; nothing else was there to compare.")
    return PersonMatch(same=Same.DOUBT, reason="The names differ; they may be written in another script or order.")


def _identifiers(person: Learner) -> set[tuple[IdentifierKind, str, str]]:
    """Kind, country and value; a student has an identifier at each university, a nation gives one."""
    known = [*person.identifiers, *([person.national_id] if person.national_id else [])]
    found = {
        (
            one.kind,
            one.country.notation if one.country else "",
            one.value if one.kind is IdentifierKind.DID else one.value.casefold(),
        )
        for one in known
        if one.kind in _PERSONAL
    }
    if person.id is not None and person.id.startswith("did:"):
        found.add((IdentifierKind.DID, "", person.id))
    return found


def _other(
    ours: set[tuple[IdentifierKind, str, str]], theirs: set[tuple[IdentifierKind, str, str]],
    kind: IdentifierKind, country: str,
) -> bool:  # fmt: skip
    values = [{value for a, b, value in side if (a, b) == (kind, country)} for side in (ours, theirs)]
    return bool(country and values[1]) and not values[0] & values[1]


def _names(person: Learner) -> frozenset[str]:
    decomposed = unicodedata.normalize("NFKD", (person.name or "").casefold())
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
    return frozenset("".join(one if one.isalnum() else " " for one in bare).split())
