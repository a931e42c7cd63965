"""DID resolution, as the W3C CCG's did:key suite asks."""

from urllib.parse import quote

import pytest

from credenza.encoding import multibase

from .conftest import did_key_signer, did_of

DID = "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b"
VALUE = DID.rpartition(":")[2]
RESOLUTION, DEREFERENCING = "didResolutionMetadata", "didDereferencingMetadata"


@pytest.fixture
def resolve(client):
    def make(identifier, **query):
        reply = client.get(f"/identifiers/{quote(identifier, safe='')}", **query)
        assert {"@context", "didDocument", "didDocumentMetadata"} <= reply.body.keys()
        assert (RESOLUTION in reply.body) != (DEREFERENCING in reply.body)
        return reply

    return make


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "P-384"])
def test_a_did_key_of_each_kind_has_its_document(resolve, kind):
    did = did_of(did_key_signer(kind))
    reply = resolve(did)
    document = reply.body["didDocument"]
    (method,) = document["verificationMethod"]
    url = f"{did}#{did.rpartition(':')[2]}"
    assert reply.status == 200
    assert document["id"] == did
    assert document["@context"][:2] == ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    assert method == {"id": url, "type": "Multikey", "controller": did, "publicKeyMultibase": did.rpartition(":")[2]}
    for relationship in ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation"):
        assert document[relationship] == [url]
    assert reply.body[RESOLUTION]["contentType"] == "application/did+ld+json"


INVALID = {
    "the scheme is not did": DID.replace("did:", "notDid:"),
    "the method is not key": DID.replace("key", "experimental"),
    "the version is not a positive integer": f"did:key:-4:{VALUE}",
    "the multibase value does not begin with z": f"did:key:{VALUE[1:]}",
    "the identifier has a character that is not allowed": "did:key:@",
    "the value is no base58": "did:key:z0OIl",
    "nothing": "",
}


@pytest.mark.parametrize("identifier", INVALID.values(), ids=INVALID.keys())
def test_what_is_no_did_raises_invalid_did(resolve, identifier):
    reply = resolve(identifier)
    assert (reply.status, reply.body[RESOLUTION]["error"]) == (400, "invalidDid")


def test_a_key_of_the_wrong_length_raises_invalid_public_key_length(resolve):
    assert resolve("did:key:zTjsVPtY").body[RESOLUTION]["error"] == "invalidPublicKeyLength"
    for size in (0, 31, 33):
        value = multibase.encode_z(b"\xed\x01" + bytes(size))
        assert resolve(f"did:key:{value}").body[RESOLUTION]["error"] == "invalidPublicKeyLength"


def test_a_key_that_is_no_point_of_its_curve_raises_invalid_public_key(resolve):
    value = multibase.encode_z(b"\x80\x24\x02" + b"\xff" * 32)
    assert resolve(f"did:key:{value}").body[RESOLUTION]["error"] == "invalidPublicKey"


def test_a_kind_of_key_that_is_not_known_raises_unsupported_public_key_type(resolve):
    value = multibase.encode_z(b"\xec\x01" + bytes(32))  # X25519
    assert resolve(f"did:key:{value}").body[RESOLUTION]["error"] == "unsupportedPublicKeyType"


def test_a_did_url_that_is_none_raises_invalid_did_url(resolve):
    reply = resolve(f"{DID}/^bar^/?query=`#{VALUE}")
    assert (reply.status, reply.body[DEREFERENCING]["error"]) == (400, "invalidDidUrl")


def test_an_unknown_public_key_format_raises_unsupported_public_key_type(resolve):
    assert resolve(DID, publicKeyFormat="unknown").body[RESOLUTION]["error"] == "unsupportedPublicKeyType"


@pytest.mark.parametrize("fragment", [VALUE, "z6LSfHfAMAopsuBxaBzvp51GXrPf38Az13j2fmwqadbwwrzJ"])
def test_an_experimental_public_key_format_raises_invalid_public_key_type(resolve, fragment):
    query = {"publicKeyFormat": "Ed25519VerificationKey2018", "enableExperimentalPublicKeyTypes": "false"}
    reply = resolve(f"{DID}#{fragment}", **query)
    assert (reply.status, reply.body[DEREFERENCING]["error"]) == (400, "invalidPublicKeyType")


def test_a_key_is_dereferenced_with_its_controller(resolve):
    reply = resolve(f"{DID}#{VALUE}")
    assert (reply.status, reply.body["didDocument"]["controller"]) == (200, DID)


def test_a_key_that_the_document_does_not_have_is_not_found(resolve):
    reply = resolve(f"{DID}#another")
    assert (reply.status, reply.body[DEREFERENCING]["error"]) == (404, "notFound")


def test_a_did_web_is_resolved_over_the_network(world, client, resolve):
    document = {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": "did:web:university.example",
        "verificationMethod": [],
    }
    assert resolve("did:web:university.example").status == 404
    world.serve("https://university.example/.well-known/did.json", document, "application/did+json")
    assert resolve("did:web:university.example").body["didDocument"] == document
