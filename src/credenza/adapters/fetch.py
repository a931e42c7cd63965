"""The one way out to the network: a fetcher that may be given addresses that strangers wrote.

Only https (http to this machine itself, or for what carries a signature, where allowed), only public addresses, only
redirects on the same host, only so many bytes, packed or unpacked, and only so long. Codes are those of ``ports.fetch``.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore

from credenza.adapters import addresses
from credenza.adapters.bearer import BearerToken
from credenza.adapters.fetch_cache import FetchCache, Stored
from credenza.adapters.guarded_network import Deadline, GuardedNetwork, Resolve, resolve
from credenza.errors import Refused, Unreachable
from credenza.ports.fetch import Fetched

MAXIMUM_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GZIP_WINDOW = 31


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[bytes, bytes]
    content: bytes


class GuardedFetch:
    """Fulfils ``ports.Fetch`` over the network. ``ssl_context`` replaces the system's trusted authorities.

    ``plain_http`` allows http to public addresses, for answers that carry a signature of their own (CRL, OCSP).
    ``bearer`` is sent to its own address only, and to no other that an answer or a redirect names.
    """

    def __init__(
        self,
        *,
        cache: FetchCache | None = None,
        ssl_context: ssl.SSLContext | None = None,
        allow_loopback: bool = False,
        plain_http: bool = False,
        timeout: timedelta = timedelta(seconds=10),
        resolve: Resolve = resolve,
        bearer: BearerToken | None = None,
    ) -> None:
        self._cache = cache if cache is not None else FetchCache()
        self._ssl_context = ssl_context
        self._allow_loopback = allow_loopback
        self._plain_http = plain_http
        self._timeout = timeout
        self._resolve = resolve
        self.bearer = bearer

    def __call__(
        self, url: str, *, accept: Sequence[str], maximum_bytes: int, maximum_age: timedelta | None = None
    ) -> Fetched:
        """The document at the address, from the store where a fresh enough copy is there.

        Raises:
            Unreachable, Refused: as ``ports.Fetch`` says.
        """
        self._address(url)
        stored = self._cache.get(url)
        if stored is not None and self._cache.is_fresh(stored, maximum_age):
            return _within(stored, accept, maximum_bytes, self._cache.age(stored))
        answer, final = self._follow(url, accept, maximum_bytes, stored)
        if answer.status == 304 and stored is not None:
            stored = self._cache.renew(stored, answer.headers)
        elif answer.status == 200:
            media_type = _media_type(answer.headers)
            _require_wanted(url, media_type, accept)
            stored = self._cache.put(url, final, answer.content, media_type, answer.headers)
        else:
            raise Unreachable("fetch-status", f"{url} answered with the error {answer.status}.", status=answer.status)
        return _within(stored, accept, maximum_bytes, timedelta(0))

    def _follow(
        self, url: str, accept: Sequence[str], maximum_bytes: int, stored: Stored | None
    ) -> tuple[_Answer, str]:
        deadline = Deadline(self._timeout.total_seconds())
        headers: dict[bytes | str, bytes | str] = {"Accept": ", ".join(accept) or "*/*", "Accept-Encoding": "gzip"}
        headers["User-Agent"] = "credenza"
        if stored is not None and stored.entity_tag:
            headers["If-None-Match"] = stored.entity_tag
        first = self._address(url)
        current = url
        for _ in range(MAXIMUM_REDIRECTS + 1):
            answer = self._ask(current, headers, maximum_bytes, deadline)
            if answer.status not in _REDIRECTS:
                return answer, current
            current = urljoin(current, answer.headers.get(b"location", b"").decode("latin-1"))
            if _origin(self._address(current)) != _origin(first):
                raise Refused("fetch-redirect-elsewhere", f"{url} sends to another place, which is not followed.")
        raise Unreachable("fetch-redirect", f"{url} redirects more than {MAXIMUM_REDIRECTS} times.")

    def _ask(
        self, url: str, headers: dict[bytes | str, bytes | str], maximum_bytes: int, deadline: Deadline
    ) -> _Answer:
        network = GuardedNetwork(deadline, allow_loopback=self._allow_loopback, resolve=self._resolve)
        if self.bearer is not None and self.bearer.is_for(url):
            headers = {**headers, "Authorization": f"Bearer {self.bearer.token}"}
        context = self._ssl_context or ssl.create_default_context()
        try:
            with (
                httpcore.ConnectionPool(ssl_context=context, network_backend=network, max_connections=1) as pool,
                pool.stream("GET", url, headers=headers) as response,
            ):
                received = {name.lower(): value for name, value in response.headers}
                content = b"" if response.status != 200 else _content(response, received, maximum_bytes, url)
                return _Answer(response.status, received, content)
        except httpcore.TimeoutException as error:
            raise Unreachable("fetch-timeout", f"{url} took too long to answer.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError, ValueError) as error:
            raise Unreachable("fetch-failed", f"{url} cannot be reached: {error}") from error

    def _address(self, url: str) -> SplitResult:
        return web_address(url, allow_loopback=self._allow_loopback, plain_http=self._plain_http)


def web_address(url: str, *, allow_loopback: bool = False, plain_http: bool = False) -> SplitResult:
    """The parts of a plain web address that may be visited.

    Raises:
        Refused: ``fetch-address``: not https (but to this machine, where allowed), with credentials, or odd characters.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise Refused("fetch-address", f"{url[:100]!r} is not an address.") from error
    local = allow_loopback and (host == "localhost" or addresses.is_loopback(host))
    plain = url.isascii() and url.isprintable() and not any(character in url for character in ' "<>\\^`{|}')
    if not host or not plain or "@" in parts.netloc or port == 0 or len(url) > 2048:
        raise Refused("fetch-address", f"{url[:100]!r} is not a plain web address.")
    if parts.scheme != "https" and not (parts.scheme == "http" and (local or plain_http)):
        raise Refused("fetch-address", f"{url[:100]!r} is not a protected (https) address.")
    return parts


