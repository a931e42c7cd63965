"""Requests with an ``Idempotency-Key``: repeated, they get the same answer, and nothing is done twice.

The key is taken before the work begins. The answer is stored in the transaction of the work itself, so that after a crash
there are both or none. An error leaves nothing behind: the same request may be sent again. Keys are kept for a day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from ninja.responses import NinjaJSONEncoder, Status

from credenza.errors import Conflict, MalformedInput, Refused
from credenza.service.api.models import IdempotentRequest
from credenza.service.issuance.models import Award

KEPT = timedelta(days=1)
_DEAD_AFTER = timedelta(seconds=60)
_LONGEST = 255


class Answered(Exception):
    """The request was made before: this is what it was answered."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


class Attempt:
    """One attempt at a request; without a key there is nothing to remember."""

    def __init__(self, stored: IdempotentRequest | None) -> None:
        self._stored = stored
        self._given: Status[Any] | None = None

    @property
    def given(self) -> Status[Any]:
        """The answer that was given within the work."""
        assert self._given is not None
        return self._given

    def answer(self, status: int, body: Schema) -> Status[Any]:
        """The answer, stored within the caller's transaction.

        Raises:
            Conflict: ``request-in-progress``: this attempt took so long that it was given to another.
        """
        if self._stored is not None:
            mine = IdempotentRequest.objects.filter(pk=self._stored.pk, created_at=self._stored.created_at, status=None)
            said = json.loads(json.dumps(body.model_dump(), cls=NinjaJSONEncoder))  # to the letter what is answered now
            if not mine.update(status=status, body=said):
                raise _in_progress()
        self._given = Status(status, body)
        return self._given


@contextmanager
def attempt(request: HttpRequest, *, fingerprint: bytes | None = None) -> Iterator[Attempt]:
    """Take the request's key for the time of the work; ``fingerprint`` stands for a body that is never the same twice.

    Raises:
        Answered: it was done before. Conflict: ``request-in-progress``. Refused: ``idempotency-key-reused``.
        MalformedInput: ``idempotency-key-malformed``.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        yield Attempt(None)
        return
    if not 0 < len(key) <= _LONGEST or not key.isascii() or not key.isprintable():
        raise MalformedInput("idempotency-key-malformed", "An Idempotency-Key has 1 to 255 printable characters.")
    body = request.body if fingerprint is None else fingerprint
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + body).hexdigest()
    stored = _take(request.auth.organisation, key, digest)  # type: ignore[attr-defined]
    try:
        yield Attempt(stored)
    except BaseException:
        IdempotentRequest.objects.filter(pk=stored.pk, created_at=stored.created_at, status=None).delete()
        raise


def forget_old(now: datetime | None = None) -> int:
    """Delete what was answered more than a day ago."""
    deleted, _ = IdempotentRequest.objects.filter(created_at__lt=(now or timezone.now()) - KEPT).delete()
    return deleted


def forget_award(sender: object, award: Award, **_more: Any) -> None:
    """Empty the answers that told of an award; the requests stay known, so that nothing is done again."""
    answers = IdempotentRequest.objects.filter(organisation=award.organisation_id, status__isnull=False)
    answers.annotate(text=Cast("body", TextField())).filter(text__contains=str(award.pk)).update(body=None)


def _take(organisation: Any, key: str, digest: str) -> IdempotentRequest:
    now = timezone.now()
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(
                organisation=organisation, key=key, request_digest=digest, created_at=now
            )
    except IntegrityError:
        return _take_over(organisation, key, digest, now)


def _take_over(organisation: Any, key: str, digest: str, now: datetime) -> IdempotentRequest:
    """What is known of this key: an answer, work in progress, or what a dead process has left; or it is a day old."""
    known = IdempotentRequest.objects.filter(organisation=organisation, key=key)
    if known.filter(created_at__lt=now - KEPT).delete()[0]:
        return _take(organisation, key, digest)
    stored = known.first()
    if stored is None:  # the other attempt ended without an answer in this very moment
        raise _in_progress()
    if stored.request_digest != digest:
        raise Refused("idempotency-key-reused", "This Idempotency-Key was used for another request.")
    if stored.status is not None and stored.body is None:
        raise Refused("award-erased", "This request was answered; the learner has had their data erased since.")
    if stored.status is not None:
        raise Answered(stored.status, stored.body)
    left = IdempotentRequest.objects.filter(pk=stored.pk, status=None, created_at=stored.created_at)
    if stored.created_at > now - _DEAD_AFTER or not left.update(created_at=now):
        raise _in_progress()
    stored.created_at = now
    return stored


def _in_progress() -> Conflict:
    return Conflict("request-in-progress", "The same request is being worked on. Ask again in a moment.")
