"""Other people's JOSE and SD-JWT: what they sign we verify, what we sign they verify, and the RFCs' own examples."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from joserfc import jws as peer_jws
from joserfc.jwk import ECKey, OKPKey

from credenza.errors import MalformedInput, Refused
from credenza.keys import PublicKey, SoftwareSigner, VerificationMethod, public
from credenza.keys import signer as signers
from credenza.proof import jws, sd_jwt, vc_jwt
from credenza.proof.sd_jwt import parts

PEERS = Path(__file__).parent / "peers"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = "https://university.example"
ALGORITHMS = {"P-256": "ES256", "P-384": "ES384", "Ed25519": "EdDSA"}
CREDENTIAL = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": ISSUER,
    "credentialSubject": {"name": "Zoë Müller — Ζωή"},
}


def _private_jwk(signer: SoftwareSigner) -> Any:
    kind = OKPKey if signer.public_key.kind == "Ed25519" else ECKey
    return kind.import_key(signer.to_pkcs8(None))


def _find(key: PublicKey) -> Any:
    method = VerificationMethod(f"{ISSUER}#key-1", ISSUER, key, frozenset(("assertionMethod",)))
    return lambda identifier: method


@pytest.mark.parametrize("kind", list(ALGORITHMS))
def test_joserfc_verifies_our_credential_tokens(kind: str) -> None:
    signer = signers.generate(kind, key_id="key-1")
    token = vc_jwt.sign(json.dumps(CREDENTIAL).encode(), signer)
    registry = peer_jws.JWSRegistry(algorithms=[ALGORITHMS[kind]])
    result = peer_jws.deserialize_compact(token, _private_jwk(signer), registry=registry)
    assert json.loads(result.payload) == CREDENTIAL
    assert result.headers()["typ"] == "vc+jwt"


@pytest.mark.parametrize("kind", list(ALGORITHMS))
def test_we_verify_joserfcs_credential_tokens(kind: str) -> None:
    signer = signers.generate(kind, key_id="key-1")
    header = {"alg": ALGORITHMS[kind], "typ": "vc+jwt", "kid": "key-1"}
    registry = peer_jws.JWSRegistry(algorithms=[ALGORITHMS[kind]])
    token = peer_jws.serialize_compact(header, json.dumps(CREDENTIAL), _private_jwk(signer), registry=registry)
    result = vc_jwt.verify(token, find_method=_find(signer.public_key), allowed_algorithms=(ALGORITHMS[kind],), now=NOW)
    assert result.verified
    assert result.document == CREDENTIAL


def test_we_verify_joserfcs_general_json_serialisation() -> None:
    signer = signers.generate("P-256", key_id="key-1")
    member = {"protected": {"alg": "ES256"}, "header": {"kid": "key-1"}}
    data = peer_jws.serialize_json([member], b"hello", _private_jwk(signer))
    parsed = jws.parse_json(json.dumps(data), understood_critical=())
    assert jws.check_signature(parsed, parsed.signatures[0], signer.public_key).outcome == "passed"


RFC_7515_A3 = (
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
RFC_8037_A4 = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
KEYS = {
    RFC_7515_A3: {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    },
    RFC_8037_A4: {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
}


@pytest.mark.parametrize("token", [RFC_7515_A3, RFC_8037_A4], ids=["RFC 7515 A.3", "RFC 8037 A.4"])
def test_the_rfcs_own_signatures_verify(token: str) -> None:
    parsed = jws.parse_compact(token, understood_critical=())
    key = public.from_jwk(KEYS[token])
    assert jws.check_signature(parsed, parsed.signatures[0], key).outcome == "passed"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.e30.AA", "jws-alg-symmetric"),  # RFC 7515 A.1
        ("eyJhbGciOiJub25lIn0.e30.", "jws-alg-none"),  # RFC 7515 A.5
        ("eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..AA", "jws-alg-symmetric"),  # RFC 7797 4.2
        ("eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl19.RkFJTA.", "jws-alg-none"),
    ],
)
def test_the_rfcs_own_unsafe_examples_are_refused(token: str, code: str) -> None:
    with pytest.raises((Refused, MalformedInput)) as caught:
        jws.parse_compact(token, understood_critical=())
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("disclosure", "digest", "name", "value"),
    [
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
            "family_name",
            "Möbius",
        ),
        ("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0", "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs", None, "FR"),
    ],
)
def test_the_digests_of_rfc_9901_section_4_2(disclosure: str, digest: str, name: str | None, value: str) -> None:
    assert parts.digest(disclosure, "sha256") == digest
    read = parts.disclosure(disclosure)
    assert (read.name, read.value) == (name, value)


def _peer_key(signer: SoftwareSigner) -> Any:
    from jwcrypto.jwk import JWK

    return JWK.from_pem(signer.to_pkcs8(None))


def _public_peer_key(key: PublicKey) -> Any:
    from jwcrypto.jwk import JWK

    return JWK.from_pem(
        key.crypto.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


@pytest.mark.parametrize("decoys", [False, True])
def test_we_verify_the_sd_jwt_of_the_reference_with_its_key_binding(decoys: bool) -> None:
    from sd_jwt.common import SDObj
    from sd_jwt.holder import SDJWTHolder
    from sd_jwt.issuer import SDJWTIssuer

    issuer, holder = signers.generate("P-256", key_id="i"), signers.generate("P-256", key_id="h")
    claims = {
        "iss": ISSUER,
        "vct": "urn:x",
        SDObj("name"): "Zoë",
        SDObj("address"): {SDObj("city"): "Tartu", "country": "EE"},
        "langs": [SDObj("et"), SDObj("en"), "fi"],
    }
    issued = SDJWTIssuer(
        claims,
        _peer_key(issuer),
        _peer_key(holder),
        sign_alg="ES256",
        add_decoy_claims=decoys,
        extra_header_parameters={"typ": "dc+sd-jwt", "kid": "key-1"},
    ).sd_jwt_issuance
    peer = SDJWTHolder(issued)
    chosen = {"address": {"city": True}, "langs": [True, False, False]}
    peer.create_presentation(chosen, "n-1", "https://rp.example", _peer_key(holder), "ES256")
    algorithms = frozenset(("ES256",))
    expected = sd_jwt.KeyBindingExpectation("n-1", "https://rp.example", timedelta(minutes=5), algorithms)
    result = sd_jwt.verify(
        peer.sd_jwt_presentation,
        find_method=_find(issuer.public_key),
        allowed_algorithms=("ES256",),
        key_binding_expected=expected,
        now=datetime.now(UTC) + timedelta(seconds=1),
    )
    assert result.verified, result.findings
    assert result.claims["address"] == {"city": "Tartu", "country": "EE"}
    assert result.claims["langs"] == ["et", "fi"]
    assert "name" not in result.claims


def test_the_reference_verifies_our_sd_jwt_with_its_key_binding() -> None:
    from sd_jwt.verifier import SDJWTVerifier

    issuer, holder = signers.generate("P-256", key_id="i"), signers.generate("P-256", key_id="h")
    claims = {"iss": ISSUER, "vct": "urn:x", "name": "Zoë", "address": {"city": "Tartu"}, "langs": ["et", "en"]}
    frame = sd_jwt.frame([("name",), ("address",), ("address", "city"), ("langs", None)])
    held = sd_jwt.issue(
        claims, issuer, disclosable=frame, randomness=os.urandom, holder_key=holder.public_key, decoys=3
    )
    shown = sd_jwt.present(held, disclose=[("address", "city"), ("langs", 1)])
    bound = sd_jwt.bind_key(
        shown, holder, nonce="n-1", audience="https://rp.example", now=datetime.fromtimestamp(time.time(), UTC)
    )
    key = _public_peer_key(issuer.public_key)
    payload = SDJWTVerifier(bound, lambda *_: key, "https://rp.example", "n-1").get_verified_payload()
    assert payload["address"] == {"city": "Tartu"}
    assert payload["langs"] == ["en"]
    assert "name" not in payload
    with pytest.raises(ValueError, match=r"[Nn]once"):
        SDJWTVerifier(bound, lambda *_: key, "https://rp.example", "n-2")


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed on this machine")
@pytest.mark.skipif(not (PEERS / "node_modules" / "jose").is_dir(), reason="npm's jose is not installed in peers/")
@pytest.mark.parametrize("kind", ["P-256", "P-384", "Ed25519"])
def test_npm_jose_verifies_our_tokens_and_we_verify_its(kind: str) -> None:
    signer = signers.generate(kind, key_id="key-1")
    request = {
        "algorithm": ALGORITHMS[kind],
        "privateKey": signer.to_pkcs8(None).decode(),
        "publicKey": signer.public_key.to_pem().decode(),
        "token": vc_jwt.sign(json.dumps(CREDENTIAL).encode(), signer),
        "payload": json.dumps(CREDENTIAL),
    }
    answer = subprocess.run(
        ["node", "jose.mjs"], cwd=PEERS, input=json.dumps(request), capture_output=True, text=True, check=True
    )
    reply = json.loads(answer.stdout)
    assert json.loads(reply["payload"]) == CREDENTIAL
    result = vc_jwt.verify(
        reply["token"], find_method=_find(signer.public_key), allowed_algorithms=(ALGORITHMS[kind],), now=NOW
    )
    assert result.verified