class OfflineFetch:
    """Fulfils ``ports.Fetch`` without a network: nothing comes, and so nothing can be called checked."""

    def __call__(self, url: str, **_wanted: object) -> Fetched:
        """Raises Unreachable ``offline``."""
        raise Unreachable("offline", f"{url} was not asked, because this check was made without a network.")


class GivenFetch:
    """Fulfils ``ports.Fetch`` from documents at hand (address to media type and bytes), else from another fetcher."""

    def __init__(self, documents: Mapping[str, tuple[str, bytes]], otherwise: Callable[..., Fetched] | None = None):
        self._documents = dict(documents)
        self._otherwise = otherwise or OfflineFetch()

    def __call__(
        self, url: str, *, accept: Sequence[str], maximum_bytes: int, maximum_age: timedelta | None = None
    ) -> Fetched:
        """The document given for the address.

        Raises:
            Unreachable, Refused: as ``ports.Fetch`` says.
        """
        if url not in self._documents:
            return self._otherwise(url, accept=accept, maximum_bytes=maximum_bytes, maximum_age=maximum_age)
        media_type, content = self._documents[url]
        _require_wanted(url, media_type, accept)
        _require_size(url, content, maximum_bytes)
        return Fetched(url, content, media_type)


def _content(response: Any, headers: Mapping[bytes, bytes], maximum_bytes: int, url: str) -> bytes:
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in (b"identity", b"", b"gzip"):
        raise Unreachable("fetch-failed", f"{url} answers in an unknown packing.")
    unpack = zlib.decompressobj(wbits=_GZIP_WINDOW) if encoding == b"gzip" else None
    content = bytearray()
    try:
        for chunk in response.iter_stream():
            room = maximum_bytes + 1 - len(content)
            content += unpack.decompress(chunk, room) if unpack else chunk
            _require_size(url, content, maximum_bytes)
            if unpack is not None and unpack.unused_data:
                raise Unreachable("fetch-failed", f"{url} sends something after its answer.")
    except zlib.error as error:
        raise Unreachable("fetch-failed", f"{url} sends a damaged answer.") from error
    if unpack is not None and not unpack.eof:
        raise Unreachable("fetch-failed", f"{url} sends an answer that is cut off.")
    return bytes(content)


def _within(stored: Stored, accept: Sequence[str], maximum_bytes: int, age: timedelta) -> Fetched:
    _require_wanted(stored.url, stored.media_type, accept)
    _require_size(stored.url, stored.content, maximum_bytes)
    return Fetched(stored.final_url, stored.content, stored.media_type, age)


def _require_wanted(url: str, media_type: str, accept: Sequence[str]) -> None:
    if accept and "*/*" not in accept and media_type not in accept:
        raise Unreachable(
            "fetch-media-type", f"{url} sends {media_type or 'no media type'!r}, which was not asked for."
        )


def _require_size(url: str, content: bytes | bytearray, maximum_bytes: int) -> None:
    if len(content) > maximum_bytes:
        raise Unreachable("fetch-too-large", f"{url} sends more than {maximum_bytes} bytes.")


def _media_type(headers: Mapping[bytes, bytes]) -> str:
    return headers.get(b"content-type", b"").decode("latin-1").split(";")[0].strip().lower()


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port
