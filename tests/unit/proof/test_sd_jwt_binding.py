"""Key binding: a presentation is for one verifier, once, about the very claims that are shown; and keys that may sign."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from credenza.errors import MalformedInput
from credenza.keys import signer as signers
from credenza.proof import jws, sd_jwt

from .sd_jwt_parts import (
    ASKED,
    HOLDER,
    METHOD,
    NOW,
    issue,
    presented,
    refusal,
    verify,
)


def test_a_bound_presentation_verifies_for_whom_it_was_made() -> None:
    result = verify(presented(), key_binding_expected=ASKED)
    assert result.verified
    assert "key-binding-verified" in {item.code for item in result.findings}
    unasked = verify(presented())
    assert {item.code: item.outcome for item in unasked.findings}["key-binding-not-checked"] == "not_checked"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nonce": "nonce-2"}, "key-binding-nonce-wrong"),
        ({"audience": "https://other.example"}, "key-binding-audience-wrong"),
        ({"now": NOW - timedelta(minutes=6)}, "key-binding-too-old"),
        ({"now": NOW + timedelta(minutes=6)}, "jwt-issued-in-future"),
        ({"holder": signers.generate("P-256", key_id="thief")}, "key-binding-signature-invalid"),
    ],
)
def test_a_binding_for_something_else_fails(changes: dict[str, Any], code: str) -> None:
    result = verify(presented(**changes), key_binding_expected=ASKED)
    assert not result.verified
    assert code in {item.code for item in result.findings if item.outcome == "failed"}


def test_a_binding_is_about_the_very_claims_that_are_shown() -> None:
    """A stolen binding put behind other disclosures of the same credential fails."""
    held = issue()
    bound = sd_jwt.bind_key(
        sd_jwt.present(held, disclose=[("given_name",)]),
        HOLDER,
        nonce="nonce-1",
        audience="https://employer.example",
        now=NOW,
    )
    more = sd_jwt.present(held, disclose=[("family_name",), ("given_name",)]) + bound.rsplit("~", 1)[1]
    result = verify(more, key_binding_expected=ASKED)
    assert "key-binding-content-wrong" in {item.code for item in result.findings}
    assert not result.verified


def test_a_missing_or_impossible_binding_fails() -> None:
    missing = verify(issue(), key_binding_expected=ASKED)
    assert [item.code for item in missing.findings if item.outcome == "failed"] == ["key-binding-missing"]
    nobody = verify(issue(holder_key=None), key_binding_expected=ASKED)
    assert [item.code for item in nobody.findings if item.outcome == "failed"] == ["key-binding-not-possible"]


def test_a_binding_of_another_type_or_algorithm_is_refused() -> None:
    shown = issue()
    wrong_type = shown + jws.sign_compact(b"{}", HOLDER, header={"typ": "JWT"})
    assert refusal(wrong_type, key_binding_expected=ASKED) == "jws-typ-wrong"
    strict = sd_jwt.KeyBindingExpectation("n", "a", timedelta(minutes=1), frozenset(("EdDSA",)))
    assert refusal(presented(), key_binding_expected=strict) == "jws-alg-not-allowed"
    with pytest.raises(MalformedInput):
        sd_jwt.bind_key(presented(), HOLDER, nonce="n", audience="a", now=NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"controller": "https://other.example"}, "key-controller-wrong"),
        ({"purposes": frozenset(("authentication",))}, "key-purpose-wrong"),
        ({"expires": NOW}, "key-expired"),
        ({"revoked": NOW - timedelta(days=1)}, "key-revoked"),
        ({"public_key": HOLDER.public_key}, "jws-signature-invalid"),
    ],
)
def test_keys_that_may_not_sign_fail(change: dict[str, Any], code: str) -> None:
    from dataclasses import replace

    result = verify(issue(), find_method=lambda _: replace(METHOD, **change))
    assert [item.code for item in result.findings if item.outcome == "failed"] == [code]


def test_a_key_of_a_certificate_signs_and_says_that_nobody_judged_the_certificate(sealing_authority: Any) -> None:
    signer = sealing_authority.seal("P-256")
    token = sd_jwt.issue({"vct": "x"}, signer, disclosable=sd_jwt.frame([]), randomness=os.urandom)
    result = verify(token)
    assert result.verified
    assert result.signing_key.certificates == signer.certificate_chain[:2]
    assert "certificate-not-judged" in {item.code for item in result.findings if item.outcome == "not_checked"}
    spoofed = {"vct": "x", "iss": "did:web:university.example"}
    token = sd_jwt.issue(spoofed, signer, disclosable=sd_jwt.frame([]), randomness=os.urandom)
    assert refusal(token) == "verification-method-unknown"  # a DID is answered for by its document, not a certificate
