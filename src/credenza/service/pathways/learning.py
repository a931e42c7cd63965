"""Where a learner stands on a pathway: the wallet's credentials verified now, and the best use of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from credenza.adapters.carriers import sealed_in
from credenza.errors import CredenzaError, Refused
from credenza.issuing.sealing import ELM, OPEN_BADGE
from credenza.record import Learner
from credenza.service.accounts.models import User
from credenza.service.issuance.documents import document
from credenza.service.pathways import offers
from credenza.service.pathways.models import Following, PathwayVersion
from credenza.service.verification import sources
from credenza.service.wallet.holding import MOST_FILES
from credenza.service.wallet.models import HeldCredential, HeldState
from credenza.stacking.person import same_person
from credenza.stacking.progress import Progress, find_progress
from credenza.stacking.recognised import find_stand_ins, is_decision
from credenza.verifying.verified import VerifiedCredential

LONGEST = 3.0
"""Seconds that the search for the best stack may take before a page says that it is not proven."""


@dataclass(frozen=True)
class Own:
    """A credential of the wallet that stands: the exact bytes that were verified, and what they say."""

    held: HeldCredential
    sealed: bytes
    verified: VerifiedCredential


@dataclass(frozen=True)
class LeftOut:
    """A credential of the wallet that cannot count on any pathway, and why."""

    held: HeldCredential
    reason: str


@dataclass(frozen=True)
class Look:
    """One look at a pathway: progress over ``own`` (in that order), the decisions that were at hand, what is left out.

    ``anchored`` says that it is shown whose credentials these are: one was claimed here through a confirmed address, or
    the home institution vouched for the student identifier. Else a person must look before anything is issued.
    """

    progress: Progress
    own: tuple[Own, ...]
    decisions: tuple[Own, ...]
    left_out: tuple[LeftOut, ...]
    anchored: bool

    @property
    def counted(self) -> list[str]:
        """The ids of what is held and counts, with the decisions by which it does."""
        standings = zip(self.own, self.progress.credentials, strict=True)
        used = [str(one.held.pk) for one, standing in standings if standing.part is not None]
        recognised = any(standing.recognised for standing in self.progress.credentials)
        return used + ([str(one.held.pk) for one in self.decisions] if recognised else [])


def look(
    version: PathwayVersion, learner: User, *, now: datetime, only: Collection[str] | None = None, public: bool = True
) -> Look:
    """Verify what the learner holds (or ``only`` some of it) and find its best use.

    Raises:
        Refused: ``stacking-not-solved``. Unreachable: ``stacking-solver-missing``.
    """
    left_out: list[LeftOut] = []
    held = HeldCredential.objects.filter(owner=learner, state=HeldState.ACCEPTED).select_related("award__organisation")
    if only is not None:
        held = held.filter(pk__in=only)
    standing = list(_standing(held.order_by("added_at")[:MOST_FILES], left_out, now))
    anchors = [one for one in standing if _is_claimed(one, learner)]
    ordered = [*anchors, *(one for one in standing if one not in anchors)]
    anchored = bool(anchors) or learner.esi_confirmed
    reference = [] if anchors or not learner.name else [learner.as_learner]
    mine = list(_of_one_person(ordered, reference, left_out))
    record = offers.record_of(version) if version.published_at else version.as_record
    mine = [one for one in mine if one.verified.award.micro_credential.id != record.award]
    own = tuple(one for one in mine if not is_decision(one.verified.award))
    decisions = tuple(one for one in mine if is_decision(one.verified.award))
    credentials = [one.verified for one in own]
    progress = find_progress(
        record,
        credentials,
        now=now,
        offers=offers.definitions_for(record) if public else (),
        stand_ins=find_stand_ins(record, credentials, [one.verified for one in decisions]),
        longest=LONGEST,
    )
    return Look(progress, own, decisions, tuple(left_out), anchored)


def remember(version: PathwayVersion, learner: User, found: Look, *, now: datetime) -> None:
    """Keep what the look came to for the wallet, where the learner follows the pathway."""
    parts = found.progress.parts
    done = sum(one.complete for one in parts)
    Following.objects.filter(learner=learner, pathway=version.pathway_id).update(
        looked_at=now, parts_done=done, parts=len(parts), complete=found.progress.complete
    )


def _standing(held: Sequence[HeldCredential], left_out: list[LeftOut], now: datetime) -> Iterator[Own]:
    for one in held:
        try:
            sealed = _sealed(one)
            report = sources.check(sealed, now=now)
            yield Own(one, sealed, VerifiedCredential.of_report(report, checked_at=now))
        except CredenzaError as error:
            left_out.append(LeftOut(one, error.message))


def _sealed(held: HeldCredential) -> bytes:
    """The sealed credential: of this site its badge (an award with parts: the form that holds them), else the file."""
    if held.award is not None:
        larger = bool((held.award.record or {}).get("parts"))
        return document(held.award, ELM if larger else OPEN_BADGE).data
    return sealed_in(bytes(held.data))


def _is_claimed(own: Own, learner: User) -> bool:
    return own.held.award is not None and own.held.award.holder_id == learner.pk


def _of_one_person(own: Sequence[Own], reference: Sequence[Learner], left_out: list[LeftOut]) -> Iterator[Own]:
    """What is of the person of the first, or of the account; what is of others is left out, and said so."""
    kept = list(own)
    while True:
        learners = [*reference, *(one.verified.award.learner for one in kept)]
        try:
            same_person(learners)
        except Refused as error:
            strangers = {place - len(reference) for place in error.detail["places"]}
            reason = "It is of another person, as far as anybody can tell from what it says."
            left_out += [LeftOut(one.held, reason) for place, one in enumerate(kept) if place in strangers]
            kept = [one for place, one in enumerate(kept) if place not in strangers]
            continue
        yield from kept
        return
