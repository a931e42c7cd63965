"""Where a learner stands on a pathway: what counts where and why not, what is missing, and who offers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from credenza.record import MicroCredential
from credenza.stacking.assignment import assign
from credenza.stacking.eligibility import StandIn, candidate, judge
from credenza.stacking.explaining import group_progress, part_progress, standing
from credenza.stacking.pathway import Pathway
from credenza.stacking.person import Doubt, same_person
from credenza.stacking.requirement import Reason
from credenza.stacking.standing import GroupProgress, PartProgress, Standing
from credenza.verifying.report import Verdict
from credenza.verifying.verified import VerifiedCredential

_FRESH = timedelta(days=1)


@dataclass(frozen=True)
class Progress:
    """The best stack of a learner's credentials; ``proven`` says that no other is better.

    ``doubts`` name what a person should look at before a larger award is issued on it.
    """

    pathway: Pathway
    credentials: tuple[Standing, ...]
    parts: tuple[PartProgress, ...]
    groups: tuple[GroupProgress, ...]
    doubts: tuple[Doubt, ...]
    proven: bool

    @property
    def complete(self) -> bool:
        return self.groups[0].complete

    @property
    def ects(self) -> Decimal:
        """The ECTS credits that count."""
        return sum((part.ects for part in self.parts), Decimal(0))

    def sentences(self) -> tuple[str, ...]:
        """What it comes to, in words."""
        done = sum(part.complete for part in self.parts)
        title = self.pathway.title.best("en")
        best = "No other choice is better: this was proven." if self.proven else "A better choice may exist."
        missing = [reason.text for group in self.groups for reason in group.missing]
        missing += [part.missing.text for part in self.parts if part.needed and part.missing]
        parts = len(self.parts)
        first = (
            f"‘{title}’ {'is complete' if self.complete else 'is not complete yet'}:"
            f" {done} of {parts} parts, {self.ects:f} ECTS."
        )
        return (first, *(f"{one[0].upper()}{one[1:]}." for one in dict.fromkeys(missing)), best)


def find_progress(
    pathway: Pathway,
    credentials: Sequence[VerifiedCredential],
    *,
    now: datetime,
    offers: Sequence[MicroCredential] = (),
    stand_ins: Sequence[StandIn] = (),
    longest: float = 60.0,
) -> Progress:
    """The best use of these credentials on this pathway; ``offers`` are the definitions of a catalogue.

    ``longest`` are the seconds that may be spent on it; what is found by then may not be proven to be the best.

    Raises:
        Refused: ``credentials-of-different-persons``, ``stacking-not-solved``. Unreachable: ``stacking-solver-missing``.
    """
    everything = (*credentials, *(one.decision for one in stand_ins))
    doubts = same_person([one.award.learner for one in everything])
    judged = [judge(pathway, one, stand_ins=stand_ins, now=now) for one in credentials]
    found = assign(pathway.root, [candidate(pathway, one) for one in judged], longest=longest)
    parts = tuple(part_progress(pathway, part, judged, found, offers) for part in pathway.parts)
    relevant = {*found.parts, *range(len(credentials), len(everything))}
    return Progress(
        pathway=pathway,
        credentials=tuple(standing(pathway, place, judged, found) for place in range(len(judged))),
        parts=parts,
        groups=tuple(group_progress(group, parts, found) for group in pathway.groups),
        doubts=tuple(one for one in (*doubts, *_unsure(everything, now)) if one.place in relevant),
        proven=found.proven,
    )


def _unsure(credentials: Sequence[VerifiedCredential], now: datetime) -> Iterator[Doubt]:
    """Credentials that were verified in part, or too long ago to say that they were not revoked since."""
    for place, one in enumerate(credentials):
        if one.report.verdict is not Verdict.VERIFIED:
            check = next((check for check in one.report.checks if check.outcome in ("not_checked", "warning")), None)
            yield Doubt(place, Reason("not-fully-verified", check.reason if check else "not all of it was checked"))
        if now - one.checked_at > _FRESH:
            yield Doubt(place, Reason("verified-long-ago", f"it was verified last on {one.checked_at:%Y-%m-%d}"))
