"""VC Data Integrity and the EdDSA and ECDSA cryptosuites, as the W3C's suites drive an issuer and a verifier."""

import copy
import hashlib
import re
from datetime import timedelta

import pytest
import rfc8785

from credenza.encoding import multibase
from credenza.exchange.vc_api.instance import open_catalogue
from credenza.linked_data.canonical import canonicalize
from credenza.proof.data_integrity import with_proof_terms

from .conftest import NOW, SUITES, V1, did_key_signer, did_of, sealed
from .data_model_table import V2, credential

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
PREFIXES = {"Ed25519": "z6Mk", "P-256": "zDna", "P-384": "z82L"}
SIZES = {"Ed25519": 64, "P-256": 64, "P-384": 96}
SECURITY = "https://w3id.org/security#"


def credentials(did):
    """The suites' valid credential in both generations of the data model."""
    alice = {"id": "did:example:alice", "name": "Alice"}
    current = credential(issuer=did, credentialSubject=alice)
    earlier = {
        **current,
        "@context": [V1],
        "issuanceDate": "2026-05-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:alice"},
    }
    return {"1.1": with_proof_terms(earlier), "2.0": current}


@pytest.fixture(params=SUITES, ids=" ".join)
def suite(request):
    return request.param


@pytest.fixture
def signer(suite):
    return did_key_signer(suite[1])


@pytest.fixture(params=["1.1", "2.0"])
def unsealed(request, signer):
    return credentials(did_of(signer))[request.param]


def altered(document, **members):
    """A copy whose proof has other members; one that is Ellipsis is taken away."""
    changed = copy.deepcopy(document)
    changed["proof"].update(members)
    changed["proof"] = {name: value for name, value in changed["proof"].items() if value is not ...}
    return changed


def sealed_with(document, signer, members, suite, *, canonical=None, digest=None):
    """A document whose proof's members, whatever they say, are truly signed: what only a rule can refuse."""
    rdf = suite.partition("-")[2].startswith("rdfc")
    digest = digest or ("sha384" if signer.public_key.kind == "P-384" else "sha256")
    base = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2026-05-01T00:00:00Z",
        "verificationMethod": signer.key_id,
        "proofPurpose": "assertionMethod",
    }
    config = {name: value for name, value in {**base, **members}.items() if value is not ...}

    def form(value):
        if canonical == "jcs" or not rdf:
            return rfc8785.dumps(value)
        return canonicalize(value, digest=digest, catalogue=open_catalogue()).to_bytes()

    signed = {"@context": document["@context"], **config}
    data = hashlib.new(digest, form(signed)).digest() + hashlib.new(digest, form(document)).digest()
    proof = config if rdf else signed
    return {**document, "proof": {**proof, "proofValue": multibase.encode_z(signer.sign(data))}}


class TestIssuer:
    """What the suites look for in an issued credential."""

    @pytest.fixture
    def issued(self, client_for, suite, unsealed):
        return client_for(*suite).issued({name: value for name, value in unsealed.items() if name != "issuer"})

    def test_the_proof_has_every_member_that_it_must(self, issued, suite):
        proof = issued["proof"]
        assert (proof["type"], proof["cryptosuite"]) == ("DataIntegrityProof", suite[0])
        assert TIME.fullmatch(proof["created"])
        assert proof["proofPurpose"] == "assertionMethod"
        contexts = {"https://www.w3.org/ns/credentials/v2", "https://w3id.org/security/data-integrity/v2"}
        assert contexts & set(issued["@context"])
        assert "previousProof" not in proof
        assert "nonce" not in proof

    def test_the_signature_is_base58_of_the_right_size(self, issued, suite):
        value = issued["proof"]["proofValue"]
        assert value.startswith("z")
        assert len(multibase.decode(value, allowed="z")) == SIZES[suite[1]]

    def test_the_verification_method_resolves_to_a_multikey_of_the_right_header(self, issued, client_for, suite):
        client = client_for(*suite)
        url = issued["proof"]["verificationMethod"]
        method = client.get("/identifiers/" + url.replace("#", "%23")).body["didDocument"]
        assert (method["id"], method["type"], method["controller"]) == (url, "Multikey", url.partition("#")[0])
        assert method["publicKeyMultibase"].startswith(PREFIXES[suite[1]])
        controller = client.get("/identifiers/" + method["controller"]).body["didDocument"]
        assert url in controller["assertionMethod"]

    def test_it_verifies_at_another_instance(self, issued, client):
        assert client.verify(issued).status == 200


