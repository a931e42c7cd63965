"""What of a transcript goes into the wallet: each award's own sealed credential, and the file where there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from credenza.document import elmo
from credenza.errors import CredenzaError
from credenza.exchange.emrex import identity
from credenza.record import Learner
from credenza.service.accounts.models import User
from credenza.service.verification import sources
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldCredential, HeldState
from credenza.verifying.report import Verdict, VerificationReport

_ORDER = (Verdict.VERIFIED, Verdict.PARTIALLY_VERIFIED, Verdict.FAILED)


@dataclass(frozen=True)
class Kept:
    """What was kept, and in plain words what was not."""

    credentials: tuple[HeldCredential, ...]
    left_out: tuple[str, ...]


def keep(
    user: User, document: bytes, transcript: elmo.Transcript, *, expected: Learner, sender: str,
    state: HeldState = HeldState.ACCEPTED, source: str = "",
) -> Kept:  # fmt: skip
    """Keep, or offer, the results of a transcript whose sender and person are known to be right.

    Of an award's sealed credentials the one that can be checked best is kept, as if the learner had brought it; one
    that is of another person is not. Where an award has none, the signed transcript itself is kept, once.
    """
    kept: list[HeldCredential] = []
    left_out: list[str] = []
    bare = False
    for entry in transcript.entries:
        found = _best(entry.sealed, expected, left_out)
        if found is None:
            bare = True
            continue
        try:
            kept.append(holding.keep_file(user, *found, state=state, source=source))
        except CredenzaError as error:
            left_out.append(error.message)
            bare = True
    if bare:
        kept.append(_transcript(user, document, transcript, sender, state, source))
    return Kept(tuple(dict.fromkeys(kept)), tuple(left_out))


def _best(
    files: Iterable[elmo.Attachment], expected: Learner, left_out: list[str]
) -> tuple[bytes, VerificationReport] | None:
    checked: list[tuple[bytes, VerificationReport]] = []
    for one in files:
        try:
            report = sources.check(one.content)
        except CredenzaError as error:
            left_out.append(error.message)
            continue
        learner = report.award.learner if report.award is not None else None
        if learner is not None and identity.match(expected, learner).verdict == "different":
            left_out.append("A sealed credential inside is of another person, and is not kept.")
            continue
        checked.append((one.content, report))
    return min(checked, key=lambda one: _ORDER.index(one[1].verdict), default=None)


def _transcript(
    user: User, document: bytes, transcript: elmo.Transcript, sender: str, state: HeldState, source: str
) -> HeldCredential:
    """The transcript itself as one entry of the wallet."""
    issuers = dict.fromkeys(entry.award.issuer.legal_name.best("en") for entry in transcript.entries)
    titles = [entry.award.micro_credential.title.best("en") for entry in transcript.entries]
    held, _made = HeldCredential.objects.get_or_create(
        owner=user,
        digest=hashlib.sha256(document).hexdigest(),
        defaults={
            "data": document,
            "format": "elmo",
            "state": state,
            "source": source[:300],
            "title": (titles[0] if len(titles) == 1 else f"Transcript: {', '.join(titles)}")[:500],
            "issuer_name": (", ".join(issuers) or sender)[:300],
            "issued_at": transcript.generated,
            "search_text": holding.folded(" ".join([*titles, *issuers]))[:20_000],
            "verdict": holding.verdict_of(sources.check(document)),
            "checked_at": timezone.now(),
        },
    )
    return held
