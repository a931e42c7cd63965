"""A token that an operator holds for one address (RFC 6750): it is sent there, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from credenza.errors import Refused

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


@dataclass(frozen=True)
class BearerToken:
    """A token and its address: scheme, host, port and path must be the same, only the query may differ.

    Raises:
        Refused: ``bearer-malformed``: the address is not https, or the token is none.
    """

    address: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if urlsplit(self.address).scheme != "https":
            raise Refused("bearer-malformed", "A token is sent to a protected (https) address only.")
        if not _TOKEN.fullmatch(self.token):
            raise Refused("bearer-malformed", "The token holds characters that no token has.")

    def is_for(self, url: str) -> bool:
        """Whether the token may be sent to this address."""
        return _place(url) == _place(self.address)


def _place(url: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else None)
    return parts.scheme, parts.hostname, port, parts.path
