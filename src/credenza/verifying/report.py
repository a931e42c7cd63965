"""The verification report: eight checks, each with an outcome, a stable code and a plain sentence, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from credenza.finding import Finding, Outcome, passed
from credenza.record import Award
from credenza.record.annex_i import ElementFinding

CHECK_NAMES = ("format", "proof", "issuer", "owner", "accreditation", "validity", "status", "standard")
_DECISIVE = ("format", "proof", "issuer", "validity", "status")
_WEIGHT: dict[Outcome, int] = {"passed": 0, "warning": 1, "not_checked": 2, "failed": 3}
PARTS = "parts"
STATUS_NOT_USED = "status-not-used"


class Verdict(StrEnum):
    """What it comes to: all that decides was checked and stands; nothing failed but not all was checked; it failed."""

    VERIFIED = "verified"
    PARTIALLY_VERIFIED = "partially_verified"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One of the eight checks, with the finding that decided it."""

    name: str
    outcome: Outcome
    code: str
    reason: str


@dataclass(frozen=True)
class PartReport:
    """An award inside a larger one: what was found about it, and its own report where it could be read."""

    id: str
    title: str
    finding: Finding
    report: VerificationReport | None = None

    def to_json(self) -> dict[str, Any]:
        """The part as JSON values."""
        report = self.report.to_json() if self.report is not None else None
        return {"id": self.id, "title": self.title, **vars(self.finding), "report": report}


@dataclass(frozen=True)
class VerificationReport:
    """The judgement about one file; ``award`` is what could be read, vouched for only where it has not failed.

    An award with parts has a ninth check, ``parts``: the verdict is never better than that of the worst part.
    """

    format: str
    checks: tuple[Check, ...]
    award: Award | None = None
    not_carried: tuple[str, ...] = ()
    standard: tuple[ElementFinding, ...] = ()
    parts: tuple[PartReport, ...] = ()

    @property
    def verdict(self) -> Verdict:
        by_name = {check.name: check for check in self.checks}
        if any(check.outcome == "failed" for check in self.checks if check.name != "standard"):
            return Verdict.FAILED
        decisive = [by_name[name] for name in (*_DECISIVE, PARTS) if name in by_name]
        if all(check.outcome == "passed" or check.code == STATUS_NOT_USED for check in decisive):
            return Verdict.VERIFIED
        return Verdict.PARTIALLY_VERIFIED

    def check(self, name: str) -> Check:
        return next(check for check in self.checks if check.name == name)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values: verdict, format, checks, record, findings of the standard."""
        without = {"parts": {"__all__": {"sealed"}}} if self.award is not None and self.award.parts else None
        told = {
            "verdict": self.verdict.value,
            "format": self.format,
            "checks": [vars(check) for check in self.checks],
            "record": self.award.model_dump(mode="json", exclude_none=True, exclude=without) if self.award else None,
            "not_carried": list(self.not_carried),
            "standard": [finding.to_json() for finding in self.standard],
        }
        return told | ({"parts": [part.to_json() for part in self.parts]} if self.parts else {})


def decide(name: str, findings: Iterable[Finding], *, otherwise: Finding | None = None) -> Check:
    """The check that several findings come to: the worst of them speaks."""
    worst: Finding | None = None
    for finding in findings:
        if worst is None or _WEIGHT[finding.outcome] > _WEIGHT[worst.outcome]:
            worst = finding
    chosen = worst or otherwise or passed(f"{name}-good", "No fault was found.")
    return Check(name, chosen.outcome, chosen.code, chosen.reason)
