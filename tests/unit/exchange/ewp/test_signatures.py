"""Requests and answers are signed both ways; what is not well signed is answered as Erasmus Without Paper says, and not read."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from credenza.errors import MalformedInput, Refused
from credenza.exchange.ewp.http import Request, Response
from credenza.exchange.ewp.http_signature import (
    fingerprint,
    key_bytes,
    sign_response,
    verify_request,
    verify_response,
)
from credenza.exchange.ewp.services import respond

from .ewp_parts import CATALOGUE, HOST, MALAGA, NOBODY, NOW, SERVER, altered, get, post, signed, status_of


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


def test_a_request_signed_with_original_date_is_verified():
    request = get("/ewp/echo")
    assert verify_request(request, expected_host=HOST.upper(), now=NOW).fingerprint == fingerprint(MALAGA.public_key)
    stale = altered(request, **{"original-date": "Sun, 01 Mar 2026 11:00:00 GMT"})
    with pytest.raises(MalformedInput) as caught:
        verify_request(stale, expected_host=HOST, now=NOW)
    assert caught.value.code == "ewp-date"
