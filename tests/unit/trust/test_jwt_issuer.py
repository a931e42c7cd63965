"""JWT issuer metadata: foreign and malformed metadata first, then the keys of an honest issuer."""

from __future__ import annotations

import pytest

from credenza.errors import MalformedInput, Refused
from credenza.keys import signer
from credenza.trust import jwt_issuer

ISSUER = "https://university.example/tenant/1"
KEY = signer.generate("P-256", key_id="k").public_key


@pytest.mark.parametrize(
    "issuer",
    [
        "http://university.example",
        "https://",
        "https://user@university.example",
        "https://university.example?x=1",
        "https://university.example/?",
        "https://university.example/#a",
        "https://university.example/../x",
        "https://university.example/%2e%2E/x",
        "https://university.example/a b",
        "https://university.example\\@forger.example",
        "https://university.example:0",
        "https://university.example:99999",
        "https://[broken",
        "did:web:university.example",
        "",
    ],
)
def test_an_issuer_that_is_no_plain_https_address_is_refused(issuer):
    with pytest.raises(Refused) as error:
        jwt_issuer.metadata_url(issuer)
    assert error.value.code == "jwt-issuer-address"


def test_metadata_of_another_issuer_is_refused():
    document = jwt_issuer.build("https://forger.example", [("k", KEY)])
    with pytest.raises(MalformedInput) as error:
        jwt_issuer.parse(document, issuer=ISSUER)
    assert error.value.code == "jwt-issuer-mismatch"


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"jwks": {"keys": []}, "jwks_uri": "https://university.example/keys"},
        {"jwks": []},
        {"jwks_uri": "http://university.example/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": 7},
    ],
)
def test_malformed_metadata_is_refused(members):
    with pytest.raises(MalformedInput) as error:
        jwt_issuer.parse({"issuer": ISSUER, **members}, issuer=ISSUER)
    assert error.value.code == "jwt-issuer-metadata-malformed"


@pytest.mark.parametrize("keys", [None, {}, ["x"], [{**KEY.to_jwk(), "kid": "a"}] * 2, [{}] * 201])
def test_malformed_keys_are_refused(keys):
    with pytest.raises(MalformedInput) as error:
        jwt_issuer.methods_of({"keys": keys}, issuer=ISSUER)
    assert error.value.code == "jwt-issuer-metadata-malformed"


def test_a_published_private_key_is_refused():
    with pytest.raises(MalformedInput) as error:
        jwt_issuer.methods_of({"keys": [{**KEY.to_jwk(), "kid": "a", "d": "x"}]}, issuer=ISSUER)
    assert error.value.code == "key-private"


@pytest.mark.parametrize(
    ("issuer", "url"),
    [
        (ISSUER, "https://university.example/.well-known/jwt-vc-issuer/tenant/1"),
        ("https://university.example", "https://university.example/.well-known/jwt-vc-issuer"),
        ("https://university.example/", "https://university.example/.well-known/jwt-vc-issuer"),
        ("https://localhost:8443/a/", "https://localhost:8443/.well-known/jwt-vc-issuer/a"),
    ],
)
def test_the_well_known_part_goes_between_host_and_path(issuer, url):
    assert jwt_issuer.metadata_url(issuer) == url


def test_what_is_built_is_read_back():
    parsed = jwt_issuer.parse(jwt_issuer.build(ISSUER, [("2026", KEY)]), issuer=ISSUER)
    (method,) = jwt_issuer.methods_of(parsed.jwks, issuer=ISSUER)
    assert (method.id, method.controller, method.public_key) == (f"{ISSUER}#2026", ISSUER, KEY)
    assert method.purposes == {"assertionMethod"}


def test_keys_elsewhere_are_named_by_their_address():
    parsed = jwt_issuer.parse({"issuer": ISSUER, "jwks_uri": "https://x.example/k?v=1"}, issuer=ISSUER)
    assert (parsed.jwks, parsed.jwks_uri) == (None, "https://x.example/k?v=1")


def test_keys_for_other_uses_are_left_out():
    keys = [
        {**KEY.to_jwk(), "kid": "enc", "use": "enc"},
        {"kty": "oct-of-the-future", "kid": "new"},
        KEY.to_jwk(),
        {**KEY.to_jwk(), "kid": "good"},
    ]
    assert [method.id for method in jwt_issuer.methods_of({"keys": keys}, issuer=ISSUER)] == [f"{ISSUER}#good"]
