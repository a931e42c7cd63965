"""The definition of a micro-credential to the specification of an achievement (Qualification)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from credenza.document.elm.nodes import Node, Writer, stated
from credenza.record import Assessment, Concept, Integration, MicroCredential, Text
from credenza.record.micro_credential import LargerAward, PartOffered
from credenza.vocabulary import word

STACKABLE = "https://w3id.org/credenza/stackability/stackable"
STACKABILITY_SCHEME = "https://w3id.org/credenza/stackability"


def _specification(one: Assessment, write: Writer) -> Node:
    scheme = one.grading_scheme
    grading = None
    if scheme is not None:
        description = dict(scheme.description.root) if scheme.description else None
        members = {"id": write.id("gradingScheme"), "type": "GradingScheme", "title": dict(scheme.title.root)}
        grading = stated(members | {"description": description})
    return stated(
        {
            "id": write.id("learningAssessmentSpec"),
            "type": "LearningAssessmentSpecification",
            "title": dict(one.title.root),
            "description": dict(one.description.root) if one.description else None,
            "dcType": write.concept(one.kind),
            "mode": write.concept(one.mode),
            "language": write.concepts(one.languages),
            "gradingScheme": grading,
        }
    )


def qualification(definition: MicroCredential, write: Writer, id: str) -> tuple[list[Node], Node]:
    """The specifications of the assessments, and the qualification that names them."""
    specifications = [_specification(one, write) for one in definition.assessments]
    stack = definition.stackability
    kinds = [definition.kind] if definition.kind else []
    if stack is not None and stack.integration is Integration.STACKABLE:
        kinds.append(_stackable())
    members: dict[str, Any] = {
        "id": id,
        "type": "Qualification",
        "title": dict(definition.title.root),
        "description": dict(definition.description.root) if definition.description else None,
        "dcType": write.concepts(tuple(kinds)),
        "identifier": [write.identifier(one) for one in definition.identifiers],
        "language": write.concepts(definition.languages),
        "learningOutcome": _outcomes(definition, write),
        "learningOutcomeSummary": write.note(definition.outcome_summary),
        "volumeOfLearning": definition.workload,
        "maximumDuration": definition.maximum_duration,
        "creditPoint": [
            {
                "id": write.id("creditPoint"),
                "type": "CreditPoint",
                "framework": write.concept(credit.framework),
                "point": f"{credit.points.normalize():f}",
            }
            for credit in definition.credits
        ],
        "eqfLevel": write.concept(definition.eqf_level),
        "educationLevel": write.concept(definition.qf_ehea_cycle),
        "nqfLevel": write.concepts(definition.nqf_levels),
        "mode": write.concepts(definition.participation),
        "thematicArea": write.concepts(definition.fields),
        "learningSetting": write.concept(definition.learning_setting),
        "entryRequirement": write.note(definition.prerequisites),
        "accreditation": [write.accreditation(one) for one in definition.quality_assurance],
        "provenBy": specifications,
        "isPartialQualification": None if stack is None else stack.integration is not Integration.STAND_ALONE,
        "isPartOf": _named(stack.towards if stack else (), write),
        "hasPart": _named(definition.parts, write),
        "additionalNote": write.note(definition.further_information),
        "homepage": write.web(definition.homepage),
        "supplementaryDocument": write.pages(definition.documents),
    }
    return specifications, stated(members)


def _stackable() -> Concept:
    labels = Text({"en": word("stackable", "en")})
    return Concept(uri=STACKABLE, scheme=STACKABILITY_SCHEME, labels=labels)


def _named(others: Iterable[LargerAward | PartOffered], write: Writer) -> list[Node]:
    return [
        {"id": one.id or write.id("qualification"), "type": "Qualification", "title": dict(one.title.root)}
        for one in others
    ]


def _outcomes(definition: MicroCredential, write: Writer) -> list[Node]:
    return [
        stated(
            {
                "id": write.id("learningOutcome"),
                "type": "LearningOutcome",
                "title": dict(one.title.root),
                "dcType": write.concept(one.kind),
                "relatedESCOSkill": write.concepts(one.skills),
                "relatedSkill": write.concepts(one.other_skills),
                "reusabilityLevel": write.concept(one.reusability),
                "additionalNote": write.note(one.note),
            }
        )
        for one in definition.learning_outcomes
    ]
