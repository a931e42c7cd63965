"""Credentials as JSON Web Tokens: what says two things is refused, both generations are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.keys import VerificationMethod
from credenza.keys import signer as signers
from credenza.proof import jws, vc_jwt

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER, HOLDER_ID = "did:web:university.example", "did:example:learner"
SIGNER = signers.generate("P-256", key_id=f"{ISSUER}#key-1")
HOLDER = signers.generate("Ed25519", key_id=f"{HOLDER_ID}#key-1")
METHODS = {
    SIGNER.key_id: VerificationMethod(SIGNER.key_id, ISSUER, SIGNER.public_key, frozenset(("assertionMethod",))),
    HOLDER.key_id: VerificationMethod(HOLDER.key_id, HOLDER_ID, HOLDER.public_key, frozenset(("authentication",))),
}
CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": ISSUER, "name": "Example University"},
    "validFrom": "2026-06-01T14:00:00+02:00",
    "credentialSubject": {"id": HOLDER_ID},
}
EARLIER: dict[str, Any] = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "type": ["VerifiableCredential"],
    "issuer": {"name": "Example University"},
    "credentialSubject": {"degree": "x"},
}
CLAIMS_OF_EARLIER = {
    "iss": ISSUER,
    "sub": HOLDER_ID,
    "jti": "urn:uuid:1",
    "nbf": SECONDS,
    "exp": SECONDS + 3600,
    "vc": EARLIER,
}


def _find(identifier: str) -> VerificationMethod:
    if identifier not in METHODS:
        raise MalformedInput("verification-method-unknown", identifier)
    return METHODS[identifier]


def _verify(token: Any, **options: Any) -> vc_jwt.VerifiedToken:
    defaults: dict[str, Any] = {"find_method": _find, "allowed_algorithms": ("ES256",), "now": NOW}
    return vc_jwt.verify(token, **{**defaults, **options})


def _token(payload: Any, **header: Any) -> str:
    whole = {"typ": "vc+jwt", "cty": "vc", "kid": SIGNER.key_id, **header}
    whole = {name: value for name, value in whole.items() if value is not None}
    return jws.sign_compact(json.dumps(payload).encode(), SIGNER, header=whole)


def _code(token: Any, **options: Any) -> str:
    with pytest.raises((MalformedInput, Refused)) as caught:
        _verify(token, **options)
    return caught.value.code


def test_a_credential_is_signed_as_the_bytes_it_is() -> None:
    data = json.dumps(CREDENTIAL, indent=1).encode()
    result = _verify(vc_jwt.sign(data, SIGNER))
    assert result.verified
    assert result.payload == data
    assert result.document == CREDENTIAL
    assert (result.header["typ"], result.header["cty"]) == ("vc+jwt", "vc")
    assert result.signing_key.method == METHODS[SIGNER.key_id]


@pytest.mark.parametrize("document", [{}, EARLIER, {**CREDENTIAL, "issuer": None}, {**CREDENTIAL, "@context": []}])
def test_what_is_no_current_credential_is_not_signed(document: Any) -> None:
    with pytest.raises(MalformedInput) as caught:
        vc_jwt.sign(json.dumps(document).encode(), SIGNER)
    assert caught.value.code == "vc-jwt-payload-malformed"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:web:other.example"},
        {"jti": "urn:uuid:2"},
        {"sub": "did:example:other"},
        {"nbf": SECONDS + 1},
        {"exp": SECONDS + 60, "validUntil": "2026-07-01T00:00:00Z"},
        {"sub": HOLDER_ID, "credentialSubject": [{"id": HOLDER_ID}, {"id": "x:y"}]},
    ],
)
def test_a_token_that_says_two_things_is_refused(claims: dict[str, Any]) -> None:
    assert _code(_token({**CREDENTIAL, **claims})) == "vc-jwt-claim-mismatch"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:web:other.example", "issuer": ISSUER},
        {"jti": "urn:uuid:2", "id": "urn:uuid:1"},
        {"sub": "x:y", "credentialSubject": {"id": HOLDER_ID}},
        {"nbf": 1, "issuanceDate": "2026-06-01T12:00:00Z"},
        {"exp": 1, "expirationDate": "2026-07-01T00:00:00Z"},
    ],
)
def test_so_is_an_earlier_one(claims: dict[str, Any]) -> None:
    names = ("iss", "jti", "sub", "nbf", "exp")
    inside = {**EARLIER, **{name: value for name, value in claims.items() if name not in names}}
    outside = {**CLAIMS_OF_EARLIER, **{name: value for name, value in claims.items() if name in names}, "vc": inside}
    assert _code(_token(outside, typ="JWT", cty=None)) == "vc-jwt-claim-mismatch"


def test_claims_that_agree_are_no_contradiction() -> None:
    agreeing = {"iss": ISSUER, "jti": "urn:uuid:1", "sub": HOLDER_ID, "nbf": SECONDS}
    assert _verify(_token({**CREDENTIAL, **agreeing})).verified


def test_an_earlier_credential_gets_its_claims_back() -> None:
    result = _verify(_token(CLAIMS_OF_EARLIER, typ="JWT", cty=None))
    assert result.verified
    assert result.document == {
        **EARLIER,
        "id": "urn:uuid:1",
        "issuer": {"id": ISSUER, "name": "Example University"},
        "credentialSubject": {"id": HOLDER_ID, "degree": "x"},
        "issuanceDate": "2026-06-01T12:00:00Z",
        "expirationDate": "2026-06-01T13:00:00Z",
    }


@pytest.mark.parametrize(
    ("payload", "header", "code"),
    [
        ({**CREDENTIAL, "vc": CREDENTIAL}, {}, "vc-jwt-payload-malformed"),
        ({"vc": CREDENTIAL, "iss": ISSUER}, {"typ": "JWT"}, "vc-jwt-payload-malformed"),
        (CREDENTIAL, {"typ": "JWT"}, "vc-jwt-payload-malformed"),
        ({**CREDENTIAL, "type": "VerifiablePresentation"}, {}, "vc-jwt-payload-malformed"),
        ({**CREDENTIAL, "issuer": {}}, {}, "vc-jwt-payload-malformed"),
        ({**CREDENTIAL, "validFrom": "soon"}, {}, "vc-jwt-payload-malformed"),
        ({**CREDENTIAL, "nbf": "soon"}, {}, "jwt-claim-malformed"),
        ({**CREDENTIAL, "iss": 7}, {}, "jwt-claim-malformed"),
        (CREDENTIAL, {"iss": "did:web:other.example"}, "vc-jwt-claim-mismatch"),
        (CREDENTIAL, {"typ": "vp+jwt"}, "jws-typ-wrong"),
        (CREDENTIAL, {"cty": "vp"}, "jws-typ-wrong"),
        (CREDENTIAL, {"kid": "did:web:other.example#1"}, "verification-method-unknown"),
        (CREDENTIAL, {"kid": None, "jwk": SIGNER.public_key.to_jwk()}, "jws-key-embedded"),
        (CREDENTIAL, {"crit": ["x"], "x": 1}, "jws-crit-unknown"),
        ([], {}, "json-not-an-object"),
    ],
)
def test_tokens_that_are_not_what_they_should_be_are_refused(payload: Any, header: dict[str, Any], code: str) -> None:
    assert _code(_token(payload, **header)) == code


def test_a_relative_key_name_is_the_issuers() -> None:
    for kid in ("#key-1", "key-1"):
        assert _verify(_token(CREDENTIAL, kid=kid)).verified


def test_a_key_of_somebody_else_does_not_speak_for_the_issuer() -> None:
    """The proof is sound, and the issuer is still not who the credential names."""
    stolen = json.dumps({**CREDENTIAL, "issuer": "did:web:oxford.example"}).encode()
    result = _verify(vc_jwt.sign(stolen, SIGNER))
    assert not result.verified
    assert [item.code for item in result.findings if item.outcome == "failed"] == ["key-controller-wrong"]


def test_times_of_the_token_are_judged() -> None:
    result = _verify(_token(CLAIMS_OF_EARLIER, typ="JWT", cty=None), now=NOW + timedelta(hours=2))
    assert "jwt-expired" in {item.code for item in result.findings}
    assert not result.verified


def _presentation(signer: Any = HOLDER, **changes: Any) -> str:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "VerifiablePresentation",
        "holder": HOLDER_ID,
        "verifiableCredential": [
            {
                "@context": "https://www.w3.org/ns/credentials/v2",
                "id": "data:application/vc+jwt," + vc_jwt.sign(json.dumps(CREDENTIAL).encode(), SIGNER),
                "type": "EnvelopedVerifiableCredential",
            }
        ],
        "nonce": "n-1",
        "aud": "https://employer.example",
        **changes,
    }
    return vc_jwt.sign_presentation(json.dumps(document).encode(), signer)


def _verify_presentation(token: str) -> vc_jwt.VerifiedToken:
    return vc_jwt.verify_presentation(
        token,
        find_method=_find,
        allowed_algorithms=("EdDSA", "ES256"),
        expected_nonce="n-1",
        expected_audience="https://employer.example",
        now=NOW,
    )


def test_a_presentation_carries_credentials_that_verify_by_themselves() -> None:
    result = _verify_presentation(_presentation())
    assert result.verified
    (inside,) = vc_jwt.enveloped(result.document)
    assert _verify(inside).document == CREDENTIAL


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nonce": "n-2"}, "presentation-nonce-wrong"),
        ({"aud": ["https://other.example"]}, "presentation-audience-wrong"),
        ({"aud": None}, "presentation-audience-wrong"),
        ({"exp": SECONDS - 1}, "jwt-expired"),
        ({"holder": ISSUER}, "key-controller-wrong"),
    ],
)
def test_a_presentation_for_something_else_fails(changes: dict[str, Any], code: str) -> None:
    result = _verify_presentation(_presentation(**changes))
    assert code in {item.code for item in result.findings if item.outcome == "failed"}


def test_a_key_that_signs_credentials_may_not_present() -> None:
    result = _verify_presentation(_presentation(SIGNER, holder=ISSUER))
    assert "key-purpose-wrong" in {item.code for item in result.findings}


def test_an_envelope_of_an_unknown_kind_is_refused() -> None:
    document = {"verifiableCredential": {"type": "EnvelopedVerifiableCredential", "id": "data:text/html,x"}}
    with pytest.raises(MalformedInput):
        vc_jwt.enveloped(document)


WHOLE = vc_jwt.sign(json.dumps(CREDENTIAL).encode(), SIGNER)


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=len(WHOLE) * 8 - 1))
def test_no_change_of_one_bit_verifies(position: int) -> None:
    changed = bytearray(WHOLE.encode())
    changed[position // 8] ^= 1 << (position % 8)
    try:
        result = _verify(bytes(changed))
    except CredenzaError:
        return
    assert not result.verified
