"""Sending what waits: one message at a time, its state stored right after the mail server has taken it.

A message whose state is ``waiting`` is sent; no other is. Between the server's 250 and the stored state there is one
moment in which a killed process has sent what still says waiting. Such a message goes out again with the same Message-ID
and the same link, so that the learner's mail system drops it as a repeat and either copy works.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from credenza.service.issuance.models import DeliveryState, Letter

MOST_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True)
class Kind:
    """A kind of letters: where they wait, what is read with them, why one cannot be sent any more, and what it says."""

    model: type[Letter]
    related: tuple[str, ...]
    obstacle: Callable[[Any], str]
    message: Callable[[Any], EmailMessage]
    in_bulk: bool = False


_known: list[Kind] = []


def register(kind: Kind) -> None:
    """Send letters of this kind too; said once, when the service starts."""
    _known.append(kind)
    _known.sort(key=lambda one: one.in_bulk)


def kinds() -> tuple[Kind, ...]:
    """All kinds of letters, those of a batch after the others, which are few."""
    return tuple(_known)


def is_due(now: datetime) -> bool:
    """Whether any letter waits to be sent."""
    return any(_due(kind, now).exists() for kind in kinds())


def backlog() -> tuple[int, datetime | None]:
    """How many letters wait, and since when the oldest does."""
    waiting = [kind.model._default_manager.filter(state=DeliveryState.WAITING) for kind in kinds()]
    told = [one.aggregate(count=Count("pk"), oldest=Min("created_at")) for one in waiting]
    return sum(one["count"] for one in told), min((one["oldest"] for one in told if one["oldest"]), default=None)


def send_waiting(limit: int) -> int:
    """Send up to ``limit`` messages over one connection to the mail server; how many were looked at.

    Raises:
        OSError, smtplib.SMTPException: the mail server cannot be reached or refuses us; what waits goes on waiting.
    """
    server = get_connection()
    server.open()
    try:
        for number in range(limit):
            if not any(_send_next(server, kind) for kind in kinds()):
                return number
        return limit
    finally:
        server.close()


def _due(kind: Kind, now: datetime) -> QuerySet[Any]:
    waiting = kind.model._default_manager.filter(state=DeliveryState.WAITING, next_attempt_at__lte=now)
    return waiting.order_by("next_attempt_at")


def _send_next(server: BaseEmailBackend, kind: Kind) -> bool:
    """Send the oldest that is due. Where rows can be locked, it is locked meanwhile, and other processes pass it over."""
    lock = connection.features.has_select_for_update_skip_locked
    with transaction.atomic() if lock else nullcontext():
        waiting = _due(kind, timezone.now())
        waiting = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True) if lock else waiting
        found = waiting.select_related(*kind.related).first()
        if found is None:
            return False
        _send(server, found, kind)
        return True


def _send(server: BaseEmailBackend, waiting: Letter, kind: Kind) -> None:
    obstacle = kind.obstacle(waiting)
    if obstacle:
        return _end(waiting, DeliveryState.FAILED, obstacle)
    try:
        server.send_messages([kind.message(waiting)])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()), (550, b""))
        return _refused(waiting, code, said)
    except smtplib.SMTPDataError as error:
        return _refused(waiting, error.smtp_code, error.smtp_error)
    _end(waiting, DeliveryState.SENT, "")


def _refused(waiting: Letter, code: int, said: bytes | str) -> None:
    """Permanent (5xx): failed. For the time being (4xx): tried again, each pause twice as long."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    problem = f"{code} {text}"[:300]
    attempts = waiting.attempts + 1
    if code >= 500 or attempts >= MOST_ATTEMPTS:
        return _end(waiting, DeliveryState.FAILED, problem)
    later = timezone.now() + _FIRST_PAUSE * 2**waiting.attempts
    type(waiting)._default_manager.filter(pk=waiting.pk).update(
        attempts=attempts, problem=problem, next_attempt_at=later
    )


def _end(waiting: Letter, state: DeliveryState, problem: str) -> None:
    sent_at = timezone.now() if state == DeliveryState.SENT else None
    type(waiting)._default_manager.filter(pk=waiting.pk, state=DeliveryState.WAITING).update(
        state=state, problem=problem, sent_at=sent_at, attempts=waiting.attempts + 1
    )
