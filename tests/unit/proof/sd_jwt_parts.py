"""An issuer, a holder and a credential of theirs, and how the tests of selective disclosure verify it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from credenza.errors import MalformedInput, Refused
from credenza.keys import VerificationMethod
from credenza.keys import signer as signers
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import sd_jwt

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


SECONDS = int(NOW.timestamp())


ISSUER = "https://university.example"


SIGNER = signers.generate("P-256", key_id="key-1")


HOLDER = signers.generate("P-256", key_id="holder")


METHOD = VerificationMethod(f"{ISSUER}#key-1", ISSUER, SIGNER.public_key, frozenset((ASSERTION_METHOD,)))


ASKED = sd_jwt.KeyBindingExpectation("nonce-1", "https://employer.example", timedelta(minutes=5), frozenset(("ES256",)))


CLAIMS = {
    "iss": ISSUER,
    "vct": "urn:eu.europa.ec.eudi:learning:credential:1",
    "iat": SECONDS,
    "family_name": "Müller",
    "given_name": "Zoë",
    "address": {"country": "EE", "locality": "Tartu"},
    "learning_outcomes": ["bread", "salt", {"text": "yeast", "level": 4}],
}


FRAME = sd_jwt.frame(
    [
        ("family_name",),
        ("given_name",),
        ("address",),
        ("address", "locality"),
        ("learning_outcomes", None),
        ("learning_outcomes", 2, "level"),
    ]
)


def find(identifier: str) -> VerificationMethod:
    if identifier not in (METHOD.id, ISSUER):
        raise MalformedInput("verification-method-unknown", identifier)
    return METHOD


def verify(text: Any, **options: Any) -> sd_jwt.VerifiedSdJwt:
    defaults: dict[str, Any] = {
        "find_method": find,
        "allowed_algorithms": ("ES256",),
        "key_binding_expected": None,
        "now": NOW,
    }
    return sd_jwt.verify(text, **{**defaults, **options})


def issue(claims: dict[str, Any] = CLAIMS, frame: sd_jwt.Frame = FRAME, **options: Any) -> str:
    options.setdefault("holder_key", HOLDER.public_key)
    return sd_jwt.issue(claims, SIGNER, disclosable=frame, randomness=os.urandom, **options)


def refusal(text: Any, **options: Any) -> str:
    with pytest.raises((MalformedInput, Refused)) as caught:
        verify(text, **options)
    return caught.value.code


def presented(**changes: Any) -> str:
    options: dict[str, Any] = {"nonce": "nonce-1", "audience": "https://employer.example", "now": NOW, "holder": HOLDER}
    options.update(changes)
    shown = sd_jwt.present(issue(), disclose=[("given_name",)])
    return sd_jwt.bind_key(shown, options.pop("holder"), **options)
