"""How fast Data Integrity is on one core: sealing, verifying with all guards on, and a peer on the same credential."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from credenza.encoding import multibase, strict_json
from credenza.keys import SoftwareSigner, VerificationMethod
from credenza.keys.signer import generate
from credenza.linked_data import contexts
from credenza.proof.data_integrity import CRYPTOSUITES, ProofOptions, add_proof, seal_batch, verify_proofs

PEERS = Path(__file__).resolve().parents[1] / "tests" / "conformance" / "peers"
CREATED = datetime(2026, 5, 1, tzinfo=UTC)
SECONDS = 2.0


def credential(number: int, issuer: str) -> dict[str, Any]:
    """A realistic Open Badge micro-credential of one learner of a batch (49 statements)."""
    profile = {"id": issuer, "type": ["Profile"], "name": "University of Example", "url": "https://university.example/"}
    return {
        "@context": [contexts.VC_V2, contexts.OPEN_BADGES],
        "id": f"urn:uuid:8f1f0f0e-64a3-4d3b-9a52-{number:012x}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Micro-credential in Data Literacy",
        "issuer": profile,
        "validFrom": "2026-05-01T00:00:00Z",
        "awardedDate": "2026-04-30T00:00:00Z",
        "credentialSubject": {
            "id": f"urn:uuid:1f1f0f0e-64a3-4d3b-9a52-{number:012x}",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": f"Élève {number}", "identityType": "name"},
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": f"learner{number}@mail.example",
                    "identityType": "emailAddress",
                },
            ],
            "creditsEarned": 3,
            "result": [{"type": ["Result"], "value": str(50 + number % 50)}],
            "achievement": {
                "id": "https://university.example/micro-credentials/data-literacy",
                "type": ["Achievement"],
                "achievementType": "MicroCredential",
                "name": "Data Literacy",
                "description": "Reads, questions and explains data.",
                "creator": profile,
                "creditsAvailable": 3,
                "criteria": {"narrative": "Passed the supervised exam."},
                "inLanguage": "en",
                "alignment": [
                    {"type": ["Alignment"], "targetName": "EQF 6", "targetUrl": "http://data.europa.eu/snb/eqf/6"},
                    {
                        "type": ["Alignment"],
                        "targetName": "analyse data",
                        "targetUrl": "http://data.europa.eu/esco/skill/2b92a5b2",
                        "targetFramework": "ESCO",
                    },
                ],
            },
        },
        "credentialStatus": {
            "id": f"https://university.example/status/1#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(number),
            "statusListCredential": "https://university.example/status/1",
        },
    }


def measure() -> list[dict[str, Any]]:
    """All measurements: name, value, unit, goal, the peer's value and our ratio to it (None where not measured)."""
    signer = did_key_signer()
    rdfc, jcs = _sealing(signer, "eddsa-rdfc-2022"), _sealing(signer, "eddsa-jcs-2022")
    document = credential(7, signer.key_id.split("#")[0])
    peer_rdfc, peer_jcs = (peer(signer, suite, document) for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"))
    return [
        _row("eddsa-rdfc-2022: seal a batch", rdfc, 2000, peer_rdfc),
        _row("eddsa-jcs-2022: seal a batch", jcs, 3000, peer_jcs),
        _row("eddsa-rdfc-2022: verify from bytes", _verifying(signer, "eddsa-rdfc-2022"), 400, None),
        _row("eddsa-jcs-2022: verify from bytes", _verifying(signer, "eddsa-jcs-2022"), 2500, None),
        _row("Ed25519 signature alone", _rate(lambda _: signer.sign(b"x" * 64)), None, None),
    ]


def did_key_signer() -> SoftwareSigner:
    """A new Ed25519 key that is known by its did:key."""
    bare = generate("Ed25519", key_id="")
    name = bare.public_key.to_multikey()
    return SoftwareSigner(bare.private_key, f"did:key:{name}#{name}")


def _row(name: str, value: float, goal: float | None, peer: float | None) -> dict[str, Any]:
    ratio = round(value / peer, 1) if peer else None
    return {"name": name, "value": round(value), "unit": "/s", "goal": goal, "peer": peer, "ratio": ratio}


def _rate(step: Callable[[int], object]) -> float:
    for number in range(20):
        step(number)
    count, start = 0, time.process_time()
    while (passed := time.process_time() - start) < SECONDS:
        step(count)
        count += 1
    return count / passed


def _options(signer: SoftwareSigner, suite: str) -> ProofOptions:
    return ProofOptions(
        cryptosuite=suite, verification_method=signer.key_id, proof_purpose="assertionMethod", created=CREATED
    )


def _sealing(signer: SoftwareSigner, suite: str) -> float:
    issuer = signer.key_id.split("#")[0]
    documents = (credential(number, issuer) for number in range(10**9))
    sealed = seal_batch(documents, signer, _options(signer, suite))
    return _rate(lambda _: orjson.dumps(next(sealed)))


def _verifying(signer: SoftwareSigner, suite: str) -> float:
    document = add_proof(
        credential(7, signer.key_id.split("#")[0]),
        signer,
        cryptosuite=suite,
        verification_method=signer.key_id,
        proof_purpose="assertionMethod",
        created=CREATED,
    )
    data = orjson.dumps(document)
    controller = signer.key_id.split("#")[0]
    method = VerificationMethod(signer.key_id, controller, signer.public_key, frozenset({"assertionMethod"}))

    def verify(_: int) -> None:
        (result,) = verify_proofs(
            strict_json.loads_object(data),
            find_method=lambda _: method,
            expected_purpose="assertionMethod",
            now=CREATED,
            allowed_cryptosuites=CRYPTOSUITES,
        )
        if not result.valid:
            raise AssertionError(result.finding)

    return _rate(verify)


def peer(signer: SoftwareSigner, suite: str, document: dict[str, Any]) -> float | None:
    """What @digitalbazaar/vc seals a second of CPU time on the same credential; None where it is not installed."""
    if shutil.which("node") is None or not (PEERS / "node_modules").is_dir():
        return None
    key = {
        "id": signer.key_id,
        "publicKeyMultibase": signer.public_key.to_multikey(),
        "secretKeyMultibase": multibase.encode_z(b"\x80\x26" + signer.private_key.private_bytes_raw()),  # type: ignore[union-attr]
    }
    job = {"do": "measure", "credential": document, "cryptosuite": suite, "key": signer.key_id, "seconds": 3}
    pinned = {url: contexts.context(url) for url in contexts.addresses()}
    request = json.dumps({"contexts": pinned, "keys": [key], "jobs": [job]})
    done = subprocess.run(
        ["node", "data_integrity.mjs"],
        cwd=PEERS,
        input=request,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    (result,) = json.loads(done.stdout)
    return round(result["value"]["perSecond"], 1)


if __name__ == "__main__":
    for row in measure():
        print(row)
