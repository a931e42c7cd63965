"""The service's settings as the operator gives them in the environment; what is unsafe is refused at start-up.

Every variable begins with ``CREDENZA_``. ``MODE`` is ``production`` unless it says ``demo`` or ``test``: nothing that is
only good for trying out is ever on by default.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from credenza.adapters.bearer import BearerToken
from credenza.adapters.deqar_source import token_of
from credenza.errors import Refused
from credenza.service.safety import DEMO_SECRET, refuse_unsafe

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


DEMO_BASE = "https://demo.credenza.example"


class Mode(StrEnum):
    """What the service is for: real use, a demonstration on this machine, or the tests."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


@dataclass(frozen=True)
class Environment:
    """The operator's choices, checked."""

    mode: Mode
    site_url: str
    secret_key: str
    key_encryption_key: bytes
    former_key_encryption_key: bytes | None
    data_dir: Path
    database_url: str
    mail_url: str
    mail_from: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: int
    time_stamp_url: str | None
    card_router_url: str | None
    oidc: str | None
    metrics_token: str | None
    trust_anchors: Path | None
    log_level: str
    emreg: str | None = None
    emrex_sha1_for: frozenset[str] = frozenset()
    ewp_catalogue: str | None = None
    demonstration: Path | None = None
    demo_base: str = DEMO_BASE
    neighbours: tuple[tuple[str, str], ...] = ()
    deqar: BearerToken | None = None
    trusted_issuers: frozenset[str] = frozenset()
    session_idle_seconds: int = 2 * 60 * 60
    trusted_lists: str | None = None
    list_signers: Path | None = None

    @property
    def allow_loopback(self) -> bool:
        """Whether other services on this machine may be spoken to without https: never in production."""
        return self.mode is not Mode.PRODUCTION

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def public_base(self) -> str:
        """The https address under which identifiers (DIDs, status lists) live, whatever serves the pages.

        A demonstration has a made-up one: a DID needs the name of a host, and nobody shall take its credentials for real.
        """
        if self.demo:
            return self.demo_base
        return f"https://{urlsplit(self.site_url).netloc}"


