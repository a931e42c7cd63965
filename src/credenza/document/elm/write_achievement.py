"""What the learner achieved (LearningAchievement), by itself or as a part of a larger award."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from credenza.document.elm.nodes import Node, Writer, own, stated
from credenza.document.elm.write_qualification import qualification
from credenza.record import AwardPart, Concept, Evidence, MicroCredential, Result
from credenza.record.instant import to_text
from credenza.vocabulary import vocabulary, word

NOT_GRADED, OVERRIDDEN, OF_DEFINITION = ":not-graded", ":overridden", ":definition"
WHOLE = "urn:epass:learningAchievement:1"
DIGEST_SCHEME = "sha-256"
_BASE64 = Concept(uri="http://data.europa.eu/snb/encoding/6146cde7dd")


class AchievementTemplate:
    """The achievement of one micro-credential, to be filled with each learner's own.

    ``place`` tells the ids of one part from those of the whole and of other parts.
    """

    def __init__(self, definition: MicroCredential, write: Writer, language: str, place: str = "") -> None:
        self._write, self._definition, self._language, self._place = write, definition, language, place
        self._body = write.organisation(definition.awarding_body)
        self._specifications, self._qualification = write.once(
            definition.id, definition, lambda id: qualification(definition, write, id)
        )
        self._supervision = [write.concept(one.supervision) for one in definition.assessments]

    def node(
        self,
        *,
        id: str = WHOLE,
        awarded: datetime | None,
        results: tuple[Result, ...],
        evidence: Iterable[Evidence] = (),
        write: Writer | None = None,
    ) -> Node:
        """The achievement of one learner; ``write`` makes the nodes of this learner alone."""
        process = stated(
            {
                "id": f"urn:epass:awardingProcess:{self._place}1",
                "type": "AwardingProcess",
                "awardingBody": self._body,
                "awardingDate": to_text(awarded) if awarded else None,
            }
        )
        own_write = write or self._write
        return stated(
            {
                "id": id,
                "type": "LearningAchievement",
                "title": dict(self._definition.title.root),
                "awardedBy": process,
                "provenBy": list(self._assessments(results, process)),
                "specifiedBy": self._qualification,
                "supplementaryDocument": [own(own_write.web(one.url, one.title), "evidence") for one in evidence],
            }
        )

    def _assessments(self, results: tuple[Result, ...], process: Node) -> list[Node]:
        by_index = {one.assessment: one for one in results}
        made = []
        for index, specified in enumerate(self._specifications):
            result = by_index.get(index)
            if result is not None or self._supervision[index] is not None:
                made.append(self._assessment(index, result, specified, process))
        return made

    def _assessment(self, index: int, result: Result | None, specified: Node, process: Node) -> Node:
        number = f"{self._place}{index + 1}"
        suffix = OF_DEFINITION if result is None else OVERRIDDEN if result.supervision else ""
        graded = result is not None and result.grade is not None
        text = dict(result.grade.root) if result and result.grade else {self._language: word("passed", self._language)}
        verification = self._write.concept(result.supervision) if result and result.supervision else None
        return stated(
            {
                "id": f"urn:epass:learningAssessment:{number}{suffix}",
                "type": "LearningAssessment",
                "title": specified["title"],
                "awardedBy": process,
                "grade": {
                    "id": f"urn:epass:note:grade-{number}{'' if graded else NOT_GRADED}",
                    "type": "Note",
                    "noteLiteral": text,
                },
                "idVerification": verification or self._supervision[index],
                "dateIssued": to_text(result.assessed) if result and result.assessed else None,
                "specifiedBy": specified,
            }
        )


def part_nodes(parts: tuple[AwardPart, ...], write: Writer, language: str) -> list[Node]:
    """The achievements inside a larger one; each says the digest of the sealed credential that it was."""
    made = []
    for number, part in enumerate(parts, 1):
        template = AchievementTemplate(part.micro_credential, write, language, f"part-{number}-")
        node = template.node(id=part.id, awarded=part.awarded, results=part.results)
        if part.digest is not None:
            digest = {"id": write.id("identifier"), "type": "Identifier", "notation": part.digest}
            node["identifier"] = [digest | {"schemeName": DIGEST_SCHEME}]
        made.append(node | {"isPartOf": {"id": WHOLE}})
    return made


def attachments(parts: tuple[AwardPart, ...], write: Writer) -> list[Node]:
    """The sealed credentials of the parts, to the byte; each names its part by its id."""
    return [_attachment(part, write) for part in parts if part.sealed is not None]


def _attachment(part: AwardPart, write: Writer) -> Node:
    file_type = vocabulary("file-type").find("JSON" if part.sealed_bytes.lstrip().startswith(b"{") else "TXT")
    assert file_type is not None
    return {
        "id": attachment_id(part.id),
        "type": "MediaObject",
        "title": dict(part.micro_credential.title.root),
        "content": part.sealed,
        "contentEncoding": write.concept(_BASE64),
        "contentType": write.concept(Concept(uri=file_type.uri)),
    }


def attachment_id(part_id: str) -> str:
    """The id of the attachment that holds the sealed credential of a part."""
    return f"{part_id}:sealed"
