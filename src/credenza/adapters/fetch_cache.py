"""Fetched documents kept for a while: in memory, and in a folder where one is given."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from credenza.encoding import base64url, strict_json
from credenza.errors import MalformedInput

MAXIMUM_ENTRIES = 512
MAXIMUM_BYTES = 64 * 1024 * 1024
_MAXIMUM_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})", re.IGNORECASE)
_FORBIDDEN = re.compile(r"(?:^|[\s,])no-store(?:$|[\s,])", re.IGNORECASE)


@dataclass(frozen=True)
class Stored:
    """A kept document: when it was fetched (seconds since 1970), and for how many seconds it may be kept."""

    url: str
    final_url: str
    content: bytes
    media_type: str
    entity_tag: str
    fetched: float
    lifetime: float


class FetchCache:
    """Keeps documents for ``time_to_live``, or shorter where their server says so."""

    def __init__(
        self,
        *,
        time_to_live: timedelta = timedelta(minutes=5),
        folder: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._time_to_live = time_to_live.total_seconds()
        self._folder = folder
        self._clock = clock
        self._kept: OrderedDict[str, Stored] = OrderedDict()

    def get(self, url: str) -> Stored | None:
        """The kept copy, fresh or not."""
        stored = self._kept.get(url)
        if stored is not None:
            self._kept.move_to_end(url)
            return stored
        stored = _read(self._file(url), url) if self._folder is not None else None
        if stored is not None:
            self._remember(stored)
        return stored

    def age(self, stored: Stored) -> timedelta:
        """How long ago a copy was fetched; a clock that went back counts as forever."""
        seconds = self._clock() - stored.fetched
        return timedelta(seconds=seconds) if seconds >= 0 else timedelta.max

    def is_fresh(self, stored: Stored, maximum_age: timedelta | None) -> bool:
        """Whether a copy may be used without asking again."""
        allowed = timedelta(seconds=min(stored.lifetime, self._time_to_live))
        return self.age(stored) < (allowed if maximum_age is None else min(allowed, maximum_age))

    def put(self, url: str, final_url: str, content: bytes, media_type: str, headers: Mapping[bytes, bytes]) -> Stored:
        """Keep a fresh document, unless its server forbids it."""
        tag = headers.get(b"etag", b"").decode("latin-1")
        lifetime = self._lifetime(headers)
        stored = Stored(url, final_url, content, media_type, tag, self._clock(), lifetime)
        if lifetime > 0 or tag:
            self._keep(stored)
        return stored

    def renew(self, stored: Stored, headers: Mapping[bytes, bytes]) -> Stored:
        """Keep a document on that its server calls unchanged."""
        renewed = replace(stored, fetched=self._clock(), lifetime=self._lifetime(headers))
        self._keep(renewed)
        return renewed

    def _lifetime(self, headers: Mapping[bytes, bytes]) -> float:
        control = headers.get(b"cache-control", b"").decode("latin-1")
        if _FORBIDDEN.search(control):
            return 0.0
        found = _MAXIMUM_AGE.search(control)
        return float(found.group(1)) if found else self._time_to_live

    def _keep(self, stored: Stored) -> None:
        self._remember(stored)
        if self._folder is not None:
            with contextlib.suppress(OSError):  # a full or read-only disk must not stop a verification
                _write(self._file(stored.url), stored)

    def _remember(self, stored: Stored) -> None:
        self._kept[stored.url] = stored
        self._kept.move_to_end(stored.url)
        while len(self._kept) > MAXIMUM_ENTRIES or self._size() > MAXIMUM_BYTES:
            self._kept.popitem(last=False)

    def _size(self) -> int:
        return sum(len(item.content) for item in self._kept.values())

    def _file(self, url: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()}.json"


def _write(path: Path, stored: Stored) -> None:
    import orjson

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps({**asdict(stored), "content": base64url.encode(stored.content)}))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _read(path: Path, url: str) -> Stored | None:
    """The copy in a file; None where there is none, or a damaged or foreign one."""
    try:
        members = strict_json.loads_object(path.read_bytes(), maximum_bytes=MAXIMUM_BYTES * 2)
        stored = Stored(**{**members, "content": base64url.decode(members["content"])})
    except (OSError, MalformedInput, KeyError, TypeError, AttributeError):
        return None
    texts = (stored.final_url, stored.media_type, stored.entity_tag)
    numbers = (stored.fetched, stored.lifetime)
    sound = all(isinstance(text, str) for text in texts) and all(isinstance(item, float | int) for item in numbers)
    return stored if sound and stored.url == url else None
