"""Awards to ELM documents; what is the same for a whole class list is made once."""

from __future__ import annotations

from typing import Any

import orjson

from credenza.document.elm.nodes import Node, Writer, stated
from credenza.record import Assessment, Award, Concept, Integration, Media, MicroCredential, Organisation, Result
from credenza.record.award import StatusKind
from credenza.record.instant import to_text
from credenza.record.micro_credential import Stackability
from credenza.vocabulary import vocabulary, word

CONTEXTS = ("https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap")
SCHEMA_URL = "http://data.europa.eu/snb/model/ap/edc-generic-full"
STACKABLE = "https://w3id.org/credenza/stackability/stackable"
STACKABILITY_SCHEME = "https://w3id.org/credenza/stackability"
NOT_GRADED, OVERRIDDEN, OF_DEFINITION = ":not-graded", ":overridden", ":definition"
_GENERIC = Concept(uri="http://data.europa.eu/snb/credential/e34929035b")


def to_document(award: Award, *, page: Media) -> Node:
    """An award as an unsealed European Digital Credential that shows this page."""
    return Template(award.micro_credential, award.issuer, award.language).document(award, page)


def to_bytes(document: Node) -> bytes:
    """The document as JSON in UTF-8: the bytes that are sealed."""
    return orjson.dumps(document)


class Template:
    """The document of one micro-credential, to be filled with each learner's own.

    Of the status references only that of the token status list is written: ELM has room for one.
    """

    def __init__(self, definition: MicroCredential, issuer: Organisation, language: str) -> None:
        write = Writer(language)
        self._write, self._definition, self._language = write, definition, language
        self._issuer = write.organisation(issuer)
        self._body = write.organisation(definition.awarding_body)
        self._specifications = [_specification(one, write) for one in definition.assessments]
        self._qualification = _qualification(definition, write, self._specifications)
        self._supervision = [write.concept(one.supervision) for one in definition.assessments]
        found = vocabulary("language").find(language)
        self._display_language = write.concept(Concept(uri=found.uri)) if found else None
        self._profile = write.concept(_GENERIC)
        self._encoding: dict[str, Node] = {}

    def document(self, award: Award, page: Media) -> Node:
        """The document of one award; ``page`` is the picture that Europass shows."""
        issued = to_text(award.issued) if award.issued else None
        until = to_text(award.valid_until) if award.valid_until else None
        begins = to_text(award.valid_from) if award.valid_from else issued
        write = Writer(self._language)
        return stated(
            {
                "@context": list(CONTEXTS),
                "id": award.id,
                "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
                "credentialProfiles": self._profile,
                "credentialSchema": {"id": SCHEMA_URL, "type": "ShaclValidator2017"},
                "displayParameter": self._display(page),
                "identifier": [_own(write.identifier(one), "credential") for one in award.identifiers],
                "issuanceDate": begins,
                "issued": issued,
                "validFrom": begins,
                "expirationDate": until,
                "validUntil": until,
                "credentialStatus": _status(award),
                "issuer": self._issuer,
                "credentialSubject": self._person(award, write),
            }
        )

    def _display(self, page: Media) -> Node:
        kind = self._encoding.get(page.media_type)
        if kind is None:
            kind = self._encoding[page.media_type] = (
                self._write.media(Media(media_type=page.media_type, content="")) or {}
            )
        detail = {
            "id": "urn:epass:displayDetail:1",
            "type": "DisplayDetail",
            "image": kind | {"content": page.content},
            "page": 1,
        }
        return {
            "id": "urn:epass:displayParameter:1",
            "type": "DisplayParameter",
            "title": dict(self._definition.title.root),
            "language": self._display_language,
            "primaryLanguage": self._display_language,
            "individualDisplay": {
                "id": "urn:epass:individualDisplay:1",
                "type": "IndividualDisplay",
                "language": self._display_language,
                "displayDetail": detail,
            },
        }

    def _person(self, award: Award, write: Writer) -> Node:
        learner = award.learner
        born = learner.birth_date
        national = learner.national_id
        legal = national is not None and national.country is not None
        identifiers = learner.identifiers + ((national,) if national is not None and not legal else ())
        return stated(
            {
                "id": learner.id or "urn:epass:person:1",
                "type": "Person",
                "fullName": self._name(learner.full_name),
                "givenName": self._name(learner.given_name),
                "familyName": self._name(learner.family_name),
                "dateOfBirth": f"{born.isoformat()}T00:00:00Z" if born else None,
                "nationalID": _own(write.identifier(national), "person") if national is not None and legal else None,
                "identifier": [_own(write.identifier(one), "person") for one in identifiers],
                "contactPoint": _own(write.contact(learner.email), "person"),
                "hasClaim": self._achievement(award, write),
            }
        )

    def _name(self, name: str | None) -> Node | None:
        return {self._language: name} if name else None

    def _achievement(self, award: Award, write: Writer) -> Node:
        process = stated(
            {
                "id": "urn:epass:awardingProcess:1",
                "type": "AwardingProcess",
                "awardingBody": self._body,
                "awardingDate": to_text(award.awarded) if award.awarded else None,
            }
        )
        evidence = [_own(write.web(one.url, one.title), "evidence") for one in award.evidence]
        return stated(
            {
                "id": "urn:epass:learningAchievement:1",
                "type": "LearningAchievement",
                "title": dict(self._definition.title.root),
                "awardedBy": process,
                "provenBy": list(self._assessments(award, process)),
                "specifiedBy": self._qualification,
                "supplementaryDocument": evidence,
            }
        )

    def _assessments(self, award: Award, process: Node) -> list[Node]:
        by_index = {one.assessment: one for one in award.results}
        made = []
        for index, specification in enumerate(self._specifications):
            result = by_index.get(index)
            if result is not None or self._supervision[index] is not None:
                made.append(self._assessment(index, result, specification, process))
        return made

    def _assessment(self, index: int, result: Result | None, specification: Node, process: Node) -> Node:
        number = index + 1
        suffix = OF_DEFINITION if result is None else OVERRIDDEN if result.supervision else ""
        graded = result is not None and result.grade is not None
        text = dict(result.grade.root) if result and result.grade else {self._language: word("passed", self._language)}
        verification = self._write.concept(result.supervision) if result and result.supervision else None
        return stated(
            {
                "id": f"urn:epass:learningAssessment:{number}{suffix}",
                "type": "LearningAssessment",
                "title": specification["title"],
                "awardedBy": process,
                "grade": {
                    "id": f"urn:epass:note:grade-{number}{'' if graded else NOT_GRADED}",
                    "type": "Note",
                    "noteLiteral": text,
                },
                "idVerification": verification or self._supervision[index],
                "dateIssued": to_text(result.assessed) if result and result.assessed else None,
                "specifiedBy": specification,
            }
        )


