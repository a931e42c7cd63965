"""Sealing: what must not be sealed is refused, and a batch gives what one by one would."""

from datetime import UTC, datetime

import pytest

from credenza.errors import MalformedInput, Refused
from credenza.proof.data_integrity import ProofOptions, seal_batch

CREATED = datetime(2026, 5, 1, tzinfo=UTC)


def options(signer, suite):
    return ProofOptions(
        cryptosuite=suite, verification_method=signer.key_id, proof_purpose="assertionMethod", created=CREATED
    )


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2020", "ecdsa-sd-2023", "Ed25519Signature2020", ""])
def test_a_cryptosuite_that_is_not_made_here_is_refused(seal, credential, suite):
    with pytest.raises(Refused) as caught:
        seal(credential, cryptosuite=suite)
    assert caught.value.code == "cryptosuite-unknown"


@pytest.mark.parametrize(("suite", "key"), [("eddsa-rdfc-2022", "P-256"), ("ecdsa-jcs-2019", "Ed25519")])
def test_a_key_of_another_kind_is_refused(seal, credential, suite, key):
    with pytest.raises(Refused) as caught:
        seal(credential, key, cryptosuite=suite)
    assert caught.value.code == "cryptosuite-key-mismatch"


def test_sealing_leaves_the_original_untouched(seal, credential):
    sealed = seal(credential)
    assert "proof" not in credential
    assert {name: value for name, value in sealed.items() if name != "proof"} == credential


def test_a_time_without_zone_is_no_time(seal, credential):
    with pytest.raises(ValueError, match="zone"):
        seal(credential, created=datetime(2026, 5, 1))


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_batch_gives_exactly_what_one_by_one_would(seal, signers, credential, suite):
    """Ed25519 is deterministic; a document with other contexts in the middle must not get the others' proof."""
    other = {
        **credential,
        "@context": [*credential["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
    }
    documents = [{**credential, "name": "one"}, other, {**credential, "name": "two"}]
    signer = signers["Ed25519"]
    batch = list(seal_batch(documents, signer, options(signer, suite)))
    assert batch == [seal(document, cryptosuite=suite) for document in documents]


def test_a_batch_of_an_undefined_member_stops_there(signers, credential):
    signer = signers["Ed25519"]
    batch = seal_batch([credential, {**credential, "zzz": 1}], signer, options(signer, "eddsa-rdfc-2022"))
    assert next(batch)["proof"]["proofValue"].startswith("z")
    with pytest.raises(MalformedInput) as caught:
        next(batch)
    assert caught.value.code == "term-undefined"


def test_a_batch_seals_nothing_twice(seal, signers, credential):
    signer = signers["Ed25519"]
    with pytest.raises(MalformedInput) as caught:
        list(seal_batch([seal(credential)], signer, options(signer, "eddsa-rdfc-2022")))
    assert caught.value.code == "proof-already-there"
