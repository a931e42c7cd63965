"""Selective disclosure: the learner shows a choice, and can neither change nor hide what is mandatory."""

import copy
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credenza.encoding import multibase
from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.proof.data_integrity import add_base_proof, derive
from credenza.proof.data_integrity.selective_values import parse_base, parse_derived

NAME = "/credentialSubject/achievement/name"
LEARNER = "/credentialSubject/identifier"


@pytest.fixture
def base(signers, credential):
    """A badge from which the learner may choose; issuer and start of validity are always shown."""
    return based(signers, credential)


def based(signers, credential, **changes):
    given_values = {
        "one_time_signer": signers["P-256-2"],
        "hmac_key": bytes(range(32)),
        "mandatory_pointers": ["/issuer", "/validFrom"],
        "verification_method": signers["P-256"].key_id,
        "proof_purpose": "assertionMethod",
        "created": datetime(2026, 5, 1, tzinfo=UTC),
        **changes,
    }
    return add_base_proof(credential, signers["P-256"], **given_values)


def test_the_choice_is_shown_and_verifies(base, codes):
    derived = derive(base, [NAME])
    assert derived["credentialSubject"]["achievement"]["name"] == "Data Literacy"
    assert "identifier" not in derived["credentialSubject"]
    assert derived["issuer"] == base["issuer"]
    assert codes(derived) == ["proof-valid"]


def test_nothing_hidden_can_be_read_from_what_is_shown(base):
    derived = derive(base, [NAME])
    assert parse_base(base["proof"]["proofValue"]).hmac_key not in multibase.decode(derived["proof"]["proofValue"])
    assert "Ελένη" not in repr(derived)


def test_everything_or_only_the_mandatory_parts_can_be_shown(base, codes):
    assert codes(derive(base, ["/id", "/type", "/credentialSubject"])) == ["proof-valid"]
    assert codes(derive(base, [])) == ["proof-valid"]


def test_an_ordered_list_is_shown_whole_or_not_at_all(base, codes):
    whole = "/credentialSubject/achievement/resultDescription/0/allowedValue"
    assert codes(derive(base, [whole])) == ["proof-valid"]
    with pytest.raises(Refused) as caught:
        derive(base, [f"{whole}/0"])
    assert caught.value.code == "pointer-not-selectable"


def test_a_mandatory_part_cannot_be_left_out(base, codes):
    derived = derive(base, [NAME])
    del derived["validFrom"]
    assert codes(derived) == ["proof-invalid"]


def test_parts_of_two_credentials_cannot_be_mixed(base, signers, credential, codes):
    other = copy.deepcopy(credential)
    other["credentialSubject"]["achievement"]["name"] = "Surgery"
    forged = derive(base, [NAME])
    forged["credentialSubject"]["achievement"]["name"] = "Surgery"
    assert codes(forged) == ["proof-invalid"]
    forged["proof"]["proofValue"] = derive(based(signers, other), [NAME])["proof"]["proofValue"]
    assert codes(forged) == ["proof-valid"]  # that is the other credential itself, untouched
    forged["validFrom"] = "2020-01-01T00:00:00Z"
    assert codes(forged) == ["proof-invalid"]


def test_a_one_time_key_of_the_forger_does_not_pass(base, signers, credential, codes):
    forged = based(signers, credential, one_time_signer=signers["P-256-2"])
    value = parse_derived(derive(forged, [NAME])["proof"]["proofValue"])
    own = multibase.decode(signers["P-256"].public_key.to_multikey(), allowed="z")
    changed = type(value)(value.base_signature, own, value.signatures, value.labels, value.mandatory_indexes)
    document = derive(base, [NAME])
    document["proof"]["proofValue"] = changed.to_text()
    assert codes(document) == ["proof-invalid"]


def test_the_issuers_file_must_not_be_shown_itself(base, codes):
    assert codes(base) == ["proof-not-derived"]


def test_a_derived_document_cannot_be_derived_again(base):
    with pytest.raises(MalformedInput) as caught:
        derive(derive(base, [NAME, LEARNER]), [NAME])
    assert caught.value.code == "proof-malformed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hmac_key": b"short"}, "hmac-key-size"),
        ({"mandatory_pointers": ["/zzz"]}, "pointer-unresolved"),
        ({"mandatory_pointers": ["zzz"]}, "pointer-malformed"),
    ],
)
def test_what_cannot_be_sealed_for_choosing_is_refused(signers, credential, changes, code):
    with pytest.raises(CredenzaError) as caught:
        based(signers, credential, **changes)
    assert caught.value.code == code


def test_the_issuers_key_cannot_be_the_one_time_key_and_must_be_p_256(signers, credential):
    for name, code in (("P-256", "key-reused"), ("Ed25519", "cryptosuite-key-mismatch")):
        with pytest.raises(Refused) as caught:
            based(signers, credential, one_time_signer=signers[name])
        assert caught.value.code == code


def test_choosing_nothing_of_a_document_without_mandatory_parts_is_refused(signers, credential):
    with pytest.raises(Refused) as caught:
        derive(based(signers, credential, mandatory_pointers=[]), [])
    assert caught.value.code == "selection-empty"


@settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_one_changed_bit_of_the_derived_value_is_refused(base, outcome, data):
    document = derive(base, [NAME])
    raw = bytearray(multibase.decode(document["proof"]["proofValue"]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    document["proof"]["proofValue"] = multibase.encode_u(bytes(raw))
    (code,) = outcome(document)
    assert code in ("proof-invalid", "proof-not-derived", "proof-malformed", "key-malformed", "key-unsupported")


@settings(max_examples=80, deadline=None)
@given(data=st.binary(max_size=60))
def test_any_bytes_behind_the_header_are_read_or_refused_without_a_crash(data):
    for parse, header in ((parse_base, b"\xd9\x5d\x00"), (parse_derived, b"\xd9\x5d\x01")):
        with pytest.raises(MalformedInput):
            parse(multibase.encode_u(header + data))
