"""The registries of EMREX and Erasmus Without Paper as the operator configured them: an https address, or a file.

A copy is renewed every half hour where the source can be reached, and kept in the data folder for when it cannot.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from credenza.adapters.fetch import GuardedFetch
from credenza.adapters.file_fetch import FileFetch
from credenza.adapters.registry_copies import RegistryCopy
from credenza.errors import CredenzaError, Unreachable
from credenza.exchange.emrex import registry
from credenza.exchange.emrex.registry import Registry
from credenza.exchange.ewp import catalogue
from credenza.exchange.ewp.catalogue import Catalogue
from credenza.exchange.registry_age import AgePolicy
from credenza.keys import PublicKey
from credenza.ports.fetch import Fetch


def emreg(*, since: datetime | None = None) -> Registry:
    """The registry of EMREX: who provides results, where, and with which keys they sign; ``since`` asks for one as new.

    Raises:
        Unreachable: ``registry-not-configured``, ``registry-unavailable``, and those of the fetcher; MalformedInput.
    """
    address = settings.CREDENZA.emreg
    if address is None:
        raise Unreachable("registry-not-configured", "This site does not know the registry of EMREX (CREDENZA_EMREG).")
    return _emreg(address, settings.CREDENZA.allow_loopback).current(since=since)


def ewp_catalogue() -> Catalogue:
    """The catalogue of Erasmus Without Paper: whose key may speak for which institution.

    Raises:
        Unreachable: as ``emreg``; MalformedInput.
    """
    address = settings.CREDENZA.ewp_catalogue
    if address is None:
        raise Unreachable(
            "registry-not-configured",
            "This site does not know the catalogue of Erasmus Without Paper (CREDENZA_EWP_CATALOGUE).",
            status=503,
        )
    return _ewp(address, settings.CREDENZA.allow_loopback).current()


def sender_keys() -> tuple[tuple[str, PublicKey], ...]:
    """The keys of EMREX providers by name; none where the registry cannot be read, or is too old to be believed."""
    try:
        found = emreg()
        found.require_usable(AgePolicy(), now=timezone.now())
    except CredenzaError:
        return ()
    return tuple((one.name, one.key) for one in found.providers)


@lru_cache(maxsize=4)
def _emreg(address: str, allow_loopback: bool) -> RegistryCopy[Registry]:
    def read(data: bytes, fetched: datetime) -> Registry:
        return registry.parse_registry(data, fetched=fetched, allow_loopback=allow_loopback)

    return RegistryCopy(
        address,
        read=read,
        fetch=_fetch(address, allow_loopback),
        clock=timezone.now,
        accept=("application/json",),
        maximum_bytes=registry.MAXIMUM_BYTES,
        folder=settings.CREDENZA.data_dir / "registries",
    )


@lru_cache(maxsize=4)
def _ewp(address: str, allow_loopback: bool) -> RegistryCopy[Catalogue]:
    def read(data: bytes, fetched: datetime) -> Catalogue:
        return catalogue.parse_catalogue(data, fetched=fetched, allow_loopback=allow_loopback)

    return RegistryCopy(
        address,
        read=read,
        fetch=_fetch(address, allow_loopback),
        clock=timezone.now,
        accept=("application/xml", "text/xml"),
        maximum_bytes=catalogue.MAXIMUM_BYTES,
        folder=settings.CREDENZA.data_dir / "registries",
    )


def _fetch(address: str, allow_loopback: bool) -> Fetch:
    return GuardedFetch(allow_loopback=allow_loopback) if "://" in address else FileFetch(timezone.now)