def read(variables: Mapping[str, str]) -> Environment:
    """The environment of the process, checked.

    Raises:
        Refused: ``settings-unsafe``: the secret key is missing, short or the demo's; the site is not https; debug is
            on. The message names the variable and how to mend it.
    """
    mode = _mode(variables.get("CREDENZA_MODE", "production"))
    real = mode is Mode.PRODUCTION
    secret = variables.get("CREDENZA_SECRET_KEY", "")
    if real:
        refuse_unsafe(variables)
    secret = secret or DEMO_SECRET
    site_url = variables.get("CREDENZA_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
    data_dir = Path(variables.get("CREDENZA_DATA_DIR", "build/service" if not real else "/var/lib/credenza"))
    host = urlsplit(site_url).hostname or ""
    hosts = tuple(dict.fromkeys((host, *_list(variables.get("CREDENZA_ALLOWED_HOSTS", "")))))
    key = variables.get("CREDENZA_KEY_ENCRYPTION_KEY", "")
    former = variables.get("CREDENZA_FORMER_KEY_ENCRYPTION_KEY", "")
    return Environment(
        mode=mode,
        site_url=site_url,
        secret_key=secret,
        key_encryption_key=_key(key) if key else hashlib.sha256(b"credenza keys" + secret.encode()).digest(),
        former_key_encryption_key=_key(former) if former else None,
        data_dir=data_dir,
        database_url=variables.get("CREDENZA_DATABASE_URL", f"sqlite:///{data_dir}/credenza.sqlite3"),
        mail_url=variables.get("CREDENZA_MAIL_URL", f"file:{data_dir}/mail"),
        mail_from=variables.get("CREDENZA_MAIL_FROM", f"Credenza <no-reply@{host}>"),
        allowed_hosts=hosts if real else (*hosts, "127.0.0.1", "localhost", "testserver"),
        trusted_proxies=_proxies(variables.get("CREDENZA_TRUSTED_PROXIES", "0")),
        time_stamp_url=variables.get("CREDENZA_TIME_STAMP_URL") or None,
        card_router_url=variables.get("CREDENZA_CARD_ROUTER_URL") or None,
        oidc=variables.get("CREDENZA_OIDC_PROVIDERS") or None,
        metrics_token=variables.get("CREDENZA_METRICS_TOKEN") or None,
        trust_anchors=Path(variables["CREDENZA_TRUST_ANCHORS"]) if variables.get("CREDENZA_TRUST_ANCHORS") else None,
        log_level=_level(variables.get("CREDENZA_LOG_LEVEL", "INFO" if real else "WARNING")),
        emreg=variables.get("CREDENZA_EMREG") or (f"{data_dir}/emreg.json" if mode is Mode.DEMO else None),
        emrex_sha1_for=frozenset(_list(variables.get("CREDENZA_EMREX_SHA1_FOR", ""))),
        ewp_catalogue=variables.get("CREDENZA_EWP_CATALOGUE") or None,
        demonstration=Path(variables["CREDENZA_DEMONSTRATION"]) if variables.get("CREDENZA_DEMONSTRATION") else None,
        demo_base=variables.get("CREDENZA_DEMO_BASE", DEMO_BASE).rstrip("/"),
        trusted_issuers=frozenset(_list(variables.get("CREDENZA_TRUSTED_ISSUERS", ""))),
        session_idle_seconds=60 * _minutes(variables.get("CREDENZA_SESSION_IDLE_MINUTES", "120")),
        neighbours=_neighbours(variables.get("CREDENZA_DEMO_NEIGHBOURS", "")),
        deqar=_deqar(variables),
        trusted_lists=variables.get("CREDENZA_TRUSTED_LISTS") or None,
        list_signers=_list_signers(variables),
    )


def _list_signers(variables: Mapping[str, str]) -> Path | None:
    """A list that anybody may have signed is worth nothing: who may sign it must be known before it is read."""
    file = Path(variables["CREDENZA_LIST_SIGNERS"]) if variables.get("CREDENZA_LIST_SIGNERS") else None
    if variables.get("CREDENZA_TRUSTED_LISTS") and (file is None or not file.is_file()):
        raise Refused(
            "settings-unsafe",
            "CREDENZA_TRUSTED_LISTS needs CREDENZA_LIST_SIGNERS: a file (PEM) of the certificates that may sign the list.",
        )
    return file


def _deqar(variables: Mapping[str, str]) -> BearerToken | None:
    try:
        return token_of(variables)
    except Refused as error:
        raise Refused("settings-unsafe", error.message) from error


def _list(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _neighbours(text: str) -> tuple[tuple[str, str], ...]:
    """Other demonstrations on this machine: ``https://spain.credenza.example=http://127.0.0.2:8001,...``."""
    pairs = [one.partition("=")[::2] for one in _list(text)]
    if any(not base.startswith("https://") or not address.startswith("http://127.") for base, address in pairs):
        raise Refused("settings-unsafe", "CREDENZA_DEMO_NEIGHBOURS must be pairs https://NAME=http://127...:PORT.")
    return tuple(pairs)


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError as error:
        raise Refused("settings-unsafe", f"CREDENZA_MODE is {text!r}; it must be production, demo or test.") from error


def _proxies(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise Refused("settings-unsafe", "CREDENZA_TRUSTED_PROXIES must be how many proxies stand before us: 0 to 9.")
    return int(text)


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 5 <= int(text[:6]) <= 720):
        raise Refused("settings-unsafe", "CREDENZA_SESSION_IDLE_MINUTES must be a whole number from 5 to 720.")
    return int(text)


def _level(text: str) -> str:
    if text.upper() not in _LEVELS:
        raise Refused("settings-unsafe", f"CREDENZA_LOG_LEVEL must be one of {', '.join(_LEVELS)}.")
    return text.upper()


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("settings-unsafe", "A key-encryption key (CREDENZA_KEY_ENCRYPTION_KEY) is not base64.") from error
    if len(key) != 32:
        raise Refused("settings-unsafe", "A key-encryption key (CREDENZA_KEY_ENCRYPTION_KEY) must hold 32 bytes.")
    return key
