"""What one check found: a stable code, an outcome, and a sentence for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["passed", "failed", "warning", "not_checked"]


@dataclass(frozen=True)
class Finding:
    """One judgement. ``code`` is kebab-case and never renamed; ``reason`` is plain language."""

    code: str
    outcome: Outcome
    reason: str


def passed(code: str, reason: str) -> Finding:
    """A check that was made and went well."""
    return Finding(code, "passed", reason)


def failed(code: str, reason: str) -> Finding:
    """A check that was made and went badly."""
    return Finding(code, "failed", reason)


def warning(code: str, reason: str) -> Finding:
    """Something a careful reader should know, which breaks nothing."""
    return Finding(code, "warning", reason)


def not_checked(code: str, reason: str) -> Finding:
    """A check that could not be made here, and must not be shown as passed."""
    return Finding(code, "not_checked", reason)


def hold(findings: Iterable[Finding]) -> bool:
    """Whether nothing failed and at least one check passed."""
    outcomes = {finding.outcome for finding in findings}
    return "failed" not in outcomes and "passed" in outcomes
