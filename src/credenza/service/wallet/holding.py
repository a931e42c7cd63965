"""A learner's wallet: what is offered, taken, brought along from elsewhere, and how it stands now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credenza.errors import Conflict, Refused
from credenza.issuing.sealing import ELM
from credenza.record import Award as AwardRecord
from credenza.service.accounts.models import User
from credenza.service.catalogue.versions import folded
from credenza.service.issuance import claims
from credenza.service.issuance.documents import document
from credenza.service.issuance.models import Award
from credenza.service.verification import sources
from credenza.service.verification.page import banner_of
from credenza.service.wallet.models import HeldCredential, HeldState
from credenza.verifying.report import Verdict, VerificationReport

MOST_FILES = 500
UNSEALED = "unsealed"


@dataclass(frozen=True)
class Standing:
    """How a credential stands: ``look`` is good, warn, bad or nothing; said by word and icon."""

    look: str
    icon: str
    word: str | Promise


def offers_to(user: User) -> QuerySet[HeldCredential]:
    """Awards sent to one of the person's confirmed addresses that they have not taken yet; found anew at each visit."""
    free = Award.objects.free().filter(email__in=addresses_of(user)).exclude(held__owner=user)
    for award in free.select_related("organisation", "version")[:MOST_FILES]:
        HeldCredential.objects.get_or_create(owner=user, digest=_digest_of(award), defaults=_about(award))
    return within_reach(user).filter(state=HeldState.OFFERED, award__revoked_at=None)


def within_reach(user: User) -> QuerySet[HeldCredential]:
    """What the person may read: what they hold, and what is offered to an address that is theirs today and taken by nobody."""
    offered = Q(award__holder=None, award__email__in=addresses_of(user))
    return HeldCredential.objects.filter(Q(award=None) | Q(award__holder=user) | offered, owner=user)


def addresses_of(user: User) -> list[str]:
    """The addresses that a person has confirmed, in lower case."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return [address.lower() for address in confirmed if address]


def claim(secret: str, user: User) -> HeldCredential:
    """Take the award that a mailed link offers.

    Raises:
        Refused, Conflict: as ``issuance.claims.use_link``.
    """
    with transaction.atomic():
        return keep(user, claims.use_link(secret, user))


def keep(user: User, award: Award) -> HeldCredential:
    """An award of this site put into the wallet of the person who holds it."""
    kept = _about(award) | {"state": HeldState.ACCEPTED}
    return HeldCredential.objects.update_or_create(owner=user, digest=_digest_of(award), defaults=kept)[0]


def accept(held: HeldCredential) -> None:
    """Take what was offered.

    Raises:
        Conflict: ``award-claimed``: somebody else holds it. Refused: ``credential-revoked``, ``award-not-offered``: the
            address that it was sent to is not the person's any more.
    """
    award = held.award
    with transaction.atomic():
        if award is not None and not claims.give(award, held.owner, email__in=addresses_of(held.owner)):
            award.refresh_from_db()
            if award.revoked_at is not None:
                raise Refused("credential-revoked", "The issuer has withdrawn this credential.")
            if award.holder_id is None:
                raise Refused("award-not-offered", "This credential was sent to an address that is not yours any more.")
            if award.holder_id != held.owner_id:
                raise Conflict("award-claimed", "This credential is in another wallet already.")
        HeldCredential.objects.filter(pk=held.pk).update(state=HeldState.ACCEPTED)


def decline(held: HeldCredential) -> None:
    """Leave what was offered; the issuer's link still works should the learner think again."""
    HeldCredential.objects.filter(pk=held.pk, state=HeldState.OFFERED).update(state=HeldState.DECLINED)


def bring(user: User, data: bytes) -> HeldCredential:
    """Keep a credential of any issuer, from a file in any format that can be read.

    Raises:
        Refused: ``credential-not-sound`` where its seal is broken or missing, ``credential-unreadable``, ``wallet-full``.
        Conflict: ``credential-present``. MalformedInput: as ``verification.sources.check``.
    """
    if user.credentials.filter(digest=hashlib.sha256(data).hexdigest()).exists():
        raise Conflict("credential-present", "This file is in your wallet already.")
    return keep_file(user, data, sources.check(data))


