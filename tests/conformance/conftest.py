"""Other people's implementations, which the conformance tests ask."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from credenza.encoding import multibase
from credenza.keys.signer import SoftwareSigner
from credenza.linked_data import contexts

PEERS = Path(__file__).parent / "peers"
SECRET_PREFIXES = {"Ed25519": b"\x80\x26", "P-256": b"\x86\x26", "P-384": b"\x87\x26"}


@pytest.fixture(scope="session")
def peers():
    """Runs jobs in the JavaScript libraries; skipped, with the reason, where they are not installed."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed, so the JavaScript peers cannot be asked")
    if not (PEERS / "node_modules").is_dir():
        pytest.skip("the JavaScript peers are not installed: npm ci --prefix tests/conformance/peers")
    pinned = {url: contexts.context(url) for url in contexts.addresses()}

    def run(*jobs, signers=(), added=None):
        keys = [exported(signer) for signer in signers]
        known = pinned | {url: {"@context": terms} for url, terms in (added or {}).items()}
        request = json.dumps({"contexts": known, "keys": keys, "jobs": jobs})
        done = subprocess.run(
            ["node", "data_integrity.mjs"], cwd=PEERS, input=request, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def exported(signer: SoftwareSigner) -> dict:
    kind = signer.public_key.kind
    if kind == "Ed25519":
        secret = signer.private_key.private_bytes_raw()
    else:
        numbers = signer.private_key.private_numbers()
        secret = numbers.private_value.to_bytes(signer.private_key.key_size // 8, "big")
    return {
        "id": signer.key_id,
        "publicKeyMultibase": signer.public_key.to_multikey(),
        "secretKeyMultibase": multibase.encode_z(SECRET_PREFIXES[kind] + secret),
    }
