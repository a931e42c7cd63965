"""Only what was verified counts: the type that recognition and stacking ask for cannot be made up."""

from datetime import UTC, datetime

import pytest

from credenza.errors import Refused
from credenza.verifying.report import CHECK_NAMES, Check, VerificationReport
from credenza.verifying.verified import VerifiedCredential

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def report(award, **outcomes):
    checks = tuple(Check(name, outcomes.get(name, "passed"), f"{name}-x", "A reason.") for name in CHECK_NAMES)
    return VerificationReport("elm", checks, award)


def test_a_report_without_fault_makes_a_verified_credential(award):
    verified = VerifiedCredential.of_report(report(award, status="not_checked"), checked_at=NOW)
    assert verified.award is award
    assert verified.report.verdict == "partially_verified"


def test_a_failed_check_makes_none(award):
    with pytest.raises(Refused) as refused:
        VerifiedCredential.of_report(report(award, status="failed"), checked_at=NOW)
    assert refused.value.code == "credential-not-verified"


def test_a_report_without_a_record_makes_none():
    with pytest.raises(Refused) as refused:
        VerifiedCredential.of_report(report(None), checked_at=NOW)
    assert refused.value.code == "credential-unreadable"


def test_nobody_makes_one_by_hand(award):
    with pytest.raises(TypeError):
        VerifiedCredential(award, report(award), NOW)
