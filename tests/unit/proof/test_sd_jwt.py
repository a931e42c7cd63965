"""Selective disclosure: the attacks of RFC 9901 section 9 first, then issuing, showing and binding."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from credenza.encoding import base64url
from credenza.errors import MalformedInput
from credenza.proof import jws, sd_jwt
from credenza.proof.sd_jwt import parts

from .sd_jwt_parts import (
    CLAIMS,
    HOLDER,
    ISSUER,
    SECONDS,
    SIGNER,
    issue,
    refusal,
    verify,
)


def _forged(payload: dict[str, Any], *disclosures: Any, typ: str = "dc+sd-jwt") -> str:
    """What a careless or hostile issuer could sign: any payload with any disclosures."""
    base = {"iss": ISSUER, "vct": "urn:x", **payload}
    token = jws.sign_compact(json.dumps(base).encode(), SIGNER, header={"typ": typ, "kid": "key-1"})
    return "~".join((token, *(_disclosure(item) for item in disclosures), ""))


def _disclosure(content: Any) -> str:
    return content if isinstance(content, str) else base64url.encode(json.dumps(content).encode())


def _digest(content: Any) -> str:
    return parts.digest(_disclosure(content), "sha256")


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
    assert refusal(_forged(payload, *disclosures)) == code


@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"])
def test_claims_that_a_verifier_must_see_cannot_be_hidden(name: str) -> None:
    hidden = ["s", name, "x"]
    payload = {"_sd": [_digest(hidden)]}
    token = _forged(payload, hidden)
    if name in ("iss", "vct"):
        assert refusal(token) == "sd-jwt-claim-overridden"
    else:
        assert refusal(token) == "sd-jwt-claim-not-disclosable"
    with pytest.raises(MalformedInput) as caught:
        sd_jwt.frame([(name,)])
    assert caught.value.code == "sd-jwt-claim-not-disclosable"


def test_nor_can_parts_of_them() -> None:
    assert refusal(_forged({"status": {"_sd": ["x"]}})) == "sd-jwt-claim-not-disclosable"


@pytest.mark.parametrize("name", ['"_sd"', '"\\u005fsd"', '"_s\\u0064"', '"\\u005F\\u0073\\u0064"'])
def test_claims_hidden_inside_a_claim_are_found_however_the_name_is_written(name: str) -> None:
    outer = base64url.encode(f'["s","outer",{{{name}:["{_digest(A)}"],"x":1}}]'.encode())
    shown = verify(_forged({"_sd": [_digest(outer)]}, outer, A))
    assert shown.claims["outer"] == {"x": 1, "given_name": "Zoë"}
    assert refusal(_forged({"_sd": [_digest(outer), _digest(A)]}, outer, A)) == "sd-jwt-digest-duplicate"


@pytest.mark.parametrize("name", ['"..."', '"\\u002e.."', '"..\\u002E"'])
def test_elements_hidden_inside_a_claim_are_found_however_the_mark_is_written(name: str) -> None:
    outer = base64url.encode(f'["s","outer",["x",{{{name}:"{_digest(ELEMENT)}"}}]]'.encode())
    assert verify(_forged({"_sd": [_digest(outer)]}, outer, ELEMENT)).claims["outer"] == ["x", "bread"]


def test_disclosures_that_hold_one_another_without_end_are_refused() -> None:
    inner: Any = ["s", "deep", "bottom"]
    chain = [inner]
    for number in range(80):
        chain.append([f"s{number}", "deep", {"_sd": [_digest(chain[-1])]}])
    assert refusal(_forged({"_sd": [_digest(chain[-1])]}, *chain)) == "sd-jwt-too-deep"


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
    assert refusal(text) == code


def test_types_and_algorithms_that_were_not_asked_for_are_refused() -> None:
    assert refusal(_forged({}, typ="vc+sd-jwt")) == "jws-typ-wrong"
    assert verify(_forged({}, typ="vc+sd-jwt"), expected_types=("dc+sd-jwt", "vc+sd-jwt")).verified
    assert refusal(issue(), allowed_algorithms=("EdDSA",)) == "jws-alg-not-allowed"
    assert refusal(_forged({}, typ="JWT")) == "jws-typ-wrong"


def test_a_credential_that_brings_its_own_key_is_refused() -> None:
    token = jws.sign_compact(
        b'{"vct":"x","iss":"https://u.example"}', HOLDER, header={"typ": "dc+sd-jwt", "jwk": HOLDER.public_key.to_jwk()}
    )
    assert refusal(token + "~") == "jws-key-embedded"


def test_everything_disclosed_gives_the_claims_back() -> None:
    result = verify(issue())
    assert result.verified
    assert {name: value for name, value in result.claims.items() if name != "cnf"} == CLAIMS
    assert result.holder_key == HOLDER.public_key
    assert ("learning_outcomes", 2, "level") in result.disclosed
    assert result.issuer == ISSUER


def test_nothing_disclosed_shows_nothing_and_hides_how_much_there_was() -> None:
    token = issue(decoys=5).split("~")[0] + "~"
    result = verify(token)
    assert result.verified
    assert set(result.claims) == {"iss", "vct", "iat", "cnf", "learning_outcomes"}
    assert result.claims["learning_outcomes"] == []
    payload = json.loads(result.payload)
    assert len(payload["_sd"]) == 3 + 5
    assert payload["_sd"] == sorted(payload["_sd"])
    assert "Müller".encode() not in result.payload


def test_the_holder_shows_what_is_asked_and_what_stands_above_it() -> None:
    held = issue()
    result = verify(sd_jwt.present(held, disclose=[("address", "locality"), ("learning_outcomes", 0)]))
    assert result.claims["address"] == {"country": "EE", "locality": "Tartu"}
    assert result.claims["learning_outcomes"] == ["bread"]
    assert "family_name" not in result.claims
    every = verify(sd_jwt.present(held, disclose=[("learning_outcomes", None)]))
    assert every.claims["learning_outcomes"] == CLAIMS["learning_outcomes"]
    with pytest.raises(MalformedInput) as caught:
        sd_jwt.present(held, disclose=[("grade",)])
    assert caught.value.code == "sd-jwt-claim-not-held"


def test_two_credentials_of_one_learner_share_no_digest() -> None:
    digests = [set(json.loads(verify(issue()).payload)["_sd"]) for _ in range(2)]
    assert not digests[0] & digests[1]


def test_more_claims_than_one_block_of_salts_each_get_their_own() -> None:
    claims = {"vct": "x", "iss": ISSUER, **{f"c{number}": number for number in range(100)}}
    token = issue(claims, sd_jwt.frame((f"c{number}",) for number in range(100)))
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
        issue(claims)
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
    assert [item.code for item in verify(token).findings if item.outcome == "failed"] == [code]
    assert verify(token, leeway=timedelta(minutes=2)).verified
