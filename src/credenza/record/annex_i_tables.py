"""The tables of the Annex I check: the sixteen elements, and every finding with its sentences for people."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Severity(StrEnum):
    """An error breaks the standard, a warning weakens the credential, advice makes a good one better."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True)
class Element:
    """One of the sixteen elements of Annex I."""

    number: int
    key: str
    name: str
    mandatory: bool


@dataclass(frozen=True)
class ElementFinding:
    """What the check found about one element; ``code`` is stable, the sentences are for people."""

    element: Element
    severity: Severity
    code: str
    message: str
    why: str
    how: str

    def to_json(self) -> dict[str, str | int]:
        """The finding as JSON values."""
        return {
            "element": self.element.number,
            "name": self.element.name,
            "severity": self.severity.value,
            "code": self.code,
            "message": self.message,
            "why": self.why,
            "how": self.how,
        }


@cache
def elements() -> tuple[Element, ...]:
    """The elements of Annex I, mandatory and optional, in its order."""
    rows = _table("annex_i_elements.csv")
    return tuple(Element(int(row["number"]), row["key"], row["name"], row["mandatory"] == "yes") for row in rows)


@cache
def findings() -> dict[str, ElementFinding]:
    """Every finding by its code."""
    by_number = {element.number: element for element in elements()}
    return {
        row["code"]: ElementFinding(
            by_number[int(row["element"])],
            Severity(row["severity"]),
            row["code"],
            row["message"],
            row["why"],
            row["how"],
        )
        for row in _table("annex_i_findings.csv")
    }


def _table(name: str) -> list[dict[str, str]]:
    text = resources.files("credenza.record").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
