"""Whole verifications, all guards on, from the file's bytes to the report with its eight checks.

Measured on many credentials of one batch, of which the parts that are the same are worked out once; and with nothing
remembered, as for a credential of an issuer that was never seen before.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.issuing import NOW, awards, entry, prepared

from credenza.adapters.carriers import open_carrier
from credenza.cli.sources import sources
from credenza.document.elm import check, taking
from credenza.document.sd_jwt_vc import read
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.linked_data import guard
from credenza.proof.data_integrity import add_proof
from credenza.record import annex_i
from credenza.trust import certificate_path
from credenza.verifying.verify import verify

GOALS = {"elm": 1000, "open-badge": 400, "open-badge, eddsa-jcs-2022": 2500, "sd-jwt-vc": 2500}
SECONDS = 3


def measure() -> list[dict[str, Any]]:
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "issuer"
        plan, sealer = prepared(folder, "batch")
        brought = sources(offline=True, anchors=[folder / "public" / "test-seal-authority.pem"], published=[folder])
        made = sealer([(award, ("elm", "open-badge", "sd-jwt-vc")) for award in awards(plan, 200)])
        files = {name: [one[name] for one in made] for name in made[0]}
        files["open-badge, eddsa-jcs-2022"] = [_resealed(one, sealer._keys.proof) for one in files["open-badge"]]
        moment = datetime.now(UTC)
        assert moment > NOW

        def once(data: bytes) -> None:
            report = verify(data, sources=brought, open_carrier=open_carrier, now=moment)
            assert report.check("proof").outcome == "passed", report.checks

        for name, goal in GOALS.items():
            value = _rate(files[name], once)
            found.append(entry(f"whole report of {name}, record and Annex I check included", value, goal))
        for name in GOALS:
            value = _rate(files[name], once, before=_forget)
            found.append(entry(f"whole report of {name}, of an issuer never seen before", value, None))
    return found


def _rate(files: list[bytes], once: Callable[[bytes], None], before: Callable[[], None] = lambda: None) -> float:
    """Reports a second of this process's own time; what ``before`` takes is not counted."""
    spent, done = 0.0, 0
    while spent < SECONDS:
        for data in files:
            before()
            started = time.process_time()
            once(data)
            spent += time.process_time() - started
        done += len(files)
    return done / spent


def _forget() -> None:
    for memory in (guard._passed, check._without_false_terms, taking._read, read._parts):
        memory._known.clear()
        memory._size = 0
    annex_i._judged.clear()
    for known in (certificate_path._issued, certificate_path._names, certificate_path._usages):
        known.cache_clear()


def _resealed(badge: bytes, signer: Any) -> bytes:
    """The same badge under the cryptosuite that signs the JSON itself."""
    document = json.loads(badge)
    del document["proof"]
    sealed = add_proof(
        document,
        signer,
        cryptosuite="eddsa-jcs-2022",
        verification_method=signer.key_id,
        proof_purpose=ASSERTION_METHOD,
        created=NOW,
    )
    return json.dumps(sealed, separators=(",", ":"), ensure_ascii=False).encode()
