"""The manifest of a node, and the registry's catalogue of whose key may speak for whom."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from credenza.errors import MalformedInput
from credenza.exchange.ewp.catalogue import parse_catalogue
from credenza.exchange.ewp.http_signature import (
    fingerprint,
    key_bytes,
)
from credenza.exchange.ewp.manifest import parse_manifest
from credenza.exchange.ewp.names import REGISTRY

from .ewp_parts import ADDRESSES, CATALOGUE, CORK, MALAGA, NOBODY, NOW, SERVER, get, manifest_of, status_of


def test_a_catalogue_that_is_too_old_lets_nobody_ask(node):
    old = replace(CATALOGUE, fetched=NOW - timedelta(days=8))
    assert status_of("echo", get("/ewp/echo"), node, catalogue=old)[0] == 503
    assert replace(CATALOGUE, fetched=NOW - timedelta(hours=13)).age_finding(now=NOW).outcome == "warning"


def test_a_manifest_says_what_the_node_serves_and_with_which_keys():
    (host,) = parse_manifest(manifest_of(CORK, client=[MALAGA], server=[SERVER]))
    assert host.institutions == {"cork.example"}
    assert host.client_keys == {fingerprint(MALAGA.public_key)}
    assert host.server_keys == {fingerprint(SERVER.public_key)}
    services = {one.name: one for one in host.services}
    assert services["imobility-tors"].addresses == {
        "get-url": ADDRESSES.transcripts_get,
        "index-url": ADDRESSES.transcripts_index,
    }
    assert services["imobility-tors"].limits == {"max-omobility-ids": 2}
    assert services["discovery"].version == "6.0.0"


def test_a_service_is_found_only_with_the_keys_of_its_own_host():
    endpoint = CATALOGUE.endpoint("cork.example", "imobility-tors")
    assert set(endpoint.keys) == {fingerprint(SERVER.public_key)}
    assert CATALOGUE.endpoint("nowhere.example", "echo") is None
    assert CATALOGUE.endpoint("cork.example", "iias") is None
    assert CATALOGUE.institutions["cork.example"] == CORK


def test_a_key_in_the_catalogue_counts_under_its_own_digest():
    lying = etree.fromstring(
        f'<catalogue xmlns="{REGISTRY}"><host><server-credentials-in-use>'
        f'<rsa-public-key sha-256="{fingerprint(SERVER.public_key)}"/></server-credentials-in-use></host>'
        f'<institutions/><binaries><rsa-public-key sha-256="{fingerprint(SERVER.public_key)}">'
        f"{base64.b64encode(key_bytes(NOBODY.public_key)).decode()}</rsa-public-key></binaries></catalogue>"
    )
    catalogue = parse_catalogue(etree.tostring(lying), fetched=NOW)
    assert fingerprint(SERVER.public_key) not in catalogue.keys


@pytest.mark.parametrize("data", [b"", b"<catalogue/>", b'<!DOCTYPE c [<!ENTITY a "b">]><c>&a;</c>'])
def test_a_malformed_catalogue_or_manifest_is_refused(data):
    for read in (lambda: parse_catalogue(data, fetched=NOW), lambda: parse_manifest(data)):
        with pytest.raises(MalformedInput):
            read()
