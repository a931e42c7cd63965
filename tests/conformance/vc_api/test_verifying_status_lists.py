"""Bitstring Status List v1.0: verifying a status by the VC API."""

import json

import pytest

from credenza.proof import vc_jwt
from credenza.status import bitstring

from .conftest import NOW, did_key_signer, did_of, sealed
from .data_model_table import credential
from .status_entries import ENTRY, LIST, entry


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
