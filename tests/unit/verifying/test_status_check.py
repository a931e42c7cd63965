"""A bitstring list that is remembered by its bytes is still asked, each time, whose it is and whether it is of today."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from credenza.keys import VerificationMethod
from credenza.keys.signer import generate
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof.data_integrity import add_proof
from credenza.status import bitstring
from credenza.verifying.evidence import Examined, Sources
from credenza.verifying.status_check import status_findings

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER, URL = "did:web:university.example", "https://university.example/status/1"
SIGNER = generate("Ed25519", key_id=f"{ISSUER}#key-1")
METHOD = VerificationMethod(f"{ISSUER}#key-1", ISSUER, SIGNER.public_key, frozenset((ASSERTION_METHOD,)))


@pytest.fixture(params=["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def published(request):
    statuses = bitstring.new_statuses()
    statuses.set(7, 1)
    days = timedelta(days=1)
    unsigned = bitstring.list_credential(
        statuses, url=URL, issuer=ISSUER, purpose="revocation", valid_from=NOW, valid_until=NOW + days
    )
    signed = add_proof(
        unsigned,
        SIGNER,
        cryptosuite=request.param,
        verification_method=METHOD.id,
        proof_purpose=ASSERTION_METHOD,
        created=NOW,
    )
    return orjson.dumps(signed)


def code(published, *, index=5, method=METHOD, issuers=frozenset({ISSUER}), now=NOW, url=URL):
    entry = bitstring.BitstringEntry(url, index, "revocation").to_document()
    sources = Sources(find_method=lambda _: method, fetch=lambda _: published)
    examined = Examined("open-badge", None, (), credential_status=entry)
    return status_findings(examined, issuers=issuers, sources=sources, now=now)[0].code


def test_one_list_answers_for_every_credential_of_a_batch(published):
    assert [code(published, index=index) for index in (5, 7, 5, 7)] == ["status-active", "status-revoked"] * 2


def test_a_list_that_was_good_is_of_no_use_to_another_key_with_the_same_name(published):
    assert code(published) == "status-active"
    other = replace(METHOD, public_key=generate("Ed25519", key_id=METHOD.id).public_key)
    assert code(published, method=other) == "proof-invalid"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"purposes": frozenset()}, "key-purpose-wrong"),
        ({"revoked": NOW}, "key-revoked"),
        ({"expires": NOW}, "key-expired"),
        ({"id": f"{ISSUER}#key-2"}, "key-id-mismatch"),
        ({"controller": "did:web:other.example"}, "status-list-issuer-mismatch"),
    ],
)
def test_a_key_that_may_no_longer_sign_makes_no_list_good_any_more(published, change, expected):
    assert code(published) == "status-active"
    assert code(published, method=replace(METHOD, **change)) == expected


def test_a_list_that_was_good_ends_on_its_day_and_speaks_for_no_other_issuer_or_address(published):
    assert code(published) == "status-active"
    assert code(published, now=NOW + timedelta(days=2)) == "status-list-expired"
    assert code(published, now=NOW - timedelta(days=2)) == "proof-created-in-future"
    assert code(published, issuers=frozenset({"did:web:other.example"})) == "status-list-issuer-mismatch"
    assert code(published, url=URL + "0") == "status-list-id-mismatch"


def test_a_changed_list_is_refused_where_the_true_one_was_good(published):
    assert code(published, index=7) == "status-revoked"
    clean = bitstring.encode(bitstring.new_statuses())
    forged = orjson.loads(published)
    forged["credentialSubject"]["encodedList"] = clean
    assert code(orjson.dumps(forged), index=7) == "proof-invalid"


@pytest.mark.parametrize("second", ["copy", "moved"])
def test_a_second_proof_is_looked_at_by_itself(published, second):
    """The first one's being good says nothing of it."""
    assert code(published) == "status-active"
    document = orjson.loads(published)
    value = document["proof"]["proofValue"]
    other = value if second == "copy" else f"{value[:-2]}{'11' if value[-2:] != '11' else '22'}"
    document["proof"] = [document["proof"], document["proof"] | {"proofValue": other}]
    assert (code(orjson.dumps(document)) == "status-active") is (second == "copy")