def keep_file(
    user: User, data: bytes, report: VerificationReport, *, state: HeldState = HeldState.ACCEPTED, source: str = ""
) -> HeldCredential:
    """Keep a file that was checked just now, or offer it; one that is in the wallet already stays as it is.

    Raises:
        Refused: as ``bring``.
    """
    if report.check("proof").outcome == "failed" or report.check("format").outcome == "failed":
        failed = next(one for one in report.checks if one.outcome == "failed")
        raise Refused("credential-not-sound", f"It is not kept, because nobody could rely on it: {failed.reason}")
    if report.award is None:
        raise Refused("credential-unreadable", "What this credential says cannot be read here.")
    if user.credentials.exclude(state=HeldState.OFFERED, award__isnull=False).count() >= MOST_FILES:
        raise Refused("wallet-full", f"A wallet holds {MOST_FILES} credentials at most.")
    digest = hashlib.sha256(data).hexdigest()
    fields = _of_record(report.award) | {
        "data": data,
        "format": report.format,
        "state": state,
        "source": source[:300],
        "verdict": report.verdict.value,
        "checked_at": timezone.now(),
    }
    held, _made = HeldCredential.objects.get_or_create(owner=user, digest=digest, defaults=fields)
    return held


def report_of(held: HeldCredential, *, now: datetime | None = None) -> VerificationReport:
    """The credential checked now, with every source asked."""
    now = now or timezone.now()
    report = sources.check(bytes_of(held), now=now)
    if held.data is not None:
        remember_check(held.pk, report, now)
    return report


def remember_check(held: object, report: VerificationReport, now: datetime) -> None:
    """What the check of a file came to, for lists; of an award of this site the database knows better."""
    HeldCredential.objects.filter(pk=held).update(verdict=verdict_of(report), checked_at=now)


def verdict_of(report: VerificationReport) -> str:
    """What a check came to, for lists; a file that nobody sealed is not a forgery, and said to be what it is."""
    return UNSEALED if report.check("proof").code == "proof-missing" else report.verdict.value


def bytes_of(held: HeldCredential) -> bytes:
    """The exact sealed bytes; of an award of this site, its European Digital Credential."""
    return bytes(held.data) if held.data is not None else document(held.award, ELM).data


def standing(held: HeldCredential, *, broken: bool = False) -> Standing:
    """How it stands, for a card: an award of this site as the database knows now, a file as its last check said.

    ``broken`` says that an award inside this one was withdrawn.
    """
    award = held.award
    if award is not None:
        if award.revoked_at is not None:
            return Standing("bad", "cross", _("Revoked"))
        if award.suspended_at is not None:
            return Standing("warn", "pause", _("Suspended"))
        if broken:
            return Standing("bad", "cross", _("A part of it was withdrawn"))
        if award.valid_until is not None and award.valid_until < timezone.now():
            return Standing("bad", "clock", _("Expired"))
        return Standing("good", "check", _("In force"))
    return {
        Verdict.VERIFIED.value: Standing("good", "check", _("Valid when last checked")),
        Verdict.FAILED.value: Standing("bad", "cross", _("Not valid when last checked")),
        UNSEALED: Standing("warn", "info", _("Not sealed")),
    }.get(held.verdict, Standing("", "question", _("Not all could be checked")))


def sentence(report: VerificationReport) -> str:
    """What the report comes to, in one sentence."""
    return banner_of(report).sentence


def _about(award: Award) -> dict[str, object]:
    return _of_record(award.as_record) | {"award": award, "format": ELM}


def _of_record(record: AwardRecord) -> dict[str, object]:
    offered = record.micro_credential
    words = [*offered.title.root.values(), *record.issuer.legal_name.root.values()]
    words += [text for outcome in offered.learning_outcomes for text in outcome.title.root.values()]
    return {
        "title": offered.title.best("en")[:500],
        "issuer_name": record.issuer.legal_name.best("en")[:300],
        "issued_at": record.issued,
        "search_text": folded(" ".join(words))[:20_000],
    }


def _digest_of(award: Award) -> str:
    return hashlib.sha256(award.urn.encode()).hexdigest()
