"""A node, those who ask it, and the catalogue that knows them."""

import base64
import hashlib
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from credenza.errors import Unreachable
from credenza.exchange.ewp.catalogue import Institution, parse_catalogue
from credenza.exchange.ewp.http import FORM, Request
from credenza.exchange.ewp.http_signature import (
    sign_request,
    verify_response,
)
from credenza.exchange.ewp.manifest import NodeAddresses, build_manifest
from credenza.exchange.ewp.names import DISCOVERY, REGISTRY
from credenza.exchange.ewp.responses import read_echo, read_transcript_index, read_transcripts
from credenza.exchange.ewp.services import respond
from credenza.keys import SoftwareSigner

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "ewp.cork.example"
CORK = Institution("cork.example", (("en", "Example University of Cork"), ("ga", "Ollscoil")), (("pic", "999999999"),))
ESI = "urn:schac:personalUniqueCode:int:esi:uma.example:1"
ADDRESSES = NodeAddresses(
    manifest=f"https://{HOST}/ewp/manifest",
    echo=f"https://{HOST}/ewp/echo",
    institutions=f"https://{HOST}/ewp/institutions",
    transcripts_get=f"https://{HOST}/ewp/tors/get",
    transcripts_index=f"https://{HOST}/ewp/tors/index",
)


def make_signer(name):
    return SoftwareSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048), name)


SERVER, MALAGA, HELSINKI, NOBODY = (make_signer(name) for name in ("server", "malaga", "helsinki", "nobody"))


def manifest_of(institution, client=(), server=(), addresses=ADDRESSES):
    return build_manifest(
        addresses,
        institutions=[institution],
        client_keys=[one.public_key for one in client],
        server_keys=[one.public_key for one in server],
        admin_emails=["ewp@example.org"],
        most_mobilities=2,
    )


def catalogue_of(*manifests, fetched=NOW):
    """What the registry makes of manifests: the services as they are, the keys by fingerprint with their content."""
    root = etree.Element(f"{{{REGISTRY}}}catalogue", nsmap={None: REGISTRY})
    heis, binaries = etree.Element(f"{{{REGISTRY}}}institutions"), etree.Element(f"{{{REGISTRY}}}binaries")
    for data in manifests:
        given = etree.fromstring(data)[0]
        host = etree.SubElement(root, f"{{{REGISTRY}}}host")
        host.append(given.find(f"{{{REGISTRY}}}apis-implemented"))
        covered = etree.SubElement(host, f"{{{REGISTRY}}}institutions-covered")
        for hei in given.iter(f"{{{REGISTRY}}}hei"):
            etree.SubElement(covered, f"{{{REGISTRY}}}hei-id").text = hei.get("id")
            heis.append(hei)
        for name in ("client-credentials-in-use", "server-credentials-in-use"):
            credentials = etree.SubElement(host, f"{{{REGISTRY}}}{name}")
            for key in given.iterfind(f"{{{DISCOVERY}}}{name}/{{{DISCOVERY}}}rsa-public-key"):
                digest = hashlib.sha256(base64.b64decode(key.text)).hexdigest()
                etree.SubElement(credentials, f"{{{REGISTRY}}}rsa-public-key", {"sha-256": digest})
                content = etree.SubElement(binaries, f"{{{REGISTRY}}}rsa-public-key", {"sha-256": digest})
                content.text = key.text
    root.extend([heis, binaries])
    return parse_catalogue(etree.tostring(root), fetched=fetched)


CATALOGUE = catalogue_of(
    manifest_of(CORK, server=[SERVER]),
    manifest_of(Institution("uma.example", (("es", "Málaga"),), ()), client=[MALAGA]),
    manifest_of(Institution("helsinki.example", (("fi", "Helsinki"),), ()), client=[HELSINKI]),
)


def get(target, signer=MALAGA, now=NOW, host=HOST):
    return sign_request(Request("GET", target, {}), host=host, signer=signer, request_id=uuid.uuid4(), now=now)


def post(target, parameters, signer=MALAGA):
    body = urlencode(parameters, doseq=True).encode()
    request = Request("POST", target, {"content-type": FORM}, body)
    return sign_request(request, host=HOST, signer=signer, request_id=uuid.uuid4(), now=NOW)


def signed(request):
    return sign_request(request, host=HOST, signer=MALAGA, request_id=uuid.uuid4(), now=NOW)


def ask(service, request, node, **options):
    """The verified answer to a request, as a client gets it."""
    response, _ = respond(service, request, node=node, catalogue=CATALOGUE, now=NOW, **options)
    name = "imobility-tors" if service.startswith("imobility") else service
    keys = CATALOGUE.endpoint("cork.example", name).keys
    return verify_response(response, request=request, keys=keys, now=NOW)


def tors(node, ids, signer=MALAGA, receiving="cork.example"):
    request = post("/ewp/tors/get", {"receiving_hei_id": receiving, "omobility_id": ids}, signer)
    return read_transcripts(ask("imobility-tors-get", request, node), asked=frozenset(ids))


def index(node, signer=MALAGA, **parameters):
    target = "/ewp/tors/index?" + urlencode({"receiving_hei_id": "cork.example", **parameters}, doseq=True)
    return read_transcript_index(ask("imobility-tors-index", get(target, signer), node))


def status_of(service, request, node, catalogue=CATALOGUE, **options):
    response, _ = respond(service, request, node=node, catalogue=catalogue, now=NOW, **options)
    with pytest.raises(Unreachable) as caught:
        read_echo(response)
    return response.status, caught.value.message


def altered(request, **headers):
    return replace(request, headers={**request.headers, **headers})
