"""Recognition decisions as stand-ins: by what a body grants, a credential of another provider fills a part."""

from __future__ import annotations

from collections.abc import Sequence

from credenza.record import Award
from credenza.stacking.eligibility import StandIn, subjects_of
from credenza.stacking.pathway import Pathway
from credenza.stacking.requirement import facts_of, misfits
from credenza.verifying.verified import VerifiedCredential


def is_decision(award: Award) -> bool:
    """Whether this award is a decision on the recognition of another one."""
    return any(one.scheme_name == "recognised credential" for one in award.identifiers)


def find_stand_ins(
    pathway: Pathway, credentials: Sequence[VerifiedCredential], decisions: Sequence[VerifiedCredential]
) -> tuple[StandIn, ...]:
    """The parts that a decision opens to the credential which it is about: those that what it grants fits.

    A refusal grants nothing and opens none. A part that the credential fits by itself needs no decision. Where several
    decisions open the same part, that of a body which the pathway accepts counts, and of these the newest.
    """
    accepted = sorted(decisions, key=lambda one: (one.award.issuer.id in pathway.recognised_by, _age(one.award)))
    found: dict[tuple[str, str], StandIn] = {}
    for decision in accepted:
        granted = decision.award.micro_credential
        if not (granted.learning_outcomes or granted.credits):
            continue
        facts, about = facts_of(granted), subjects_of(decision.award)
        for credential in (one for one in credentials if one.award.id in about):
            own = facts_of(credential.award.micro_credential)
            for part in pathway.parts:
                if not misfits(part, facts) and misfits(part, own):
                    found[part.id, credential.award.id] = StandIn(part.id, credential.award.id, decision, granted.ects)
    return tuple(found.values())


def _age(award: Award) -> str:
    decided = award.awarded or award.issued
    return decided.isoformat() if decided else ""
