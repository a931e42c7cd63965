"""The specification of an achievement (Qualification) to the definition of a micro-credential."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from credenza.document.elm.read_nodes import accreditation, concept, concepts, identifiers, note, page, pages
from credenza.document.elm.taking import Taken, once
from credenza.document.elm.write_qualification import STACKABLE
from credenza.errors import MalformedInput
from credenza.record import (
    UNSTATED,
    Assessment,
    Credit,
    GradingScheme,
    Integration,
    LargerAward,
    LearningOutcome,
    PartOffered,
    Stackability,
    Text,
)


@once
def qualification(node: Taken) -> tuple[Mapping[str, Any], tuple[tuple[str, Assessment], ...]]:
    """The members of the definition, and its assessments by the ids of their specifications."""
    kinds = concepts(node, "dcType")
    stackable = any(one.uri == STACKABLE for one in kinds)
    real = [one for one in kinds if one.uri != STACKABLE]
    numbered = tuple((one.id or str(place), assessment(one)) for place, one in enumerate(node.nodes("provenBy")))
    members: dict[str, Any] = {
        "kind": real[0] if real else None,
        "description": node.text("description"),
        "identifiers": identifiers(node),
        "languages": concepts(node, "language"),
        "learning_outcomes": tuple(_outcome(one) for one in node.nodes("learningOutcome")),
        "outcome_summary": note(node, "learningOutcomeSummary"),
        "workload": node.line("volumeOfLearning"),
        "maximum_duration": node.line("maximumDuration"),
        "credits": tuple(_credit(one) for one in node.nodes("creditPoint")),
        "eqf_level": concept(node, "eqfLevel"),
        "qf_ehea_cycle": concept(node, "educationLevel"),
        "nqf_levels": concepts(node, "nqfLevel"),
        "participation": concepts(node, "mode"),
        "fields": concepts(node, "thematicArea"),
        "learning_setting": concept(node, "learningSetting"),
        "prerequisites": note(node, "entryRequirement"),
        "quality_assurance": tuple(accreditation(one) for one in node.nodes("accreditation")),
        "stackability": _stackability(node, stackable),
        "further_information": note(node, "additionalNote"),
        "homepage": page(node, "homepage"),
        "documents": pages(node, "supplementaryDocument"),
        "parts": tuple(PartOffered(title=title, id=uri) for title, uri in _named(node, "hasPart")),
    }
    if node.name is not None:
        members["id"] = node.name
    members["title"] = node.text("title") or UNSTATED
    node.done()
    return MappingProxyType(members), numbered


@once
def assessment(node: Taken) -> Assessment:
    """The specification of an assessment."""
    scheme = node.node("gradingScheme")
    grading = None
    if scheme is not None:
        grading = GradingScheme(title=scheme.text("title") or UNSTATED, description=scheme.text("description"))
        scheme.done()
    made = Assessment(
        title=node.text("title") or UNSTATED,
        kind=concept(node, "dcType"),
        mode=concept(node, "mode"),
        description=node.text("description"),
        languages=concepts(node, "language"),
        grading_scheme=grading,
    )
    node.done()
    return made


def _outcome(node: Taken) -> LearningOutcome:
    made = LearningOutcome(
        title=node.text("title") or UNSTATED,
        kind=concept(node, "dcType"),
        skills=concepts(node, "relatedESCOSkill"),
        other_skills=concepts(node, "relatedSkill"),
        reusability=concept(node, "reusabilityLevel"),
        note=note(node, "additionalNote"),
    )
    node.done()
    return made


def _credit(node: Taken) -> Credit:
    framework = concept(node, "framework")
    if framework is None:
        raise MalformedInput("elm-malformed", f"{node.path} names no credit system.")
    return Credit.model_validate({"framework": framework, "points": node.line("point")})


def _stackability(node: Taken, stackable: bool) -> Stackability | None:
    partial = node.take("isPartialQualification")
    if partial is not None and not isinstance(partial, bool):
        raise MalformedInput("elm-malformed", f"{node.path}.isPartialQualification is neither true nor false.")
    towards = tuple(LargerAward(title=title, id=uri) for title, uri in _named(node, "isPartOf"))
    if stackable:
        return Stackability(integration=Integration.STACKABLE, towards=towards)
    if partial is None and not towards:
        return None
    integration = Integration.INTEGRATED if partial or towards else Integration.STAND_ALONE
    return Stackability(integration=integration, towards=towards)


def _named(node: Taken, name: str) -> list[tuple[Text, str | None]]:
    """Title and id of other qualifications; an id that only numbers a node names nothing."""
    found = ((one.text("title") or UNSTATED, one.id) for one in node.nodes(name))
    return [(title, None if (uri or "").startswith("urn:epass:") else uri) for title, uri in found]
