"""ecdsa-sd-2023 as the W3C's ECDSA suite drives issuer, holder and verifier."""

import copy

import pytest

from credenza.encoding import multibase
from credenza.proof.data_integrity.selective_values import parse_base

from .conftest import V1
from .data_model_table import V2, credential

ITEMS = {
    "sails": [
        {"size": 5.5, "sailName": "Osprey"},
        {"size": 6.1, "sailName": "Eagle"},
        {"size": 7.8, "sailName": "Eagle"},
    ],
    "boards": [{"boardName": "CompFoil170"}, {"boardName": "Tillo Custom"}],
}


def terms(*names):
    return {name: f"urn:example:{name}" for name in names}


OWN = {
    "@protected": True,
    **terms("sailNumber", "sails", "size", "sailName", "boards", "boardName", "AchievementCredential"),
}
STATUS = {"type": "BitstringStatusListEntry"}
MANDATORY = ["/issuer", "/credentialSubject/sailNumber"]


@pytest.fixture
def client(client_for):
    return client_for("ecdsa-sd-2023", "P-256")


@pytest.fixture
def base(client):
    """A credential without ids, so that it is all blank nodes, with lists of parts."""
    subject = {"sailNumber": "Earth101", **copy.deepcopy(ITEMS)}
    unsealed = credential(**{"@context": [V2, OWN]}, credentialSubject=subject)
    return client.issued(
        {**unsealed, "type": ["VerifiableCredential", "AchievementCredential"]}, mandatoryPointers=MANDATORY
    )


@pytest.fixture
def derive(client, base):
    def make(*pointers):
        body = {"verifiableCredential": base, "options": {"selectivePointers": list(pointers)}}
        reply = client.post("/credentials/derive", body)
        assert reply.status == 201, reply.body
        return reply.body["verifiableCredential"]

    return make


def test_the_base_proof_has_its_header_its_pointers_and_a_hmac_key_of_32_bytes(base):
    value = base["proof"]["proofValue"]
    assert value.startswith("u")
    assert multibase.decode(value)[:3] == b"\xd9\x5d\x00"
    parsed = parse_base(value)
    assert (len(parsed.hmac_key), list(parsed.mandatory_pointers)) == (32, MANDATORY)


def test_a_base_proof_is_not_verified(client, base):
    assert client.verify(base).status == 400


@pytest.mark.parametrize(
    "pointers",
    [
        [],
        ["/credentialSubject"],
        ["/credentialSubject/sails"],
        ["/credentialSubject/sails/0"],
        ["/credentialSubject/sails/1", "/credentialSubject/sails/2"],
        ["/credentialSubject/sails/2/sailName", "/credentialSubject/boards/1"],
    ],
    ids=str,
)
def test_what_the_holder_chose_is_verified(client, derive, pointers):
    shown = derive(*pointers)
    assert client.verify(shown).status == 200
    assert shown["credentialSubject"]["sailNumber"] == "Earth101"
    assert ("boards" in shown["credentialSubject"]) == any(
        "boards" in at or at == "/credentialSubject" for at in pointers
    )


@pytest.mark.parametrize("value", ["a", "u", "uAAAA", "z6Mk", None], ids=str)
def test_a_proof_value_that_is_no_disclosure_proof_is_refused(client, derive, value):
    shown = derive("/credentialSubject/boards")
    shown["proof"]["proofValue"] = value
    assert client.verify(shown).status == 400


def test_a_changed_a_hidden_and_an_added_part_are_refused(client, derive):
    shown = derive("/credentialSubject/sails/0")
    for change in ({"sailNumber": "Mars101"}, {"id": "urn:invalid"}, {"boards": [{"boardName": "x"}]}):
        changed = copy.deepcopy(shown)
        changed["credentialSubject"].update(change)
        assert client.verify(changed).status == 400
    hidden = copy.deepcopy(shown)
    del hidden["credentialSubject"]["sailNumber"]
    assert client.verify(hidden).status == 400


@pytest.mark.parametrize("context", [V1, V2])
def test_a_holder_cannot_leave_out_the_status_the_times_or_the_issuer(client_for, context):
    client = client_for("ecdsa-sd-2023", "P-256", register=True)
    times = {"validUntil": "2033-01-01T00:00:00Z"} if context == V2 else {"expirationDate": "2033-01-01T00:00:00Z"}
    issued = client.issued(credential(**{"@context": [context]}, id="urn:uuid:1", **times))
    body = {"verifiableCredential": issued, "options": {"selectivePointers": ["/credentialSubject/id"]}}
    shown = client.post("/credentials/derive", body).body["verifiableCredential"]
    assert {"issuer", "credentialStatus", *times} <= shown.keys()
    assert client.verify(shown).status == 200
    revoked = {"credentialId": "urn:uuid:1", "credentialStatus": {**STATUS, "statusPurpose": "revocation"}}
    assert client.post("/credentials/status", revoked).status == 200
    assert client.verify(shown).body["reason"] == "status-revoked"


def test_a_refused_credential_leaves_its_id_free(client_for):
    client = client_for("ecdsa-sd-2023", "P-256", register=True)
    unsealed = credential(id="urn:uuid:1")
    for _ in range(2):
        assert client.issue(unsealed, mandatoryPointers=["/non/existent/path"]).status == 400
    assert client.issue(unsealed, mandatoryPointers=["/credentialSubject/id"]).status == 201
    assert client.issue(unsealed).status == 409


def test_the_cryptosuite_must_be_named(client, derive):
    shown = derive("/credentialSubject/sails/0")
    shown["proof"]["cryptosuite"] = "ecdsa-rdfc-2019"
    assert client.verify(shown).status == 400


@pytest.mark.parametrize(
    "pointers", [["/non/existent/path"], ["no pointer"], ["/issuer", "/x"], "/issuer", [5]], ids=str
)
def test_a_mandatory_pointer_that_does_not_match_is_refused(client, pointers):
    reply = client.issue(credential(), mandatoryPointers=pointers)
    assert reply.status == 400
    assert reply.body["title"] in ("PROOF_GENERATION_ERROR", "PARSING_ERROR")


@pytest.mark.parametrize("pointers", [["/non/existent/path"], [5], "x"], ids=str)
def test_a_selective_pointer_that_does_not_match_is_refused(client, base, pointers):
    body = {"verifiableCredential": base, "options": {"selectivePointers": pointers}}
    assert client.post("/credentials/derive", body).status == 400


def test_only_a_base_proof_can_be_derived_from(client, derive):
    body = {"verifiableCredential": derive("/issuer"), "options": {"selectivePointers": ["/issuer"]}}
    assert client.post("/credentials/derive", body).status == 400


def test_a_p384_key_makes_no_selective_proof(client_for):
    reply = client_for("ecdsa-sd-2023", "P-384").issue(credential())
    assert (reply.status, reply.body["reason"]) == (400, "cryptosuite-key-mismatch")
