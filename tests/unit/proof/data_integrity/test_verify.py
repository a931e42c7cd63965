"""Verifying Data Integrity proofs: each attack has its code, and nothing that was not checked counts as valid."""

import copy
from datetime import UTC, datetime, timedelta

import pytest

from credenza.errors import MalformedInput, Unreachable
from credenza.linked_data.contexts import VC_V1
from credenza.proof.data_integrity import CRYPTOSUITES, verify_proofs

NOW = datetime(2026, 6, 1, tzinfo=UTC)


SUITES = [
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]


def with_proof_member(document, **members):
    changed = copy.deepcopy(document)
    changed["proof"].update(members)
    return {**changed, "proof": {name: value for name, value in changed["proof"].items() if value is not None}}


@pytest.mark.parametrize(("suite", "key"), SUITES)
def test_what_was_sealed_verifies_until_it_is_changed(seal, codes, credential, suite, key):
    sealed = seal(credential, key, cryptosuite=suite)
    assert codes(sealed) == ["proof-valid"]
    sealed["credentialSubject"]["achievement"]["name"] = "Another"
    assert codes(sealed) == ["proof-invalid"]


def test_a_document_without_a_proof_is_not_valid(codes, credential):
    assert codes(credential) == ["proof-missing"]
    assert codes({**credential, "proof": []}) == ["proof-missing"]


def test_the_verification_method_is_handed_back_so_that_the_issuer_can_be_compared(
    seal, credential, find_method, method_of
):
    (result,) = verify_proofs(
        seal(credential),
        find_method=find_method,
        expected_purpose="assertionMethod",
        now=NOW,
        allowed_cryptosuites=CRYPTOSUITES,
    )
    assert result.valid
    assert result.method == method_of()


def test_a_proof_for_another_purpose_is_refused(seal, codes, credential):
    assert codes(seal(credential, proof_purpose="authentication")) == ["proof-purpose-wrong"]


def test_a_key_that_is_not_published_for_the_purpose_is_refused(seal, codes, credential, method_of):
    method = method_of(purposes=frozenset({"authentication"}))
    assert codes(seal(credential), find_method=lambda _: method) == ["key-purpose-wrong"]


def test_an_expired_proof_is_refused(seal, codes, credential):
    sealed = seal(credential, expires=NOW)
    assert codes(sealed) == ["proof-expired"]
    assert codes(sealed, now=NOW - timedelta(seconds=1)) == ["proof-valid"]


def test_a_proof_of_the_future_is_refused_but_a_slow_clock_forgiven(seal, codes, credential):
    sealed = seal(credential, created=NOW)
    assert codes(sealed, now=NOW - timedelta(minutes=4)) == ["proof-valid"]
    assert codes(sealed, now=NOW - timedelta(minutes=6)) == ["proof-created-in-future"]


@pytest.mark.parametrize(("member", "code"), [("expires", "key-expired"), ("revoked", "key-revoked")])
def test_a_key_that_is_no_longer_good_is_refused(seal, codes, credential, method_of, member, code):
    sealed = seal(credential)
    assert codes(sealed, find_method=lambda _: method_of(**{member: NOW})) == [code]
    assert codes(sealed, find_method=lambda _: method_of(**{member: NOW + timedelta(1)})) == ["proof-valid"]


def test_an_old_key_that_is_still_published_verifies_beside_the_new_one(seal, codes, credential):
    assert codes(seal(credential, "Ed25519-2")) == ["proof-valid"]
    assert codes(seal(credential, "Ed25519")) == ["proof-valid"]


def test_an_unknown_cryptosuite_is_not_valid(seal, codes, credential):
    changed = with_proof_member(seal(credential), cryptosuite="eddsa-rdf-2022")
    assert codes(changed) == ["cryptosuite-unknown"]
    assert codes(with_proof_member(seal(credential), type="Ed25519Signature2018")) == ["cryptosuite-unknown"]


