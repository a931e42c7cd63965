"""The record: one frozen description of what was learned, which holds every element of Annex I.

Council Recommendation 2022/C 243/02, Annex I. Every document format is a projection of ``Award``.
"""

from credenza.record.award import (
    Award,
    AwardPart,
    Evidence,
    Learner,
    Result,
    StatusKind,
    StatusPurpose,
    StatusReference,
)
from credenza.record.concept import Concept, concept
from credenza.record.micro_credential import (
    Assessment,
    Credit,
    GradingScheme,
    Integration,
    LargerAward,
    LearningOutcome,
    MicroCredential,
    PartOffered,
    Stackability,
    WebPage,
)
from credenza.record.organisation import (
    Accreditation,
    Group,
    Identifier,
    IdentifierKind,
    Location,
    Media,
    Organisation,
)
from credenza.record.text import UNSTATED, Text

__all__ = [
    "UNSTATED",
    "Accreditation",
    "Assessment",
    "Award",
    "AwardPart",
    "Concept",
    "Credit",
    "Evidence",
    "GradingScheme",
    "Group",
    "Identifier",
    "IdentifierKind",
    "Integration",
    "LargerAward",
    "Learner",
    "LearningOutcome",
    "Location",
    "Media",
    "MicroCredential",
    "Organisation",
    "PartOffered",
    "Result",
    "Stackability",
    "StatusKind",
    "StatusPurpose",
    "StatusReference",
    "Text",
    "WebPage",
    "concept",
]
