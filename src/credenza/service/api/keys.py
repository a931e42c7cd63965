"""API keys: made once and shown once, known by their digest, good for what their scopes say.

A program sends its key as ``Authorization: Bearer cz_...``; no cookie is looked at, so no form of another site can use it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, DateTimeField, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from credenza.errors import MalformedInput
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.models import Membership, Organisation, User
from credenza.service.api.models import ApiKey
from credenza.service.api.scopes import SCOPES
from credenza.service.prepared import Prepared, Slot

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


def has_scope(request: HttpRequest, scope: str) -> bool:
    """Whether a request brings a key that is in force and has the scope."""
    key = _found(request, _SCOPES)
    return key is not None and scope in key.scopes


def key_of(request: HttpRequest, scope: str) -> ApiKey | None:
    """The key that a request brings, where it is in force and has the scope."""
    key = key_in_force(request)
    return key if key is not None and scope in key.scopes else None


def key_in_force(request: HttpRequest) -> ApiKey | None:
    """The key that a request brings, neither revoked nor expired, its maker still a member (or it is an operator's)."""
    return _found(request, _WITH_MAKER)


def _found(request: HttpRequest, question: Prepared[ApiKey]) -> ApiKey | None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.startswith(_MARK):
        return None
    now = timezone.now()
    key = question.first(now=now, digest=encryption.digest(secret))
    if key is not None and (key.last_used_at is None or now - key.last_used_at > _SEEN_AGAIN_AFTER):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def _in_force() -> QuerySet[ApiKey]:
    member = Membership.objects.filter(
        user=OuterRef("created_by"), user__is_active=True, organisation=OuterRef("organisation")
    )
    return ApiKey.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=Slot("now", DateTimeField())),
        Q(created_by=None) | Exists(member),
        revoked_at=None,
        secret_digest=Slot("digest", CharField()),
    )


_SCOPES = Prepared(lambda: _in_force().only("scopes", "last_used_at"))
_WITH_MAKER = Prepared(lambda: _in_force().select_related("organisation", "created_by"))
