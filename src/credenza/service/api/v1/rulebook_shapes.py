"""What the API takes and gives of a recognition desk's rules and registers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from credenza.recognition.deqar import QualityReport
from credenza.service.api.v1.bodies import Edition, Strict, example
from credenza.service.recognition.models import Policy, Requirement, SecondReader


class RuleOut(Schema):
    """A requirement or a rule: what was written (``form``), and how it is read (``record``)."""

    id: UUID
    uri: str
    title: str
    edition: int
    form: dict[str, Any]
    record: dict[str, Any]
    changed_at: datetime
    withdrawn_at: datetime | None


class RequirementIn(Strict):
    """A requirement with the members of ``requirement.toml``."""

    model_config = example(
        {
            "form": {
                "title": {"en": "Introduction to data"},
                "purpose": "course",
                "country": "FI",
                "eqf": "6",
                "ects": "2",
                "learning_outcomes": [{"title": "Explains how bias enters a data set"}],
            }
        }
    )

    form: dict[str, Any]


class RequirementChangeIn(RequirementIn):
    """A requirement written anew, and the edition that was read before it was changed."""

    model_config = example(
        {"form": {"title": "Introduction to data", "purpose": "course", "eqf": "6", "ects": "3"}, "edition": 1}
    )

    edition: Annotated[int, Field(ge=1)]


class PolicyIn(Strict):
    """A rule with the members of ``policy.toml``."""

    model_config = example(
        {
            "form": {
                "title": "Accredited, level 6, 3 ECTS",
                "outcome": "full",
                "counts_as": {"id": "https://uni.example/electives", "title": "Free elective", "ects": "3"},
                "when": {"least_eqf": 6, "least_ects": "3", "identity_verified": True},
            }
        }
    )

    form: dict[str, Any]


class PolicyChangeIn(PolicyIn):
    """A rule written anew, and the edition that was read before it was changed."""

    model_config = example(
        {
            "form": {
                "title": "Level 7, 3 ECTS",
                "outcome": "full",
                "counts_as": {"id": "https://uni.example/electives", "title": "Free elective", "ects": "3"},
                "when": {"least_eqf": 7, "least_ects": "3"},
            },
            "edition": 1,
        }
    )

    edition: Annotated[int, Field(ge=1)]


class DeskIn(Strict):
    """How the desk works; ``months`` until a decision are four at most (Lisbon Recognition Convention).

    ``edition`` is that of the settings which were read before.
    """

    model_config = example(
        {
            "is_open": True,
            "introduction": "Please send one application for each course.",
            "second_reading": "unless-full",
            "months": 4,
            "appeal": "Write to the appeals board within 30 days.",
            "edition": "9f86d081884c7d659a2feaa0c55ad015",
        }
    )

    is_open: bool
    introduction: Annotated[str, Field(max_length=2000)] = ""
    second_reading: SecondReader = SecondReader.UNLESS_FULL
    months: Annotated[int, Field(ge=1, le=4)] = 4
    appeal: Annotated[str, Field(max_length=2000)] = ""
    edition: Edition


class DeskOut(Schema):
    """How the desk works."""

    is_open: bool
    introduction: str
    second_reading: str
    months: int
    appeal: str
    edition: str


class AddressIn(Strict):
    """Where reports are published in the shape of DEQAR."""

    model_config = example({"address": "https://backend.deqar.eu/webapi/v2/browse/reports/?country=FI"})

    address: Annotated[str, Field(max_length=500)]


class ImportedOut(Schema):
    """How many were taken over."""

    count: int


class ReportOut(Schema):
    """A report of external quality assurance, and where it came from."""

    source: str
    imported_at: datetime
    report: QualityReport


class LevelOut(Schema):
    """A level of a national framework; ``eqf`` is null where nobody says to which it belongs."""

    uri: str
    country: str
    label: str
    eqf: int | None
    source: str | None


def rule_out(row: Requirement | Policy) -> RuleOut:
    return RuleOut.from_orm(row)
