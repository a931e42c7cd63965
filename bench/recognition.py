"""Recognition: a comparison sheet with and without the embedding model, and automatic decisions from sealed files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.issuing import awards, entry, prepared

from credenza.adapters.carriers import open_carrier
from credenza.cli.sources import sources
from credenza.recognition.comparison import compare
from credenza.recognition.deqar import read_reports
from credenza.recognition.deqar_register import DeqarRegister
from credenza.recognition.policy import read_policies
from credenza.recognition.requirement import Requirement
from credenza.recognition.rules import apply_rules
from credenza.record import Accreditation, Identifier, IdentifierKind, LearningOutcome, MicroCredential, Text, concept
from credenza.verifying.verified import VerifiedCredential
from credenza.verifying.verify import verify

FORMAT = "open-badge"
HAS = tuple(
    f"{verb} {what}"
    for verb in ("Plan", "Measure")
    for what in ("a survey", "energy use", "a budget", "waste", "traffic")
)
ASKED = (
    "Suunnittelee kyselytutkimuksen", "Mittaa energiankulutusta", "Laatii talousarvion", "Lajittelee jätteitä",
    "Arvioi liikennemääriä", "Ohjaa työryhmää", "Kirjoittaa raportin", "Esittää tuloksia", "Neuvottelee sopimuksen",
    "Noudattaa tietosuojaa",
)  # fmt: skip
REPORT = b"""[{"id": 1, "agency_name": "Example Quality Agency", "agency_esg_activity_type": "programme",
 "institutions": [{"id": 1, "name_primary": "Example University of Cork"}], "valid_from": "2025-01-01",
 "programmes": [{"name_primary": "Data analysis for public services", "qf_ehea_level": "first cycle"}],
 "status": "part of obligatory EQA system", "decision": "positive"}]"""
RULE = {
    "id": "https://uni.example.org/rules/1", "title": "Short courses", "owner": "Registrar", "outcome": "full",
    "counts_as": {"id": "https://uni.example.org/courses/1", "title": "Elective", "ects": 2},
    "when": {"accredited": True, "least_eqf": 6, "least_ects": 2, "identity_verified": True},
}  # fmt: skip


def requirement() -> Requirement:
    return Requirement(
        id="https://uni.example.org/courses/1", title=Text.of("Course"), purpose="course", country=concept("country", "FI"),
        eqf_level=concept("eqf", "6"), ects=Decimal(2),
        learning_outcomes=tuple(LearningOutcome(title=Text.of(one, "fi")) for one in ASKED),
    )  # fmt: skip


def measure() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "issuer"
        sealed = prepare(folder)
        found = [entry("comparison sheet, 10 outcomes by 10, no model", seconds(folder, sealed[0], "none"), 0.5, "s")]
        cold, warm = (seconds(folder, sealed[0], kind) for kind in ("cold", "warm"))
        found.append(entry("comparison sheet with the model, loading it included, a fresh process", cold, 2, "s"))
        found.append(entry("comparison sheet with the model, texts known", warm, 2, "s"))
        started = time.perf_counter()
        halves = [sealed[::2], sealed[1::2]]
        with ProcessPoolExecutor(2) as pool:
            decided = sum(pool.map(decide_all, [folder] * 2, halves))
        assert decided == len(sealed)
        rate = decided / (time.perf_counter() - started) * 60
    found.append(
        entry("automatic decisions from sealed files (verify, compare, decide), two processes", rate, 10_000, "/min")
    )
    return found


def prepare(folder: Path, count: int = 1500) -> list[bytes]:
    plan, _ = prepared(folder, "batch")
    quality = plan.definition.quality_assurance[0]
    claim = Accreditation.model_validate(
        {**dict(quality), "reference": Identifier(kind=IdentifierKind.DEQAR, value="1")}
    )
    (folder / "trusted.txt").write_text(f"{plan.issuer.id}\n", "utf-8")
    outcomes = tuple(LearningOutcome(title=Text.of(one)) for one in HAS)
    changed = {**dict(plan.definition), "quality_assurance": (claim,), "learning_outcomes": outcomes}
    plan, sealer = resealed(folder, MicroCredential.model_validate(changed))
    return [files[FORMAT] for files in sealer([(award, (FORMAT,)) for award in awards(plan, count)])]


def resealed(folder: Path, definition: MicroCredential) -> Any:
    """A plan and sealer of the issuer in the folder for another definition."""
    from dataclasses import replace

    from credenza.adapters import issuer_folder
    from credenza.adapters.badge_baker import Baker
    from credenza.adapters.certificate_printer import Printer
    from credenza.issuing.sealing import Sealer, SealingKeys

    plan, _ = prepared(folder, "batch")
    issuer, plan = issuer_folder.load(folder, passphrase=None), replace(plan, definition=definition)
    keys = SealingKeys(proof=issuer.proof_signer, seal=issuer.seal, token_issuer=issuer.base_url)
    return plan, Sealer(plan, keys, printer=Printer(plan, test_seal=True), baker=Baker())


def published(folder: Path) -> Any:
    from credenza.adapters import issuer_folder
    from credenza.cli.status import publish_lists

    publish_lists(issuer_folder.load(folder, passphrase=None))
    return sources(offline=True, anchors=[folder / "trusted.txt"], published=[folder])


def verified_of(data: bytes, brought: Any, moment: datetime) -> VerifiedCredential:
    report = verify(data, sources=brought, open_carrier=open_carrier, now=moment)
    return VerifiedCredential.of_report(report, checked_at=moment)


def decide_all(folder: Path, files: list[bytes]) -> int:
    brought, moment = published(folder), datetime.now(UTC)
    register, rules, asked, decided = DeqarRegister(read_reports(REPORT)), read_policies(RULE), requirement(), 0
    for data in files:
        verified = verified_of(data, brought, moment)
        result = apply_rules(verified, compare(verified, asked, register=register), rules, now=moment)
        decided += result.decision is not None
    return decided


def seconds(folder: Path, data: bytes, kind: str) -> float:
    """Seconds for one sheet, in a process of its own."""
    (folder / "credential.json").write_bytes(data)
    command = [sys.executable, "-c", _ONE, str(folder), kind]
    done = subprocess.run(command, cwd=Path(__file__).resolve().parents[1], capture_output=True, text=True, check=True)
    return float(done.stdout)


_ONE = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from bench.recognition import published, requirement, verified_of
from credenza.recognition.comparison import compare
folder, kind = Path(sys.argv[1]), sys.argv[2]
verified = verified_of((folder / "credential.json").read_bytes(), published(folder), datetime.now(UTC))
asked = requirement()
matcher = None
if kind == "warm":
    from credenza.adapters.embedding_matcher import EmbeddingMatcher
    matcher = EmbeddingMatcher()
    compare(verified, asked, matcher=matcher)
started = time.perf_counter()
if kind == "cold":
    from credenza.adapters.embedding_matcher import EmbeddingMatcher
    matcher = EmbeddingMatcher()
sheet = compare(verified, asked, matcher=matcher)
assert len(sheet.outcomes.matches) == 10
print(time.perf_counter() - started)
"""
