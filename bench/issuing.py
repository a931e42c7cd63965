"""From parsed rows to sealed bytes in every format, and what 100,000 rows cost beside 1,000."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench import data_integrity

from credenza.adapters import issuer_folder
from credenza.adapters.badge_baker import Baker
from credenza.adapters.certificate_printer import Printer
from credenza.document import open_badge
from credenza.issuing.awards import IssuingPlan, award_of
from credenza.issuing.sealing import Sealer, SealingKeys
from credenza.ports.issuing import Reservation
from credenza.record import Award
from credenza.record.authoring import read_micro_credential
from credenza.record.class_list import Row, read_rows

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "data-analysis"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HEADER = ["given_name", "family_name", "birth_date", "grade"]


def rows(count: int) -> Iterator[tuple[int, list[Any]]]:
    for number in range(count):
        yield number + 2, [f"Zoë {number}", "Ó Murchú", date(2000, 1, 1), "Pass"]


def prepared(folder: Path, page: str) -> tuple[IssuingPlan, Sealer]:
    text = (EXAMPLE / "organisation.toml").read_text("utf-8")
    if (folder / issuer_folder.SETTINGS).exists():
        issuer = issuer_folder.load(folder, passphrase=None)
    else:
        issuer = issuer_folder.create(
            folder, organisation_toml=text, base_url="https://credentials.example.org", passphrase=None, now=NOW
        )
    written = tomllib.loads((EXAMPLE / "micro-credential.toml").read_text("utf-8"))
    definition = read_micro_credential(written, awarding_body=issuer.organisation)
    plan = IssuingPlan(definition, issuer.organisation, (), issuer.base_url, NOW)
    printer = Printer(plan, test_seal=True)
    keys = SealingKeys(proof=issuer.proof_signer, seal=issuer.seal, token_issuer=issuer.base_url)
    return plan, Sealer(
        plan, keys, printer=printer, baker=Baker(), page=printer.batch_page() if page == "batch" else None
    )


def awards(plan: IssuingPlan, count: int) -> Iterator[Award]:
    for index, row in enumerate(read_rows(HEADER, rows(count), definition=plan.definition, today=NOW.date())):
        assert isinstance(row, Row)
        yield award_of(row, Reservation(f"urn:uuid:{index:032x}", NOW, 0, index, frozenset()), plan)


def rate(plan: IssuingPlan, sealer: Sealer, formats: tuple[str, ...], count: int) -> float:
    started = time.process_time()
    chunk = []
    for award in awards(plan, count):
        chunk.append((award, formats))
        if len(chunk) == 200:
            sealer(chunk)
            chunk = []
    if chunk:
        sealer(chunk)
    return count / (time.process_time() - started)


def entry(
    name: str, value: float, goal: float | None, unit: str = "/s", ratio: float | None = None, peer: str | None = None
) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "peer": peer, "ratio": ratio}


def measure() -> list[dict[str, Any]]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        plan, sealer = prepared(Path(folder) / "issuer", "batch")
        signature = sealer._keys.seal.sign
        started = time.process_time()
        for _ in range(5000):
            signature(b"x" * 64)
        raw = 5000 / (time.process_time() - started)
        for name, formats, count, goal in (
            ("rows to SD-JWT VC", ("sd-jwt-vc",), 10_000, 3000),
            ("rows to ELM + JAdES, one page for the batch", ("elm",), 10_000, 3000),
        ):
            value = rate(plan, sealer, formats, count)
            found.append(entry(name, value, goal, ratio=value / raw, peer="raw P-256 signatures in the same run"))
        found.append(_badges(plan, sealer))
        plan, sealer = prepared(Path(folder) / "issuer", "learner")
        found.append(entry("rows to ELM + JAdES, a page for each learner", rate(plan, sealer, ("elm",), 100), 100))
        pdf_sealer = prepared(Path(folder) / "issuer", "batch")[1]
        found.append(
            entry("rows to certificate PDF/A-3 with the credential inside", rate(plan, pdf_sealer, ("pdf",), 200), 200)
        )
    small, _ = child(1_000)
    large, memory = child(100_000)
    found.append(
        entry("cost of a row in 100,000 beside one in 1,000 (SD-JWT VC, whole command)", large / small, 1.15, "times")
    )
    found.append(entry("memory for 100,000 rows", memory, 500, "MB"))
    for formats, count in (("sd-jwt-vc", 20_000), ("pdf", 1_000)):
        one, two = child(count, formats=formats)[0], child(count, workers=2, formats=formats)[0]
        found.append(entry(f"two workers beside one ({formats}, whole command)", one / two, 1.7, "times as fast"))
    return found


def _badges(plan: IssuingPlan, sealer: Sealer) -> dict[str, Any]:
    """Open Badges of the batch, beside what another implementation seals of the very same credential."""
    value = rate(plan, sealer, ("open-badge",), 4000)
    document = open_badge.to_document(next(awards(plan, 1)))
    theirs = data_integrity.peer(data_integrity.did_key_signer(), "eddsa-rdfc-2022", document)
    ratio = value / theirs if theirs else None
    name = f"@digitalbazaar/vc on the same credential: {theirs:,.0f}/s" if theirs else None
    return entry("rows to Open Badge, eddsa-rdfc-2022", value, 2000, ratio=ratio, peer=name)


def child(count: int, workers: int = 1, formats: str = "sd-jwt-vc") -> tuple[float, float]:
    """Seconds a row and megabytes of the whole command for a class list of this length."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        issuer_folder.create(
            folder / "issuer", organisation_toml=(EXAMPLE / "organisation.toml").read_text("utf-8"),
            base_url="https://credentials.example.org", passphrase=None, now=NOW,
        )  # fmt: skip
        lines = (",".join((cells[0], cells[1], str(cells[2]), cells[3])) for _, cells in rows(count))
        (folder / "list.csv").write_text(",".join(HEADER) + "\n" + "\n".join(lines) + "\n", "utf-8")
        command = [sys.executable, "-c", _COMMAND, "issue", "list.csv", "--definition", str(EXAMPLE / "micro-credential.toml"),
                   "--issuer", "issuer", "--out", "out", "--format", formats, "--page", "batch", "--workers", str(workers)]  # fmt: skip
        started = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=os.environ)
        return (time.perf_counter() - started) / count, float(done.stderr.rsplit("MB=", 1)[1])


_COMMAND = """
import resource, sys
from credenza.cli.main import run
try:
    run()
finally:
    print(f"MB={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}", file=sys.stderr)
"""
