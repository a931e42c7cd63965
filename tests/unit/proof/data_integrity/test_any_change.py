"""One changed character anywhere in a document or its proof, and documents that carry others."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credenza.errors import MalformedInput
from credenza.linked_data.contexts import VC_V1, VC_V2
from credenza.proof.data_integrity import with_proof_terms


def test_a_credential_of_the_first_data_model_needs_a_context_for_its_proof(seal, codes):
    old = {
        "@context": [VC_V1],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:university.example",
        "issuanceDate": "2026-05-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:learner"},
    }
    with pytest.raises(MalformedInput) as caught:
        seal(old)
    assert caught.value.code == "term-undefined"
    assert codes(seal(with_proof_terms(old))) == ["proof-valid"]


def scalars(value, path=()):
    """The paths of all texts and numbers of a document."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from scalars(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from scalars(item, (*path, index))
    else:
        yield path


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_one_changed_character_anywhere_is_refused(seal, outcome, credential, suite, data):
    sealed = copy.deepcopy(seal(credential, cryptosuite=suite))
    *way, last = data.draw(st.sampled_from(list(scalars(sealed))))
    target = sealed
    for step in way:
        target = target[step]
    before = target[last]
    if isinstance(before, str):
        at = data.draw(st.integers(0, len(before) - 1))
        other = data.draw(st.characters(codec="utf-8").filter(lambda character: character != before[at]))
        target[last] = before[:at] + other + before[at + 1 :]
    else:
        target[last] = not before
    assert outcome(sealed) != ["proof-valid"]


@pytest.mark.parametrize("inner", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_presentation_seals_the_credentials_that_it_carries(seal, codes, credential, inner):
    presentation = {
        "@context": [VC_V2],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:learner",
        "verifiableCredential": [seal(credential, cryptosuite=inner), seal({**credential, "id": "urn:x:2"})],
    }
    shown = seal(presentation, "Ed25519-2", proof_purpose="authentication", challenge="c", domain="d")
    purposes = {"expected_purpose": "assertionMethod", "expected_domain": "d", "expected_challenge": "c"}
    assert codes(shown, **purposes) == ["proof-purpose-wrong"]
    shown = seal(presentation, "Ed25519-2", challenge="c", domain="d")
    assert codes(shown, **purposes) == ["proof-valid"]
    shown["verifiableCredential"][1]["id"] = "urn:x:3"
    assert codes(shown, **purposes) == ["proof-invalid"]
