"""API keys: made once and shown once, known by their digest, good for what their scopes say.

A program sends its key as ``Authorization: Bearer cz_...``; no cookie is looked at, so no form of another site can use it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone

from credenza.errors import MalformedInput
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.models import Membership, Organisation, User
from credenza.service.api.models import ApiKey
from credenza.service.api.scopes import SCOPES

_MARK = "cz_"
_SEEN_AGAIN_AFTER = timedelta(minutes=1)


def make_key(
    organisation: Organisation,
    name: str,
    scopes: Collection[str],
    *,
    actor: User | str,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key with the secret that is shown this once.

    Raises:
        MalformedInput: ``scope-unknown``.
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        raise MalformedInput("scope-unknown", "An API key needs scopes, and only those that there are.")
    secret = _MARK + encryption.new_secret()
    with transaction.atomic():
        key = ApiKey.objects.create(
            organisation=organisation,
            name=name[:100],
            prefix=secret[:10],
            secret_digest=encryption.digest(secret),
            scopes=sorted(scopes),
            created_by=actor if isinstance(actor, User) else None,
            expires_at=expires_at,
        )
        audit.record(organisation, "api-key.created", actor=actor, subject=key.id, scopes=sorted(scopes))
    return key, secret


def revoke(key: ApiKey, *, actor: User | str) -> None:
    """The key is good for nothing from now on; once is enough."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
            audit.record(key.organisation, "api-key.revoked", actor=actor, subject=key.id)


def revoke_of(person: User, organisation: Organisation, *, actor: User | str) -> None:
    """Revoke the keys of a person who leaves, so that they do not come back when the person does."""
    for key in organisation.api_keys.filter(created_by=person, revoked_at=None):
        revoke(key, actor=actor)


def key_of(request: HttpRequest, scope: str) -> ApiKey | None:
    """The key that a request brings, where it is in force and has the scope."""
    key = key_in_force(request, with_maker=False)
    return key if key is not None and scope in key.scopes else None


def key_in_force(request: HttpRequest, *, with_maker: bool = True) -> ApiKey | None:
    """The key that a request brings, neither revoked nor expired, its maker still a member (or it is an operator's).

    ``with_maker`` reads its organisation and maker too.
    """
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.startswith(_MARK):
        return None
    now = timezone.now()
    member = Membership.objects.filter(
        user=OuterRef("created_by"), user__is_active=True, organisation=OuterRef("organisation")
    )
    found = ApiKey.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        Q(created_by=None) | Exists(member),
        revoked_at=None,
        secret_digest=encryption.digest(secret),
    )
    key = (found.select_related("organisation", "created_by") if with_maker else found).first()
    if key is not None and (key.last_used_at is None or now - key.last_used_at > _SEEN_AGAIN_AFTER):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key