class TestVerifier:
    """What the suites post to a verifier; each refusal names its problem."""

    def test_what_another_implementation_seals_is_verified(self, client, unsealed, signer, suite):
        reply = client.verify(sealed(unsealed, signer, cryptosuite=suite[0]))
        assert (reply.status, reply.body["verified"], reply.body["errors"]) == (200, True, [])

    @pytest.mark.parametrize(
        "members",
        [
            {"type": ...},
            {"type": "UnknownProofType"},
            {"type": "UnknownProofType", "cryptosuite": ...},
            {"cryptosuite": "UnknownCryptosuite"},
            {"cryptosuite": ...},
            {"cryptosuite": 5},
            {"verificationMethod": ...},
            {"verificationMethod": "did:key:invalidVm"},
            {"verificationMethod": "did:key:@invalidVm@"},
            {"verificationMethod": "did:key:invalidVm#invalidVm"},
            {"proofPurpose": ...},
            {"proofPurpose": "invalidPurpose"},
            {"created": "invalidDate"},
            {"created": ...},
            {"expires": "invalidDate"},
            {"proofValue": ...},
            {"proofValue": None},
            {"proofValue": "z"},
            {"id": "no address"},
            {"nonce": 5},
        ],
        ids=str,
    )
    def test_a_proof_with_a_member_missing_or_changed_is_refused(self, client, unsealed, signer, suite, members):
        reply = client.verify(altered(sealed(unsealed, signer, cryptosuite=suite[0]), **members))
        assert (reply.status, reply.body["verified"]) == (400, False)
        assert reply.body["errors"]

    @pytest.mark.parametrize(
        "members",
        [
            {"proofPurpose": "authentication"},
            {"verificationMethod": "did:key:invalidVm#x"},
            {"expires": "2026-05-31T23:59:59Z"},
            {"created": "2026-07-01T00:00:00Z"},
        ],
        ids=str,
    )
    def test_a_proof_that_was_truly_made_wrong_is_refused(self, client, unsealed, signer, suite, members):
        assert client.verify(sealed_with(unsealed, signer, members, suite[0])).status == 400

    @pytest.mark.parametrize("name", ["created", "expires"])
    def test_a_time_without_its_offset_is_read_as_utc(self, client, unsealed, signer, suite, name):
        """Data Integrity 1.0 section 2.1: such values MUST be interpreted as UTC."""
        moment = NOW + timedelta(hours=1) if name == "expires" else NOW
        members = {name: moment.strftime("%Y-%m-%dT%H:%M:%S")}
        assert client.verify(sealed_with(unsealed, signer, members, suite[0])).status == 200

    @pytest.mark.parametrize("proof", [..., None, "string", 10, True, [], [None], {}], ids=str)
    def test_a_document_without_a_proper_proof_is_refused(self, client, unsealed, signer, suite, proof):
        document = {**sealed(unsealed, signer, cryptosuite=suite[0]), "proof": proof}
        reply = client.verify({name: value for name, value in document.items() if value is not ...})
        assert (reply.status, reply.body["verified"]) == (400, False)

    def test_a_proof_value_without_its_multibase_header_or_of_another_size_is_refused(
        self, client, unsealed, signer, suite
    ):
        document = sealed(unsealed, signer, cryptosuite=suite[0])
        value = document["proof"]["proofValue"]
        assert client.verify(altered(document, proofValue=value[1:])).status == 400
        longer = multibase.encode_z(multibase.decode(value) + bytes(32))
        reply = client.verify(altered(document, proofValue=longer))
        assert (reply.status, reply.body["type"]) == (400, SECURITY + "PROOF_VERIFICATION_ERROR")
        same_bytes = multibase.encode_u(multibase.decode(value))
        assert client.verify(altered(document, proofValue=same_bytes)).status == 400

    def test_undefined_terms_are_detected_before_and_after_issuing(self, client, unsealed, signer, suite):
        document = sealed(unsealed, signer, cryptosuite=suite[0])
        subject = {**document["credentialSubject"], "undefinedTerm": "IfDroppedWillVerify"}
        for change in ({"credentialSubject": subject}, {"type": [*document["type"], "UndefinedType"]}):
            assert client.verify({**document, **change}).status == 400
        if "jcs" in suite[0]:
            reply = client.verify(sealed({**unsealed, "credentialSubject": subject}, signer, cryptosuite=suite[0]))
            assert (reply.status, reply.body["type"]) == (400, SECURITY + "DATA_LOSS_DETECTION_ERROR")

    def test_a_type_that_only_a_base_makes_an_address_is_neither_issued_nor_verified(
        self, client, unsealed, signer, suite
    ):
        kinds = [*unsealed["type"], "UndefinedCredential"]
        based = {
            **unsealed,
            "@context": [*unsealed["@context"], {"@base": "https://invalid.example.com/"}],
            "type": kinds,
        }
        for document in (based, {**unsealed, "type": kinds}):
            assert client.issue(document).status == 400
        if "jcs" in suite[0]:
            document = sealed(based, signer, cryptosuite=suite[0])
            assert client.verify(document).status == 400
            assert client.verify({**document, "@context": unsealed["@context"]}).status == 400

    @pytest.mark.parametrize(
        ("options", "kind"),
        [
            ({"expectedProofPurpose": "authentication"}, "PROOF_VERIFICATION_ERROR"),
            ({"domain": "domain.example"}, "INVALID_DOMAIN_ERROR"),
            ({"domain": "other.example", "challenge": "1235abcd6789"}, "INVALID_CHALLENGE_ERROR"),
        ],
        ids=str,
    )
    def test_what_the_caller_asks_of_the_proof_must_hold(self, client, unsealed, signer, suite, options, kind):
        more = {"domain": "other.example", "challenge": "another"}
        document = sealed(unsealed, signer, cryptosuite=suite[0], **more)
        reply = client.verify(document, **options)
        assert (reply.status, reply.body["type"]) == (400, SECURITY + kind)
        assert client.verify(document, **more).status == 200

    def test_another_canonical_form_or_digest_than_the_cryptosuites_is_refused(self, client, unsealed, signer, suite):
        assert client.verify(sealed_with(unsealed, signer, {}, suite[0])).status == 200
        if "rdfc" in suite[0]:
            assert client.verify(sealed_with(unsealed, signer, {}, suite[0], canonical="jcs")).status == 400
        assert client.verify(sealed_with(unsealed, signer, {}, suite[0], digest="sha512")).status == 400

    def test_a_cryptosuite_for_another_kind_of_key_is_refused(self, client, unsealed, signer, suite):
        other = "ecdsa" if suite[0].startswith("eddsa") else "eddsa"
        year = "2019" if other == "ecdsa" else "2022"
        name = f"{other}-{suite[0].split('-')[1]}-{year}"
        reply = client.verify(sealed_with(unsealed, signer, {"cryptosuite": name}, name))
        assert (reply.status, reply.body["type"]) == (400, SECURITY + "PROOF_VERIFICATION_ERROR")

    def test_a_key_that_is_not_the_issuers_proves_nothing(self, client, unsealed, signer, suite):
        """A random did:key that calls itself a university: the proof passes, the issuer does not."""
        document = sealed({**unsealed, "issuer": "did:web:university.example"}, signer, cryptosuite=suite[0])
        reply = client.verify(document)
        assert (reply.status, reply.body["reason"]) == (400, "controller-mismatch")


