"""What programs are let do and told: webhooks with what was sent, and the API keys that there are.

Answers that hold a new secret are not kept for an Idempotency-Key: no secret lies anywhere in plain text.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from credenza.service.api import keys, scopes
from credenza.service.api.access import scoped
from credenza.service.api.models import WebhookEndpoint, WebhookMessage
from credenza.service.api.v1.bodies import Limit, Offset, Strict, example
from credenza.service.api.webhooks import endpoints, events
from credenza.service.jobs.waking import wake

router = Router(tags=["Webhooks and API keys"])
_HOOK = "/webhooks/{webhook}"


class WebhookIn(Strict):
    """An https address, and the events of which it is told."""

    model_config = example({"url": "https://lms.uni.example/hooks/credenza", "events": ["award.issued"]})

    url: Annotated[str, Field(max_length=500)]
    events: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=100)]


class WebhookOut(Schema):
    """An address that is told; ``failing_since`` where it does not take what it is told."""

    id: UUID
    url: str
    events: list[str]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None


class WebhookSecretOut(WebhookOut):
    """The same with its secret (``whsec_...``), which is shown only now."""

    secret: str


class MessageOut(Schema):
    """One event on its way: taken (``delivered_at``), waiting (``next_attempt_at``), or given up (neither)."""

    id: UUID
    event: str
    data: dict[str, Any]
    attempts: int
    problem: str
    created_at: datetime
    delivered_at: datetime | None
    next_attempt_at: datetime | None


class ApiKeyOut(Schema):
    """An API key, without its secret; ``prefix`` is how it begins."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@router.get("/webhooks", response=list[WebhookOut], summary="List webhooks", **scoped(scopes.WEBHOOKS))
def index(request: HttpRequest) -> list[WebhookOut]:
    """The addresses that are told, the newest first."""
    return list(request.auth.organisation.webhooks.order_by("-created_at"))


@router.post("/webhooks", response={201: WebhookSecretOut}, summary="Add a webhook", **scoped(scopes.WEBHOOKS))
def add(request: HttpRequest, body: WebhookIn) -> Status[Any]:
    """Tell an address from now on; its secret is in this answer and nowhere else."""
    caller = request.auth
    made, secret = endpoints.add(caller.organisation, body.url, body.events, actor=caller.person)
    return Status(201, _with_secret(made, secret))


@router.get(_HOOK, response=WebhookOut, summary="Read a webhook", **scoped(scopes.WEBHOOKS))
def read(request: HttpRequest, webhook: UUID) -> WebhookOut:
    """One address."""
    return _hook(request, webhook)


@router.delete(_HOOK, response={204: None}, summary="Delete a webhook", **scoped(scopes.WEBHOOKS))
def remove(request: HttpRequest, webhook: UUID) -> Status[None]:
    """Delete the address with everything that was sent to it."""
    endpoints.remove(_hook(request, webhook), actor=request.auth.person)
    return Status(204, None)


@router.post(f"{_HOOK}/secret", response=WebhookSecretOut, summary="Change the secret", **scoped(scopes.WEBHOOKS))
def change_secret(request: HttpRequest, webhook: UUID) -> WebhookSecretOut:
    """A new secret; for a day, messages are signed with the one before too, so that none is refused meanwhile."""
    found = _hook(request, webhook)
    return _with_secret(found, endpoints.change_secret(found, actor=request.auth.person))


@router.post(f"{_HOOK}/disable", response=WebhookOut, summary="Switch off", **scoped(scopes.WEBHOOKS))
def disable(request: HttpRequest, webhook: UUID) -> WebhookOut:
    """Tell it nothing more; what waits for it waits no more."""
    endpoints.disable(_hook(request, webhook), actor=request.auth.person)
    return _hook(request, webhook)


@router.post(f"{_HOOK}/enable", response=WebhookOut, summary="Switch on", **scoped(scopes.WEBHOOKS))
def enable(request: HttpRequest, webhook: UUID) -> WebhookOut:
    """Tell it again from now on."""
    endpoints.enable(_hook(request, webhook), actor=request.auth.person)
    return _hook(request, webhook)


@router.post(f"{_HOOK}/ping", response={202: MessageOut}, summary="Send a test", **scoped(scopes.WEBHOOKS))
def ping(request: HttpRequest, webhook: UUID) -> Status[Any]:
    """Send a test message (``endpoint.test``)."""
    message = events.ping(_hook(request, webhook))
    wake()
    return Status(202, _message_out(message))


@router.get(f"{_HOOK}/messages", response=list[MessageOut], summary="List what was told", **scoped(scopes.WEBHOOKS))
def messages(
    request: HttpRequest,
    webhook: UUID,
    offset: Offset = 0,
    limit: Limit = 50,
) -> list[MessageOut]:
    """What the address was told or waits to be told, the newest first; what is settled is kept for a month."""
    found = _hook(request, webhook).messages.order_by("-created_at", "pk")
    return [_message_out(one) for one in found[offset : offset + limit]]


@router.post(
    f"{_HOOK}/messages/{{message}}/retry", response={202: MessageOut}, summary="Send again", **scoped(scopes.WEBHOOKS)
)
def retry(request: HttpRequest, webhook: UUID, message: UUID) -> Status[Any]:
    """Send a message again at once, with the same ``webhook-id``."""
    found = get_object_or_404(_hook(request, webhook).messages, pk=message)
    endpoints.retry(found)
    wake()
    found.refresh_from_db()
    return Status(202, _message_out(found))


@router.get("/api-keys", response=list[ApiKeyOut], summary="List API keys", **scoped(scopes.ADMIN))
def api_keys(request: HttpRequest) -> list[ApiKeyOut]:
    """The API keys that there are and were, the newest first. A key is made by a person in the console, never by a key."""
    return list(request.auth.organisation.api_keys.order_by("-created_at"))


@router.post("/api-keys/{api_key}/revoke", response=ApiKeyOut, summary="Revoke an API key", **scoped(scopes.ADMIN))
def revoke(request: HttpRequest, api_key: UUID) -> ApiKeyOut:
    """The key is good for nothing from now on."""
    found = get_object_or_404(request.auth.organisation.api_keys, pk=api_key)
    keys.revoke(found, actor=request.auth.person)
    found.refresh_from_db()
    return found


def _hook(request: HttpRequest, webhook: UUID) -> WebhookEndpoint:
    return get_object_or_404(request.auth.organisation.webhooks, pk=webhook)


def _with_secret(hook: WebhookEndpoint, secret: str) -> WebhookSecretOut:
    return WebhookSecretOut(**WebhookOut.from_orm(hook).model_dump(), secret=secret)


def _message_out(message: WebhookMessage) -> MessageOut:
    return MessageOut(
        id=message.pk,
        event=message.event,
        data=message.payload,
        attempts=message.attempts,
        problem=message.problem,
        created_at=message.created_at,
        delivered_at=message.delivered_at,
        next_attempt_at=message.next_attempt_at,
    )
