"""Posting to an address that a stranger chose: only https, only public addresses, no redirects, little read, not long.

On one connection, message after message; what the answer holds beyond its status is read within a bound and dropped.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType

import httpcore

from credenza.adapters.fetch import web_address
from credenza.adapters.guarded_network import Deadline, GuardedNetwork, Resolve, resolve
from credenza.errors import Unreachable

_MOST_READ = 64_000


class WebhookClient:
    """One address, for some messages; ``timeout`` is for all of them together. ``ssl_context`` as for ``GuardedFetch``."""

    def __init__(
        self,
        url: str,
        *,
        allow_loopback: bool = False,
        timeout: timedelta = timedelta(seconds=15),
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        self._url = url
        self._allow_loopback = allow_loopback
        network = GuardedNetwork(Deadline(timeout.total_seconds()), allow_loopback=allow_loopback, resolve=resolve)
        context = ssl_context or ssl.create_default_context()
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=network, max_connections=1)

    def __enter__(self) -> WebhookClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def post(self, headers: Mapping[str, str], body: bytes) -> int:
        """Post one message; the status of the answer.

        Raises:
            Refused: ``fetch-address``: not a plain https address, or one inside a private network.
            Unreachable: ``fetch-timeout``, ``fetch-failed``.
        """
        web_address(self._url, allow_loopback=self._allow_loopback)
        sent = [("User-Agent", "credenza"), ("Accept", "*/*"), *headers.items()]
        try:
            with self._pool.stream("POST", self._url, headers=sent, content=body) as response:
                read = 0
                for chunk in response.iter_stream():
                    read += len(chunk)
                    if read > _MOST_READ:
                        raise Unreachable("fetch-too-large", f"{self._url} answers with more than {_MOST_READ} bytes.")
                return int(response.status)
        except httpcore.TimeoutException as error:
            raise Unreachable("fetch-timeout", f"{self._url} took too long to answer.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError, ValueError) as error:
            raise Unreachable("fetch-failed", f"{self._url} cannot be reached: {error}") from error
