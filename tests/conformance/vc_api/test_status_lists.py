"""Bitstring Status List v1.0 as the W3C's suite asks, and what it leaves out: revoked, unreachable and forged lists."""

import pytest

from credenza.exchange.vc_api.instance import VC_JWT

from .conftest import V1, did_key_signer, did_of, sealed
from .data_model_table import credential
from .status_entries import ENTRY, LIST, entry

STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#"


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

    @pytest.mark.parametrize(("register", "most"), [(True, 14), (False, 16)])
    def test_nothing_is_issued_with_more_statuses_than_are_verified(self, client_for, register, most):
        client = client_for("eddsa-rdfc-2022", register=register)
        entries = [{"id": f"urn:s:{index}", "type": "https://x.example/Status"} for index in range(most + 1)]
        reply = client.issue(credential(id="urn:x:1", credentialStatus=entries))
        assert (reply.status, reply.body["reason"]) == (400, "status-entry-malformed")
        assert client.issue(credential(id="urn:x:1", credentialStatus=entries[:-1])).status == 201, "the id is free"

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
