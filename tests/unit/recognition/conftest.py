"""Verified credentials and requirements for the evaluator's role."""

from datetime import UTC, datetime, timedelta

import pytest

from credenza.recognition.case import CasePolicy, digest_of
from credenza.recognition.case_steps import open_case
from credenza.recognition.requirement_file import read_requirement
from credenza.verifying.report import CHECK_NAMES, Check, VerificationReport
from credenza.verifying.verified import VerifiedCredential

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def verify():
    """Makes a verified credential of an award: ``verify(award, issuer="warning")`` changes what a check found."""

    def make(award, *, codes=None, **outcomes):
        checks = tuple(
            Check(name, outcomes.get(name, "passed"), (codes or {}).get(name, f"{name}-x"), f"Reason for {name}.")
            for name in CHECK_NAMES
        )
        return VerifiedCredential.of_report(VerificationReport("elm", checks, award), checked_at=NOW)

    return make


@pytest.fixture
def ask():
    """Makes a requirement as an evaluator writes it: ``ask(eqf=6, ects=3)``."""

    def make(**members):
        written = {"id": "https://uni.example/course/1", "title": "Data literacy", "purpose": "course", "country": "IE"}
        return read_requirement(written | members)

    return make


@pytest.fixture
def opened(award, verify):
    """Opens a case, at nine o'clock, of the file ``b"the file"``: ``opened(applicant=somebody)``."""

    def make(policy=None, applicant=None, **outcomes):
        return open_case(
            verify(award, **outcomes), case_id="case-1", digest=digest_of(b"the file"),
            applicant=applicant or award.learner, requirement_id="https://uni.example/course/1",
            now=NOW + timedelta(hours=9), policy=policy or CasePolicy(),
        )  # fmt: skip

    return make
