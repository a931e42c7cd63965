"""What production does not start with: each setting that would be unsafe, or could not work, is refused by its name."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from credenza.errors import Refused

DEMO_SECRET = "demo-only-never-in-production-demo-only-never-in-production"

_SHORTEST_SECRET, _FEWEST_CHARACTERS, _FEWEST_BYTES, _SHORTEST_TOKEN = 40, 10, 12, 20
_DEMO_ONLY = ("CREDENZA_DEMO_NEIGHBOURS", "CREDENZA_DEMO_BASE", "CREDENZA_DEMONSTRATION")
_HTTPS_ONLY = (
    "CREDENZA_CARD_ROUTER_URL",
    "CREDENZA_EMREG",
    "CREDENZA_EWP_CATALOGUE",
    "CREDENZA_TRUSTED_LISTS",
)
_MAIL_SERVERS = ("smtp", "smtps", "smtp+starttls")


def refuse_unsafe(variables: Mapping[str, str]) -> None:
    """Check the settings of production.

    Raises:
        Refused: ``settings-unsafe``; the message names the variable and how to mend it.
    """
    for checked in (_secrets, _site, _database, _mail, _sources):
        for problem in checked(variables):
            raise Refused("settings-unsafe", problem)


def _secrets(variables: Mapping[str, str]) -> Iterator[str]:
    secret = variables.get("CREDENZA_SECRET_KEY", "")
    if len(secret) < _SHORTEST_SECRET or secret == DEMO_SECRET or len(set(secret)) < _FEWEST_CHARACTERS:
        yield "CREDENZA_SECRET_KEY must be a random text of at least 40 characters."
    key = variables.get("CREDENZA_KEY_ENCRYPTION_KEY", "")
    if not key:
        yield "CREDENZA_KEY_ENCRYPTION_KEY must hold 32 random bytes in base64."
    if key == secret:
        yield "CREDENZA_KEY_ENCRYPTION_KEY must be another secret than CREDENZA_SECRET_KEY."
    if key == variables.get("CREDENZA_FORMER_KEY_ENCRYPTION_KEY"):
        yield "CREDENZA_FORMER_KEY_ENCRYPTION_KEY is the key of now; it must be the one before, or not be set."
    if len(set(_decoded(key))) < _FEWEST_BYTES:
        yield "CREDENZA_KEY_ENCRYPTION_KEY must be random: openssl rand -base64 32."
    if 0 < len(variables.get("CREDENZA_METRICS_TOKEN", "")) < _SHORTEST_TOKEN:
        yield "CREDENZA_METRICS_TOKEN must be a random text of at least 20 characters, or not be set."


def _decoded(key: str) -> bytes:
    try:
        return base64.b64decode(key, validate=True)
    except ValueError:
        return bytes(range(32))  # told where it is read


def _site(variables: Mapping[str, str]) -> Iterator[str]:
    try:
        site = urlsplit(variables.get("CREDENZA_SITE_URL", "").rstrip("/"))
        named = site.scheme == "https" and bool(site.hostname) and (site.port is None or site.port > 0)
    except ValueError:
        named = False
    if not named:
        yield "CREDENZA_SITE_URL must be the https address that people use."
        return
    if site.path or site.query or site.fragment or site.username is not None:
        yield "CREDENZA_SITE_URL must be https:// and a host, and nothing more."
    if _is_number(site.hostname or ""):
        yield "CREDENZA_SITE_URL must name a host: a number can stand in no DID, and moves."
    if variables.get("CREDENZA_DEBUG", "0") not in ("", "0", "false"):
        yield "CREDENZA_DEBUG must be off in production."
    for name in _DEMO_ONLY:
        if variables.get(name):
            yield f"{name} is for demonstrations only."
    hosts = [one.strip() for one in variables.get("CREDENZA_ALLOWED_HOSTS", "").split(",")]
    if any("*" in host or host.startswith(".") for host in hosts):
        yield "CREDENZA_ALLOWED_HOSTS must name hosts; * would take any, and a name that begins with a dot many."


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _database(variables: Mapping[str, str]) -> Iterator[str]:
    url = variables.get("CREDENZA_DATABASE_URL")
    if not url:
        yield "CREDENZA_DATABASE_URL must name the database, such as postgresql:///credenza."
    elif url.startswith("sqlite:") and not url.removeprefix("sqlite:///").startswith("/"):
        yield "CREDENZA_DATABASE_URL must name a file by its whole path, such as sqlite:////var/lib/credenza/file."


def _mail(variables: Mapping[str, str]) -> Iterator[str]:
    server = urlsplit(variables.get("CREDENZA_MAIL_URL", ""))
    if server.scheme not in _MAIL_SERVERS or not server.hostname:
        yield "CREDENZA_MAIL_URL must be a mail server, such as smtp+starttls://user:pw@host."
    elif server.scheme == "smtp" and server.password and not _is_here(server):
        yield "CREDENZA_MAIL_URL would send its password in the clear: use smtp+starttls:// or smtps://."
    sender = variables.get("CREDENZA_MAIL_FROM")
    if sender is not None and ("\n" in sender or "@" not in parseaddr(sender)[1]):
        yield "CREDENZA_MAIL_FROM must be an address, such as 'Micro-credentials <credentials@uni.example>'."


def _is_here(server: SplitResult) -> bool:
    host = server.hostname or ""
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)


def _sources(variables: Mapping[str, str]) -> Iterator[str]:
    for name in _HTTPS_ONLY:
        if variables.get(name, "").lower().startswith("http:"):
            yield f"{name} must be an https address."
    anchors = variables.get("CREDENZA_TRUST_ANCHORS")
    if anchors and not Path(anchors).is_file():
        yield "CREDENZA_TRUST_ANCHORS must name a file (PEM) that is there and may be read."
