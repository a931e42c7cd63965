"""The catalogue of the EWP registry: whose key may speak for which institution, and where its services are.

EWP Registry API 1 (catalogue.xsd). A host joins institutions, services and keys: a client's key speaks for the
institutions of the hosts that list it and for no other; a service's answers are signed by a key of its own host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from credenza.encoding import strict_xml
from credenza.errors import MalformedInput, Refused
from credenza.exchange.emrex.messages import is_protected
from credenza.exchange.ewp.http_signature import SignedRequest, fingerprint, read_key
from credenza.exchange.ewp.names import ENTRIES, REGISTRY, text_of
from credenza.exchange.registry_age import AgePolicy, age_finding
from credenza.finding import Finding
from credenza.keys import PublicKey

MAXIMUM_BYTES = 64 * 1024 * 1024
AGE = AgePolicy(fresh=timedelta(hours=12), usable=timedelta(days=7))
"""The specification lets no copy be kept longer than twelve hours, but for a registry that is away."""
_FINGERPRINT = re.compile(r"[0-9a-f]{64}\Z")
_ADDRESSES = frozenset({"url", "get-url", "index-url"})


@dataclass(frozen=True)
class Service:
    """A programming interface of a host: its name, version, addresses (``url``, ``get-url``...) and limits."""

    name: str
    namespace: str
    version: str
    addresses: Mapping[str, str]
    limits: Mapping[str, int]


@dataclass(frozen=True)
class Host:
    """Institutions (SCHAC ids), services, and keys by fingerprint, joined: each of one goes with each of another."""

    institutions: frozenset[str]
    services: tuple[Service, ...]
    client_keys: frozenset[str]
    server_keys: frozenset[str]


@dataclass(frozen=True)
class Endpoint:
    """Where a service of an institution is, what it takes, and the keys that sign its answers, by fingerprint."""

    service: Service
    keys: Mapping[str, PublicKey]


@dataclass(frozen=True)
class Institution:
    """An institution: its SCHAC id, its names by language, and its ids in other registers by type (``pic``...)."""

    id: str
    names: tuple[tuple[str, str], ...]
    other_ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Catalogue:
    """The catalogue as it was at ``fetched``."""

    hosts: tuple[Host, ...]
    institutions: Mapping[str, Institution]
    keys: Mapping[str, PublicKey]
    fetched: datetime

    def age_finding(self, *, now: datetime, policy: AgePolicy = AGE) -> Finding:
        """Whether the catalogue is recent enough to say whose key is whose."""
        return age_finding(self.fetched, policy, now=now, registry="The catalogue of Erasmus Without Paper")

    def institutions_of(self, signed: SignedRequest) -> frozenset[str]:
        """The institutions that the signer of a request may speak for.

        Raises:
            Refused: ``ewp-key-unknown`` (status 403) where no host lists the key.
        """
        hosts = [host for host in self.hosts if signed.fingerprint in host.client_keys]
        if not hosts:
            raise Refused("ewp-key-unknown", "The key is not in the registry of Erasmus Without Paper.", status=403)
        return frozenset().union(*(host.institutions for host in hosts))

    def endpoint(self, institution: str, service: str) -> Endpoint | None:
        """The service of an institution in the version that Credenza speaks, with the keys of the same host."""
        for host in self.hosts:
            if institution not in host.institutions:
                continue
            for one in host.services:
                if one.name == service and one.namespace == ENTRIES.get(service):
                    return Endpoint(one, {name: self.keys[name] for name in host.server_keys if name in self.keys})
        return None


def parse_catalogue(data: bytes, *, fetched: datetime, allow_loopback: bool = False) -> Catalogue:
    """The catalogue's XML; a key counts under the digest of its content, whatever the catalogue calls it.

    ``allow_loopback`` takes services on this machine without https: for demonstrations and tests only.

    Raises:
        MalformedInput: those of ``strict_xml``, and ``ewp-catalogue-malformed``.
    """
    root = strict_xml.parse(data, maximum_bytes=MAXIMUM_BYTES)
    if root.tag != _r("catalogue"):
        raise MalformedInput("ewp-catalogue-malformed", "This is not a catalogue of Erasmus Without Paper.")
    institutions = (_institution(one) for one in root.iterfind(f"{_r('institutions')}/{_r('hei')}"))
    return Catalogue(
        hosts=tuple(_host(one, allow_loopback) for one in root.iterfind(_r("host"))),
        institutions={one.id: one for one in institutions},
        keys=dict(_keys(root)),
        fetched=fetched,
    )


def _host(host: etree._Element, allow_loopback: bool) -> Host:
    covered = (text_of(one) for one in host.iterfind(f"{_r('institutions-covered')}/{_r('hei-id')}"))
    return Host(
        institutions=frozenset(one for one in covered if one),
        services=tuple(read_services(host.find(_r("apis-implemented")), allow_loopback=allow_loopback)),
        client_keys=_fingerprints(host, "client-credentials-in-use"),
        server_keys=_fingerprints(host, "server-credentials-in-use"),
    )


def read_services(holder: etree._Element | None, *, allow_loopback: bool = False) -> Iterator[Service]:
    """The entries of ``apis-implemented``, in a catalogue or a manifest."""
    for entry in holder if holder is not None else ():
        name = etree.QName(entry)
        addresses: dict[str, str] = {}
        limits: dict[str, int] = {}
        for one in entry:
            local, value = etree.QName(one).localname, text_of(one)
            if local in _ADDRESSES and is_protected(value, allow_loopback=allow_loopback):
                addresses[local] = value
            elif local.startswith("max-") and value.isdecimal() and len(value) < 9:
                limits[local] = int(value)
        yield Service(name.localname, name.namespace or "", entry.get("version", ""), addresses, limits)


def _fingerprints(host: etree._Element, credentials: str) -> frozenset[str]:
    keys = (one.get("sha-256", "").lower() for one in host.iterfind(f"{_r(credentials)}/{_r('rsa-public-key')}"))
    return frozenset(one for one in keys if _FINGERPRINT.match(one))


def _keys(root: etree._Element) -> Iterator[tuple[str, PublicKey]]:
    for one in root.iterfind(f"{_r('binaries')}/{_r('rsa-public-key')}"):
        try:
            key = read_key(text_of(one))
        except MalformedInput:
            continue  # a key that cannot be used signs nothing that could be believed
        yield fingerprint(key), key


def _institution(hei: etree._Element) -> Institution:
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    return Institution(
        id=hei.get("id", ""),
        names=tuple((one.get(language, ""), text_of(one)) for one in hei.iterfind(_r("name"))),
        other_ids=tuple((one.get("type", ""), text_of(one)) for one in hei.iterfind(_r("other-id"))),
    )


def _r(name: str) -> str:
    return f"{{{REGISTRY}}}{name}"
