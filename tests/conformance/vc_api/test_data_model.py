"""VCDM 2.0: every statement that the W3C's data model suite tests, and the MUSTs that it leaves out."""

import hashlib
from base64 import b64encode

import pytest

from credenza.encoding import multibase

from .conftest import NOW, did_key_signer, did_of, sealed
from .data_model_table import BAD, EXAMPLES, GOOD, V2, credential


@pytest.mark.parametrize("unsealed", GOOD.values(), ids=GOOD.keys())
def test_a_conforming_credential_is_issued_by_every_mechanism(client_for, unsealed):
    for mechanism, kind in (("eddsa-rdfc-2022", "Ed25519"), ("ecdsa-jcs-2019", "P-256"), ("ecdsa-sd-2023", "P-256")):
        issued = client_for(mechanism, kind).issued(unsealed)
        assert issued["proof"]["cryptosuite"] == mechanism
        assert {"id", "issuer", "type", "@context", "credentialSubject"} <= issued.keys()


@pytest.mark.parametrize("unsealed", BAD.values(), ids=BAD.keys())
def test_what_breaks_a_must_is_never_issued_by_any_mechanism(client_for, unsealed):
    """Neither by those that sign RDF, nor by those that would sign any JSON."""
    for mechanism, kind in (("eddsa-rdfc-2022", "Ed25519"), ("eddsa-jcs-2022", "Ed25519"), ("vc+jwt", "P-256")):
        reply = client_for(mechanism, kind).issue(unsealed)
        assert reply.status == 400
        assert reply.body["type"].startswith(("https://www.w3.org/TR/vc-data-model#", "https://w3id.org/security#"))


@pytest.mark.parametrize("unsealed", BAD.values(), ids=BAD.keys())
def test_what_breaks_a_must_is_never_verified_though_it_is_sealed(client, unsealed):
    """A JCS suite seals any JSON, so the signature is good and only the data model is broken."""
    signer = did_key_signer("Ed25519")
    issuer = unsealed.get("issuer", did_of(signer))
    if issuer and isinstance(issuer, dict) and "id" not in issuer:
        issuer = {**issuer, "id": did_of(signer)}
    reply = client.verify(sealed({**unsealed, "issuer": issuer}, signer, cryptosuite="eddsa-jcs-2022"))
    if unsealed.get("validFrom") == "2023-02-25T00:00:00":
        assert reply.status == 200  # section 4.9: a verifier MUST interpret such times as UTC
    else:
        assert (reply.status, reply.body["verified"]) == (400, False)


def test_the_context_of_an_issued_credential_is_a_list_that_begins_with_the_base_context(client):
    issued = client.issued(credential(**{"@context": [V2, EXAMPLES]}))
    assert issued["@context"][0] == V2


def test_an_issued_credential_verifies_and_a_nonconforming_document_does_not(client):
    assert client.verify(client.issued(credential())).status == 200
    document = {"type": ["NonconformingDocument"]}
    assert client.verify(document).status == 400
    assert client.verify_presentation(document).status == 400


def test_the_instance_is_the_issuer_whatever_the_request_says(client):
    issued = client.issued(credential(issuer={"id": "did:example:university", "name": "University of Oxford"}))
    assert issued["issuer"] == {"id": client.did, "name": "University of Oxford"}


RESOURCE = b'{"a": "related resource"}'
DIGEST = hashlib.sha256(RESOURCE).digest()
MULTIHASH = multibase.encode_u(b"\x12\x20" + DIGEST)
SRI = "sha256-" + b64encode(DIGEST).decode()
OTHER = hashlib.sha256(b"another").digest()
AT = "https://example.org/resource.json"
BASE_CONTEXT = bytes.fromhex("59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734")


def related(*resources):
    return credential(relatedResource=[*resources])


