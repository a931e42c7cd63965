"""Bitstring Status List v1.0 as the W3C's suite asks, and what it leaves out: revoked, unreachable and forged lists."""

import json

import pytest

from credenza.exchange.vc_api.instance import VC_JWT
from credenza.proof import vc_jwt
from credenza.status import bitstring

from .conftest import NOW, V1, did_key_signer, did_of, sealed
from .data_model_table import credential

LIST = "https://issuer.example/status/1"
STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#"
ENTRY = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": LIST,
}


def entry(**changes):
    return {name: value for name, value in {**ENTRY, **changes}.items() if value is not ...}


class TestIssuing:
    @pytest.fixture(params=["eddsa-rdfc-2022", "ecdsa-sd-2023"])
    def client(self, client_for, request):
        return client_for(request.param, "P-256" if "sd" in request.param else "Ed25519", register=True)

    def test_each_entry_of_an_issued_credential_is_what_it_must_be(self, client):
        entries = client.issued(credential())["credentialStatus"]
        assert [item["statusPurpose"] for item in entries] == ["revocation", "suspension"]
        for item in entries:
            assert item["type"] == "BitstringStatusListEntry"
            assert str(int(item["statusListIndex"])) == item["statusListIndex"]
            assert item.get("id") != item["statusListCredential"]

    def test_two_credentials_have_two_places(self, client):
        first, second = (client.issued(credential())["credentialStatus"][0]["statusListIndex"] for _ in "12")
        assert first != second

    def test_an_issued_vcdm_1_1_credential_has_a_status_of_which_every_term_is_defined(self, client):
        issued = client.issued(credential(**{"@context": [V1]}))
        assert len(issued["credentialStatus"]) == 2

    def test_each_entry_has_an_id_of_its_own_as_vcdm_1_1_asks(self, client_for):
        client = client_for("eddsa-rdfc-2022", register=True)
        issued = client.issued(credential(**{"@context": [V1]}))
        ids = {item["id"] for item in issued["credentialStatus"]}
        assert len(ids) == 2
        assert ids.isdisjoint(item["statusListCredential"] for item in issued["credentialStatus"])
        assert client.verify(issued).status == 200

    def test_the_same_id_twice_is_a_conflict(self, client):
        client.issued(credential(id="urn:uuid:1"))
        assert client.issue(credential(id="urn:uuid:1")).status == 409

    @pytest.mark.parametrize(
        "change",
        [
            {"type": ["BitstringStatusListEntry", "https://example.org/#Other"]},
            {"statusPurpose": ...},
            {"statusPurpose": 5},
            {"statusListIndex": ...},
            {"statusListIndex": True},
            {"statusListIndex": 94567},
            {"statusListIndex": "-1"},
            {"statusListIndex": "1.5"},
            {"statusListIndex": "007"},
            {"statusListCredential": ...},
            {"statusListCredential": "no address"},
            {"id": LIST},
            {"statusSize": 0},
            {"statusSize": "1"},
            {"statusSize": 2},
            {"statusSize": 2, "statusMessage": [{"status": "0x0", "message": "x"}, {"status": "0x1", "message": "y"}]},
            {"statusMessage": {"status": "0x0", "message": "x"}},
            {"statusMessage": [{"status": "0x0", "message": "x"}, {"status": "1", "message": "y"}]},
            {"statusMessage": [{"status": "0x0"}, {"status": "0x1", "message": "y"}]},
            {"statusMessage": [{"status": "0x1", "message": "x"}, {"status": "0x1", "message": "y"}]},
            {"statusPurpose": "message"},
            {"statusReference": 5},
            {"statusReference": []},
            {"statusReference": ["no address"]},
        ],
        ids=str,
    )
    def test_an_entry_that_breaks_a_must_is_neither_issued_nor_verified(self, client, change):
        """MALFORMED_VALUE_ERROR MUST be raised."""
        signer = did_key_signer("Ed25519")
        document = credential(issuer=did_of(signer), credentialStatus=entry(**change))
        for reply in (client.issue(document), client.verify(sealed(document, signer, cryptosuite="eddsa-jcs-2022"))):
            assert (reply.status, reply.body["title"]) == (400, "MALFORMED_VALUE_ERROR")

    def test_an_entry_under_an_undefined_name_is_not_issued(self, client):
        """The suite's negative fixture."""
        status = {
            "type": "BitstringStatusListEntry",
            "statusListIndex": True,
            "statusListCredential": "https://example.com",
        }
        assert client.issue({**credential(), "statusEntry": status}).status == 400


