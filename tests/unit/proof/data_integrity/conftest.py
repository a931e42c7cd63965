"""Fixtures for Data Integrity: keys made for the test, a badge, and a source of verification methods."""

from datetime import UTC, datetime
from typing import Any

import pytest

from credenza.errors import CredenzaError, MalformedInput
from credenza.keys import SoftwareSigner, VerificationMethod
from credenza.keys.signer import generate
from credenza.linked_data import contexts
from credenza.proof.data_integrity import CRYPTOSUITES, add_proof, verify_proofs

ISSUER = "did:web:university.example"
CREATED = datetime(2026, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def signers() -> dict[str, SoftwareSigner]:
    """One signer for each kind of key, and a second Ed25519 one."""
    kinds = {"Ed25519": "Ed25519", "Ed25519-2": "Ed25519", "P-256": "P-256", "P-256-2": "P-256", "P-384": "P-384"}
    return {name: generate(kind, key_id=f"{ISSUER}#{name}") for name, kind in kinds.items()}


@pytest.fixture
def credential() -> dict[str, Any]:
    """An unsealed badge."""
    return {
        "@context": [contexts.VC_V2, contexts.OPEN_BADGES],
        "id": "urn:uuid:8f1f0f0e-64a3-4d3b-9a52-0a5f1d6c1e2b",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Université"},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": "Ελένη"}],
            "achievement": {
                "id": "https://university.example/mc/1",
                "type": ["Achievement"],
                "name": "Data Literacy",
                "criteria": {"narrative": "Passed"},
                "resultDescription": [
                    {"id": "urn:x:rd", "type": ["ResultDescription"], "name": "Grade", "allowedValue": ["A", "B"]}
                ],
            },
        },
    }


@pytest.fixture
def method_of(signers):
    """Builds a verification method for one of the signers; members can be overridden."""

    def make(name: str = "Ed25519", **changes: Any) -> VerificationMethod:
        signer = signers[name]
        named = {
            "id": signer.key_id,
            "controller": ISSUER,
            "public_key": signer.public_key,
            "purposes": frozenset({"assertionMethod"}),
        }
        return VerificationMethod(**{**named, **changes})

    return make


@pytest.fixture
def find_method(signers, method_of):
    """Finds the methods of all signers."""

    def find(method_id: str) -> VerificationMethod:
        for name, signer in signers.items():
            if signer.key_id == method_id:
                return method_of(name)
        raise MalformedInput("verification-method-unknown", "The issuer publishes no such key.")

    return find


@pytest.fixture
def seal(signers):
    """Seals a document with a named signer."""

    def make(document, name="Ed25519", *, cryptosuite="eddsa-rdfc-2022", **more):
        options = {"proof_purpose": "assertionMethod", "created": CREATED, **more}
        signer = signers[name]
        return add_proof(document, signer, cryptosuite=cryptosuite, verification_method=signer.key_id, **options)

    return make


@pytest.fixture
def outcome(codes):
    """The codes of all proofs of a document, or the code of the error that it raises."""

    def check(document) -> list[str]:
        try:
            return codes(document)
        except CredenzaError as error:
            return [error.code]

    return check


@pytest.fixture
def codes(find_method):
    """The codes of all proofs of a document."""

    def check(document, **changes):
        expected = {
            "find_method": find_method,
            "expected_purpose": "assertionMethod",
            "now": NOW,
            "allowed_cryptosuites": CRYPTOSUITES,
        }
        return [result.finding.code for result in verify_proofs(document, **{**expected, **changes})]

    return check
