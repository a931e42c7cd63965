"""Institutions exchange transcripts inside a mobility: who asks is proved, and only the sending institution reads."""

import base64
import hashlib
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from credenza.document import elmo
from credenza.errors import MalformedInput, Refused, Unreachable
from credenza.exchange.ewp.catalogue import Institution, parse_catalogue
from credenza.exchange.ewp.http import FORM, Request, Response
from credenza.exchange.ewp.http_signature import (
    fingerprint,
    key_bytes,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from credenza.exchange.ewp.manifest import NodeAddresses, build_manifest, parse_manifest
from credenza.exchange.ewp.names import DISCOVERY, REGISTRY
from credenza.exchange.ewp.responses import read_echo, read_institutions, read_transcript_index, read_transcripts
from credenza.exchange.ewp.services import Mobility, Node, respond
from credenza.keys import SoftwareSigner
from credenza.record import Identifier, IdentifierKind

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


@pytest.fixture
def node(make_award):
    award = make_award(learner={"identifiers": (Identifier(kind=IdentifierKind.ESI, value=ESI),)})
    issuer = award.issuer.model_copy(
        update={"identifiers": (Identifier(kind=IdentifierKind.SCHAC, value="cork.example"),)}
    )
    document = elmo.to_bytes(elmo.to_document(award.model_copy(update={"issuer": issuer}), generated=NOW))
    mobilities = {
        name: Mobility(name, sender, "cork.example", NOW - timedelta(days=days), document)
        for name, sender, days in (
            ("m-1", "uma.example", 1),
            ("m-2", "helsinki.example", 1),
            ("m-3", "uma.example", 30),
        )
    }
    return Node(
        host=HOST,
        institutions={CORK.id: CORK},
        find_mobility=mobilities.get,
        list_mobilities=lambda receiving: iter(mobilities.values()),
        signer=SERVER,
        most_mobilities=2,
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


def test_the_sending_institution_gets_the_transcript_of_its_student(node):
    (received,) = tors(node, ["m-1"])
    assert received.omobility_id == "m-1"
    assert received.transcript.learner.esi == ESI
    assert received.transcript.entries[0].award.micro_credential.ects == 3


def test_what_is_unknown_and_what_is_anothers_are_left_out_alike(node):
    assert tors(node, ["m-2"]) == tors(node, ["no-such"]) == ()
    assert tors(node, ["m-1"], signer=HELSINKI) == ()
    assert tors(node, ["m-1"], receiving="galway.example") == ()
    assert [one.omobility_id for one in tors(node, ["m-2", "m-1"])] == ["m-1"]


def index(node, signer=MALAGA, **parameters):
    target = "/ewp/tors/index?" + urlencode({"receiving_hei_id": "cork.example", **parameters}, doseq=True)
    return read_transcript_index(ask("imobility-tors-index", get(target, signer), node))


def test_the_index_lists_what_the_caller_may_get_and_nothing_else(node):
    assert index(node) == ("m-1", "m-3")
    assert index(node, HELSINKI) == ("m-2",)
    assert index(node, modified_since="2026-02-20T00:00:00+01:00") == ("m-1",)
    assert index(node, sending_hei_id=["uma.example", "unknown.example"]) == ("m-1", "m-3")
    assert index(node, sending_hei_id=["unknown.example"]) == ()
    assert index(node, sending_hei_id=["helsinki.example"]) == ()


def test_echo_tells_whom_the_key_speaks_for(node):
    assert read_echo(ask("echo", get("/ewp/echo?echo=a&echo=b%20c"), node)) == (
        frozenset({"uma.example"}),
        ("a", "b c"),
    )
    assert read_echo(ask("echo", post("/ewp/echo", {}), node)) == (frozenset({"uma.example"}), ())


def test_institutions_are_told_and_unknown_ones_left_out(node):
    request = get("/ewp/institutions?hei_id=cork.example&hei_id=unknown.example")
    assert read_institutions(ask("institutions", request, node)) == (CORK,)


def status_of(service, request, node, catalogue=CATALOGUE, **options):
    response, _ = respond(service, request, node=node, catalogue=catalogue, now=NOW, **options)
    with pytest.raises(Unreachable) as caught:
        read_echo(response)
    return response.status, caught.value.message


def altered(request, **headers):
    return replace(request, headers={**request.headers, **headers})


def test_a_request_that_is_not_well_signed_is_answered_by_the_status_that_ewp_names(node):
    request = post("/ewp/echo", {"echo": "hello"})
    covered = "(request-target) host date digest x-request-id"
    authorization = request.headers["authorization"]
    cases = [
        (401, "ewp-unsigned", altered(request, authorization="")),
        (
            401,
            "ewp-signature-incomplete",
            altered(request, authorization=authorization.replace(covered, "host date digest")),
        ),
        (
            401,
            "ewp-signature-incomplete",
            altered(request, authorization=authorization.replace("rsa-sha256", "hmac-sha256")),
        ),
        (400, "ewp-host", altered(request, host="other.example")),
        (400, "ewp-signature", altered(request, date="Sun, 01 Mar 2026 12:01:00 GMT")),
        (400, "ewp-date", altered(request, date="yesterday")),
        (400, "ewp-signature", replace(request, target="/ewp/tors/get")),
        (400, "ewp-signature", replace(request, method="GET")),
        (400, "ewp-digest", replace(request, body=b"echo=goodbye")),
        (400, "ewp-request-id", altered(request, **{"x-request-id": "1"})),
        (400, "ewp-signature", altered(request, authorization=authorization + ',keyId="x"')),
        (400, "ewp-signature", altered(request, authorization=authorization.replace(covered, covered + " host"))),
        (400, "ewp-signature", altered(request, authorization=authorization.replace(covered, covered + " x-other"))),
        (403, "ewp-key-unknown", post("/ewp/echo", {"echo": "hello"}, NOBODY)),
        (403, "ewp-key-unknown", post("/ewp/echo", {"echo": "hello"}, SERVER)),
        (
            405,
            "ewp-method",
            signed(Request("PUT", "/ewp/echo", {})),
        ),
        (
            415,
            "ewp-media-type",
            signed(Request("POST", "/ewp/echo", {"content-type": "text/xml"})),
        ),
    ]
    for status, code, wrong in cases:
        told = status_of("echo", wrong, node)
        assert told[0] == status, code
        assert f"({code})" in told[1], (code, told)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_clock_that_is_more_than_five_minutes_off_is_refused(node, minutes):
    assert status_of("echo", get("/ewp/echo", now=NOW + timedelta(minutes=minutes)), node)[0] == 400


def test_another_key_than_the_one_that_is_named_does_not_sign(node):
    request = get("/ewp/echo", NOBODY)
    stolen = base64.b64encode(key_bytes(MALAGA.public_key)).decode()
    own = base64.b64encode(key_bytes(NOBODY.public_key)).decode()
    forged = altered(request, authorization=request.headers["authorization"].replace(own, stolen))
    assert status_of("echo", forged, node)[0] == 400


def test_a_request_is_not_answered_twice_where_ids_are_remembered(node):
    request = get("/ewp/echo")
    _, signed = respond("echo", request, node=node, catalogue=CATALOGUE, now=NOW)
    assert status_of("echo", request, node, seen_request_ids={signed.request_id})[0] == 400


def test_parameters_that_are_missing_or_too_many_are_refused(node):
    assert status_of("imobility-tors-get", post("/ewp/tors/get", {"omobility_id": ["m-1"]}), node)[0] == 400
    assert status_of("imobility-tors-get", post("/ewp/tors/get", {"receiving_hei_id": "cork.example"}), node)[0] == 400
    many = {"receiving_hei_id": "cork.example", "omobility_id": ["1", "2", "3"]}
    assert status_of("imobility-tors-get", post("/ewp/tors/get", many), node)[0] == 400
    twice = {"receiving_hei_id": ["cork.example", "x"], "omobility_id": ["1"]}
    assert status_of("imobility-tors-get", post("/ewp/tors/get", twice), node)[0] == 400
    assert status_of("echo", post("/ewp/echo", {"echo": "\x00"}), node)[0] == 400


def test_a_catalogue_that_is_too_old_lets_nobody_ask(node):
    old = replace(CATALOGUE, fetched=NOW - timedelta(days=8))
    assert status_of("echo", get("/ewp/echo"), node, catalogue=old)[0] == 503
    assert replace(CATALOGUE, fetched=NOW - timedelta(hours=13)).age_finding(now=NOW).outcome == "warning"


def test_a_transcript_that_names_no_student_is_not_sent(node, make_award):
    nameless = elmo.to_bytes(elmo.to_document(make_award(), generated=NOW))
    unfit = replace(node, find_mobility=lambda name: Mobility(name, "uma.example", "cork.example", NOW, nameless))
    request = post("/ewp/tors/get", {"receiving_hei_id": "cork.example", "omobility_id": ["m-1"]})
    assert status_of("imobility-tors-get", request, unfit)[0] == 500


def test_an_answer_is_believed_only_from_the_endpoints_own_key_to_this_request(node):
    request = get("/ewp/echo")
    response, signed = respond("echo", request, node=node, catalogue=CATALOGUE, now=NOW)
    keys = CATALOGUE.endpoint("cork.example", "echo").keys

    def code(changed, **options):
        with pytest.raises((Refused, MalformedInput)) as caught:
            verify_response(changed, **{"request": request, "keys": keys, "now": NOW, **options})
        return caught.value.code

    assert code(replace(response, headers={})) == "ewp-unsigned"
    assert code(replace(response, body=response.body + b" ")) == "ewp-digest"
    assert code(response, request=get("/ewp/echo")) == "ewp-response-other"
    assert code(response, now=NOW + timedelta(minutes=6)) == "ewp-date"
    assert code(sign_response(response, to=signed, signer=NOBODY, now=NOW)) == "ewp-response-key"
    assert code(sign_response(Response(200, b""), to=None, signer=SERVER, now=NOW)) == "ewp-signature-incomplete"
    assert code(response, keys={fingerprint(SERVER.public_key): NOBODY.public_key}) == "ewp-signature"


def test_headers_outside_the_signature_are_dropped(node):
    request = get("/ewp/echo")
    response, _ = respond("echo", request, node=node, catalogue=CATALOGUE, now=NOW)
    smuggled = replace(response, headers={**response.headers, "x-injected": "yes"})
    keys = CATALOGUE.endpoint("cork.example", "echo").keys
    assert "x-injected" not in verify_response(smuggled, request=request, keys=keys, now=NOW).headers


def test_an_answer_with_a_transcript_that_nobody_asked_for_is_refused(node):
    request = post("/ewp/tors/get", {"receiving_hei_id": "cork.example", "omobility_id": ["m-1"]})
    response = ask("imobility-tors-get", request, node)
    with pytest.raises(MalformedInput) as caught:
        read_transcripts(response, asked=frozenset({"m-9"}))
    assert caught.value.code == "ewp-transcript-unasked"


def test_a_request_signed_with_original_date_is_verified():
    request = get("/ewp/echo")
    assert verify_request(request, expected_host=HOST.upper(), now=NOW).fingerprint == fingerprint(MALAGA.public_key)
    stale = altered(request, **{"original-date": "Sun, 01 Mar 2026 11:00:00 GMT"})
    with pytest.raises(MalformedInput) as caught:
        verify_request(stale, expected_host=HOST, now=NOW)
    assert caught.value.code == "ewp-date"


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
