"""The discovery manifest of a node (EWP Discovery API 6): what it serves, for whom, and which keys are its own."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from credenza.encoding import strict_xml
from credenza.errors import MalformedInput
from credenza.exchange.ewp.catalogue import Host, Institution, read_services
from credenza.exchange.ewp.http_signature import fingerprint, key_bytes, read_key
from credenza.exchange.ewp.names import (
    ARCHITECTURE,
    CLIENT_SIGNATURE,
    DISCOVERY,
    ENTRIES,
    REGISTRY,
    SECURITY,
    SERVER_SIGNATURE,
    SERVER_TLS,
    child,
    document,
    text_of,
    to_bytes,
)
from credenza.exchange.ewp.services import LANGUAGE, MOST_INSTITUTIONS
from credenza.keys import PublicKey

_VERSIONS = {"discovery": "6.0.0", "echo": "2.0.0", "institutions": "2.0.0", "imobility-tors": "2.0.0"}


@dataclass(frozen=True)
class NodeAddresses:
    """The https addresses at which a node serves each of its documents and services."""

    manifest: str
    echo: str
    institutions: str
    transcripts_get: str
    transcripts_index: str


def build_manifest(
    addresses: NodeAddresses,
    *,
    institutions: Sequence[Institution],
    client_keys: Sequence[PublicKey],
    server_keys: Sequence[PublicKey],
    admin_emails: Sequence[str],
    most_mobilities: int,
) -> bytes:
    """The manifest of a node with one host, as the registry reads it."""
    root = document(DISCOVERY, "manifest", {"r": REGISTRY, "ewp": ARCHITECTURE, "sec": SECURITY})
    host = child(root, DISCOVERY, "host")
    for email in admin_emails:
        child(host, ARCHITECTURE, "admin-email", email)
    _services(child(host, REGISTRY, "apis-implemented"), addresses, most_mobilities)
    covered = child(host, DISCOVERY, "institutions-covered")
    for one in institutions:
        hei = child(covered, REGISTRY, "hei", id=one.id)
        for kind, value in one.other_ids:
            child(hei, REGISTRY, "other-id", value, type=kind)
        for language, name in one.names:
            child(hei, REGISTRY, "name", name, **({LANGUAGE: language} if language else {}))
    for name, keys in (("client-credentials-in-use", client_keys), ("server-credentials-in-use", server_keys)):
        credentials = child(host, DISCOVERY, name)
        for key in keys:
            child(credentials, DISCOVERY, "rsa-public-key", base64.b64encode(key_bytes(key)).decode())
    return to_bytes(root)


def parse_manifest(data: bytes) -> tuple[Host, ...]:
    """The hosts of a manifest, in the form that the catalogue gives them.

    Raises:
        MalformedInput: those of ``strict_xml``, and ``ewp-manifest-malformed``, ``ewp-key``.
    """
    root = strict_xml.parse(data)
    if root.tag != _d("manifest"):
        raise MalformedInput("ewp-manifest-malformed", "This is not a discovery manifest of version 6.")
    return tuple(
        Host(
            institutions=frozenset(
                one.get("id", "") for one in host.iterfind(f"{_d('institutions-covered')}/{{{REGISTRY}}}hei")
            ),
            services=tuple(read_services(host.find(f"{{{REGISTRY}}}apis-implemented"))),
            client_keys=_fingerprints(host, "client-credentials-in-use"),
            server_keys=_fingerprints(host, "server-credentials-in-use"),
        )
        for host in root.iterfind(_d("host"))
    )


def _services(holder: etree._Element, addresses: NodeAddresses, most_mobilities: int) -> None:
    child(_entry(holder, "discovery", secured=False), ENTRIES["discovery"], "url", addresses.manifest)
    child(_entry(holder, "echo"), ENTRIES["echo"], "url", addresses.echo)
    institutions = _entry(holder, "institutions")
    child(institutions, ENTRIES["institutions"], "url", addresses.institutions)
    child(institutions, ENTRIES["institutions"], "max-hei-ids", str(MOST_INSTITUTIONS))
    transcripts, namespace = _entry(holder, "imobility-tors"), ENTRIES["imobility-tors"]
    child(transcripts, namespace, "get-url", addresses.transcripts_get)
    child(transcripts, namespace, "index-url", addresses.transcripts_index)
    child(transcripts, namespace, "max-omobility-ids", str(most_mobilities))


def _entry(holder: etree._Element, name: str, *, secured: bool = True) -> etree._Element:
    entry = child(holder, ENTRIES[name], name, version=_VERSIONS[name])
    if secured:
        security = child(entry, ENTRIES[name], "http-security")
        child(child(security, SECURITY, "client-auth-methods"), CLIENT_SIGNATURE, "httpsig")
        server = child(security, SECURITY, "server-auth-methods")
        child(server, SERVER_TLS, "tlscert")
        child(server, SERVER_SIGNATURE, "httpsig")
    return entry


def _fingerprints(host: etree._Element, credentials: str) -> frozenset[str]:
    keys = host.iterfind(f"{_d(credentials)}/{_d('rsa-public-key')}")
    return frozenset(fingerprint(read_key(text_of(one))) for one in keys)


def _d(name: str) -> str:
    return f"{{{DISCOVERY}}}{name}"
