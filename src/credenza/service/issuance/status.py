"""Revoking, suspending, reinstating; and the signed status lists, made anew when something changed or they grow old."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from credenza.errors import Conflict, Refused
from credenza.issuing.status_lists import StatusSigners, list_named
from credenza.ports.issuing import StatusEntry
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.issuance import keys
from credenza.service.issuance.models import Award, LearnerKey, PublishedStatusList, StatusList
from credenza.status.allocation import DEFAULT_LENGTH

REFRESH_AFTER, CLOCK_SKEW = timedelta(days=1), timedelta(minutes=1)


def revoke(award: Award, reason: str, *, actor: User | str) -> None:
    """Withdraw for good; the learner may be awarded the same micro-credential again.

    Raises:
        Conflict: ``credential-revoked`` already.
    """
    with transaction.atomic():
        changed = Award.objects.filter(pk=award.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revocation_reason=reason[:500]
        )
        if not changed:
            raise Conflict("credential-revoked", "This credential is revoked already.")
        LearnerKey.objects.filter(award=award).delete()
        _changed(award)
        audit.record(award.organisation, "award.revoked", actor=actor, subject=award.id)
    award.refresh_from_db()


def suspend(award: Award, *, actor: User | str) -> None:
    """Take the credential out of force for the time being.

    Raises:
        Conflict: ``credential-revoked``, ``credential-suspended``.
    """
    _set_suspended(award, True, "credential-suspended", "This credential is suspended already.", actor)


def reinstate(award: Award, *, actor: User | str) -> None:
    """Put a suspended credential in force again.

    Raises:
        Conflict: ``credential-revoked``, ``credential-not-suspended``.
    """
    _set_suspended(award, False, "credential-not-suspended", "This credential is not suspended.", actor)


def _set_suspended(award: Award, value: bool, code: str, message: str, actor: User | str) -> None:
    with transaction.atomic():
        standing = Award.objects.filter(pk=award.pk, revoked_at=None)
        changed = standing.filter(suspended_at__isnull=value).update(suspended_at=timezone.now() if value else None)
        if not changed:
            if not standing.exists():
                raise Conflict("credential-revoked", "A revoked credential stays revoked.")
            raise Conflict(code, message)
        _changed(award)
        action = "award.suspended" if value else "award.reinstated"
        audit.record(award.organisation, action, actor=actor, subject=award.id)
    award.refresh_from_db()


def _changed(award: Award) -> None:
    """Count the change in its transaction: whoever signs the list sees both, or signs it anew when both are there."""
    changed = StatusList.objects.filter(organisation=award.organisation, number=award.list_number)
    changed.update(changes=F("changes") + 1)


def published(organisation: Organisation, path: str) -> PublishedStatusList | None:
    """The signed list at this path (``status/revocation-1``), signed anew where it is out of date; None if there is none.

    Without a key in force nothing is signed: what was signed before is served until its own end.
    """
    number = int(path.rsplit("-", 1)[1]) - 1
    status_list = organisation.status_lists.filter(number=number).first()
    if status_list is None and number != 0:
        return None
    changes = status_list.changes if status_list else 0
    stored = PublishedStatusList.objects.filter(organisation=organisation, path=path).first()
    if stored is not None and stored.changes == changes and timezone.now() - stored.signed_at < REFRESH_AFTER:
        return stored
    try:
        return _sign(organisation, path, number, status_list)
    except Refused:
        return stored


def _sign(
    organisation: Organisation, path: str, number: int, status_list: StatusList | None
) -> PublishedStatusList | None:
    """Sign what stands now; how often it changed was read before the statuses, so a change in between is never missed."""
    now = timezone.now()
    sealing = keys.sealing_keys(organisation)
    signers = StatusSigners(organisation.record["id"], sealing.proof, organisation.base_url, sealing.seal)
    marked = Award.objects.filter(organisation=organisation, list_number=number).exclude(
        revoked_at=None, suspended_at=None
    )
    entries = [
        StatusEntry(str(one.pk), number, one.list_index, one.revoked_at is not None, one.suspended_at is not None)
        for one in marked.only("pk", "list_index", "revoked_at", "suspended_at")
    ]
    length = status_list.length if status_list else DEFAULT_LENGTH
    since = now - CLOCK_SKEW  # a verifier whose clock is a little behind takes the list too
    made = list_named(path, entries, length=length, base_url=organisation.base_url, signers=signers, now=since)
    if made is None:
        return None
    stored, _ = PublishedStatusList.objects.update_or_create(
        organisation=organisation,
        path=path,
        defaults={
            "media_type": made.media_type,
            "data": made.data,
            "etag": hashlib.sha256(made.data).hexdigest()[:32],
            "signed_at": now,
            "changes": status_list.changes if status_list else 0,
        },
    )
    return stored