class TestRevoking:
    """What the suite never tests: a revoked credential."""

    @pytest.fixture(params=["eddsa-rdfc-2022", "ecdsa-rdfc-2019", VC_JWT])
    def client(self, client_for, request):
        return client_for(request.param, "Ed25519" if "eddsa" in request.param else "P-256", register=True)

    def set_status(self, client, credential_id, purpose="revocation", **more):
        status = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
        return client.post("/credentials/status", {"credentialId": credential_id, "credentialStatus": status, **more})

    def test_a_revoked_credential_is_not_verified_and_its_neighbour_is(self, client):
        first, second = (client.issued(credential(id=f"urn:uuid:{number}")) for number in "12")
        assert [client.verify(item).status for item in (first, second)] == [200, 200]
        assert self.set_status(client, "urn:uuid:1").status == 200
        reply = client.verify(first)
        assert (reply.status, reply.body["verified"], reply.body["reason"]) == (400, False, "status-revoked")
        assert reply.body["type"] == STATUS_LIST + "STATUS_VERIFICATION_ERROR"
        assert client.verify(second).status == 200

    def test_a_suspended_credential_is_not_verified_until_it_is_reinstated(self, client):
        """The second of several entries counts like the first."""
        issued = client.issued(credential(), credentialId="urn:handle:1")
        self.set_status(client, "urn:handle:1", "suspension")
        assert client.verify(issued).body["reason"] == "status-suspended"
        self.set_status(client, "urn:handle:1", "suspension", status=False)
        assert client.verify(issued).status == 200

    def test_the_older_form_of_the_request_is_read(self, client):
        client.issued(credential(id="urn:uuid:1"))
        status = [{"type": "BitstringStatusListEntry", "status": "1"}]
        assert (
            client.post("/credentials/status", {"credentialId": "urn:uuid:1", "credentialStatus": status}).status == 200
        )

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"credentialId": "urn:unknown", "credentialStatus": ENTRY}, 404),
            ({"credentialStatus": ENTRY}, 400),
            ({"credentialId": "urn:uuid:1"}, 400),
            ({"credentialId": "urn:uuid:1", "credentialStatus": []}, 400),
            ({"credentialId": "urn:uuid:1", "credentialStatus": {"type": "Other"}}, 400),
            ({"credentialId": "urn:uuid:1", "credentialStatus": entry(statusPurpose="message")}, 400),
            ({"credentialId": "urn:uuid:1", "credentialStatus": ENTRY, "status": "yes"}, 400),
            ({"credentialId": 5, "credentialStatus": ENTRY}, 400),
        ],
        ids=str,
    )
    def test_a_request_that_names_no_credential_or_status_is_refused(self, client, body, status):
        client.issued(credential(id="urn:uuid:1"))
        assert client.post("/credentials/status", body).status == status


