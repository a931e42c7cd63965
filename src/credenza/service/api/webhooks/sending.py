"""Sending what waits: signed, each address by itself, with growing pauses; an address that never answers is switched off.

A message is taken for a while before it is sent, so that of several processes one sends it. When that process dies, it is
sent again after the while, with the same ``webhook-id``, by which a receiver knows a repeat.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from standardwebhooks import Webhook

from credenza.adapters.webhook_client import WebhookClient
from credenza.errors import CredenzaError
from credenza.service.api.models import WebhookEndpoint, WebhookMessage
from credenza.service.api.webhooks import endpoints

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
GIVEN_UP_AFTER = timedelta(days=5)
KEPT = timedelta(days=30)
_TAKEN_FOR = timedelta(minutes=2)
_ADDRESSES, _MESSAGES = 8, 20
_TIME = timedelta(seconds=15)
_GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What became of one message: the status that came back, or why none did."""

    message: WebhookMessage
    status: int | None
    problem: str

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def due(now: datetime | None = None) -> QuerySet[WebhookMessage]:
    """What waits to be sent now, the oldest first."""
    return WebhookMessage.objects.filter(next_attempt_at__lte=now or timezone.now()).order_by("next_attempt_at")


def send_waiting() -> int:
    """Send some of what waits, to several addresses at once; how many were looked at."""
    work = [(endpoint, messages) for endpoint, messages in _take() if messages]
    with ThreadPoolExecutor(_ADDRESSES) as pool:
        told = list(pool.map(lambda one: _send(*one), work))
    for (endpoint, messages), outcomes in zip(work, told, strict=True):
        _note(endpoint, messages, outcomes)
    return sum(len(messages) for _, messages in work)


def forget_old(now: datetime | None = None) -> int:
    """Delete messages that were settled a month ago."""
    before = (now or timezone.now()) - KEPT
    deleted, _ = WebhookMessage.objects.filter(next_attempt_at=None, created_at__lt=before).delete()
    return deleted


def _take() -> Iterator[tuple[WebhookEndpoint, list[WebhookMessage]]]:
    now = timezone.now()
    wanted = list(dict.fromkeys(due(now).values_list("endpoint", flat=True)[:500]))[:_ADDRESSES]
    for endpoint in WebhookEndpoint.objects.filter(pk__in=wanted).select_related("organisation"):
        taken = []
        for message in due(now).filter(endpoint=endpoint)[:_MESSAGES]:
            mine = WebhookMessage.objects.filter(pk=message.pk, next_attempt_at=message.next_attempt_at)
            if mine.update(next_attempt_at=now + _TAKEN_FOR):
                taken.append(message)
        yield endpoint, taken


def _send(endpoint: WebhookEndpoint, messages: Sequence[WebhookMessage]) -> list[Outcome]:
    """Send one after the other, until one is not taken; touches no database."""
    outcomes: list[Outcome] = []
    with WebhookClient(endpoint.url, allow_loopback=settings.CREDENZA.allow_loopback, timeout=_TIME) as client:
        for message in messages:
            try:
                status = client.post(*_signed(endpoint, message))
                outcomes.append(Outcome(message, status, "" if 200 <= status < 300 else f"Answered with {status}."))
            except CredenzaError as error:
                outcomes.append(Outcome(message, None, error.message))
            if not outcomes[-1].taken:
                break
    return outcomes


def _signed(endpoint: WebhookEndpoint, message: WebhookMessage) -> tuple[dict[str, str], bytes]:
    """The headers and body of a message, signed now."""
    now = timezone.now()
    said = {"type": message.event, "timestamp": message.created_at.isoformat(), "data": message.payload}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": str(message.id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(str(message.id), now, body) for secret in endpoints.secrets_of(endpoint)
        ),
    }
    return headers, body.encode()


def _note(endpoint: WebhookEndpoint, messages: Sequence[WebhookMessage], outcomes: Sequence[Outcome]) -> None:
    now = timezone.now()
    taken = [one.message.pk for one in outcomes if one.taken]
    WebhookMessage.objects.filter(pk__in=taken).update(delivered_at=now, next_attempt_at=None, problem="")
    if taken:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        endpoint.failing_since = None
    failed = next((one for one in outcomes if not one.taken), None)
    if failed is not None:
        later = _postpone(failed, now)
        rest = [message.pk for message in messages[len(outcomes) :]]
        WebhookMessage.objects.filter(pk__in=rest).update(next_attempt_at=later)
        _judge(endpoint, failed, now)


def _postpone(failed: Outcome, now: datetime) -> datetime:
    """Try the message again after a pause, or give it up; until when the address is left alone."""
    attempts = failed.message.attempts
    pause = PAUSES[attempts] if attempts < len(PAUSES) else None
    WebhookMessage.objects.filter(pk=failed.message.pk).update(
        attempts=attempts + 1, problem=failed.problem[:300], next_attempt_at=now + pause if pause else None
    )
    return now + (pause or PAUSES[0])


def _judge(endpoint: WebhookEndpoint, failed: Outcome, now: datetime) -> None:
    """Remember since when the address fails; switch it off when it says that it is gone, or after days of it."""
    if endpoint.failing_since is None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=now)
    long = endpoint.failing_since is not None and now - endpoint.failing_since > GIVEN_UP_AFTER
    if failed.status == _GONE or long:
        endpoints.disable(endpoint, actor="system", why="gone" if failed.status == _GONE else "failing")
