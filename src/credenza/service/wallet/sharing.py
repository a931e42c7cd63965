"""Sharing: which credentials, which of their fields, for whom, until when, how many views; and withdrawal (see ``looking``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from credenza.errors import MalformedInput, Refused
from credenza.service import encryption
from credenza.service.accounts.models import User
from credenza.service.issuance import counts
from credenza.service.wallet.models import HeldCredential, HeldState, Share, SharedCredential

ALWAYS_SHOWN = frozenset({"title", "awarding_body"})
PRIVATE = frozenset({"birth_date"})
"""What is not ticked until the learner ticks it."""


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
        shared = Counter(held.award.version for held in chosen if held.award is not None)
        for version in sorted(shared, key=lambda one: one.pk):  # in one order, whoever shares
            counts.count(version, counts.SHARED, shared[version], country=owner.country)
    return share, secret


def withdraw(share: Share) -> None:
    """Nobody can look at it any more."""
    Share.objects.filter(pk=share.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
