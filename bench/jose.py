"""How fast credentials are signed and verified with JOSE: SD-JWT VC, JAdES, bare signatures (python bench/jose.py)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from credenza.keys import SoftwareSigner, VerificationMethod
from credenza.keys import signer as signers
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import jades, sd_jwt

ISSUER = "https://university.example"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECONDS = 1.5
CLAIMS = 20


def measure() -> list[dict[str, Any]]:
    """Measure each job for ``SECONDS`` on one core; ``ratio`` is ours against the peer's in the same run."""
    return [*_measure_bare(), *_measure_sd_jwt(), *_measure_jades()]


def _measure_bare() -> list[dict[str, Any]]:
    signer, message = signers.generate("P-256", key_id="k"), os.urandom(800)
    signature = signer.sign(message)
    return [
        _row("P-256 sign", _rate(lambda: signer.sign(message))),
        _row("P-256 verify", _rate(lambda: signer.public_key.verify(signature, message, algorithm="ES256"))),
    ]


def _measure_sd_jwt() -> list[dict[str, Any]]:
    signer = signers.generate("P-256", key_id="key-1")
    holder = signers.generate("P-256", key_id="holder").public_key
    method = VerificationMethod(f"{ISSUER}#key-1", ISSUER, signer.public_key, frozenset((ASSERTION_METHOD,)))
    hidden = {f"claim_{number:02}": f"A value of some words, number {number}" for number in range(CLAIMS)}
    claims = {"iss": ISSUER, "vct": "urn:example:credential:1", "iat": int(NOW.timestamp()), **hidden}
    frame = sd_jwt.frame((name,) for name in hidden)

    def issue() -> str:
        return sd_jwt.issue(claims, signer, disclosable=frame, randomness=os.urandom, holder_key=holder)

    def verify(credential: str) -> None:
        result = sd_jwt.verify(
            credential,
            find_method=lambda _: method,
            allowed_algorithms=("ES256",),
            key_binding_expected=None,
            now=NOW,
        )
        assert result.verified

    credential = issue()
    peer_issue, peer_verify = _sd_jwt_peer(signer, claims, hidden)
    return [
        _row("SD-JWT VC issue, 20 claims", _rate(issue), 3000, "sd-jwt (Python)", peer_issue),
        _row("SD-JWT VC verify, 20 claims", _rate(lambda: verify(credential)), 2500, "sd-jwt (Python)", peer_verify),
    ]


def _sd_jwt_peer(signer: SoftwareSigner, claims: dict[str, Any], hidden: dict[str, str]) -> tuple[float, float]:
    from jwcrypto.jwk import JWK
    from sd_jwt.common import SDObj
    from sd_jwt.issuer import SDJWTIssuer
    from sd_jwt.verifier import SDJWTVerifier

    private = JWK.from_pem(signer.to_pkcs8(None))
    public = JWK.from_pem(signer.public_key.to_pem())

    def issue() -> str:
        marked = {SDObj(name) if name in hidden else name: value for name, value in claims.items()}
        return str(SDJWTIssuer(marked, private, sign_alg="ES256").sd_jwt_issuance)

    credential = issue()
    return _rate(issue), _rate(lambda: SDJWTVerifier(credential, lambda *_: public).get_verified_payload())


def _measure_jades() -> list[dict[str, Any]]:
    signer = _seal()
    page = os.urandom(30_000).hex()[:40_000]
    text = json.dumps({"displayParameter": page, "claims": [{"title": "A title", "n": n} for n in range(200)]})
    payload = text.encode()
    sealed = jades.sign(payload, signer, signing_time=NOW)

    def verify() -> None:
        result = jades.verify(sealed, allowed_algorithms=("ES256",), time_stamp_anchors=(), now=NOW)
        assert result.verified

    size = f"{len(payload) // 1000} kB"
    return [
        _row(f"JAdES B-B seal, P-256, {size}", _rate(lambda: jades.sign(payload, signer, signing_time=NOW)), 3000),
        _row(f"JAdES B-B verify, P-256, {size}", _rate(verify), 1000),
    ]


def _seal() -> SoftwareSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Benchmark seal")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return SoftwareSigner(key, "seal", (certificate.public_bytes(serialization.Encoding.DER),))


def _rate(job: Callable[[], object]) -> float:
    job()
    count, started = 0, time.process_time()
    while (elapsed := time.process_time() - started) < SECONDS:
        for _ in range(20):
            job()
        count += 20
    return count / elapsed


def _row(name: str, value: float, goal: float | None = None, peer: str = "", peer_value: float = 0) -> dict[str, Any]:
    ratio = round(value / peer_value, 1) if peer_value else None
    return {"name": name, "value": round(value), "unit": "/s", "goal": goal, "peer": peer, "ratio": ratio}


if __name__ == "__main__":
    for row in measure():
        print(row)
