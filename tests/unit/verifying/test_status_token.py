"""A status list that is remembered by its bytes is still asked, each time, whose it is and whether it is of today."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from credenza.errors import CredenzaError
from credenza.keys import VerificationMethod
from credenza.keys.signer import generate
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import jws
from credenza.status import token_list
from credenza.verifying.evidence import Examined, Sources
from credenza.verifying.status_token import token_list_finding

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER, URI = "https://university.example", "https://university.example/status/1"
SIGNER = generate("P-256", key_id="key-1")
METHOD = VerificationMethod(f"{ISSUER}#key-1", ISSUER, SIGNER.public_key, frozenset((ASSERTION_METHOD,)))
EXAMINED = Examined("sd-jwt-vc", None, ())


@pytest.fixture
def token():
    statuses = token_list.new_statuses()
    statuses.set(7, token_list.INVALID)
    claims = token_list.list_claims(statuses, uri=URI, issued_at=NOW, expires=NOW + timedelta(days=1), issuer=ISSUER)
    header = {"typ": token_list.JWT_TYPE, "kid": METHOD.id}
    return jws.sign_compact(orjson.dumps(claims), SIGNER, header=header).encode()


def code(token, *, index=5, method=METHOD, issuers=frozenset({ISSUER}), now=NOW, uri=URI):
    sources = Sources(find_method=lambda _: method, fetch=lambda _: token)
    return token_list_finding(token_list.TokenReference(uri, index), EXAMINED, issuers, sources, now).code


def test_one_list_answers_for_every_credential_of_a_batch(token):
    assert [code(token, index=index) for index in (5, 7, 5, 7)] == ["status-active", "status-revoked"] * 2


def test_a_list_that_was_good_is_of_no_use_to_another_key_with_the_same_name(token):
    assert code(token) == "status-active"
    other = replace(METHOD, public_key=generate("P-256", key_id="key-1").public_key)
    assert code(token, method=other) == "jws-signature-invalid"


def test_a_key_that_was_taken_back_signs_no_list_any_more(token):
    assert code(token) == "status-active"
    assert code(token, method=replace(METHOD, purposes=frozenset())) != "status-active"


def test_a_list_that_was_good_ends_on_its_day_and_speaks_for_no_other_issuer_or_address(token):
    assert code(token) == "status-active"
    assert code(token, now=NOW + timedelta(days=2)) == "status-list-expired"
    assert code(token, issuers=frozenset({"https://other.example"})) == "status-list-issuer-mismatch"
    assert code(token, uri=URI + "0") == "status-list-id-mismatch"


@pytest.mark.parametrize("place", range(0, 600, 7))
def test_one_changed_character_of_a_list_that_was_good_is_refused(token, place):
    assert code(token) == "status-active"
    at = place % len(token)
    changed = token[:at] + (b"B" if token[at : at + 1] != b"B" else b"C") + token[at + 1 :]
    with suppress(CredenzaError):
        assert code(changed) not in ("status-active", "status-revoked")
