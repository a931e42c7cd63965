"""Which parts a verified credential may fill, with how many ECTS, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from credenza.record import Award
from credenza.stacking.assignment import Candidate
from credenza.stacking.pathway import Pathway, PathwayPart
from credenza.stacking.requirement import Facts, Reason, facts_of, misfits, too_old
from credenza.verifying.verified import VerifiedCredential


@dataclass(frozen=True)
class StandIn:
    """A recognition decision by which a credential of another provider stands in for a part.

    The decision is a verified credential itself, and names the recognised credential by its id (see ``subjects_of``).
    ``ects`` are the credits that it was recognised for, those of the credential where they are not stated.
    """

    part: str
    credential_id: str
    decision: VerifiedCredential
    ects: Decimal | None = None


@dataclass(frozen=True)
class Judged:
    """One credential: ECTS by the part that it may fill, reasons by the part that it may not, what bars it from all."""

    credential: VerifiedCredential
    facts: Facts
    fits: Mapping[str, Decimal]
    misfits: Mapping[str, tuple[Reason, ...]]
    recognised: frozenset[str]
    barred: tuple[Reason, ...]


def judge(
    pathway: Pathway, credential: VerifiedCredential, *, stand_ins: Sequence[StandIn] = (), now: datetime
) -> Judged:
    """Put one credential to every part."""
    award = credential.award
    fits: dict[str, Decimal] = {}
    unfit: dict[str, tuple[Reason, ...]] = {}
    recognised = set()
    facts = facts_of(award.micro_credential)
    barred = _barred(credential, now)
    decisions = {one.part: one for one in stand_ins if one.credential_id == award.id}
    for part in pathway.parts:
        decision = decisions.get(part.id)
        against = _fit(part, pathway, award, facts, now) if decision is None else _refusals(decision, pathway, now)
        if against or barred:
            unfit[part.id] = against
            continue
        fits[part.id] = (decision.ects if decision else None) or award.micro_credential.ects or Decimal(0)
        if decision is not None:
            recognised.add(part.id)
    return Judged(credential, facts, fits, unfit, frozenset(recognised), barred)


def subjects_of(decision: Award) -> frozenset[str]:
    """The ids of what a recognition decision is about: named as evidence, as a part, or by an identifier."""
    named = {one.value for one in decision.identifiers if one.scheme_name == "recognised credential"}
    return frozenset(named | {one.url for one in decision.evidence} | {one.id for one in decision.parts})


def candidate(pathway: Pathway, judged: Judged) -> Candidate:
    """What the search for the best stack needs to know; the same credential in two files counts once."""
    keys = judged.facts.outcomes if pathway.outcomes_once else frozenset()
    return Candidate(judged.fits, keys | {("credential", judged.credential.award.id)})


def _barred(credential: VerifiedCredential, now: datetime) -> tuple[Reason, ...]:
    award = credential.award
    if award.valid_until is not None and award.valid_until < now:
        return (Reason("expired", f"it was valid until {award.valid_until:%Y-%m-%d}"),)
    if award.valid_from is not None and now < award.valid_from:
        return (Reason("not-yet-valid", f"it is valid only from {award.valid_from:%Y-%m-%d}"),)
    return ()


def _fit(part: PathwayPart, pathway: Pathway, award: Award, facts: Facts, now: datetime) -> tuple[Reason, ...]:
    old = too_old(part, pathway, award, now)
    return (*misfits(part, facts), *([old] if old else []))


def _refusals(stand_in: StandIn, pathway: Pathway, now: datetime) -> tuple[Reason, ...]:
    """Why a recognition decision is not accepted: of another body, about another credential, or no longer valid."""
    award = stand_in.decision.award
    if award.issuer.id not in pathway.recognised_by:
        body = award.issuer.legal_name.best("en")
        return (Reason("decision-not-accepted", f"recognition decisions of {body} are not accepted there"),)
    if stand_in.credential_id not in subjects_of(award):
        return (Reason("decision-about-another", "the recognition decision is about another credential"),)
    return _barred(stand_in.decision, now)
