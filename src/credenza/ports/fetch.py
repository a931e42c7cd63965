"""Fetching public documents: DID documents, issuer metadata, status lists, trusted lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class Fetched:
    """Exact bytes as they came. ``age`` is how long a stored copy has been kept, zero for a fresh one."""

    url: str
    content: bytes
    media_type: str
    age: timedelta = timedelta(0)


class Fetch(Protocol):
    """Gets the bytes at a public https address; safe to call with an address that a stranger wrote.

    A fulfiller reaches no private address, follows no redirect to another host, and holds back no more than
    ``maximum_bytes``. ``accept`` names the media types that are wanted, best first; another is an error.
    ``maximum_age`` is how old a stored copy may be; None leaves it to the fulfiller.

    Raises:
        Unreachable: nothing usable came (``offline``, ``fetch-failed``, ``fetch-timeout``, ``fetch-status``,
            ``fetch-media-type``, ``fetch-too-large``, ``fetch-redirect``).
        Refused: the address must not be visited (``fetch-address``, ``fetch-redirect-elsewhere``).
    """

    def __call__(
        self, url: str, *, accept: Sequence[str], maximum_bytes: int, maximum_age: timedelta | None = None
    ) -> Fetched:
        """The document at the address."""
