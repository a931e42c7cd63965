"""What a verifier found out about one credential or presentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from credenza.exchange.vc_api.problems import Problem, of_finding
from credenza.finding import Finding


@dataclass
class Judgement:
    """Problems make it not verified; warnings are for a careful reader. ``document`` is what the proof covers."""

    document: Mapping[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def verified(self) -> bool:
        """Whether everything that was asked could be checked, and holds."""
        return not self.problems

    def take(self, findings: Iterable[Finding]) -> None:
        """Take findings in; what could not be checked is a problem, never a pass."""
        for finding in findings:
            if finding.outcome == "warning":
                self.warnings.append(of_finding(finding))
            elif finding.outcome != "passed":
                self.problems.append(of_finding(finding))


@dataclass(frozen=True)
class Expected:
    """What the caller asks of a proof; None where the caller does not ask it."""

    purpose: str
    domain: str | None = None
    challenge: str | None = None