def test_a_cryptosuite_that_the_verifier_does_not_allow_is_refused(seal, codes, credential):
    assert codes(seal(credential), allowed_cryptosuites={"ecdsa-rdfc-2019"}) == ["cryptosuite-not-allowed"]


def test_a_key_of_another_kind_than_the_cryptosuite_is_refused(seal, codes, credential, method_of, signers):
    method = method_of(public_key=signers["P-256"].public_key)
    assert codes(seal(credential), find_method=lambda _: method) == ["cryptosuite-key-mismatch"]


def test_a_key_with_another_id_than_the_proof_names_is_refused(seal, codes, credential, method_of):
    method = method_of(id="did:web:university.example#other")
    assert codes(seal(credential), find_method=lambda _: method) == ["key-id-mismatch"]


def test_another_key_under_the_same_id_is_refused(seal, codes, credential, method_of, signers):
    method = method_of(public_key=signers["Ed25519-2"].public_key)
    assert codes(seal(credential), find_method=lambda _: method) == ["proof-invalid"]


def test_a_key_that_the_issuer_does_not_publish_is_refused(seal, codes, credential):
    changed = with_proof_member(seal(credential), verificationMethod="did:web:university.example#gone")
    assert codes(changed) == ["verification-method-unknown"]


def test_a_key_that_cannot_be_fetched_leaves_the_proof_unchecked(seal, credential):
    def offline(_):
        raise Unreachable("did-unreachable", "The university's site did not answer.")

    (result,) = verify_proofs(
        seal(credential),
        find_method=offline,
        expected_purpose="assertionMethod",
        now=NOW,
        allowed_cryptosuites=CRYPTOSUITES,
    )
    assert (result.finding.outcome, result.finding.code, result.valid) == ("not_checked", "did-unreachable", False)


def test_a_proof_for_another_domain_or_an_old_challenge_is_refused(seal, codes, credential):
    sealed = seal(credential, domain="employer.example", challenge="abc")
    assert codes(sealed, expected_domain="employer.example", expected_challenge="abc") == ["proof-valid"]
    assert codes(sealed, expected_domain="other.example", expected_challenge="abc") == ["proof-domain-mismatch"]
    assert codes(sealed, expected_domain="employer.example", expected_challenge="x") == ["proof-challenge-mismatch"]
    assert codes(seal(credential), expected_domain="employer.example") == ["proof-domain-mismatch"]


DAMAGED = [
    {"proofValue": None},
    {"proofValue": 5},
    {"proofValue": ""},
    {"verificationMethod": {"id": "x"}},
    {"proofPurpose": ["assertionMethod"]},
    {"cryptosuite": None},
    {"type": ["DataIntegrityProof"]},
    {"created": "2026-05-01"},
    {"created": "2026-13-01T00:00:00Z"},
    {"created": "2026-05-01T00:00:00 "},
    {"id": "no address"},
    {"verificationMethod": "no address"},
    {"nonce": 5},
    {"expires": 5},
    {"previousProof": []},
    {"domain": {"x": 1}},
    {"challenge": 5},
]


@pytest.mark.parametrize("members", DAMAGED, ids=repr)
def test_a_damaged_proof_is_malformed(seal, codes, credential, members):
    with pytest.raises(MalformedInput) as caught:
        codes(with_proof_member(seal(credential), **members))
    assert caught.value.code == "proof-malformed"


def test_a_time_without_its_offset_is_read_as_utc(seal, codes, credential):
    """Data Integrity 1.0 section 2.1: such values MUST be interpreted as UTC."""
    sealed = seal(credential)
    config = {name: value for name, value in sealed["proof"].items() if name != "proofValue"}
    assert codes(with_proof_member(sealed, created="2026-07-01T00:00:00")) == ["proof-created-in-future"]
    assert codes(with_proof_member(sealed, expires="2026-05-31T23:59:59")) == ["proof-expired"]
    assert config["created"] == "2026-05-01T00:00:00Z"


