"""DIDs: hostile spellings first, then resolution of did:key and did:jwk and the addresses of did:web."""

from __future__ import annotations

import json

import pytest

from credenza.encoding import base64url, multibase
from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.keys import signer
from credenza.trust import did


@pytest.mark.parametrize(
    "text",
    [
        "",
        "did",
        "did:",
        "did:web",
        "did:web:",
        "did:WEB:example.com",
        "did:web:example.com#key-1",
        "did:web:example.com?versionId=1",
        "did:web:example.com/path",
        "did:web:example.com ",
        "did:web:example.com\n",
        " did:web:example.com",
        "did:web:exämple.com",
        "did:web:user@example.com",
        "did:web:example.com:",
        "did:web:example.com%",
        "did:web:" + "a" * 5000,
    ],
)
def test_what_is_no_did_is_refused(text):
    with pytest.raises(MalformedInput) as error:
        did.parse(text)
    assert error.value.code == "did-malformed"


@pytest.mark.parametrize(
    "text",
    [
        "did:web:user%40example.com",
        "did:web:example.com%3A0",
        "did:web:example.com%3A65536",
        "did:web:example.com%3A",
        "did:web:example.com%3A80%3A80",
        "did:web:example.com%3A80:..:secret",
        "did:web:example.com:..",
        "did:web:example.com:%2e%2E:secret",
        "did:web:example.com:.",
        "did:web:example.com::x",
        "did:web::example.com",
        "did:web:example.com:a%2Fb",
        "did:web:example.com:a%5Cb",
        "did:web:example.com%2Fpath",
        "did:web:example.com%2f%2e%2e",
        "did:web:example.com%23",
        "did:web:example.com%3F",
        "did:web:example.com:a%3Fb",
        "did:web:example.com:a%23b",
        "did:web:example.com:a%00b",
        "did:web:example.com:a%0D%0Ab",
        "did:web:example.com:a%ff",
        "did:web:127.0.0.1",
        "did:web:2130706433",
        "did:web:0x7f000001",
        "did:web:10.0.0.0x1",
        "did:web:%5B%3A%3A1%5D",
        "did:web:-example.com",
        "did:web:example..com",
        "did:web:example.com.",
        "did:web:exa_mple.com",
        "did:web:" + "a" * 64 + ".com",
    ],
)
def test_a_web_did_that_would_lead_the_fetcher_astray_is_refused(text):
    with pytest.raises(MalformedInput) as error:
        did.document_url(text)
    assert error.value.code == "did-malformed"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A3000", "https://example.com:3000/.well-known/did.json"),
        ("did:web:example.com%3a3000:user:alice", "https://example.com:3000/user/alice/did.json"),
        ("did:web:Example.COM:Alice", "https://example.com/Alice/did.json"),
        ("did:web:localhost%3A8443", "https://localhost:8443/.well-known/did.json"),
        ("did:web:example.com:caf%C3%A9", "https://example.com/caf%C3%A9/did.json"),
        ("did:web:xn--bcher-kva.example", "https://xn--bcher-kva.example/.well-known/did.json"),
    ],
)
def test_a_web_did_has_its_address(text, url):
    assert did.document_url(text) == url


def test_a_web_did_is_made_from_host_and_path():
    assert did.for_web("Example.org", "badges", "ü", port=8443) == "did:web:example.org%3A8443:badges:%C3%BC"
    with pytest.raises(MalformedInput):
        did.for_web("example.org", "..")


def test_only_web_dids_have_documents_on_the_web():
    with pytest.raises(Refused) as error:
        did.document_url("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    assert error.value.code == "did-method-unknown"


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "P-384", "P-521"])
def test_a_did_key_resolves_to_its_own_key(kind, public_keys):
    key = public_keys[kind]
    name = did.from_public_key(key)
    (method,) = did.resolve(name)
    assert method.public_key == key
    assert method.id == f"{name}#{name.removeprefix('did:key:')}"
    assert method.controller == name
    assert "assertionMethod" in method.purposes


def test_a_did_key_of_the_specification_resolves():
    (method,) = did.resolve("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    assert method.public_key.kind == "Ed25519"


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "RSA"])
def test_a_did_jwk_resolves_to_its_own_key(kind, public_keys):
    key = public_keys[kind]
    name = "did:jwk:" + base64url.encode(json.dumps(key.to_jwk()).encode())
    (method,) = did.resolve(name)
    assert (method.public_key, method.id) == (key, f"{name}#0")


def test_an_rsa_key_is_named_by_did_jwk(public_keys):
    key = public_keys["RSA"]
    (method,) = did.resolve(did.from_public_key(key))
    assert method.public_key == key


def test_a_did_jwk_for_encryption_signs_nothing():
    jwk = {**signer.generate("P-256", key_id="k").public_key.to_jwk(), "use": "enc"}
    (method,) = did.resolve("did:jwk:" + base64url.encode(json.dumps(jwk).encode()))
    assert not method.purposes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("did:key:z", "key-unsupported"),
        ("did:key:u7QEA", "did-malformed"),
        ("did:key:zzzzz", "key-unsupported"),
        ("did:key:" + multibase.encode_z(b"\xed\x01short"), "key-malformed"),
        ("did:key:z0OIl", "multibase-invalid"),
        ("did:jwk:AAAA", "json-syntax"),
        ("did:jwk:e30", "key-unsupported"),
        ("did:jwk:e31", "base64url-invalid"),
        ("did:jwk:W10", "json-not-an-object"),
        ("did:web:example.com", "did-method-unknown"),
        ("did:ion:EiClkZMDxPKqC9c-umQfTkR8vvZ9JPhl_xLDI9Nfk38w5w", "did-method-unknown"),
    ],
)
def test_a_did_that_holds_no_usable_key_is_refused(text, code):
    with pytest.raises(CredenzaError) as error:
        did.resolve(text)
    assert error.value.code == code


def test_a_did_jwk_with_a_private_key_is_refused():
    jwk = {**signer.generate("P-256", key_id="k").public_key.to_jwk(), "d": "AAAA"}
    with pytest.raises(MalformedInput) as error:
        did.resolve("did:jwk:" + base64url.encode(json.dumps(jwk).encode()))
    assert error.value.code == "key-private"


def test_a_key_of_a_did_is_split_from_it():
    assert did.split_url("did:web:example.com#key-1") == ("did:web:example.com", "key-1")
    for text in ("did:web:example.com", "did:web:example.com#", "did:web:x#a#b", "https://x#a", "did:web:x?y#a"):
        with pytest.raises(MalformedInput):
            did.split_url(text)
