"""Sharing: which credentials, which of their fields, for whom, until when, how many views; with a log, and withdrawal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from credenza.errors import MalformedInput, Refused
from credenza.holding import disclose
from credenza.issuing.sealing import SD_JWT_VC
from credenza.service import encryption
from credenza.service.accounts.models import User
from credenza.service.described import described
from credenza.service.issuance import counts
from credenza.service.issuance.documents import document
from credenza.service.verification.page import CredentialPage, page_of
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldCredential, HeldState, Share, SharedCredential, ShareView

ALWAYS_SHOWN = frozenset({"title", "awarding_body"})
PRIVATE = frozenset({"birth_date"})
"""What is not ticked until the learner ticks it."""
_LONGEST_LOG = 1000
_NOT_SHOWN = tuple(f"credential__award__version__{name}" for name in ("form", "record", "search_text"))
"""What a look needs nothing of: all that it shows is read from the sealed bytes."""


@dataclass(frozen=True)
class Opened:
    """A share as its receiver sees it."""

    share: Share
    pages: tuple[CredentialPage, ...]


def fields_of(held: HeldCredential, language: str) -> list[tuple[str, str, str]]:
    """The fields that a credential has: key, label, and its first value, for a learner to choose from."""
    report = holding.report_of(held)
    if report.award is None:
        return []
    return [(line.key, line.label, line.values[0]) for line in described(report.award, language)]


def make(
    owner: User,
    chosen: Mapping[HeldCredential, Sequence[str]],
    *,
    audience: str,
    expires_at: datetime | None,
    maximum_views: int | None,
) -> tuple[Share, str]:
    """A share and the secret of its link, which is shown once and not kept.

    Raises:
        MalformedInput: ``share-empty``, ``share-expired``, ``share-views``. Refused: ``share-not-yours``.
    """
    if not chosen:
        raise MalformedInput("share-empty", "Choose at least one credential to share.")
    if expires_at is not None and expires_at <= timezone.now():
        raise MalformedInput("share-expired", "The share would end before it begins.")
    if maximum_views is not None and not 1 <= maximum_views <= 100_000:
        raise MalformedInput("share-views", "The number of views must be at least one.")
    if any(held.owner_id != owner.pk or held.state != HeldState.ACCEPTED for held in chosen):
        raise Refused("share-not-yours", "Only credentials in your own wallet can be shared.")
    secret = encryption.new_secret()
    with transaction.atomic():
        share = Share.objects.create(
            owner=owner,
            secret_digest=encryption.digest(secret),
            audience=audience.strip()[:200],
            expires_at=expires_at,
            maximum_views=maximum_views,
        )
        for held, fields in chosen.items():
            shown = sorted({*fields, *ALWAYS_SHOWN})
            SharedCredential.objects.create(share=share, credential=held, fields=shown)
            if held.award is not None:
                counts.count(held.award.version, counts.SHARED, country=owner.country)
    return share, secret


def find(secret: str) -> Share:
    """The share of a link, while it can be looked at.

    Raises:
        Refused: ``share-unknown``, ``share-withdrawn``, ``share-ended``, ``share-used-up``.
    """
    share = Share.objects.filter(secret_digest=encryption.digest(secret[:100])).first()
    if share is None:
        raise Refused("share-unknown", "This link is not one of ours. Was it copied whole?")
    if share.withdrawn_at is not None:
        raise Refused("share-withdrawn", "The holder no longer shares this.")
    if share.expires_at is not None and share.expires_at <= timezone.now():
        raise Refused("share-ended", "The holder shared this until a date that has passed.")
    if share.maximum_views is not None and share.views >= share.maximum_views:
        raise Refused("share-used-up", "This link was made for a number of views that is used up.")
    return share


def look(share: Share, *, language: str, country: str | None, agent: str) -> Opened:
    """Look at a share: one view is counted and logged, and every credential in it is checked now.

    Raises:
        Refused: ``share-used-up`` where somebody else used the last view in this moment.
    """
    open_still = Q(maximum_views=None) | Q(views__lt=F("maximum_views"))
    usable = Share.objects.filter(open_still, pk=share.pk, withdrawn_at=None)
    if not usable.update(views=F("views") + 1):
        raise Refused("share-used-up", "This link was made for a number of views that is used up.")
    now = timezone.now()
    pages = []
    items = share.items.select_related("credential__award__version__definition", "credential__award__organisation")
    for item in items.defer(*_NOT_SHOWN).order_by("pk"):
        report = holding.report_of(item.credential, now=now)
        shown = frozenset(item.fields)
        page = page_of(
            report,
            language=language,
            country=country,
            checked_at=now,
            shown=shown,
            from_here=item.credential.award is not None,
        )
        pages.append(page)
        if item.credential.award is not None:
            counts.count(item.credential.award.version, counts.VERIFIED)
    outcome = ", ".join(dict.fromkeys(page.banner.kind for page in pages))
    if share.views < _LONGEST_LOG:  # as it was found: no look is logged that was not counted
        ShareView.objects.create(share=share, at=now, outcome=outcome[:30], agent=_kind_of(agent))
    return Opened(share, tuple(pages))


def sealed_part(share: Share, place: int) -> bytes | None:
    """The wallet credential of the share's credential at this place, showing only the shared fields; still sealed.

    None where there is no such place, or the credential came as a file of another format.
    """
    items = list(share.items.select_related("credential__award").order_by("pk"))
    if place >= len(items) or items[place].credential.award is None:
        return None
    item = items[place]
    sealed = document(item.credential.award, SD_JWT_VC).data.decode()
    return disclose(sealed, item.fields).encode()


def withdraw(share: Share) -> None:
    """Nobody can look at it any more."""
    Share.objects.filter(pk=share.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())


def _kind_of(agent: str) -> str:
    """Roughly what looked, without what would single out one machine."""
    known = ("Firefox", "Edg", "Chrome", "Safari", "curl", "python")
    return next((name for name in known if name.lower() in agent.lower()), "other")