class TestSetsAndChains:
    """Data Integrity 1.0 sections 4.3 to 4.5, and the previousProof fixtures of the suites."""

    FIRST = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"

    @pytest.fixture
    def first(self, unsealed, signer, suite):
        return sealed(unsealed, signer, cryptosuite=suite[0], proof_id=self.FIRST)

    def test_a_proof_set_verifies_and_each_of_its_proofs_must(self, client, first, signer, suite):
        document = sealed(first, signer, cryptosuite=suite[0])
        assert client.verify(document).status == 200
        for index in (0, 1):
            changed = copy.deepcopy(document)
            changed["proof"][index]["proofValue"] = "z" + "1" * 64
            assert client.verify(changed).status == 400

    @pytest.mark.parametrize("as_list", [False, True])
    def test_a_proof_chain_verifies_until_its_first_proof_is_gone_or_renamed(
        self, client, first, signer, suite, as_list
    ):
        previous = (self.FIRST,) if as_list else self.FIRST
        document = sealed(first, signer, cryptosuite=suite[0], previous_proof=previous)
        assert client.verify(document).status == 200
        for change in ({"id": "urn:uuid:another"}, {"proofValue": "zinvalidProofValue"}):
            changed = copy.deepcopy(document)
            changed["proof"][0].update(change)
            assert client.verify(changed).status == 400
        changed = copy.deepcopy(document)
        changed["proof"][1]["id"] = "urn:uuid:another"
        assert client.verify(changed).status == 400
        last_alone = {**document, "proof": document["proof"][1]}
        reply = client.verify(last_alone)
        assert (reply.status, reply.body["type"]) == (400, SECURITY + "PROOF_VERIFICATION_ERROR")

    @pytest.mark.parametrize("previous", ["urn:uuid:missing", ["urn:uuid:missing"], [FIRST, "urn:uuid:missing"], 5, []])
    def test_a_previous_proof_that_is_missing_or_no_text_is_refused(self, client, first, signer, suite, previous):
        second = {**sealed(first, signer, cryptosuite=suite[0])["proof"][1], "previousProof": previous}
        assert client.verify({**first, "proof": [first["proof"], second]}).status == 400

    def test_a_second_proof_by_somebody_else_is_no_fault_where_the_issuer_signed_too(self, client, first, suite):
        witness = did_key_signer(suite[1])
        assert client.verify(sealed(first, witness, cryptosuite=suite[0])).status == 200


def test_the_older_ed25519_signature_2020_is_verified_and_its_contexts_are_needed(client):
    """The VC API verifier suite's valid credential has this form."""
    signer = did_key_signer("Ed25519")
    contexts = [V1, "https://w3id.org/security/suites/ed25519-2020/v1"]
    unsealed = credential(**{"@context": contexts}, issuer=did_of(signer), issuanceDate="2026-05-01T00:00:00Z")
    members = {"type": "Ed25519Signature2020", "cryptosuite": ...}
    assert client.verify(sealed_with(unsealed, signer, members, "eddsa-rdfc-2022")).status == 200
    without = {**unsealed, "@context": [V2], "issuanceDate": ...}
    without = {name: value for name, value in without.items() if value is not ...}
    assert client.verify({**without, "proof": {"type": "Ed25519Signature2020"}}).status == 400
