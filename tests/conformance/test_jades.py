"""Seals held against OpenSSL, npm's jose, and the official sample of a micro-credential."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from credenza.encoding import base64url
from credenza.keys import SoftwareSigner
from credenza.proof import jades

PEERS = Path(__file__).parent / "peers"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PAYLOAD = '{"title": "Хлеб “и” соль", "quote": "\\"", "emoji": "🥖"}'.encode()


def _seal(key: Any) -> SoftwareSigner:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test seal, not qualified")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2040, 1, 1))
    certificate = builder.sign(key, hashes.SHA256())
    return SoftwareSigner(key, "seal", (certificate.public_bytes(serialization.Encoding.DER),))


SEALS = {
    "ES256": lambda: _seal(ec.generate_private_key(ec.SECP256R1())),
    "ES384": lambda: _seal(ec.generate_private_key(ec.SECP384R1())),
    "RS256": lambda: _seal(rsa.generate_private_key(65537, 2048)),
}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed on this machine")
@pytest.mark.parametrize("algorithm", list(SEALS))
def test_openssl_verifies_the_signature_over_the_text_as_it_stands(tmp_path: Path, algorithm: str) -> None:
    """The seal is rebuilt from the envelope by the letter of RFC 7797, with nothing of ours but the file."""
    signer = SEALS[algorithm]()
    members = json.loads(jades.sign(PAYLOAD, signer, signing_time=NOW))
    entry = members["signatures"][0]
    signature = base64url.decode(entry["signature"])
    if algorithm != "RS256":
        half = len(signature) // 2
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        signature = encode_dss_signature(r, s)
    (tmp_path / "input").write_bytes(entry["protected"].encode() + b"." + members["payload"].encode())
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "key.pem").write_bytes(signer.public_key.to_pem())
    digest = {"ES384": "-sha384"}.get(algorithm, "-sha256")
    command = ["openssl", "dgst", digest, "-verify", "key.pem", "-signature", "signature", "input"]
    assert b"Verified OK" in subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed on this machine")
@pytest.mark.skipif(not (PEERS / "node_modules" / "jose").is_dir(), reason="npm's jose is not installed in peers/")
@pytest.mark.parametrize("algorithm", list(SEALS))
def test_npm_jose_verifies_our_envelope(algorithm: str) -> None:
    signer = SEALS[algorithm]()
    sealed = jades.sign(PAYLOAD, signer, signing_time=NOW).decode()
    request = {"algorithm": algorithm, "publicKey": signer.public_key.to_pem().decode(), "envelope": sealed}
    answer = subprocess.run(
        ["node", "jose.mjs"], cwd=PEERS, input=json.dumps(request), capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout)["payload"].encode() == PAYLOAD


def test_the_official_sample_is_sealed_and_comes_back_byte_for_byte(shared_data: Path) -> None:
    payload = (shared_data / "elm" / "elm-Sample-MC-Annex1-unsigned.jsonld").read_bytes()
    sealed = jades.sign(payload, SEALS["ES256"](), signing_time=NOW)
    seal = jades.verify(sealed, allowed_algorithms=("ES256",), time_stamp_anchors=(), now=NOW)
    assert seal.verified
    assert seal.payload == payload
    changed = sealed.replace(b"Annex", b"Annexe", 1)
    assert changed != sealed
    assert not jades.verify(changed, allowed_algorithms=("ES256",), time_stamp_anchors=(), now=NOW).verified
