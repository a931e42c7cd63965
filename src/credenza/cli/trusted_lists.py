"""The EU's trusted lists for ``credenza verify``: from the network or a file, kept for a day in the user's cache."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from credenza.adapters import addresses
from credenza.adapters.fetch import GivenFetch, GuardedFetch
from credenza.adapters.fetch_cache import FetchCache
from credenza.adapters.guarded_network import resolve
from credenza.adapters.trusted_list_source import ACCEPT, LOTL_URL, MAXIMUM_AGE, fetch_services
from credenza.cli import output
from credenza.cli.options import read_file
from credenza.errors import MalformedInput, Refused, Unreachable
from credenza.finding import not_checked
from credenza.ports.fetch import Fetch
from credenza.trust import certificates
from credenza.trust.trusted_lists import TrustedServices


def services_of(source: str, *, signers: Path | None, at: datetime, offline: bool) -> TrustedServices:
    """The trust services of the LOTL at an address or in a file; what could not be read of it is told.

    An address on this machine, which only the user can name, may point to others on this machine.

    Raises:
        MalformedInput: ``trusted-lists-signers-missing``, ``file-unreadable``, ``trusted-list-...``.
    """
    if signers is None:
        raise MalformedInput(
            "trusted-lists-signers-missing",
            "--list-signers must name the certificates that may sign the list of trusted lists; the Commission"
            " publishes them in the Official Journal of the EU.",
        )
    ders = certificates.from_pem(read_file(signers))
    url, fetch = _fetcher(source, offline=offline)
    try:
        with output.stderr.status("Reading the trusted lists"):
            services = fetch_services(fetch, signers=ders, at=at, lotl_url=url)
    except (Unreachable, Refused) as error:
        services = TrustedServices((), (not_checked("trusted-list-missing", error.message),))
    _tell(services)
    return services


def _fetcher(source: str, *, offline: bool) -> tuple[str, Fetch]:
    is_url = source.startswith(("https://", "http://"))
    host = (urlsplit(source).hostname or "") if is_url else ""
    network = GuardedFetch(
        cache=FetchCache(time_to_live=MAXIMUM_AGE, folder=cache_folder() / "trusted-lists"),
        allow_loopback=host == "localhost" or addresses.is_loopback(host),
        resolve=_nowhere if offline else resolve,
    )
    if is_url:
        return source, network
    return LOTL_URL, GivenFetch({LOTL_URL: (ACCEPT[0], read_file(Path(source)))}, network)


def cache_folder() -> Path:
    """Where fetched documents are kept between runs (XDG base directories)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "credenza"


def _nowhere(host: str, _port: int) -> list[str]:
    raise Unreachable("offline", f"{host} was not asked, because this check was made without a network.")


def _tell(services: TrustedServices) -> None:
    told: Collection[str] = dict.fromkeys(one.reason for one in services.findings if one.outcome != "passed")
    for reason in told:
        output.stderr.print(f"[yellow]![/yellow] {output.escape(reason)}")
