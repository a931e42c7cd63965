"""Asking a time-stamping authority over HTTP (RFC 3161 section 3.4), with limits on address, size and time.

Codes raised: ``time-stamp-address-refused``, ``time-stamp-authority-unreachable``, ``time-stamp-answer-too-large``,
``time-stamp-answer-unexpected``, and those of ``credenza.proof.time_stamp``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from credenza.errors import MalformedInput, Refused, Unreachable

MAXIMUM_ANSWER_BYTES = 256 * 1024
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_NONCE_BYTES = 8


@dataclass(frozen=True)
class TimeStampClient:
    """An authority at an address; called with a SHA-256 digest it returns a token (``RequestTimeStamp`` of ``jades``).

    Plain http is refused but to this very machine, and there only where ``allow_loopback`` says so. Redirects are not
    followed: the address that was configured is the one that is asked.
    """

    url: str
    timeout_seconds: float = 10.0
    allow_loopback: bool = False
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    randomness: Callable[[int], bytes] = field(default=os.urandom, repr=False)

    def __post_init__(self) -> None:
        """Refuse an unsafe address before anything is sent.

        Raises:
            Refused: ``time-stamp-address-refused``.
        """
        address = urlsplit(self.url)
        on_loopback = self.allow_loopback and address.hostname in _LOOPBACK
        safe = address.scheme == "https" or (address.scheme == "http" and on_loopback)
        if not safe or not address.hostname or address.username or address.password:
            raise Refused("time-stamp-address-refused", "The time stamp authority's address must begin with https.")

    def __call__(self, digest: bytes) -> bytes:
        """A token for a SHA-256 digest, once the answer is found to be about it and about this request.

        Raises:
            Unreachable: ``time-stamp-authority-unreachable``. MalformedInput: ``time-stamp-answer-too-large``,
            ``time-stamp-answer-unexpected``, and those of ``time_stamp``. Refused: ``time-stamp-refused-by-authority``.
        """
        from credenza.proof import time_stamp

        nonce = self.randomness(_NONCE_BYTES)
        answer = self._post(time_stamp.request(digest, nonce=nonce))
        return time_stamp.token_from_response(answer, digest=digest, nonce=nonce)

    def _post(self, query: bytes) -> bytes:
        import httpx

        deadline = time.monotonic() + self.timeout_seconds
        headers = {"content-type": _QUERY, "accept": _REPLY, "accept-encoding": "identity"}
        try:
            with (
                httpx.Client(timeout=self.timeout_seconds, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self.url, content=query, headers=headers, auth=self.credentials) as reply,
            ):
                if reply.status_code != 200:
                    raise _unreachable(f"It answered with the status {reply.status_code}.")
                if reply.headers.get("content-type", "").partition(";")[0].strip().lower() != _REPLY:
                    raise MalformedInput("time-stamp-answer-unexpected", "The address is not a time stamp authority's.")
                return _limited(reply, deadline)
        except httpx.HTTPError as error:
            raise _unreachable("It did not answer.") from error


def _limited(reply: object, deadline: float) -> bytes:
    body = bytearray()
    for chunk in reply.iter_raw():  # type: ignore[attr-defined]
        body += chunk
        if len(body) > MAXIMUM_ANSWER_BYTES:
            raise MalformedInput("time-stamp-answer-too-large", "The time stamp authority's answer is too large.")
        if time.monotonic() > deadline:
            raise _unreachable("Its answer took too long.")
    return bytes(body)


def _unreachable(detail: str) -> Unreachable:
    return Unreachable("time-stamp-authority-unreachable", f"The time stamp authority could not be asked. {detail}")
