"""ProblemDetails (RFC 9457) with the types that the specifications name.

VCDM 2.0 section 7.2, Data Integrity 1.0 section 4.7, Controlled Identifiers 1.0 section 3.5, Bitstring Status List 1.0
section 3.5. ``problem_types.csv`` gives the type of each code of ours, or of all codes that begin alike; what is not
in it is a failure of cryptography or trust, ``CRYPTOGRAPHIC_SECURITY_ERROR``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from credenza.document.vcdm import Fault
from credenza.errors import CredenzaError
from credenza.finding import Finding

_OTHER = "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: our stable code, and a sentence for people."""

    code: str
    detail: str

    @property
    def type(self) -> str:
        """The address of the kind of problem."""
        types = _types()
        known = (prefix for prefix in types if prefix.endswith("-") and self.code.startswith(prefix))
        return types.get(self.code) or types.get(next(known, ""), _OTHER)

    def to_json(self) -> dict[str, Any]:
        """The problem as ProblemDetails; ``reason`` is our code."""
        kind = self.type
        return {"type": kind, "title": kind.rpartition("#")[2], "detail": self.detail, "reason": self.code}


def of_error(error: CredenzaError) -> Problem:
    """The problem that an error is."""
    return Problem(error.code, error.message)


def of_fault(fault: Fault) -> Problem:
    """The problem that a breach of the data model is."""
    return Problem(fault.code, f"{fault.at}: {fault.reason}" if fault.at else fault.reason)


def of_finding(finding: Finding) -> Problem:
    """The problem that a finding is."""
    return Problem(finding.code, finding.reason)


@cache
def _types() -> Mapping[str, str]:
    text = (files(__package__) / "problem_types.csv").read_text(encoding="utf-8")
    return {row["code"]: row["type"] for row in csv.DictReader(text.splitlines())}
