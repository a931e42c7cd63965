"""Whole verifications, all guards on, from the file's bytes to the report with its eight checks."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.issuing import NOW, awards, entry, prepared

from credenza.adapters.carriers import open_carrier
from credenza.cli.sources import sources
from credenza.verifying.verify import verify

GOALS = {"elm": 1000, "open-badge": 400, "sd-jwt-vc": 2500}


def measure() -> list[dict[str, Any]]:
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "issuer"
        plan, sealer = prepared(folder, "batch")
        brought = sources(offline=True, anchors=[folder / "public" / "test-seal-authority.pem"], published=[folder])
        files = sealer([(award, tuple(GOALS)) for award in awards(plan, 200)])
        moment = datetime.now(UTC)
        assert moment > NOW
        for name, goal in GOALS.items():
            started, done = time.perf_counter(), 0
            while time.perf_counter() - started < 3:
                for one in files:
                    report = verify(one[name], sources=brought, open_carrier=open_carrier, now=moment)
                    assert report.check("proof").outcome == "passed", report.checks
                done += len(files)
            found.append(
                entry(
                    f"whole report of {name}, record and Annex I check included",
                    done / (time.perf_counter() - started),
                    goal,
                )
            )
    return found
