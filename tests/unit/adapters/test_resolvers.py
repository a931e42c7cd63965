"""Finding keys over a real server: foreign documents first, then DIDs and JWT issuers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from credenza.adapters.fetch import GivenFetch, GuardedFetch, OfflineFetch
from credenza.adapters.resolvers import MethodFinder
from credenza.errors import CredenzaError
from credenza.keys import signer
from credenza.trust import did, did_document, jwt_issuer
from credenza.trust.did_document import PublishedKey

KEY = signer.generate("Ed25519", key_id="k").public_key
OTHER = signer.generate("P-256", key_id="k").public_key
ISSUER = "https://university.example/tenant"
METADATA = "https://university.example/.well-known/jwt-vc-issuer/tenant"


@pytest.fixture
def finder(trusting_context):
    fetch = GuardedFetch(ssl_context=trusting_context, allow_loopback=True, timeout=timedelta(seconds=5))
    return MethodFinder(fetch)


def _given(documents):
    return MethodFinder(
        GivenFetch({url: ("application/json", json.dumps(value).encode()) for url, value in documents.items()})
    )


def _code(finder, method_id):
    with pytest.raises(CredenzaError) as error:
        finder(method_id)
    return error.value.code


def test_a_web_did_is_fetched_over_https(finder, secure_server):
    name = did.for_web("localhost", "university", port=secure_server.port)
    document = did_document.build(name, [PublishedKey("key-1", KEY)])
    secure_server.json("/university/did.json", json.dumps(document).encode())
    method = finder(f"{name}#key-1")
    assert (method.public_key, method.controller) == (KEY, name)
    assert finder(f"{name}#key-1") == method
    assert len(secure_server.requests) == 1
    assert [item.id for item in finder.methods_of(name)] == [f"{name}#key-1"]


def test_a_document_that_is_somebody_else_s_is_refused(finder, secure_server):
    name = did.for_web("localhost", port=secure_server.port)
    document = did_document.build("did:web:forger.example", [PublishedKey("key-1", KEY)])
    secure_server.json("/.well-known/did.json", json.dumps(document).encode())
    assert _code(finder, f"{name}#key-1") == "did-document-mismatch"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "json-syntax"), (b"[]", "json-not-an-object"), (b'{"id":1,"id":2}', "json-duplicate-member")],
)
def test_a_damaged_document_is_refused(finder, secure_server, content, code):
    name = did.for_web("localhost", port=secure_server.port)
    secure_server.json("/.well-known/did.json", content)
    assert _code(finder, f"{name}#key-1") == code


def test_offline_a_web_did_cannot_be_checked_unless_its_document_is_at_hand():
    name = "did:web:university.example"
    document = did_document.build(name, [PublishedKey("key-1", KEY)])
    assert _code(MethodFinder(OfflineFetch()), f"{name}#key-1") == "offline"
    assert MethodFinder(OfflineFetch(), documents={name: document})(f"{name}#key-1").public_key == KEY


def test_dids_that_hold_their_key_need_no_network():
    finder = MethodFinder(OfflineFetch())
    name = did.from_public_key(KEY)
    fragment = name.removeprefix("did:key:")
    assert finder(f"{name}#{fragment}").public_key == KEY
    assert _code(finder, f"{name}#another") == "verification-method-unknown"
    document = finder.did_document(name)
    assert did_document.method_of(document, f"{name}#{fragment}", did=name).public_key == KEY
    assert finder.methods_of(name)[0].public_key == KEY


def test_a_jwt_issuer_s_keys_are_found_by_kid():
    finder = _given({METADATA: jwt_issuer.build(ISSUER, [("2026", OTHER)])})
    assert finder(f"{ISSUER}#2026").public_key == OTHER
    assert finder(f"{ISSUER}#2026").controller == ISSUER
    assert _code(finder, f"{ISSUER}#2025") == "verification-method-unknown"
    assert finder.methods_of(ISSUER)[0].id == f"{ISSUER}#2026"


def test_a_jwt_issuer_s_keys_may_lie_elsewhere():
    keys = {"keys": [{**OTHER.to_jwk(), "kid": "2026"}]}
    finder = _given({METADATA: {"issuer": ISSUER, "jwks_uri": "https://keys.example/"}, "https://keys.example/": keys})
    assert finder(f"{ISSUER}#2026").public_key == OTHER


def test_metadata_of_another_issuer_is_refused():
    finder = _given({METADATA: jwt_issuer.build("https://forger.example", [("2026", OTHER)])})
    assert _code(finder, f"{ISSUER}#2026") == "jwt-issuer-mismatch"


@pytest.mark.parametrize(
    ("method_id", "code"),
    [
        ("", "verification-method-unknown"),
        ("key-1", "verification-method-unknown"),
        ("https://university.example", "verification-method-unknown"),
        ("http://university.example#k", "verification-method-unknown"),
        ("https://user@university.example#k", "jwt-issuer-address"),
        ("did:web:university.example", "did-malformed"),
        ("did:web:user%40university.example#k", "did-malformed"),
        ("did:ion:abc#k", "did-method-unknown"),
    ],
)
def test_a_key_named_in_a_strange_way_is_refused(method_id, code):
    assert _code(MethodFinder(OfflineFetch()), method_id) == code


def test_a_web_did_on_this_machine_is_not_visited_unless_allowed(secure_server, trusting_context):
    finder = MethodFinder(GuardedFetch(ssl_context=trusting_context))
    name = did.for_web("localhost", port=secure_server.port)
    assert _code(finder, f"{name}#key-1") == "fetch-address"
    assert secure_server.requests == []


def test_a_key_taken_from_the_document_is_no_longer_found():
    """What was read once is not believed longer than the bytes say it."""
    name, url = "did:web:university.example", "https://university.example/.well-known/did.json"
    documents = {}

    def fetch(address, **wanted):
        return GivenFetch({url: ("application/json", json.dumps(documents[address]).encode())})(address, **wanted)

    finder = MethodFinder(fetch)
    documents[url] = did_document.build(name, [PublishedKey("key-1", KEY)])
    assert finder(f"{name}#key-1").public_key == KEY
    documents[url] = did_document.build(name, [PublishedKey("key-1", OTHER)])
    assert finder(f"{name}#key-1").public_key == OTHER
    documents[url] = did_document.build(name, [])
    assert _code(finder, f"{name}#key-1") == "verification-method-unknown"