def _own(node: Node | None, owner: str) -> Node | None:
    """A node of this award alone: its id must not meet one of the shared nodes."""
    return None if node is None else node | {"id": f"{node['id']}:{owner}"}


def _status(award: Award) -> Node | None:
    """The token status list, which tells revocation and suspension in one place."""
    token = next((one for one in award.status if one.kind is StatusKind.TOKEN), None)
    return None if token is None else {"id": f"{token.list_url}#idx={token.index}", "type": "CredentialStatus"}


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


def _qualification(definition: MicroCredential, write: Writer, specifications: list[Node]) -> Node:
    stack = definition.stackability
    kinds = [definition.kind] if definition.kind else []
    if stack is not None and stack.integration is Integration.STACKABLE:
        kinds.append(_stackable())
    members: dict[str, Any] = {
        "id": definition.id,
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
        "isPartOf": _larger(stack, write),
        "additionalNote": write.note(definition.further_information),
        "homepage": write.web(definition.homepage),
        "supplementaryDocument": write.pages(definition.documents),
    }
    return stated(members)


def _stackable() -> Concept:
    from credenza.record import Text

    labels = Text({"en": word("stackable", "en")})
    return Concept(uri=STACKABLE, scheme=STACKABILITY_SCHEME, labels=labels)


def _larger(stack: Stackability | None, write: Writer) -> list[Node]:
    return [
        {"id": one.id or write.id("qualification"), "type": "Qualification", "title": dict(one.title.root)}
        for one in (stack.towards if stack else ())
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
