"""Connections that are checked when they are made: the name is resolved once, every address judged, and one dialled.

The connection goes to the very address that was judged, so a name server that answers differently the second time (DNS
rebinding) gains nothing. TLS still checks the certificate against the name.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

import httpcore

from credenza.adapters import addresses
from credenza.errors import Refused

Resolve: TypeAlias = Callable[[str, int], list[str]]
"""A host and port to the addresses that a name server gives."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the operating system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


class Deadline:
    """A moment after which nothing is waited for any more."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self, wanted: float | None = None) -> float:
        """The seconds that are left, or those that are wanted where they are fewer.

        Raises:
            httpcore.ReadTimeout: none are.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer took too long")
        return left if wanted is None else min(left, wanted)


class GuardedNetwork(httpcore.NetworkBackend):
    """Dials public addresses only, and this machine where that was asked for; all within a deadline."""

    def __init__(self, deadline: Deadline, *, allow_loopback: bool, resolve: Resolve = resolve) -> None:
        self._deadline = deadline
        self._allow_loopback = allow_loopback
        self._resolve = resolve
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that answers, if all its addresses are allowed."""
        found = self._addresses(host, port)
        if not found:
            raise httpcore.ConnectError(f"{host} has no address")
        for address in found:
            if not (addresses.is_public(address) or (self._allow_loopback and addresses.is_loopback(address))):
                raise Refused("fetch-address", f"{host} leads into a private network, which is not visited.", host=host)
        options = list(socket_options or ())
        for address in found[:-1]:
            try:
                return self._dial(address, port, timeout, local_address, options)
            except httpcore.NetworkError:
                continue
        return self._dial(found[-1], port, timeout, local_address, options)

    def _dial(
        self, address: str, port: int, timeout: float | None, local_address: str | None, options: list[Any]
    ) -> httpcore.NetworkStream:
        wait = self._deadline.left(timeout)
        stream = self._network.connect_tcp(address, port, wait, local_address, options)
        return _TimedStream(stream, self._deadline)

    def _addresses(self, host: str, port: int) -> list[str]:
        """The host's addresses. A name server may hang, and the system has no time limit for it: hence the thread."""
        answers: SimpleQueue[list[str] | Exception] = SimpleQueue()
        Thread(target=self._look_up, args=(host, port, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=self._deadline.left())
        except Empty as error:
            raise httpcore.ConnectTimeout(f"no name server answers about {host}") from error
        if isinstance(answer, Exception):
            raise httpcore.ConnectError(f"{host} is unknown") from answer
        return answer

    def _look_up(self, host: str, port: int, answers: SimpleQueue[list[str] | Exception]) -> None:
        try:
            answers.put(self._resolve(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which every wait ends at the deadline: a server that drips bytes cannot hold a verifier."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
