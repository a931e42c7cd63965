"""Awards to claims; what is the same for a whole class list is made once."""

from __future__ import annotations

from typing import Any

from credenza.document.sd_jwt_vc.names import VCT
from credenza.record import (
    Award,
    Learner,
    MicroCredential,
    Organisation,
    Result,
    StatusKind,
    StatusReference,
)
from credenza.record.instant import to_text
from credenza.record.text import Frozen


class Template:
    """The claims of one micro-credential, to be filled with each learner's own."""

    def __init__(self, definition: MicroCredential, issuer: Organisation, language: str) -> None:
        self._shared = _present(_definition_claims(definition, issuer, language) | _issuer_claims(definition, issuer))
        self._supervision = [_dump(one.supervision) for one in definition.assessments]

    def claims(self, award: Award, *, issuer: str) -> dict[str, Any]:
        """The claims of an award, all in the clear; ``issuer`` is the address that wallets know the issuer by."""
        claims: dict[str, Any] = {"vct": VCT, "iss": issuer}
        claims |= _present(_registered(award))
        claims |= self._shared
        claims |= _present(_learner_claims(award.learner))
        claims |= _present(self._award_claims(award))
        return claims

    def _award_claims(self, award: Award) -> dict[str, Any]:
        overridden = {str(one.assessment): _dump(one.supervision) for one in award.results if one.supervision}
        supervision: dict[str, Any] = {}
        if any(self._supervision):
            supervision["stated"] = self._supervision
        if overridden:
            supervision["in_this_case"] = overridden
        others = [_dump(one) for one in award.status if one.kind is not StatusKind.TOKEN]
        return {
            "date_of_issuance": award.issued.date().isoformat() if award.issued else None,
            "date_of_expiry": award.valid_until.date().isoformat() if award.valid_until else None,
            "date_of_award": to_text(award.awarded) if award.awarded else None,
            "assessment_supervision": supervision,
            "assessment_grade": [_result(one) for one in award.results],
            "credential_id": award.id,
            "certificate_identifiers": _dump_all(award.identifiers),
            "evidence": _dump_all(award.evidence),
            "parts": _dump_all(award.parts),
            "display_language": award.language,
            "other_status_lists": others,
        }


def _registered(award: Award) -> dict[str, Any]:
    """The claims that every verifier must see: times and status (RFC 7519, Token Status List)."""
    return {
        "iat": int(award.issued.timestamp()) if award.issued else None,
        "nbf": int(award.valid_from.timestamp()) if award.valid_from else None,
        "exp": int(award.valid_until.timestamp()) if award.valid_until else None,
        "status": next((_status(one) for one in award.status if one.kind is StatusKind.TOKEN), None),
    }


def _status(reference: StatusReference) -> dict[str, Any]:
    return {"status_list": {"idx": reference.index, "uri": reference.list_url}}


def _definition_claims(definition: MicroCredential, issuer: Organisation, language: str) -> dict[str, Any]:
    stack = definition.stackability
    return {
        "achievement_title": definition.title.best(language),
        "achievement_title_translations": definition.title.root,
        "achievement_description": _dump(definition.description),
        "achievement_id": definition.id,
        "achievement_identifiers": _dump_all(definition.identifiers),
        "achievement_type": _dump(definition.kind),
        "language_of_classes": _dump_all(definition.languages),
        "learning_outcomes": _dump_all(definition.learning_outcomes),
        "learning_outcomes_summary": _dump(definition.outcome_summary),
        "expected_study_time": _present(
            {
                "duration": definition.workload,
                "credits": _dump_all(definition.credits),
                "maximum_duration": definition.maximum_duration,
            }
        ),
        "level_of_learning_experience": _present(
            {
                "eqf": _dump(definition.eqf_level),
                "qf_ehea": _dump(definition.qf_ehea_cycle),
                "nqf": _dump_all(definition.nqf_levels),
            }
        ),
        "assessment_types": [
            one.model_dump(mode="json", exclude_defaults=True, exclude={"supervision"})
            for one in definition.assessments
        ],
        "form_of_participation": _dump_all(definition.participation),
        "types_of_quality_assurance": _present(
            {
                "programme": _dump_all(definition.quality_assurance),
                "awarding_body": _dump_all(definition.awarding_body.accreditations),
                "issuer": _dump_all(issuer.accreditations) if issuer != definition.awarding_body else [],
            }
        ),
        "prerequisites_to_enroll": _dump(definition.prerequisites),
        "integration_stackability_options": _dump(stack),
        "achievement_parts": _dump_all(definition.parts),
        "field_of_study": _dump_all(definition.fields),
        "learning_setting": _dump(definition.learning_setting),
        "further_information": _present(
            {
                "text": _dump(definition.further_information),
                "homepage": definition.homepage,
                "documents": _dump_all(definition.documents),
            }
        ),
    }


def _issuer_claims(definition: MicroCredential, issuer: Organisation) -> dict[str, Any]:
    body = definition.awarding_body
    bare = {"accreditations"}
    return {
        "issuing_authority": issuer.legal_name.best("en"),
        "issuing_country": issuer.country.notation if issuer.country else None,
        "issuer_details": issuer.model_dump(mode="json", exclude_defaults=True, exclude=bare | {"logo"}),
        "issuer_logo": _dump(issuer.logo),
        "awarding_body": body.model_dump(mode="json", exclude_defaults=True, exclude=bare) if body != issuer else None,
    }


def _learner_claims(learner: Learner) -> dict[str, Any]:
    national = _dump(learner.national_id)
    return {
        "full_name": learner.full_name,
        "given_name": learner.given_name,
        "family_name": learner.family_name,
        "birth_date": learner.birth_date.isoformat() if learner.birth_date else None,
        "learner_identification": _present(
            {"id": learner.id, "national_id": national, "identifiers": _dump_all(learner.identifiers)}
        ),
        "learner_email": learner.email,
    }


def _result(result: Result) -> dict[str, Any]:
    assessed = to_text(result.assessed) if result.assessed else None
    grade = result.grade.root if result.grade else None
    return _present({"assessment": result.assessment, "grade": grade, "assessed": assessed})


def _dump(value: Frozen | Any) -> Any:
    return None if value is None else value.model_dump(mode="json", exclude_defaults=True)


def _dump_all(values: tuple[Any, ...]) -> list[Any]:
    return [_dump(value) for value in values]


def _present(members: dict[str, Any]) -> dict[str, Any]:
    """Without what is not stated; a position or a number 0 is stated."""
    return {name: value for name, value in members.items() if value is not None and value != [] and value != {}}