class TestVerifying:
    """Validate Algorithm (section 3.2) and Processing Errors (section 3.5)."""

    @pytest.fixture
    def issuer(self):
        return did_key_signer("Ed25519")

    @pytest.fixture
    def judged(self, client, issuer):
        """Verifies a credential with a status entry; the reason of the refusal, or None."""

        def make(*entries):
            status = [entry(**change) for change in entries] or ENTRY
            document = credential(issuer=did_of(issuer), credentialStatus=status)
            reply = client.verify(sealed(document, issuer))
            assert reply.status == (200 if reply.body["verified"] else 400)
            return (reply.body.get("reason"), reply.body.get("type", "").rpartition("#")[2])

        return make

    def test_a_credential_that_is_not_on_its_list_is_verified(self, world, judged, issuer):
        world.publish_list(LIST, "revocation", [94_566, 94_568], issuer)
        assert judged() == (None, "")

    def test_every_entry_is_looked_at_not_only_the_first(self, world, judged, issuer):
        world.publish_list(LIST, "revocation", [], issuer)
        world.publish_list(LIST + "b", "suspension", [94_567], issuer)
        second = {"statusListCredential": LIST + "b", "statusPurpose": "suspension"}
        assert judged({}, second)[0] == "status-suspended"
        assert judged(second, {})[0] == "status-suspended"

    def test_a_list_that_is_not_there_never_counts_as_good(self, judged):
        assert judged() == ("status-list-unreachable", "STATUS_RETRIEVAL_ERROR")

    def test_a_list_that_is_no_json_never_counts_as_good(self, world, judged):
        for content in (b"", b"{", b"<html>", b"\xff", b"[]", b"{}", b"e30.e30.x"):
            world.documents[LIST] = ("application/vc", content)
            assert judged()[1] == "STATUS_VERIFICATION_ERROR"

    def test_an_unknown_kind_of_status_never_counts_as_good(self, client, issuer):
        contexts = ["https://www.w3.org/ns/credentials/v2", {"Unknown": "https://example.org/#Unknown"}]
        status = {"id": "https://x.example/1", "type": "Unknown"}
        document = credential(**{"@context": contexts}, issuer=did_of(issuer), credentialStatus=status)
        reply = client.verify(sealed(document, issuer))
        assert (reply.status, reply.body["reason"]) == (400, "status-type-unknown")

    def test_a_list_by_somebody_else_is_refused(self, world, judged):
        world.publish_list(LIST, "revocation", [], did_key_signer("Ed25519"))
        assert judged()[0] == "status-list-issuer-mismatch"

    def test_a_list_that_names_the_issuer_but_is_signed_by_somebody_else_is_refused(self, world, judged, issuer):
        forger = did_key_signer("Ed25519")
        world.publish_list(LIST, "revocation", [], forger, issuer=did_of(issuer))
        assert judged()[1] == "STATUS_VERIFICATION_ERROR"

    @pytest.mark.parametrize(
        "change", [{"type": ["VerifiableCredential"]}, {"validFrom": "yesterday"}, {"proof": ...}], ids=str
    )
    def test_a_list_credential_that_breaks_a_must_is_refused(self, world, judged, issuer, change):
        world.publish_list(LIST, "revocation", [], issuer)
        document = json.loads(world.documents[LIST][1])
        unsealed = {name: value for name, value in document.items() if name != "proof"}
        if "proof" in change:
            world.serve(LIST, unsealed)
        else:
            world.serve(LIST, sealed({**unsealed, **change}, issuer, cryptosuite="eddsa-jcs-2022"))
        assert judged()[1] == "STATUS_VERIFICATION_ERROR"

    @pytest.mark.parametrize(
        "subject",
        [
            {"type": "Other"},
            {"statusPurpose": []},
            {"statusPurpose": 5},
            {"encodedList": "zabc"},
            {"encodedList": "uAAAA"},
            {"encodedList": "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA"},
            {"encodedList": 5},
            {"ttl": -1},
            {"ttl": "300000"},
        ],
        ids=str,
    )
    def test_a_list_whose_content_breaks_a_must_is_refused(self, world, judged, issuer, subject):
        world.publish_list(LIST, "revocation", [], issuer)
        document = json.loads(world.documents[LIST][1])
        unsealed = {name: value for name, value in document.items() if name != "proof"}
        unsealed["credentialSubject"].update(subject)
        world.serve(LIST, sealed(unsealed, issuer, cryptosuite="eddsa-jcs-2022"))
        assert judged()[1] == "STATUS_VERIFICATION_ERROR"

    def test_a_list_under_131072_entries_is_too_short(self, world, judged, issuer):
        short = bitstring.encode(bitstring.PackedStatuses.empty(131_064, size=1, order="left-most"))
        world.publish_list(LIST, "revocation", [], issuer, subject={"encodedList": short})
        assert judged() == ("status-list-too-short", "STATUS_LIST_LENGTH_ERROR")

    def test_a_place_beyond_the_list_is_a_range_error(self, world, judged, issuer):
        world.publish_list(LIST, "revocation", [], issuer)
        assert judged({"statusListIndex": "131072"}) == ("status-index-out-of-range", "RANGE_ERROR")
        assert judged({"statusListIndex": "131071"}) == (None, "")

    def test_a_list_for_another_purpose_is_refused_and_one_for_several_is_read(self, world, judged, issuer):
        world.publish_list(LIST, "suspension", [], issuer)
        assert judged() == ("status-purpose-mismatch", "STATUS_VERIFICATION_ERROR")
        world.publish_list(LIST, "", [94_567], issuer, subject={"statusPurpose": ["suspension", "revocation"]})
        assert judged()[0] == "status-revoked"

    def test_an_expired_list_absolves_nobody_and_still_revokes(self, world, judged, issuer):
        old = {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-05-31T00:00:00Z"}
        world.publish_list(LIST, "revocation", [], issuer, **old)
        assert judged() == ("status-list-expired", "STATUS_VERIFICATION_ERROR")
        world.publish_list(LIST, "revocation", [94_567], issuer, **old)
        assert judged()[0] == "status-revoked"

    def test_a_message_of_several_bits_is_a_warning_with_the_issuers_words(self, world, client, issuer):
        statuses = bitstring.new_statuses(size=2)
        statuses.set(94_567, 2)
        subject = {"encodedList": bitstring.encode(statuses), "statusPurpose": "message"}
        world.publish_list(LIST, "message", [], issuer, subject=subject)
        messages = [{"status": hex(value), "message": f"meaning {value}"} for value in range(4)]
        status = entry(statusPurpose="message", statusSize=2, statusMessage=messages)
        reply = client.verify(sealed(credential(issuer=did_of(issuer), credentialStatus=status), issuer))
        assert reply.status == 200
        assert "meaning 2" in reply.body["warnings"][0]["detail"]

    def test_a_list_as_a_token_is_read_bare_and_enveloped(self, world, judged, issuer):
        world.publish_list(LIST, "revocation", [94_567], issuer)
        document = json.loads(world.documents[LIST][1])
        unsealed = {name: value for name, value in document.items() if name != "proof"}
        token = vc_jwt.sign(json.dumps(unsealed).encode(), issuer)
        world.documents[LIST] = ("application/vc+jwt", token.encode())
        assert judged()[0] == "status-revoked"
        envelope = {"@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential"}
        world.serve(LIST, {**envelope, "id": f"data:application/vc+jwt,{token}"})
        assert judged()[0] == "status-revoked"
        world.documents[LIST] = ("application/vc+jwt", token[:-4].encode() + b"AAAA")
        assert judged()[1] == "STATUS_VERIFICATION_ERROR"

    def test_the_lists_that_an_instance_publishes_conform(self, world, client_for):
        client = client_for("eddsa-rdfc-2022", register=True)
        for item in client.issued(credential())["credentialStatus"]:
            published = json.loads(world.documents[item["statusListCredential"]][1])
            assert published["credentialSubject"]["type"] == "BitstringStatusList"
            assert len(bitstring.decode(published["credentialSubject"]["encodedList"])) >= 131_072
            assert client.verify(published).status == 200
            assert published["validUntil"] > NOW.isoformat()
