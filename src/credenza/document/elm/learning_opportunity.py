"""A micro-credential as it is offered, for catalogues: an ELM LearningOpportunity with its Qualification (no learner)."""

from __future__ import annotations

from credenza.document.elm.nodes import Node, Writer, stated
from credenza.document.elm.write import CONTEXTS
from credenza.document.elm.write_qualification import qualification
from credenza.record import MicroCredential


def learning_opportunity(definition: MicroCredential, *, page: str, language: str) -> Node:
    """The offer as JSON-LD (ELM 3, learning opportunities and qualifications); ``page`` is its address for people."""
    write = Writer(language)
    _, specified = qualification(definition, write, definition.id)
    body = write.organisation(definition.awarding_body)
    return stated(
        {
            "@context": list(CONTEXTS),
            "id": page,
            "type": "LearningOpportunity",
            "title": dict(definition.title.root),
            "description": dict(definition.description.root) if definition.description else None,
            "homepage": write.web(definition.homepage or page),
            "providedBy": body,
            "mode": write.concepts(definition.participation),
            "learningAchievementSpecification": specified | {"awardingOpportunity": _awarding(body, write)},
        }
    )


def _awarding(body: Node, write: Writer) -> Node:
    """Who awards it."""
    return {"id": write.id("awardingOpportunity"), "type": "AwardingOpportunity", "awardingBody": {"id": body["id"]}}
