"""Is the applicant the person whom the credential names, and how well is that known? In doubt a person decides.

What an applicant states of themself is worth less than what others assert: a mailbox that only they open, an institution
at whose page they signed in, and an identifier that such an institution asserts and the issuer has sealed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from credenza.record import IdentifierKind, Learner
from credenza.record.text import Frozen, Line

_PERSONAL = frozenset({IdentifierKind.ESI, IdentifierKind.NATIONAL_ID})


class Same(StrEnum):
    """The same person, another one, or not to be told from the record."""

    YES = "yes"
    NO = "no"
    DOUBT = "doubt"


class Assurance(StrEnum):
    """How well it is known who the applicant is, the least first."""

    SELF_STATED = "self-stated"
    MAIL_CONFIRMED = "mail-confirmed"
    INSTITUTION = "institution"
    SEALED = "sealed"

    def reaches(self, least: Assurance) -> bool:
        """Whether it is at least as good."""
        known = tuple(Assurance)
        return known.index(self) >= known.index(least)


class Assertion(Frozen):
    """A description of the applicant, and who gave it: the applicant, or an institution at whose page they signed in."""

    learner: Learner
    assurance: Assurance
    source: Line


class Possession(Frozen):
    """How the applicant came by the credential, where only the learner could: by mail, or signed in at the provider."""

    assurance: Assurance
    source: Line


class PersonMatch(Frozen):
    """The finding and its reason, in plain language; ``assurance`` and ``source`` are of what it rests on."""

    same: Same
    reason: str
    assurance: Assurance = Assurance.SELF_STATED
    source: str = ""


def match_person(
    asserted: Sequence[Assertion], named: Learner, *, possession: Possession | None = None
) -> PersonMatch:  # fmt: skip
    """Compare what is asserted of the applicant with the learner whom the credential names; the best assertion tells.

    A weaker one is asked only where a better one cannot tell and its name agrees: whoever signed in under another name
    cannot claim a credential by what they state of themself.
    """
    best = PersonMatch(same=Same.DOUBT, reason="Nothing is known of the applicant.")
    for one in sorted(asserted, key=lambda one: tuple(Assurance).index(one.assurance), reverse=True):
        found = same_person(one.learner, named)
        if found.same is not Same.DOUBT:
            return _known(found, one, named, possession)
        if one.learner.name and not best.source:
            best = found.model_copy(update={"assurance": one.assurance, "source": one.source})
        if one.learner.name and not _names_agree(one.learner, named):
            return best
    if possession is None or not best.source:
        return best
    reason = "The names are the same, and the applicant came by it in a way that only the learner can."
    return PersonMatch(same=Same.YES, reason=reason, assurance=possession.assurance, source=possession.source)


def _known(found: PersonMatch, one: Assertion, named: Learner, possession: Possession | None) -> PersonMatch:
    """A finding with what it rests on; the way in which the credential came can be better evidence than a statement."""
    assurance, source = one.assurance, one.source
    if assurance is Assurance.INSTITUTION and _identifiers(one.learner) & _identifiers(named):
        assurance = Assurance.SEALED
    if found.same is Same.YES and possession is not None and possession.assurance.reaches(assurance):
        assurance, source = possession.assurance, possession.source
    return found.model_copy(update={"assurance": assurance, "source": source})


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
    names_agree = _names_agree(applicant, named)
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


def _names_agree(one: Learner, other: Learner) -> bool:
    return bool(_names(one)) and _names(one) == _names(other)


def _names(person: Learner) -> frozenset[str]:
    decomposed = unicodedata.normalize("NFKD", (person.name or "").casefold())
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
    return frozenset("".join(one if one.isalnum() else " " for one in bare).split())
