"""The addresses that are told: added with a secret that is shown once, changed, switched off and on."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from credenza.adapters.fetch import web_address
from credenza.errors import MalformedInput
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import Organisation, User
from credenza.service.api.models import WebhookEndpoint, WebhookMessage
from credenza.service.api.webhooks.events import EVENTS

MOST = 20
FORMER_FOR = timedelta(days=1)
_SECRET = 32


def add(organisation: Organisation, url: str, events: Collection[str], *, actor: User) -> tuple[WebhookEndpoint, str]:
    """A new address, with the secret (``whsec_...``) that is shown this once.

    Raises:
        MalformedInput: ``event-unknown``, ``webhooks-too-many``. Refused: ``fetch-address``: not a plain https address.
    """
    if not events or not set(events) <= set(EVENTS):
        raise MalformedInput("event-unknown", "Choose what the address is to be told of.")
    web_address(url, allow_loopback=settings.CREDENZA.allow_loopback)
    endpoint = WebhookEndpoint(organisation=organisation, url=url, events=sorted(events))
    shown = _new_secret(endpoint)
    with transaction.atomic():
        lock(organisation)
        if organisation.webhooks.count() >= MOST:
            raise MalformedInput("webhooks-too-many", f"An organisation can have {MOST} addresses.")
        endpoint.save()
        audit.record(organisation, "webhook.added", actor=actor, subject=endpoint.id, events=sorted(events))
    return endpoint, shown


def change_secret(endpoint: WebhookEndpoint, *, actor: User) -> str:
    """A new secret, shown this once; messages are signed with the one before too until the receiver has had a day."""
    with transaction.atomic():
        now = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        now.encrypted_former_secret, now.former_until = now.encrypted_secret, timezone.now() + FORMER_FOR
        shown = _new_secret(now)
        now.save(update_fields=["encrypted_secret", "encrypted_former_secret", "former_until"])
        audit.record(now.organisation, "webhook.secret-changed", actor=actor, subject=now.id)
    endpoint.refresh_from_db()
    return shown


def secrets_of(endpoint: WebhookEndpoint) -> list[bytes]:
    """The secrets with which its messages are signed: the one of now first."""
    kept = [endpoint.encrypted_secret]
    if endpoint.former_until is not None and endpoint.former_until > timezone.now():
        kept.append(endpoint.encrypted_former_secret)
    return [encryption.decrypt(one, purpose=f"webhook:{endpoint.id}") for one in kept]


def _new_secret(endpoint: WebhookEndpoint) -> str:
    secret = secrets.token_bytes(_SECRET)
    endpoint.encrypted_secret = encryption.encrypt(secret, purpose=f"webhook:{endpoint.id}")
    return f"whsec_{base64.b64encode(secret).decode()}"


def disable(endpoint: WebhookEndpoint, *, actor: User | str, why: str = "") -> None:
    """Tell it nothing more; what waits for it waits no more."""
    with transaction.atomic():
        on = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at=None)
        if on.update(disabled_at=timezone.now()):
            WebhookMessage.objects.filter(endpoint=endpoint, next_attempt_at__isnull=False).update(next_attempt_at=None)
            audit.record(endpoint.organisation, "webhook.disabled", actor=actor, subject=endpoint.id, why=why)


def enable(endpoint: WebhookEndpoint, *, actor: User) -> None:
    """Tell it again from now on."""
    with transaction.atomic():
        off = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at__isnull=False)
        if off.update(disabled_at=None, failing_since=None):
            audit.record(endpoint.organisation, "webhook.enabled", actor=actor, subject=endpoint.id)


def remove(endpoint: WebhookEndpoint, *, actor: User) -> None:
    """Delete an address with everything that was sent to it."""
    with transaction.atomic():
        audit.record(endpoint.organisation, "webhook.removed", actor=actor, subject=endpoint.id)
        endpoint.delete()


def retry(message: WebhookMessage) -> None:
    """Send a message again at once."""
    again = WebhookMessage.objects.filter(pk=message.pk, endpoint__disabled_at=None)
    again.update(next_attempt_at=timezone.now(), delivered_at=None, attempts=0, problem="")
