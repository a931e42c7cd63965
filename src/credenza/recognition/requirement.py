"""What an evaluator asks for: a course, a part of a programme, or general admission."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from credenza.record.concept import Concept, check_uri
from credenza.record.micro_credential import LearningOutcome
from credenza.record.text import Frozen, Text

ECTS_HOURS = (Decimal(25), Decimal(30))
"""The hours of work that one ECTS credit stands for, at least and at most (ECTS Users' Guide 2015)."""


class Purpose(StrEnum):
    """What recognition is sought for."""

    COURSE = "course"
    PROGRAMME = "programme"
    ADMISSION = "admission"


class Quality(StrEnum):
    """How well quality assurance is shown, best first (the evaluators' scale)."""

    STRONG = "strong"
    SUBSTANTIAL = "substantial"
    WEAK = "weak"
    NONE = "none"


class Verification(StrEnum):
    """How far the credential could be verified, best first (the evaluators' scale)."""

    SECURE = "secure"
    SOME = "some"
    LIMITED = "limited"
    NONE = "none"


class Requirement(Frozen):
    """What a credential is compared with; what is left out is not asked.

    ``country`` is whose national framework the evaluator reads. ``hours_per_ects`` (25-30) fixes the conversion where
    the institution has one. ``least_share`` is the share of the outcomes, 0 to 1, below which their lack is a
    substantial difference. ``quality`` and ``verification`` are the least grades; ``assessments`` and ``supervision``
    the accepted terms.
    """

    id: str
    title: Text
    purpose: Purpose
    country: Concept | None = None
    eqf_level: Concept | None = None
    nqf_levels: tuple[Concept, ...] = ()
    ects: Annotated[Decimal, Field(gt=0, le=10_000)] | None = None
    workload_hours: Annotated[Decimal, Field(gt=0, le=100_000)] | None = None
    hours_per_ects: Annotated[Decimal, Field(ge=ECTS_HOURS[0], le=ECTS_HOURS[1])] | None = None
    fields: tuple[Concept, ...] = ()
    learning_outcomes: Annotated[tuple[LearningOutcome, ...], Field(max_length=100)] = ()
    least_share: Annotated[Decimal, Field(gt=0, le=1)] = Decimal("0.75")
    quality: Quality | None = None
    quality_kinds: tuple[Concept, ...] = ()
    verification: Verification | None = None
    assessments: tuple[Concept, ...] = ()
    supervision: tuple[Concept, ...] = ()

    _id = field_validator("id")(check_uri)
