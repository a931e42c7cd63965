"""Keys and seals: seen, made, imported, retired. Private keys never leave the server."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Form, Router, UploadedFile
from ninja.responses import Status

from credenza.errors import MalformedInput
from credenza.service.accounts.models import Organisation, Role
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.answers import KeyOut
from credenza.service.api.v1.bodies import KeyIn
from credenza.service.issuance import keys
from credenza.service.issuance.models import SigningKey

router = Router(tags=["Keys and seals"])


@router.get("/keys", response=list[KeyOut], summary="List keys and seals", **scoped(scopes.READ, Role.ISSUER))
def index(request: HttpRequest) -> list[KeyOut]:
    """The public parts of keys and seals, with when they end, the newest first."""
    organisation = request.auth.organisation
    now = {one.pk for one in keys.in_force(organisation).values()}
    return [_out(one, one.pk in now) for one in organisation.signing_keys.order_by("-created_at")]


@router.post("/keys", response={201: KeyOut}, summary="Make a key", **scoped(scopes.KEYS))
def make(request: HttpRequest, body: KeyIn) -> Status[Any]:
    """A new key that signs from now on; the one before stays published for what it signed.

    ``proof`` is for Open Badges and status lists, ``emrex`` and ``ewp`` are for exchange (send them to the registry at
    once), a ``test-seal`` says of itself that it is not qualified.
    """
    caller = request.auth
    with idempotency.attempt(request) as attempt, transaction.atomic():
        made = keys.make(caller.organisation, body.kind, actor=caller.person)
        return attempt.answer(201, _with_state(caller.organisation, made))


@router.post("/keys/import", response={201: KeyOut}, summary="Import a seal", **scoped(scopes.KEYS))
def import_seal(request: HttpRequest, file: File[UploadedFile], password: Form[str] = "") -> Status[Any]:
    """A seal as PKCS #12 (.p12, .pfx) with its password, as a trust service provider delivers it; it seals from now on."""
    if file.size is None or file.size > keys.LARGEST_SEAL:
        raise MalformedInput("file-too-large", "No PKCS #12 file of a seal is that large.")
    caller = request.auth
    made = keys.import_seal(caller.organisation, file.read(), password, actor=caller.person)
    return Status(201, _with_state(caller.organisation, made))


@router.post("/keys/{key}/retire", response=KeyOut, summary="Retire a key", **scoped(scopes.KEYS))
def retire(request: HttpRequest, key: UUID) -> KeyOut:
    """It signs nothing more, and what it signed stays valid; the last of its purpose cannot be retired."""
    found = get_object_or_404(request.auth.organisation.signing_keys, pk=key)
    keys.retire(found, actor=request.auth.person)
    found.refresh_from_db()
    return _out(found, False)


def _with_state(organisation: Organisation, key: SigningKey) -> KeyOut:
    signing = keys.in_force(organisation).get(key.purpose)
    return _out(key, signing is not None and signing.pk == key.pk)


def _out(key: SigningKey, signs_now: bool) -> KeyOut:
    return KeyOut(
        id=key.pk,
        fragment=key.fragment,
        purpose=key.purpose,
        is_test=key.is_test,
        public_jwk=key.public_jwk,
        certificates=key.certificates,
        signs_now=signs_now,
        created_at=key.created_at,
        valid_until=key.valid_until,
        retired_at=key.retired_at,
    )