class TestRelatedResources:
    """VCDM 2.0 section 5.3."""

    @pytest.fixture(autouse=True)
    def _resource(self, world):
        world.documents[AT] = ("application/json", RESOURCE)
        world.documents[AT + "?q=1"] = ("application/json", RESOURCE)

    @pytest.mark.parametrize(
        "resource",
        [
            {"digestSRI": SRI},
            {"digestSRI": "sha256-" + DIGEST.hex()},
            {"digestSRI": "sha384-" + b64encode(hashlib.sha384(RESOURCE).digest()).decode()},
            {"digestMultibase": MULTIHASH},
            {"digestMultibase": multibase.encode_u(DIGEST)},
            {"digestMultibase": multibase.encode_u(hashlib.sha512(RESOURCE).digest())},
            {"digestMultibase": MULTIHASH, "digestSRI": SRI, "mediaType": "application/json"},
        ],
        ids=str,
    )
    def test_a_resource_with_its_digest_is_issued_and_verified(self, client, resource):
        issued = client.issued(related({"id": AT, **resource}, {"id": AT + "?q=1", "digestSRI": SRI}))
        assert client.verify(issued).status == 200

    @pytest.mark.parametrize(
        "resources",
        [
            ["https://example.org/resource.json"],
            [{"digestSRI": SRI}],
            [{"id": AT}],
            [{"id": AT, "digestSRI": SRI}, {"id": AT, "digestMultibase": MULTIHASH}],
            [{"id": AT, "digestSRI": "md5-AAAA"}],
            [{"id": AT, "digestSRI": "sha256-AAAA"}],
            [{"id": AT, "digestMultibase": "uAAAA"}],
            [{"id": AT, "digestSRI": "sha256-" + b64encode(OTHER).decode()}],
            [{"id": AT, "digestMultibase": multibase.encode_u(b"\x12\x20" + OTHER)}],
            [{"id": AT, "digestSRI": SRI, "digestMultibase": multibase.encode_u(b"\x12\x20" + OTHER)}],
            [{"id": AT, "digestMultibase": multibase.encode_u(OTHER)}],
            [{"id": AT, "digestMultibase": multibase.encode_u(DIGEST[:31])}],
        ],
        ids=str,
    )
    def test_a_resource_without_a_sound_digest_that_fits_is_refused(self, client, resources):
        assert client.issue(related(*resources)).status == 400

    def test_a_resource_that_changed_since_makes_a_verifier_produce_an_error(self, world, client):
        issued = client.issued(related({"id": AT, "digestSRI": SRI}))
        world.documents[AT] = ("application/json", b"changed")
        reply = client.verify(issued)
        assert (reply.status, reply.body["reason"]) == (400, "related-resource-changed")

    def test_a_resource_that_cannot_be_fetched_is_said_not_to_be_checked(self, world, client):
        issued = client.issued(related({"id": AT, "digestSRI": SRI}))
        del world.documents[AT]
        reply = client.verify(issued)
        assert [item["reason"] for item in reply.body["warnings"]] == ["related-resource-not-checked"]

    def test_a_digest_of_the_base_context_is_compared_without_fetching_it(self, client):
        """By the digest that VCDM 2.0 appendix B.1 names."""
        issued = client.issued(related({"id": V2, "digestMultibase": multibase.encode_u(BASE_CONTEXT)}))
        assert client.verify(issued).body["warnings"] == []
        reply = client.issue(related({"id": V2, "digestSRI": "sha256-" + b64encode(OTHER).decode()}))
        assert (reply.status, reply.body["reason"]) == (400, "related-resource-changed")


class TestValidity:
    """VCDM 2.0 section 4.9 and 7.1: what is out of its time is not verified."""

    @pytest.mark.parametrize(
        ("times", "reason"),
        [
            ({"validFrom": "2099-01-01T00:00:00Z"}, "not-yet-valid"),
            ({"validUntil": "2026-06-01T11:59:59Z"}, "expired"),
        ],
    )
    def test_a_credential_out_of_its_time_is_not_verified(self, client, times, reason):
        reply = client.verify(client.issued(credential(**times)))
        assert (reply.status, reply.body["reason"]) == (400, reason)
        assert reply.body["type"] == "https://www.w3.org/TR/vc-data-model#RANGE_ERROR"

    def test_a_credential_within_its_time_is(self, client):
        times = {"validFrom": "2026-06-01T12:00:00Z", "validUntil": "2026-06-01T12:00:00Z"}
        assert NOW.isoformat() == "2026-06-01T12:00:00+00:00"
        assert client.verify(client.issued(credential(**times))).status == 200
