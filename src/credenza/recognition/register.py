"""A register of quality assurance: a claim in a credential is checked against it, never just believed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Protocol

from credenza.record import Accreditation, Award
from credenza.record.text import Frozen


class RegisterOutcome(StrEnum):
    """What the register says about a claim: it bears it out, it speaks against it, or it does not know."""

    CHECKED = "checked"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"


class RegisterAnswer(Frozen):
    """What a register says about one claimed accreditation; ``code`` is stable, ``reason`` plain language.

    ``conditions`` tells that the decision was positive with conditions; ``obligatory`` that it belongs to the country's
    obligatory system.
    """

    accreditation: str
    outcome: RegisterOutcome
    code: str
    reason: str
    source: str
    conditions: bool = False
    obligatory: bool | None = None
    valid_to: date | None = None


class QualityRegister(Protocol):
    """Answers whether a claimed accreditation stands for an award, on the day that the award was made."""

    def answer(self, claim: Accreditation, award: Award) -> RegisterAnswer:
        """The register's answer; UNKNOWN where it does not know the report, and for every claim that cannot be tied."""
