"""A credential that was verified: the only thing that recognition and stacking accept (rule 1 of the house)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from credenza.errors import Refused
from credenza.record import Award
from credenza.verifying.report import Verdict, VerificationReport

_MADE_HERE = object()


@dataclass(frozen=True)
class VerifiedCredential:
    """The award of a credential that nothing spoke against, the report that says so, and the time of the check.

    It can only be had from ``of_report``. ``report.verdict`` may still be partially verified: what was not checked
    is in the report, and whoever decides on it must look.
    """

    award: Award
    report: VerificationReport
    checked_at: datetime
    _maker: object = None

    def __post_init__(self) -> None:
        if self._maker is not _MADE_HERE:
            raise TypeError("a VerifiedCredential is made by VerifiedCredential.of_report only")

    @classmethod
    def of_report(cls, report: VerificationReport, *, checked_at: datetime) -> VerifiedCredential:
        """The credential that this report is about.

        Raises:
            Refused: ``credential-not-verified`` where a check failed, ``credential-unreadable`` where no record was read.
        """
        if report.verdict is Verdict.FAILED:
            check = next(one for one in report.checks if one.outcome == "failed" and one.name != "standard")
            raise Refused("credential-not-verified", f"The credential did not pass verification: {check.reason}")
        if report.award is None:
            raise Refused("credential-unreadable", "Nothing could be read from the credential.")
        return cls(report.award, report, checked_at, _MADE_HERE)
