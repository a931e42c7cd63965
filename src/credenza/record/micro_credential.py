"""What is offered: the micro-credential with its outcomes, workload, level, assessment and quality assurance."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from credenza.record.concept import Concept, check_uri
from credenza.record.instant import Duration, hours_of
from credenza.record.organisation import Accreditation, Identifier, Organisation
from credenza.record.text import Frozen, Text

ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
SHORT_LEARNING_PROGRAMME = "http://data.europa.eu/snb/learning-opportunity/74a4a268e8"


class LearningOutcome(Frozen):
    """One statement of what the learner knows, understands or can do; ``skills`` are ESCO skill URIs."""

    title: Text
    kind: Concept | None = None
    skills: tuple[Concept, ...] = ()
    other_skills: tuple[Concept, ...] = ()
    reusability: Concept | None = None
    note: Text | None = None


class Credit(Frozen):
    """Points in a credit system (ECTS, ECVET, a national one)."""

    framework: Concept
    points: Annotated[Decimal, Field(gt=0, le=10_000, decimal_places=4)]


class GradingScheme(Frozen):
    """How grades are given."""

    title: Text
    description: Text | None = None


class Assessment(Frozen):
    """How the outcomes are assessed; ``supervision`` is identity verification too (Annex I, elements 9 and 13)."""

    title: Text
    kind: Concept | None = None
    mode: Concept | None = None
    supervision: Concept | None = None
    description: Text | None = None
    languages: tuple[Concept, ...] = ()
    grading_scheme: GradingScheme | None = None


class Integration(StrEnum):
    """How a micro-credential relates to larger awards (Annex I, element 15)."""

    STAND_ALONE = "stand-alone"
    INTEGRATED = "integrated"
    STACKABLE = "stackable"


class LargerAward(Frozen):
    """The named credential that a micro-credential is part of, or stackable towards."""

    title: Text
    id: str | None = None


class Stackability(Frozen):
    """Stand-alone, or integrated in or stackable towards named credentials."""

    integration: Integration
    towards: tuple[LargerAward, ...] = ()


class PartOffered(Frozen):
    """A micro-credential that is a part of this larger one; ``id`` is that of its definition."""

    title: Text
    id: str | None = None


class WebPage(Frozen):
    """A page on the web with more to read."""

    url: str
    title: Text | None = None

    _url = field_validator("url")(check_uri)


class MicroCredential(Frozen):
    """The micro-credential as it is offered: every element of Annex I that does not depend on the learner.

    ``id`` is a URI, ``workload`` an xsd:duration. ``quality_assurance`` is of the programme; that of the institution
    is among ``awarding_body.accreditations``.
    """

    id: str
    title: Text
    awarding_body: Organisation
    description: Text | None = None
    kind: Concept | None = Concept(uri=SHORT_LEARNING_PROGRAMME)
    identifiers: tuple[Identifier, ...] = ()
    languages: tuple[Concept, ...] = ()
    learning_outcomes: tuple[LearningOutcome, ...] = ()
    outcome_summary: Text | None = None
    workload: Duration | None = None
    credits: tuple[Credit, ...] = ()
    eqf_level: Concept | None = None
    qf_ehea_cycle: Concept | None = None
    nqf_levels: tuple[Concept, ...] = ()
    participation: tuple[Concept, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    quality_assurance: tuple[Accreditation, ...] = ()
    prerequisites: Text | None = None
    stackability: Stackability | None = None
    fields: tuple[Concept, ...] = ()
    learning_setting: Concept | None = None
    maximum_duration: Duration | None = None
    further_information: Text | None = None
    homepage: str | None = None
    documents: tuple[WebPage, ...] = ()
    parts: tuple[PartOffered, ...] = ()

    _id = field_validator("id")(check_uri)

    @property
    def workload_hours(self) -> Decimal | None:
        """The workload in hours, None where it is missing or counted in days."""
        return hours_of(self.workload)

    @property
    def ects(self) -> Decimal | None:
        """The ECTS credits, None where there are none."""
        return next((credit.points for credit in self.credits if credit.framework.uri == ECTS), None)

    @property
    def all_quality_assurance(self) -> tuple[Accreditation, ...]:
        """Of the programme, then of the awarding body."""
        return self.quality_assurance + self.awarding_body.accreditations
