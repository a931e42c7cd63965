"""Claim links: single use, expiring, and only the newest of an award works; what is kept of a secret is its digest.

The secret in a mail is made from the message's id with the operator's key. When a message is sent again after a crash,
it therefore carries the same link, and whichever copy the learner's mail system keeps works.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from credenza.errors import Conflict, Refused
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.models import User
from credenza.service.issuance import counts
from credenza.service.issuance.models import Award, ClaimLink, Delivery

LIFETIME = timedelta(days=30)
_LONGEST = 100


def link_of(delivery: Delivery) -> str:
    """The secret of the link in this message, the same each time; older links of the award work no more."""
    key = hashlib.sha256(b"claim links" + settings.CREDENZA.key_encryption_key).digest()
    secret = base64.urlsafe_b64encode(hmac.digest(key, delivery.id.bytes, "sha256")[:24]).decode()
    if not ClaimLink.objects.filter(secret_digest=encryption.digest(secret)).exists():
        _keep(delivery.award, secret)
    return secret


def open_link(secret: str) -> Award:
    """The award that a link offers.

    Raises:
        Refused: ``claim-link-unknown``, ``claim-link-used``, ``claim-link-withdrawn``, ``claim-link-expired``,
            ``credential-revoked``.
    """
    return _usable(secret).award


def use_link(secret: str, user: User) -> Award:
    """Give the award to this person; of several who use one link, one wins.

    Raises:
        Refused: as ``open_link``. Conflict: ``award-claimed``: somebody holds it already.
    """
    award = _usable(secret).award
    now = timezone.now()
    with transaction.atomic():
        usable = ClaimLink.objects.filter(secret_digest=encryption.digest(secret), used_at=None, withdrawn_at=None)
        if not usable.filter(expires_at__gt=now).update(used_at=now):
            raise Refused("claim-link-used", "This link was used already.")
        if not give(award, user):
            raise Conflict("award-claimed", "This credential is in a wallet already.")
    award.refresh_from_db()
    return award


def give(award: Award, user: User, **still: object) -> bool:
    """Let a person hold an award that nobody holds and that is ``still`` so; False where it is not (any more)."""
    with transaction.atomic():
        given = Award.objects.free().filter(pk=award.pk, **still).update(holder=user, claimed_at=timezone.now())
        if given:
            audit.record(award.organisation, "award.claimed", actor="learner", subject=award.id)
            counts.count(award.version, counts.CLAIMED, country=user.country)
    return bool(given)


def _usable(secret: str) -> ClaimLink:
    found = ClaimLink.objects.select_related("award__version__definition", "award__organisation")
    link = found.filter(secret_digest=encryption.digest(secret[:_LONGEST])).first()
    if link is None:
        raise Refused("claim-link-unknown", "This link is not one of ours. Was it copied whole?")
    if link.used_at is not None:
        raise Refused("claim-link-used", "This link was used already. Sign in to find the credential in your wallet.")
    if link.award.revoked_at is not None:
        raise Refused("credential-revoked", "The issuer has withdrawn this credential.")
    if link.withdrawn_at is not None:
        raise Refused("claim-link-withdrawn", "A newer link was sent to you: please use that one.")
    if link.expires_at <= timezone.now():
        raise Refused("claim-link-expired", "This link has expired. Ask the issuer to send it again.")
    return link


def _keep(award: Award, secret: str) -> None:
    now = timezone.now()
    with transaction.atomic():
        ClaimLink.objects.filter(award=award, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
        ClaimLink.objects.create(
            award=award, secret_digest=encryption.digest(secret), created_at=now, expires_at=now + LIFETIME
        )
