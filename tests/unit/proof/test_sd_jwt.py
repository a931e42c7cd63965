"""Selective disclosure: the attacks of RFC 9901 section 9 first, then issuing, showing and binding."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.encoding import base64url
from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.keys import VerificationMethod
from credenza.keys import signer as signers
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import jws, sd_jwt
from credenza.proof.sd_jwt import parts

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


def _find(identifier: str) -> VerificationMethod:
    if identifier not in (METHOD.id, ISSUER):
        raise MalformedInput("verification-method-unknown", identifier)
    return METHOD


def _verify(text: Any, **options: Any) -> sd_jwt.VerifiedSdJwt:
    defaults: dict[str, Any] = {
        "find_method": _find,
        "allowed_algorithms": ("ES256",),
        "key_binding_expected": None,
        "now": NOW,
    }
    return sd_jwt.verify(text, **{**defaults, **options})


def _issue(claims: dict[str, Any] = CLAIMS, frame: sd_jwt.Frame = FRAME, **options: Any) -> str:
    options.setdefault("holder_key", HOLDER.public_key)
    return sd_jwt.issue(claims, SIGNER, disclosable=frame, randomness=os.urandom, **options)


def _forged(payload: dict[str, Any], *disclosures: Any, typ: str = "dc+sd-jwt") -> str:
    """What a careless or hostile issuer could sign: any payload with any disclosures."""
    base = {"iss": ISSUER, "vct": "urn:x", **payload}
    token = jws.sign_compact(json.dumps(base).encode(), SIGNER, header={"typ": typ, "kid": "key-1"})
    return "~".join((token, *(_disclosure(item) for item in disclosures), ""))


def _disclosure(content: Any) -> str:
    return content if isinstance(content, str) else base64url.encode(json.dumps(content).encode())


def _digest(content: Any) -> str:
    return parts.digest(_disclosure(content), "sha256")


def _code(text: Any, **options: Any) -> str:
    with pytest.raises((MalformedInput, Refused)) as caught:
        _verify(text, **options)
    return caught.value.code


A, B = ["salt-a", "given_name", "Zoë"], ["salt-b", "family_name", "Müller"]
ELEMENT = ["salt-c", "bread"]


@pytest.mark.parametrize(
    ("payload", "disclosures", "code"),
    [
        ({"_sd": [_digest(A), _digest(A)]}, [A], "sd-jwt-digest-duplicate"),
        ({"_sd": [_digest(A)], "x": {"_sd": [_digest(A)]}}, [A], "sd-jwt-digest-duplicate"),
        ({"_sd": ["decoy"], "x": [{"...": "decoy"}]}, [], "sd-jwt-digest-duplicate"),
        ({"_sd": ["decoy", "decoy"]}, [], "sd-jwt-digest-duplicate"),
        ({"_sd": [_digest(A)]}, [A, A], "sd-jwt-disclosure-duplicate"),
        ({"_sd": [_digest(A)]}, [A, B], "sd-jwt-disclosure-unused"),
        ({}, [A], "sd-jwt-disclosure-unused"),
        ({"_sd": [_digest(["s", "_sd", []])]}, [["s", "_sd", []]], "sd-jwt-disclosure-reserved-name"),
        ({"_sd": [_digest(["s", "...", "x"])]}, [["s", "...", "x"]], "sd-jwt-disclosure-reserved-name"),
        ({"_sd": [_digest(A)], "given_name": "Eve"}, [A], "sd-jwt-claim-overridden"),
        (
            {"_sd": [_digest(A), _digest(["s", "given_name", 1])]},
            [A, ["s", "given_name", 1]],
            "sd-jwt-claim-overridden",
        ),
        ({"_sd": [_digest(["s", "iat", 1])], "iat": 2}, [["s", "iat", 1]], "sd-jwt-claim-overridden"),
        ({"_sd": [_digest(ELEMENT)]}, [ELEMENT], "sd-jwt-disclosure-misplaced"),
        ({"x": [{"...": _digest(A)}]}, [A], "sd-jwt-disclosure-misplaced"),
        ({"x": [{"...": _digest(ELEMENT), "y": 1}]}, [ELEMENT], "sd-jwt-malformed"),
        ({"x": {"...": _digest(ELEMENT)}}, [ELEMENT], "sd-jwt-malformed"),
        ({"x": [{"...": 1}]}, [], "sd-jwt-malformed"),
        ({"_sd": "x"}, [], "sd-jwt-malformed"),
        ({"_sd": [1]}, [], "sd-jwt-malformed"),
        ({"_sd_alg": "md5"}, [], "sd-jwt-hash-unknown"),
        ({"_sd_alg": 256}, [], "sd-jwt-hash-unknown"),
        ({"_sd_alg": None}, [], "sd-jwt-hash-unknown"),
        ({}, [base64url.encode(b"{}")], "sd-jwt-disclosure-malformed"),
        ({}, [["only one"]], "sd-jwt-disclosure-malformed"),
        ({}, [[1, "name", "x"]], "sd-jwt-disclosure-malformed"),
        ({}, [["s", 1, "x"]], "sd-jwt-disclosure-malformed"),
        ({}, [["s", "a", "b", "c"]], "sd-jwt-disclosure-malformed"),
        ({}, [[]], "sd-jwt-disclosure-malformed"),
        ({}, [base64url.encode(b'["s","n",{"a":1,"a":2}]')], "json-duplicate-member"),
        ({}, [_disclosure(A) + "="], "base64url-invalid"),
        ({"vct": None}, [], "jwt-claim-malformed"),
        ({"vct": ""}, [], "sd-jwt-type-missing"),
        ({"cnf": {"kid": "x"}}, [], "key-binding-holder-key-malformed"),
        ({"cnf": {"jwk": {"kty": "oct", "k": "AA"}}}, [], "key-private"),
        ({"exp": "never"}, [], "jwt-claim-malformed"),
    ],
)
def test_what_an_honest_issuer_never_signs_is_refused(
    payload: dict[str, Any], disclosures: list[Any], code: str
) -> None:
    assert _code(_forged(payload, *disclosures)) == code


@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"])
def test_claims_that_a_verifier_must_see_cannot_be_hidden(name: str) -> None:
    hidden = ["s", name, "x"]
    payload = {"_sd": [_digest(hidden)]}
    token = _forged(payload, hidden)
    if name in ("iss", "vct"):
        assert _code(token) == "sd-jwt-claim-overridden"
    else:
        assert _code(token) == "sd-jwt-claim-not-disclosable"
    with pytest.raises(MalformedInput) as caught:
        sd_jwt.frame([(name,)])
    assert caught.value.code == "sd-jwt-claim-not-disclosable"


def test_nor_can_parts_of_them() -> None:
    assert _code(_forged({"status": {"_sd": ["x"]}})) == "sd-jwt-claim-not-disclosable"


@pytest.mark.parametrize("name", ['"_sd"', '"\\u005fsd"', '"_s\\u0064"', '"\\u005F\\u0073\\u0064"'])
def test_claims_hidden_inside_a_claim_are_found_however_the_name_is_written(name: str) -> None:
    outer = base64url.encode(f'["s","outer",{{{name}:["{_digest(A)}"],"x":1}}]'.encode())
    shown = _verify(_forged({"_sd": [_digest(outer)]}, outer, A))
    assert shown.claims["outer"] == {"x": 1, "given_name": "Zoë"}
    assert _code(_forged({"_sd": [_digest(outer), _digest(A)]}, outer, A)) == "sd-jwt-digest-duplicate"


@pytest.mark.parametrize("name", ['"..."', '"\\u002e.."', '"..\\u002E"'])
def test_elements_hidden_inside_a_claim_are_found_however_the_mark_is_written(name: str) -> None:
    outer = base64url.encode(f'["s","outer",["x",{{{name}:"{_digest(ELEMENT)}"}}]]'.encode())
    assert _verify(_forged({"_sd": [_digest(outer)]}, outer, ELEMENT)).claims["outer"] == ["x", "bread"]


def test_disclosures_that_hold_one_another_without_end_are_refused() -> None:
    inner: Any = ["s", "deep", "bottom"]
    chain = [inner]
    for number in range(80):
        chain.append([f"s{number}", "deep", {"_sd": [_digest(chain[-1])]}])
    assert _code(_forged({"_sd": [_digest(chain[-1])]}, *chain)) == "sd-jwt-too-deep"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "sd-jwt-malformed"),
        ("a.b.c", "sd-jwt-malformed"),
        ("~", "sd-jwt-malformed"),
        ("a.b.c~~", "sd-jwt-malformed"),
        ("a.b.c" + "~x" * (parts.MAXIMUM_DISCLOSURES + 1) + "~", "sd-jwt-too-large"),
        ("a" * (parts.MAXIMUM_CHARACTERS + 1), "sd-jwt-too-large"),
        (b"\xff~", "sd-jwt-malformed"),
    ],
)
def test_what_is_no_sd_jwt_is_malformed(text: Any, code: str) -> None:
    assert _code(text) == code


def test_types_and_algorithms_that_were_not_asked_for_are_refused() -> None:
    assert _code(_forged({}, typ="vc+sd-jwt")) == "jws-typ-wrong"
    assert _verify(_forged({}, typ="vc+sd-jwt"), expected_types=("dc+sd-jwt", "vc+sd-jwt")).verified
    assert _code(_issue(), allowed_algorithms=("EdDSA",)) == "jws-alg-not-allowed"
    assert _code(_forged({}, typ="JWT")) == "jws-typ-wrong"


def test_a_credential_that_brings_its_own_key_is_refused() -> None:
    token = jws.sign_compact(
        b'{"vct":"x","iss":"https://u.example"}', HOLDER, header={"typ": "dc+sd-jwt", "jwk": HOLDER.public_key.to_jwk()}
    )
    assert _code(token + "~") == "jws-key-embedded"


def test_everything_disclosed_gives_the_claims_back() -> None:
    result = _verify(_issue())
    assert result.verified
    assert {name: value for name, value in result.claims.items() if name != "cnf"} == CLAIMS
    assert result.holder_key == HOLDER.public_key
    assert ("learning_outcomes", 2, "level") in result.disclosed
    assert result.issuer == ISSUER


def test_nothing_disclosed_shows_nothing_and_hides_how_much_there_was() -> None:
    token = _issue(decoys=5).split("~")[0] + "~"
    result = _verify(token)
    assert result.verified
    assert set(result.claims) == {"iss", "vct", "iat", "cnf", "learning_outcomes"}
    assert result.claims["learning_outcomes"] == []
    payload = json.loads(result.payload)
    assert len(payload["_sd"]) == 3 + 5
    assert payload["_sd"] == sorted(payload["_sd"])
    assert "Müller".encode() not in result.payload


def test_the_holder_shows_what_is_asked_and_what_stands_above_it() -> None:
    held = _issue()
    result = _verify(sd_jwt.present(held, disclose=[("address", "locality"), ("learning_outcomes", 0)]))
    assert result.claims["address"] == {"country": "EE", "locality": "Tartu"}
    assert result.claims["learning_outcomes"] == ["bread"]
    assert "family_name" not in result.claims
    every = _verify(sd_jwt.present(held, disclose=[("learning_outcomes", None)]))
    assert every.claims["learning_outcomes"] == CLAIMS["learning_outcomes"]
    with pytest.raises(MalformedInput) as caught:
        sd_jwt.present(held, disclose=[("grade",)])
    assert caught.value.code == "sd-jwt-claim-not-held"


def test_two_credentials_of_one_learner_share_no_digest() -> None:
    digests = [set(json.loads(_verify(_issue()).payload)["_sd"]) for _ in range(2)]
    assert not digests[0] & digests[1]


def test_more_claims_than_one_block_of_salts_each_get_their_own() -> None:
    claims = {"vct": "x", "iss": ISSUER, **{f"c{number}": number for number in range(100)}}
    token = _issue(claims, sd_jwt.frame((f"c{number}",) for number in range(100)))
    salts = [json.loads(base64url.decode(item))[0] for item in token.split("~")[1:-1]]
    assert len(set(salts)) == 100
    assert all(len(base64url.decode(salt)) * 8 >= 128 for salt in salts)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": ISSUER}, "sd-jwt-type-missing"),
        ({**CLAIMS, "_sd": []}, "sd-jwt-claim-reserved"),
        ({**CLAIMS, "x": {"...": 1}}, "sd-jwt-claim-reserved"),
        ({**CLAIMS, "x": [{"_sd_alg": 1}]}, "sd-jwt-claim-reserved"),
        ({**CLAIMS, "x": 2**60}, "sd-jwt-claims-malformed"),
        ({**CLAIMS, "x": object()}, "sd-jwt-claims-malformed"),
    ],
)
def test_claims_that_cannot_be_issued_say_why(claims: dict[str, Any], code: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        _issue(claims)
    assert caught.value.code == code


@pytest.mark.parametrize("path", [(), (None,), (0,), ("_sd",), ("a", "...")])
def test_paths_that_name_no_claim_are_refused(path: Any) -> None:
    with pytest.raises(MalformedInput) as caught:
        sd_jwt.frame([path])
    assert caught.value.code == "sd-jwt-path-malformed"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": SECONDS}, "jwt-expired"),
        ({"nbf": SECONDS + 60}, "jwt-not-yet-valid"),
        ({"iat": SECONDS + 60}, "jwt-issued-in-future"),
    ],
)
def test_times_are_judged_at_the_moment_that_is_asked(claims: dict[str, Any], code: str) -> None:
    token = _forged(claims)
    assert [item.code for item in _verify(token).findings if item.outcome == "failed"] == [code]
    assert _verify(token, leeway=timedelta(minutes=2)).verified


def _presented(**changes: Any) -> str:
    options: dict[str, Any] = {"nonce": "nonce-1", "audience": "https://employer.example", "now": NOW, "holder": HOLDER}
    options.update(changes)
    shown = sd_jwt.present(_issue(), disclose=[("given_name",)])
    return sd_jwt.bind_key(shown, options.pop("holder"), **options)


def test_a_bound_presentation_verifies_for_whom_it_was_made() -> None:
    result = _verify(_presented(), key_binding_expected=ASKED)
    assert result.verified
    assert "key-binding-verified" in {item.code for item in result.findings}
    unasked = _verify(_presented())
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
    result = _verify(_presented(**changes), key_binding_expected=ASKED)
    assert not result.verified
    assert code in {item.code for item in result.findings if item.outcome == "failed"}


def test_a_binding_is_about_the_very_claims_that_are_shown() -> None:
    """A stolen binding put behind other disclosures of the same credential fails."""
    held = _issue()
    bound = sd_jwt.bind_key(
        sd_jwt.present(held, disclose=[("given_name",)]),
        HOLDER,
        nonce="nonce-1",
        audience="https://employer.example",
        now=NOW,
    )
    more = sd_jwt.present(held, disclose=[("family_name",), ("given_name",)]) + bound.rsplit("~", 1)[1]
    result = _verify(more, key_binding_expected=ASKED)
    assert "key-binding-content-wrong" in {item.code for item in result.findings}
    assert not result.verified


def test_a_missing_or_impossible_binding_fails() -> None:
    missing = _verify(_issue(), key_binding_expected=ASKED)
    assert [item.code for item in missing.findings if item.outcome == "failed"] == ["key-binding-missing"]
    nobody = _verify(_issue(holder_key=None), key_binding_expected=ASKED)
    assert [item.code for item in nobody.findings if item.outcome == "failed"] == ["key-binding-not-possible"]


def test_a_binding_of_another_type_or_algorithm_is_refused() -> None:
    shown = _issue()
    wrong_type = shown + jws.sign_compact(b"{}", HOLDER, header={"typ": "JWT"})
    assert _code(wrong_type, key_binding_expected=ASKED) == "jws-typ-wrong"
    strict = sd_jwt.KeyBindingExpectation("n", "a", timedelta(minutes=1), frozenset(("EdDSA",)))
    assert _code(_presented(), key_binding_expected=strict) == "jws-alg-not-allowed"
    with pytest.raises(MalformedInput):
        sd_jwt.bind_key(_presented(), HOLDER, nonce="n", audience="a", now=NOW)


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

    result = _verify(_issue(), find_method=lambda _: replace(METHOD, **change))
    assert [item.code for item in result.findings if item.outcome == "failed"] == [code]


def test_a_key_of_a_certificate_signs_and_says_that_nobody_judged_the_certificate(sealing_authority: Any) -> None:
    signer = sealing_authority.seal("P-256")
    token = sd_jwt.issue({"vct": "x"}, signer, disclosable=sd_jwt.frame([]), randomness=os.urandom)
    result = _verify(token)
    assert result.verified
    assert result.signing_key.certificates == signer.certificate_chain[:2]
    assert "certificate-not-judged" in {item.code for item in result.findings if item.outcome == "not_checked"}
    spoofed = {"vct": "x", "iss": "did:web:university.example"}
    token = sd_jwt.issue(spoofed, signer, disclosable=sd_jwt.frame([]), randomness=os.urandom)
    assert _code(token) == "verification-method-unknown"  # a DID is answered for by its document, not a certificate


def test_the_json_serialisation_is_read() -> None:
    token, *disclosures, _ = _issue().split("~")
    protected, payload, signature = token.split(".")
    entry = {"protected": protected, "signature": signature, "header": {"disclosures": disclosures}}
    for members in ({"payload": payload, **entry}, {"payload": payload, "signatures": [entry]}):
        assert _verify(sd_jwt.from_json(json.dumps(members).encode())).claims["given_name"] == "Zoë"
    for broken in (
        {},
        {"payload": payload},
        {"payload": payload, "signatures": []},
        {"payload": payload, **entry, "header": 1},
    ):
        with pytest.raises(MalformedInput) as caught:
            sd_jwt.from_json(json.dumps(broken).encode())
        assert caught.value.code == "sd-jwt-malformed"


WHOLE = _presented()


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=len(WHOLE) * 8 - 1))
def test_no_change_of_one_bit_verifies(position: int) -> None:
    changed = bytearray(WHOLE.encode())
    changed[position // 8] ^= 1 << (position % 8)
    try:
        result = _verify(bytes(changed), key_binding_expected=ASKED)
    except CredenzaError:
        return
    assert not result.verified


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60) | st.text("~.aA_-", max_size=30))
def test_no_text_makes_the_reader_stumble(text: Any) -> None:
    with contextlib.suppress(CredenzaError):
        _verify(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=6), JSON, max_size=6), st.data())
def test_any_claims_hidden_in_any_way_come_back(claims: dict[str, Any], data: st.DataObject) -> None:
    reserved = {"_sd", "...", "_sd_alg", "iss", "nbf", "exp", "iat", "cnf", "vct", "vct#integrity", "status"}
    claims = {name: value for name, value in claims.items() if name not in reserved}
    paths: list[Any] = [(name,) for name in claims if data.draw(st.booleans())]
    paths += [(name, None) for name, value in claims.items() if isinstance(value, list)]
    paths += [(name, inner) for name, value in claims.items() if isinstance(value, dict) for inner in value]
    with contextlib.suppress(CredenzaError):
        frame = sd_jwt.frame(paths)
        whole = {"iss": ISSUER, "vct": "x", **claims}
        token = _issue(whole, frame, holder_key=None)
        assert _verify(token).claims == whole
