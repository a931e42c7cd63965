"""Sending what waits: one message at a time, its state stored right after the mail server has taken it.

A message whose state is ``waiting`` is sent; no other is. Between the server's 250 and the stored state there is one
moment in which a killed process has sent what still says waiting. Such a message goes out again with the same Message-ID
and the same link, so that the learner's mail system drops it as a repeat and either copy works.
"""

from __future__ import annotations

import smtplib
from contextlib import nullcontext
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from credenza.service.issuance.letters import CLAIM, REPLACEMENT, letter
from credenza.service.issuance.models import Award, Delivery, DeliveryState

MOST_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(minutes=1)


def due(now: datetime | None = None) -> QuerySet[Delivery]:
    """What waits to be sent now, the oldest first."""
    now = now or timezone.now()
    return Delivery.objects.filter(state=DeliveryState.WAITING, next_attempt_at__lte=now).order_by("next_attempt_at")


def write_to(award: Award, kind: str = CLAIM) -> Delivery | None:
    """Let a letter to the award's learner wait; None where no address is known."""
    if not award.email or award.erased_at is not None:
        return None
    if kind in (CLAIM, REPLACEMENT):  # an older letter that still waits would carry a link that works no more
        waiting = Delivery.objects.filter(award=award, state=DeliveryState.WAITING, kind__in=(CLAIM, REPLACEMENT))
        waiting.update(state=DeliveryState.FAILED, problem="A newer letter took its place.")
    return Delivery.objects.create(award=award, kind=kind)


def send_waiting(limit: int) -> int:
    """Send up to ``limit`` messages over one connection to the mail server; how many were looked at.

    Raises:
        OSError, smtplib.SMTPException: the mail server cannot be reached or refuses us; what waits goes on waiting.
    """
    server = get_connection()
    server.open()
    try:
        for number in range(limit):
            if not _send_next(server):
                return number
        return limit
    finally:
        server.close()


def _send_next(server: BaseEmailBackend) -> bool:
    """Send the oldest that is due. Where rows can be locked, it is locked meanwhile, and other processes pass it over."""
    lock = connection.features.has_select_for_update_skip_locked
    with transaction.atomic() if lock else nullcontext():
        waiting = due().select_for_update(skip_locked=True, of=("self",)) if lock else due()
        delivery = waiting.select_related("award__organisation").first()
        if delivery is None:
            return False
        _send(server, delivery)
        return True


def _send(server: BaseEmailBackend, delivery: Delivery) -> None:
    award = delivery.award
    if award.record is None or not award.email:
        return _end(delivery, DeliveryState.FAILED, "The award was erased.")
    if delivery.kind in (CLAIM, REPLACEMENT) and award.revoked_at is not None:
        return _end(delivery, DeliveryState.FAILED, "The award was revoked before the letter was sent.")
    try:
        server.send_messages([letter(delivery)])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()), (550, b""))
        return _refused(delivery, code, said)
    except smtplib.SMTPDataError as error:
        return _refused(delivery, error.smtp_code, error.smtp_error)
    _end(delivery, DeliveryState.SENT, "")


def _refused(delivery: Delivery, code: int, said: bytes | str) -> None:
    """Permanent (5xx): failed. For the time being (4xx): tried again, each pause twice as long."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    problem = f"{code} {text}"[:300]
    attempts = delivery.attempts + 1
    if code >= 500 or attempts >= MOST_ATTEMPTS:
        return _end(delivery, DeliveryState.FAILED, problem)
    later = timezone.now() + _FIRST_PAUSE * 2**delivery.attempts
    Delivery.objects.filter(pk=delivery.pk).update(attempts=attempts, problem=problem, next_attempt_at=later)


def _end(delivery: Delivery, state: DeliveryState, problem: str) -> None:
    sent_at = timezone.now() if state == DeliveryState.SENT else None
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING).update(
        state=state, problem=problem, sent_at=sent_at, attempts=delivery.attempts + 1
    )
