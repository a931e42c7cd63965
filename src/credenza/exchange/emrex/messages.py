"""The form posts of EMREX: what the browser carries from client to provider and back (EMREX standard, 2019)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from credenza.errors import MalformedInput

_SESSION = re.compile(r"[!-~]{8,128}\Z")
LONGEST_MESSAGE = 2000


class ReturnCode(StrEnum):
    """How it went at the provider."""

    OK = "NCP_OK"
    ERROR = "NCP_ERROR"
    NO_RESULTS = "NCP_NO_RESULTS"
    CANCEL = "NCP_CANCEL"


@dataclass(frozen=True)
class FormPost:
    """A form that the browser posts (application/x-www-form-urlencoded): its address and its fields."""

    url: str
    fields: Mapping[str, str]

    @property
    def origin(self) -> str:
        """Scheme, host and port of the address, for a page's ``form-action`` policy."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def return_code(text: str) -> ReturnCode:
    """A return code; newer texts of the standard write ``EMP_OK`` for ``NCP_OK``.

    Raises:
        MalformedInput: ``emrex-return-code``.
    """
    try:
        return ReturnCode("NCP_" + text.removeprefix("EMP_") if text.startswith("EMP_") else text)
    except ValueError as error:
        raise MalformedInput("emrex-return-code", f"{text[:40]!r} is no return code of EMREX.") from error


def session_id(fields: Mapping[str, str]) -> str:
    """The session id of a post: the client's own, 32 random characters by the standard.

    Raises:
        MalformedInput: ``emrex-session-id``.
    """
    found = fields.get("sessionId", "")
    if not _SESSION.match(found):
        raise MalformedInput("emrex-session-id", "The request has no session id that could be given back.")
    return found


def is_protected(url: str, *, allow_loopback: bool = False) -> bool:
    """Whether an address is https, names a host, and hides nobody's name, password or control characters.

    ``allow_loopback`` takes http to this machine's own IP addresses too: for demonstrations and tests only.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    hidden = (
        "@" in parts.netloc or "#" in url or "\\" in url or not url.isascii() or not url.isprintable() or " " in url
    )
    secure = parts.scheme == "https" or (
        allow_loopback and parts.scheme == "http" and is_loopback(parts.hostname or "")
    )
    return secure and bool(parts.hostname) and not hidden and len(url) <= 2000


def is_loopback(host: str) -> bool:
    """Whether a host is an IP address of this machine itself (a name could be made to mean any)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
