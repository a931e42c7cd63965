"""DID documents: what a forged document must not achieve, then the keys of an honest one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from credenza.errors import MalformedInput
from credenza.keys import signer
from credenza.trust import did_document
from credenza.trust.did_document import PublishedKey

DID = "did:web:university.example"
KEY = signer.generate("Ed25519", key_id="k").public_key
OTHER = signer.generate("P-256", key_id="k").public_key


def _document(**changes):
    return {**did_document.build(DID, [PublishedKey("key-1", KEY)]), **changes}


def _method(**changes):
    plain = {"id": f"{DID}#key-1", "type": "Multikey", "controller": DID, "publicKeyMultibase": KEY.to_multikey()}
    return {name: value for name, value in {**plain, **changes}.items() if value is not None}


def _refused(document, method_id=f"{DID}#key-1"):
    with pytest.raises(MalformedInput) as error:
        did_document.method_of(document, method_id, did=DID)
    return error.value.code


def test_a_document_of_another_did_is_refused():
    assert _refused(_document(id="did:web:forger.example")) == "did-document-mismatch"
    assert _refused(_document(id=None)) == "did-document-mismatch"


def test_a_forger_cannot_give_his_key_to_a_university():
    """The forger's own document names the university as controller of the forger's key."""
    forger = "did:web:forger.example"
    method = _method(id=f"{forger}#key-1", controller=DID)
    document = {"id": forger, "verificationMethod": [method], "assertionMethod": [f"{forger}#key-1"]}
    with pytest.raises(MalformedInput) as error:
        did_document.method_of(document, f"{forger}#key-1", did=forger)
    assert error.value.code == "verification-method-foreign"
    assert did_document.methods_of(document, did=forger) == ()


def test_a_forger_cannot_name_his_key_after_a_university():
    forger = "did:web:forger.example"
    document = {"id": forger, "verificationMethod": [_method(controller=forger)], "assertionMethod": [f"{DID}#key-1"]}
    assert did_document.methods_of(document, did=forger) == ()


def test_one_name_for_two_keys_is_refused():
    """Otherwise the reader of the first and the reader of the last would trust different keys."""
    twice = [_method(), _method(publicKeyMultibase=OTHER.to_multikey())]
    assert _refused(_document(verificationMethod=twice)) == "did-document-malformed"
    assert _refused(_document(authentication=[_method(id="#key-1")])) == "did-document-malformed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secretKeyMultibase": "z..."}, "key-private"),
        ({"publicKeyJwk": KEY.to_jwk()}, "verification-method-malformed"),
        ({"type": "JsonWebKey", "publicKeyMultibase": None, "publicKeyJwk": {"kty": "EC", "d": "x"}}, "key-private"),
        ({"type": "JsonWebKey"}, "key-unsupported"),
        ({"type": "X25519KeyAgreementKey2020"}, "key-unsupported"),
        ({"type": ["Multikey"]}, "key-unsupported"),
        ({"type": "EcdsaSecp256r1VerificationKey2019"}, "verification-method-malformed"),
        ({"publicKeyMultibase": 7}, "key-unsupported"),
        ({"publicKeyMultibase": "z6Mk"}, "key-unsupported"),
        ({"expires": "soon"}, "verification-method-malformed"),
        ({"expires": 1}, "verification-method-malformed"),
        ({"revoked": "2026-11-24"}, "verification-method-malformed"),
        ({"controller": None}, "verification-method-foreign"),
        ({"controller": [DID]}, "verification-method-foreign"),
        (
            {"type": "JsonWebKey", "publicKeyMultibase": None, "publicKeyJwk": {**OTHER.to_jwk(), "use": "enc"}},
            "key-unsupported",
        ),
    ],
)
def test_a_key_that_cannot_be_trusted_is_refused_and_left_out(change, code):
    document = _document(verificationMethod=[_method(**change)])
    assert _refused(document) == code
    assert did_document.methods_of(document, did=DID) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"verificationMethod": {}},
        {"verificationMethod": ["x"]},
        {"verificationMethod": [{"type": "Multikey"}]},
        {"assertionMethod": "#key-1"},
        {"verificationMethod": [_method(id=f"{DID}#{number}") for number in range(201)]},
    ],
)
def test_a_malformed_document_is_refused(change):
    assert _refused(_document(**change)) == "did-document-malformed"


def test_a_key_that_is_not_published_is_unknown():
    assert _refused(_document(), f"{DID}#key-2") == "verification-method-unknown"


def test_a_key_without_a_relationship_has_no_purpose():
    document = _document()
    del document["assertionMethod"], document["authentication"]
    assert did_document.method_of(document, f"{DID}#key-1", did=DID).purposes == frozenset()


def test_a_purpose_that_another_did_s_key_has_does_not_spill_over():
    document = _document(assertionMethod=["did:web:forger.example#key-1", 7, None])
    assert "assertionMethod" not in did_document.method_of(document, f"{DID}#key-1", did=DID).purposes


def test_one_unusable_key_does_not_hide_the_others():
    document = _document()
    document["verificationMethod"].append({"id": "#k2", "type": "X25519KeyAgreementKey2020", "controller": DID})
    assert [method.id for method in did_document.methods_of(document, did=DID)] == [f"{DID}#key-1"]


def test_relative_names_and_embedded_keys_are_read():
    embedded = _method(id="#key-2", publicKeyMultibase=OTHER.to_multikey())
    document = _document(verificationMethod=[_method(id="#key-1")], assertionMethod=["#key-1", embedded])
    found = {method.id: method for method in did_document.methods_of(document, did=DID)}
    assert found[f"{DID}#key-1"].purposes == {"assertionMethod", "authentication"}
    assert found[f"{DID}#key-2"].purposes == {"assertionMethod"}
    assert found[f"{DID}#key-2"].public_key == OTHER


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"type": "Ed25519VerificationKey2020"}, KEY),
        ({"type": "JsonWebKey2020", "publicKeyMultibase": None, "publicKeyJwk": OTHER.to_jwk()}, OTHER),
        ({"type": "JsonWebKey", "publicKeyMultibase": None, "publicKeyJwk": {**KEY.to_jwk(), "kid": "x"}}, KEY),
    ],
)
def test_each_kind_of_published_key_is_read(change, key):
    document = _document(verificationMethod=[_method(**change)])
    assert did_document.method_of(document, f"{DID}#key-1", did=DID).public_key == key


def test_rotated_keys_stay_with_their_times(public_keys):
    """The old key stays readable, with the moment from which it must no longer sign."""
    ended = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    rsa = public_keys["RSA"]
    keys = [
        PublishedKey("2025", KEY, expires=ended),
        PublishedKey("2026", OTHER, purposes=["assertionMethod"]),
        PublishedKey("seal", rsa, revoked=ended),
    ]
    found = {method.id: method for method in did_document.methods_of(did_document.build(DID, keys), did=DID)}
    assert found[f"{DID}#2025"].expires == ended
    assert found[f"{DID}#seal"].revoked == ended
    assert found[f"{DID}#seal"].public_key == rsa
    assert found[f"{DID}#2026"].purposes == {"assertionMethod"}


@pytest.mark.parametrize("fragments", [["a", "a"], [""], ["a b"], ["a#b"]])
def test_a_document_with_confusing_key_names_is_not_made(fragments):
    with pytest.raises(MalformedInput):
        did_document.build(DID, [PublishedKey(fragment, KEY) for fragment in fragments])