@pytest.mark.parametrize("value", ["zIO0l", "mAAAA", "zz", "z" + "1" * 10_000])
def test_a_proof_value_that_is_no_signature_is_refused(seal, outcome, credential, value):
    (code,) = outcome(with_proof_member(seal(credential), proofValue=value))
    assert code in ("proof-invalid", "multibase-invalid")


@pytest.mark.parametrize("proof", ["x", 5, None, [None], ["x"]])
def test_a_proof_that_is_no_object_is_malformed(codes, credential, proof):
    with pytest.raises(MalformedInput) as caught:
        codes({**credential, "proof": proof})
    assert caught.value.code == "proof-malformed"


def test_a_hundred_proofs_are_refused_before_any_key_is_fetched(seal, codes, credential):
    sealed = seal(credential)
    with pytest.raises(MalformedInput) as caught:
        codes({**sealed, "proof": [sealed["proof"]] * 100}, find_method=None)
    assert caught.value.code == "proof-too-many"


def test_an_undefined_member_of_the_document_or_of_the_proof_is_refused(seal, codes, credential):
    sealed = seal(credential)
    for changed in ({**sealed, "zzz": "x"}, with_proof_member(sealed, zzz="x")):
        with pytest.raises(MalformedInput) as caught:
            codes(changed)
        assert caught.value.code == "term-undefined"


def test_an_undefined_member_cannot_even_be_sealed(seal, credential):
    with pytest.raises(MalformedInput) as caught:
        seal({**credential, "zzz": "x"})
    assert caught.value.code == "term-undefined"


def test_a_context_added_to_a_jcs_document_is_refused(seal, codes, credential):
    """Context injection: a context that its signer never saw would give the terms another meaning."""
    sealed = seal(credential, cryptosuite="eddsa-jcs-2022")
    injected = {**sealed, "@context": [*sealed["@context"], VC_V1]}
    with pytest.raises(MalformedInput) as caught:
        codes(injected)
    assert caught.value.code == "proof-context-mismatch"
    injected["proof"] = {**sealed["proof"], "@context": injected["@context"]}
    assert codes(injected) == ["proof-invalid"]


def test_every_proof_of_a_set_is_looked_at(seal, codes, credential):
    both = seal(seal(credential), "P-256", cryptosuite="ecdsa-rdfc-2019")
    assert codes(both) == ["proof-valid", "proof-valid"]
    both["proof"][1]["proofValue"] = seal({**credential, "name": "x"})["proof"]["proofValue"]
    assert codes(both) == ["proof-valid", "proof-invalid"]


def test_a_later_proof_of_a_chain_holds_only_with_the_earlier_one(seal, codes, credential):
    first = seal(credential, proof_id="urn:uuid:1")
    chain = seal(first, "Ed25519-2", previous_proof="urn:uuid:1")
    assert codes(chain) == ["proof-valid", "proof-valid"]
    assert codes({**chain, "proof": [chain["proof"][1]]}) == ["proof-previous-missing"]
    another = seal(credential, proof_id="urn:uuid:1", created=NOW - timedelta(1))
    assert codes({**chain, "proof": [another["proof"], chain["proof"][1]]}) == ["proof-valid", "proof-invalid"]


def test_a_chain_cannot_be_started_in_the_air(seal, credential):
    with pytest.raises(MalformedInput) as caught:
        seal(credential, previous_proof="urn:uuid:none")
    assert caught.value.code == "proof-previous-missing"


def test_two_proofs_with_one_id_are_malformed(seal, codes, credential):
    sealed = seal(credential, proof_id="urn:uuid:1")
    with pytest.raises(MalformedInput) as caught:
        codes({**sealed, "proof": [sealed["proof"], sealed["proof"]]})
    assert caught.value.code == "proof-malformed"
