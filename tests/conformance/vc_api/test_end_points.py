"""The VC API's own issuer and verifier suites, and what any HTTP client may send."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credenza.exchange.vc_api import Instance, respond

from .conftest import NOW, V1, World
from .data_model_table import credential

EARLIER = {
    "@context": [V1, "https://www.w3.org/2018/credentials/examples/v1"],
    "type": ["VerifiableCredential", "UniversityDegreeCredential"],
    "credentialSubject": {
        "id": "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b",
        "degree": {"degreeType": "BachelorDegree", "name": "Bachelor of Science and Arts"},
    },
}
NOT_CONTEXTS = [..., 4, False, None, [], "string", {}, [{}], [4], [None], [[]]]
NOT_TYPES = [..., None, True, 4, [], "string", {}, [None], [{}], [4], [[]]]
NOT_ISSUERS = [..., None, True, 4, []]
NOT_SUBJECTS = [..., None, True, 4, [], "did:example:1234", [None, True, 4]]
WRONG = [
    (name, value)
    for name, values in {
        "@context": NOT_CONTEXTS,
        "type": NOT_TYPES,
        "issuer": NOT_ISSUERS,
        "credentialSubject": NOT_SUBJECTS,
    }.items()
    for value in values
]


@pytest.fixture(params=["1.1", "2.0"])
def unsealed(request, client):
    return {**(EARLIER if request.param == "1.1" else credential()), "issuer": client.did}


def changed(document, name, value):
    return {key: item for key, item in {**document, name: value}.items() if item is not ...}


class TestIssuerSuite:
    def test_a_credential_is_issued_with_201_and_an_id(self, client, unsealed):
        reply = client.post("/credentials/issue", {"credential": unsealed})
        assert reply.status == 201
        issued = reply.body["verifiableCredential"]
        assert isinstance(issued["id"], str)
        assert isinstance(issued["proof"], dict)
        assert client.verify(issued).status == 200

    def test_the_request_must_have_a_credential(self, client, unsealed):
        for body in ({"verifiableCredential": unsealed}, {"credential": "x"}, {}, [], "x", None, 5):
            assert client.post("/credentials/issue", body).status == 400

    @pytest.mark.parametrize(("name", "value"), WRONG, ids=str)
    def test_a_member_that_is_not_what_it_must_be_is_refused(self, client, unsealed, name, value):
        reply = client.post("/credentials/issue", {"credential": changed(unsealed, name, value)})
        assert reply.status == 400
        assert {"type", "title", "detail", "status"} <= reply.body.keys()

    def test_an_expiration_date_may_be_there_in_vcdm_1_1(self, client):
        issued = client.issued({**EARLIER, "expirationDate": "2027-06-01T00:00:00Z"})
        assert issued["issuanceDate"] == "2026-06-01T12:00:00Z"

    def test_options_that_are_not_what_they_must_be_are_refused(self, client, unsealed):
        for options in ([], "x", {"credentialId": 5}, {"mandatoryPointers": "x"}):
            assert client.post("/credentials/issue", {"credential": unsealed, "options": options}).status == 400

    def test_what_is_already_sealed_is_not_sealed_again(self, client, unsealed):
        assert client.issue(client.issued(unsealed)).body["reason"] == "proof-already-there"


class TestVerifierSuite:
    @pytest.fixture
    def issued(self, client, unsealed):
        return client.issued(unsealed)

    def test_a_valid_credential_is_verified_with_200(self, client, issued):
        reply = client.verify(issued)
        assert (reply.status, reply.body["verified"], reply.body["errors"]) == (200, True, [])

    @pytest.mark.parametrize(("name", "value"), WRONG, ids=str)
    def test_a_member_that_is_missing_or_of_another_kind_is_refused(self, client, issued, name, value):
        reply = client.verify(changed(issued, name, value))
        assert (reply.status, reply.body["verified"]) == (400, False)

    @pytest.mark.parametrize("name", ["type", "created", "verificationMethod", "proofValue", "proofPurpose"])
    def test_a_proof_without_one_of_its_members_is_refused(self, client, issued, name):
        del issued["proof"][name]
        assert client.verify(issued).status == 400

    def test_the_request_must_have_a_credential(self, client, issued):
        for body in ({"credential": issued}, {"verifiableCredential": "x"}, {"options": {}}, [], None):
            assert client.post("/credentials/verify", body).status == 400
            assert client.post("/presentations/verify", body).status == 400


class TestHttp:
    def test_only_the_end_points_are_there_and_only_by_their_method(self, client):
        assert client.post("/credentials", {}).status == 404
        assert client.post("/credentials/issue/", {}).status == 404
        assert client.get("/credentials/issue").status == 405
        assert client.post("/identifiers/did:key:x", {}).status == 405

    @pytest.mark.parametrize(
        "data",
        [b"", b"{", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 100_000, b'{"a":"' + b"x" * 3_000_000 + b'"}'],
    )
    def test_a_body_that_is_no_sound_json_is_a_parsing_error(self, client, data):
        reply = respond("POST", "/credentials/verify", data, client.instance, now=NOW)
        assert (reply.status, reply.body["type"]) == (400, "https://www.w3.org/TR/vc-data-model#PARSING_ERROR")

    def test_an_instance_without_an_issuer_only_verifies(self, world, client):
        full = world.instance()
        verifier = Instance(full.find_method, full.did_document, full.fetch)
        issued = client.issued(credential())
        data = json.dumps({"verifiableCredential": issued, "credential": credential(issuer=client.did)}).encode()
        assert respond("POST", "/credentials/verify", data, verifier, now=NOW).status == 200
        for path in ("/credentials/issue", "/credentials/status", "/presentations/create"):
            assert respond("POST", path, data, verifier, now=NOW).status == 404

    def test_an_instance_without_a_register_keeps_no_status(self, client):
        body = {"credentialId": "urn:x", "credentialStatus": {"type": "BitstringStatusListEntry"}}
        assert client.post("/credentials/status", body).status == 404

    def test_the_credential_is_handed_back_only_where_it_was_verified(self, client):
        issued = client.issued(credential())
        assert client.verify(issued, returnCredential=True).body["credential"] == issued
        assert "credential" not in client.verify({**issued, "id": "urn:other"}, returnCredential=True).body


MEMBERS = st.sampled_from(
    ["@context", "id", "type", "issuer", "credentialSubject", "proof", "credentialStatus", "name", "relatedResource",
     "verifiableCredential", "holder", "termsOfUse", "cryptosuite", "proofValue", "verificationMethod", "@value"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["", "x", "https://www.w3.org/ns/credentials/v2", V1, "VerifiableCredential", "VerifiablePresentation", "did:key:z6Mk#z",
     "DataIntegrityProof", "eddsa-rdfc-2022", "data:application/vc+jwt,a.b.c", "EnvelopedVerifiableCredential", "2026-01-01"]
)  # fmt: skip
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=6),
    max_leaves=20,
)
PATHS = ["issue", "derive", "verify", "status"]


@pytest.fixture(scope="module")
def one_instance():
    return World().instance()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        [*(f"/credentials/{name}" for name in PATHS), "/presentations/verify", "/presentations/create"]
    ),
    document=ANY_JSON,
    options=ANY_JSON,
)
def test_any_json_is_answered_and_never_verified(one_instance, path, document, options):
    names = ["credential", "verifiableCredential", "presentation", "verifiablePresentation", "credentialStatus"]
    body = json.dumps({**dict.fromkeys(names, document), "options": options, "credentialId": "urn:x"}).encode()
    reply = respond("POST", path, body, one_instance, now=NOW)
    assert reply.status in (400, 404) or (reply.status == 201 and path.endswith(("issue", "create")))
