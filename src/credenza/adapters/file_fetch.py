"""A document that the operator keeps as a file on this machine, in the form in which others are fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from credenza.errors import Unreachable
from credenza.ports.clock import Clock
from credenza.ports.fetch import Fetched


class FileFetch:
    """Fulfils ``ports.Fetch`` for paths that an operator has configured, never for what a stranger wrote.

    A file is as old as it was last written: one that nobody renews grows old like any other copy.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, url: str, *, accept: Sequence[str], maximum_bytes: int, **_wanted: object) -> Fetched:
        """The file at this path.

        Raises:
            Unreachable: ``fetch-failed``, ``fetch-too-large``.
        """
        file = Path(url)
        try:
            with file.open("rb") as opened:
                content = opened.read(maximum_bytes + 1)
            written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        except OSError as error:
            raise Unreachable("fetch-failed", f"{file.name} cannot be read: {error.strerror}.") from error
        if len(content) > maximum_bytes:
            raise Unreachable("fetch-too-large", f"{file.name} holds more than {maximum_bytes} bytes.")
        return Fetched(url, content, accept[0], max(self._clock() - written, timedelta(0)))
