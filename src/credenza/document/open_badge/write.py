"""Awards to Open Badges; what is the same for a whole class list is made once."""

from __future__ import annotations

from typing import Any

from credenza.document import sd_jwt_vc
from credenza.record import Award, Concept, IdentifierKind, MicroCredential, Organisation, StatusKind
from credenza.record.instant import to_text

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://w3id.org/credenza/micro-credential/v1",
)
EXTENSION = "microCredential"
IN_ENVELOPE = frozenset({"vct", "iss", "nbf", "exp", "status"})
IDENTITY_TYPES = {
    IdentifierKind.ESI: "ext:europeanStudentIdentifier",
    IdentifierKind.STUDENT_NUMBER: "ext:studentNumber",
    IdentifierKind.NATIONAL_ID: "nationalIdentityNumber",
}


def to_document(award: Award) -> dict[str, Any]:
    """An award as an unsealed Open Badge."""
    return Template(award.micro_credential, award.issuer, award.language).document(award)


class Template:
    """The badge of one micro-credential, to be filled with each learner's own."""

    def __init__(self, definition: MicroCredential, issuer: Organisation, language: str) -> None:
        self._definition = definition
        self._elements = sd_jwt_vc.Template(definition, issuer, language)
        self._issuer = profile_of(issuer, language)
        self._achievement = achievement_of(definition, language)
        self._title = definition.title.best(language)
        self._language = language

    def document(self, award: Award) -> dict[str, Any]:
        """The badge of one award."""
        elements = self._elements.claims(award, issuer=award.issuer.id)
        document: dict[str, Any] = {
            "@context": list(CONTEXTS),
            "id": award.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": self._title,
            "issuer": self._issuer,
            "validFrom": to_text(award.valid_from) if award.valid_from else None,
            "validUntil": to_text(award.valid_until) if award.valid_until else None,
            "awardedDate": to_text(award.awarded) if award.awarded else None,
            "credentialSubject": self._subject(award),
            "evidence": [{"id": one.url, "type": ["Evidence"]} for one in award.evidence],
            "credentialStatus": status_entries(award),
            EXTENSION: {name: value for name, value in elements.items() if name not in IN_ENVELOPE},
        }
        return {name: value for name, value in document.items() if value is not None and value != []}

    def _subject(self, award: Award) -> dict[str, Any]:
        grades = [one.grade.best(self._language) for one in award.results if one.grade]
        subject: dict[str, Any] = {
            "type": ["AchievementSubject"],
            "identifier": list(identities(award)),
            "achievement": self._achievement,
        }
        if award.learner.id is not None:
            subject["id"] = award.learner.id
        if self._definition.ects is not None:
            subject["creditsEarned"] = _number(self._definition.ects)
        if grades:
            subject["result"] = [{"type": ["Result"], "value": grade} for grade in dict.fromkeys(grades)]
        return subject


def identities(award: Award) -> list[dict[str, Any]]:
    learner = award.learner
    found = [("name", learner.name), ("emailAddress", learner.email)]
    if learner.birth_date is not None:
        found.append(("ext:dateOfBirth", learner.birth_date.isoformat()))
    if learner.national_id is not None:
        found.append(("nationalIdentityNumber", learner.national_id.value))
    found += [(IDENTITY_TYPES.get(one.kind, f"ext:{one.kind.value}"), one.value) for one in learner.identifiers]
    return [
        {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}
        for kind, value in dict.fromkeys(found)
        if value
    ]


def status_entries(award: Award) -> list[dict[str, Any]]:
    return [
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": one.purpose.value if one.purpose else "revocation",
            "statusListIndex": str(one.index),
            "statusListCredential": one.list_url,
        }
        for one in award.status
        if one.kind is StatusKind.BITSTRING
    ]


def profile_of(issuer: Organisation, language: str) -> dict[str, Any]:
    profile: dict[str, Any] = {"id": issuer.id, "type": ["Profile"], "name": issuer.legal_name.best(language)}
    if issuer.homepage is not None:
        profile["url"] = issuer.homepage
    if issuer.email is not None:
        profile["email"] = issuer.email
    if issuer.country is not None:
        profile["address"] = {"type": ["Address"], "addressCountryCode": issuer.country.notation}
    identifiers = [
        {"type": "IdentifierEntry", "identifier": one.value, "identifierType": f"ext:{one.kind.value}"}
        for one in issuer.identifiers
    ]
    return profile | ({"otherIdentifier": identifiers} if identifiers else {})


def achievement_of(definition: MicroCredential, language: str) -> dict[str, Any]:
    outcomes = [one.title.best(language) for one in definition.learning_outcomes]
    assessed = [one.title.best(language) for one in definition.assessments]
    description = definition.description.best(language) if definition.description else definition.title.best(language)
    achievement: dict[str, Any] = {
        "id": definition.id,
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": definition.title.best(language),
        "description": description,
        "inLanguage": language,
        "criteria": {"narrative": "\n".join(f"- {line}" for line in (*outcomes, *assessed)) or description},
    }
    if definition.ects is not None:
        achievement["creditsAvailable"] = _number(definition.ects)
    alignments = list(_alignments(definition, language))
    return achievement | ({"alignment": alignments} if alignments else {})


def _alignments(definition: MicroCredential, language: str) -> list[dict[str, Any]]:
    skills = [skill for outcome in definition.learning_outcomes for skill in (*outcome.skills, *outcome.other_skills)]
    found = [(skill, "ext:ESCOSkill", "ESCO") for skill in skills]
    if definition.eqf_level is not None:
        found.append((definition.eqf_level, "ext:QualificationLevel", "European Qualifications Framework"))
    if definition.qf_ehea_cycle is not None:
        found.append((definition.qf_ehea_cycle, "ext:QualificationLevel", "QF-EHEA"))
    found += [(level, "ext:QualificationLevel", "National qualifications framework") for level in definition.nqf_levels]
    found += [(field, "ext:FieldOfEducation", "ISCED-F 2013") for field in definition.fields]
    return [_alignment(one, kind, framework, language) for one, kind, framework in dict.fromkeys(found)]


def _alignment(one: Concept, kind: str, framework: str, language: str) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetType": kind,
        "targetUrl": one.uri,
        "targetName": one.label(language),
        "targetFramework": framework,
        "targetCode": one.notation,
    }


def _number(points: Any) -> int | float:
    whole = int(points)
    return whole if whole == points else float(points)
