"""Copies of registries (EMREG, the EWP catalogue): fetched when due, kept, and used on while the source is away.

How old a copy may be before nothing is decided by it is not judged here but by the registry's own policy, which needs
to know when the copy was fetched.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar

from credenza.errors import CredenzaError, MalformedInput, Unreachable
from credenza.ports.clock import Clock
from credenza.ports.fetch import Fetch

_Registry = TypeVar("_Registry")


class RegistryCopy(Generic[_Registry]):
    """The copy of one registry, in memory and, where ``folder`` is given, in a file that outlives the process.

    ``read`` makes the registry of its bytes and the time they were fetched at, and raises MalformedInput for a broken
    one, which then does not replace a good copy.
    """

    def __init__(
        self,
        address: str,
        *,
        read: Callable[[bytes, datetime], _Registry],
        fetch: Fetch,
        clock: Clock,
        accept: Sequence[str],
        maximum_bytes: int,
        renew_after: timedelta = timedelta(minutes=30),
        folder: Path | None = None,
    ) -> None:
        self._address, self._read, self._fetch, self._clock = address, read, fetch, clock
        self._accept, self._maximum_bytes, self._renew_after = accept, maximum_bytes, renew_after
        self._file = folder / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.registry" if folder else None
        self._kept: tuple[datetime, _Registry] | None = None
        self._asked: datetime | None = None

    def current(self, *, since: datetime | None = None) -> _Registry:
        """The registry, renewed where that is due and possible; ``since`` asks for it as it was then, or later.

        Raises:
            Unreachable, Refused, MalformedInput: there is no copy at all, and none could be fetched or read.
        """
        now = self._clock()
        if self._kept is None:
            self._kept = self._stored()
        due = self._kept is None or now - self._kept[0] >= self._renew_after
        asked_lately = self._asked is not None and now - self._asked < timedelta(minutes=1)
        if since is not None and (self._asked is None or self._asked < since):
            due, asked_lately = True, False
        if due and not (asked_lately and self._kept is not None):
            self._asked = now
            try:
                self._renew(now)
            except CredenzaError:
                if self._kept is None:
                    raise
        if self._kept is None:
            raise Unreachable("registry-unavailable", f"{self._address} could not be read.")
        return self._kept[1]

    def _renew(self, now: datetime) -> None:
        fetched = self._fetch(
            self._address, accept=self._accept, maximum_bytes=self._maximum_bytes, maximum_age=timedelta(0)
        )
        at = now - fetched.age
        self._kept = (at, self._read(fetched.content, at))
        if self._file is not None:
            _write(self._file, at, fetched.content)

    def _stored(self) -> tuple[datetime, _Registry] | None:
        if self._file is None:
            return None
        try:
            head, content = self._file.read_bytes().split(b"\n", 1)
            at = datetime.fromtimestamp(float(head), UTC)
            return at, self._read(content, at)
        except (OSError, ValueError, OverflowError, MalformedInput):
            return None  # no file, or one that was cut off


def _write(file: Path, at: datetime, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(f"{at.timestamp()}\n".encode() + content)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
