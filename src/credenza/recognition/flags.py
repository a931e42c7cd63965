"""What must stop a case: the credential was revoked, suspended or changed while it was open, or is another person's."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from credenza.recognition.person import PersonMatch, Same
from credenza.record.instant import Instant
from credenza.record.text import Frozen
from credenza.verifying.report import STATUS_NOT_USED, Verdict, VerificationReport

_BY_CODE = {"status-revoked": "revoked", "status-suspended": "suspended", "expired": "expired"}


class FlagKind(StrEnum):
    """Why a case is stopped."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    CHANGED = "changed"
    NOT_VERIFIED = "not-verified"
    STATUS_UNKNOWN = "status-unknown"
    OTHER_PERSON = "other-person"
    PERSON_DOUBTFUL = "person-doubtful"


BY_PERSON = frozenset({FlagKind.OTHER_PERSON, FlagKind.PERSON_DOUBTFUL, FlagKind.EXPIRED, FlagKind.STATUS_UNKNOWN})
"""Flags that a person may lift with a reason."""
BY_CHECK = frozenset(
    {FlagKind.REVOKED, FlagKind.SUSPENDED, FlagKind.CHANGED, FlagKind.NOT_VERIFIED, FlagKind.STATUS_UNKNOWN}
)
"""Flags that a new verification lifts, if it finds seal and status of the same file good."""
UNFIT = frozenset({FlagKind.REVOKED, FlagKind.CHANGED, FlagKind.NOT_VERIFIED, FlagKind.OTHER_PERSON})
"""Flags under which an application may be refused although no substantial difference was found."""


class Flag(Frozen):
    """One reason to stop, with who lifted it and why."""

    kind: FlagKind
    reason: str
    raised_at: Instant
    lifted_at: Instant | None = None
    lifted_by: str | None = None
    lifted_because: str | None = None

    @property
    def open(self) -> bool:
        return self.lifted_at is None


def flags_of_report(report: VerificationReport, *, digest: str, expected_digest: str) -> Iterator[tuple[FlagKind, str]]:
    """What a verification made while the case is open finds against going on; ``digest`` is of the file now shown."""
    if digest != expected_digest:
        yield FlagKind.CHANGED, "The file is not the one that the case was opened with."
    status = report.check("status")
    if status.outcome == "not_checked" and status.code != STATUS_NOT_USED:
        yield FlagKind.STATUS_UNKNOWN, status.reason
    if report.verdict is not Verdict.FAILED:
        return
    failed = [one for one in report.checks if one.outcome == "failed" and one.name != "standard"]
    for check in failed:
        yield FlagKind(_BY_CODE.get(check.code, "not-verified")), check.reason


def is_clean(report: VerificationReport) -> bool:
    """Whether seal and status were really looked at and found good: what was not checked lifts no flag."""
    status = report.check("status")
    stands = status.outcome == "passed" or status.code == STATUS_NOT_USED
    return report.verdict is not Verdict.FAILED and report.check("proof").outcome == "passed" and stands


def flags_of_person(match: PersonMatch) -> Iterator[tuple[FlagKind, str]]:
    """Whether the credential is of another person than the applicant."""
    if match.same is Same.NO:
        yield FlagKind.OTHER_PERSON, match.reason
    elif match.same is Same.DOUBT:
        yield FlagKind.PERSON_DOUBTFUL, match.reason
