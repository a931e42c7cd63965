"""API keys: made once and shown once, known by their digest, good for what their scopes say.

A program sends its key as ``Authorization: Bearer cz_...``; no cookie is looked at, so no form of another site can use it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from credenza.errors import MalformedInput
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.api.models import ApiKey
from credenza.service.api.scopes import SCOPES

_MARK = "cz_"
_SEEN_AGAIN_AFTER = timedelta(minutes=1)
_IN_FORCE = """
SELECT found.id, found.scopes, found.last_used_at IS NULL OR found.last_used_at < %s
FROM api_apikey found WHERE found.secret_digest = %s AND found.revoked_at IS NULL
AND (found.expires_at IS NULL OR found.expires_at > %s)
AND (found.created_by_id IS NULL OR EXISTS (
    SELECT 1 FROM accounts_membership held JOIN accounts_user maker ON maker.id = held.user_id
    WHERE held.user_id = found.created_by_id AND held.organisation_id = found.organisation_id AND maker.is_active))
"""
"""Asked with every request of a program, so in SQL: Django's models take eight times as long for the same question."""


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
    found = _in_force(request)
    return found is not None and scope in found[1]


def key_of(request: HttpRequest, scope: str) -> ApiKey | None:
    """The key that a request brings, where it is in force and has the scope."""
    key = key_in_force(request)
    return key if key is not None and scope in key.scopes else None


def key_in_force(request: HttpRequest) -> ApiKey | None:
    """The key that a request brings, neither revoked nor expired, its maker still a member (or it is an operator's)."""
    found = _in_force(request)
    return ApiKey.objects.select_related("organisation", "created_by").get(pk=found[0]) if found else None


def _in_force(request: HttpRequest) -> tuple[object, list[str]] | None:
    """The id and the scopes of the key."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.startswith(_MARK):
        return None
    now, stored = timezone.now(), connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [stored(now - _SEEN_AGAIN_AFTER), encryption.digest(secret), stored(now)])
        row = cursor.fetchone()
    if row is None:
        return None
    key, scopes, not_seen_lately = row
    if not_seen_lately:
        ApiKey.objects.filter(pk=key).update(last_used_at=now)
    return key, json.loads(scopes)
