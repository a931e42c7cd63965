"""The published sample of a Comprehensive Learner Record 2.0: our table of terms gives the statements that were signed."""

import copy
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.linked_data.canonical import canonicalize
from credenza.proof.data_integrity.cryptosuites import CRYPTOSUITES
from credenza.proof.data_integrity.verify import verify_proofs
from credenza.trust import did

SAMPLE = json.loads(Path(__file__).with_name("vectors").joinpath("clr-2.0-sample-transcript.json").read_text("utf-8"))
DIGEST = "768d7015ae69e0210e1c2a45194d9c1d15d7a6022e52b946574a2a27f6fa85fe"
KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"


def find_method(url, **_):
    (method,) = did.resolve(f"did:key:{KEY}")
    from dataclasses import replace

    return replace(method, id=url, controller=url.partition("#")[0])


def findings(document):
    return [
        one.finding
        for one in verify_proofs(
            document,
            find_method=find_method,
            expected_purpose=ASSERTION_METHOD,
            now=datetime(2026, 1, 1, tzinfo=UTC),
            allowed_cryptosuites=frozenset(CRYPTOSUITES),
        )
    ]


def test_the_statements_have_the_published_digest():
    bare = {name: value for name, value in SAMPLE.items() if name != "proof"}
    assert hashlib.sha256(canonicalize(bare).to_bytes()).hexdigest() == DIGEST


def test_the_published_signatures_verify_outside_and_inside():
    assert [one.outcome for one in findings(SAMPLE)] == ["passed"]
    assert [one.outcome for one in findings(SAMPLE["credentialSubject"]["verifiableCredential"][0])] == ["passed"]


@pytest.mark.parametrize("member", ["associationType", "sourceId", "targetId"])
def test_a_changed_association_is_refused(member):
    forged = copy.deepcopy(SAMPLE)
    forged["credentialSubject"]["association"][0][member] = "urn:uuid:forged"
    assert [one.outcome for one in findings(forged)] == ["failed"]
