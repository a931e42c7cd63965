"""Claims to the record, whatever the holder disclosed; what was kept back stays unstated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from credenza.document.projection import Reading
from credenza.document.sd_jwt_vc.names import DISCLOSABLE
from credenza.encoding.remembered import Remembered, key_of
from credenza.errors import MalformedInput
from credenza.record import UNSTATED, Award, MicroCredential, Organisation, StatusKind
from credenza.record.text import Frozen

_REGISTERED = frozenset({"vct", "vct#integrity", "iss", "iat", "nbf", "exp", "sub", "jti", "cnf", "status"})
_UNDISCLOSED = "urn:credenza:undisclosed"
_SHARED: dict[str, type[Frozen]] = {"micro_credential": MicroCredential, "issuer": Organisation}
_parts: Remembered[Frozen] = Remembered()
_MALFORMED = "sd-jwt-vc-malformed"


def from_claims(claims: Mapping[str, Any]) -> Reading:
    """The record that the disclosed claims tell.

    Raises:
        MalformedInput: ``sd-jwt-vc-malformed`` where a claim does not have the form that its name promises.
    """
    try:
        award = Award.model_validate(_with_known_parts(_award(_Claims(claims))))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedInput(
            _MALFORMED, f"The wallet credential is not well formed at {place}: {first['msg']}."
        ) from error
    unknown = sorted(str(name) for name in claims if name not in _REGISTERED and name not in DISCLOSABLE)
    return Reading(award, tuple(unknown))


def _with_known_parts(members: dict[str, Any]) -> dict[str, Any]:
    """The members of an award, with the parts in place of their members that the whole batch has in common.

    A part that is not well formed stays as it is, to be refused where it stands.
    """
    for name, kind in _SHARED.items():
        key = key_of(members[name], name)
        part = _parts.get(key)
        if part is None:
            try:
                part = kind.model_validate(members[name])
            except ValidationError:
                continue
            _parts.keep(key, part)
        members[name] = part
    return members


class _Claims:
    """Claims with the types that are expected of them."""

    def __init__(self, claims: Mapping[str, Any], path: str = "") -> None:
        self._claims, self._path = claims, path

    def get(self, name: str) -> Any:
        return self._claims.get(name)

    def text(self, name: str) -> str | None:
        value = self.get(name)
        if value is not None and not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def some(self, name: str) -> list[Any]:
        value = self.get(name)
        if value is not None and not isinstance(value, list):
            raise self._wrong(name, "a list")
        return value or []

    def part(self, name: str) -> _Claims:
        value = self.get(name)
        if value is not None and not isinstance(value, dict):
            raise self._wrong(name, "an object")
        return _Claims(value or {}, f"{self._path}{name}.")

    def members(self) -> dict[str, Any]:
        return dict(self._claims)

    def time(self, name: str) -> datetime | None:
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 253_402_300_800:
            raise self._wrong(name, "a time")
        return datetime.fromtimestamp(value, UTC)

    def _wrong(self, name: str, what: str) -> MalformedInput:
        return MalformedInput(_MALFORMED, f"The claim {self._path}{name} is not {what}.")


def _award(claims: _Claims) -> dict[str, Any]:
    quality = claims.part("types_of_quality_assurance")
    issuer = _organisation(claims.part("issuer_details").members(), claims, quality)
    body = claims.part("awarding_body").members()
    definition = _definition(claims, quality)
    definition["awarding_body"] = body | {"accreditations": quality.some("awarding_body")} if body else issuer
    return {
        "id": claims.text("credential_id") or _UNDISCLOSED,
        "micro_credential": definition,
        "issuer": issuer | ({"accreditations": quality.some("issuer")} if body else {}),
        "learner": _learner(claims),
        "issued": claims.time("iat"),
        "valid_from": claims.time("nbf"),
        "valid_until": claims.time("exp"),
        "awarded": claims.text("date_of_award"),
        "results": _results(claims),
        "identifiers": claims.some("certificate_identifiers"),
        "evidence": claims.some("evidence"),
        "parts": claims.some("parts"),
        "status": [*claims.some("other_status_lists"), *_status(claims)],
        "language": claims.text("display_language") or "en",
    }


def _organisation(members: dict[str, Any], claims: _Claims, quality: _Claims) -> dict[str, Any]:
    """The issuer in full, or what the European claims alone tell of it."""
    if members:
        return members | {"logo": claims.get("issuer_logo"), "accreditations": quality.some("awarding_body")}
    name = claims.text("issuing_authority")
    country = claims.text("issuing_country")
    found = _country(country) if country else None
    return {
        "id": claims.text("iss") or _UNDISCLOSED,
        "legal_name": {"en": name} if name else UNSTATED,
        "location": {"country": {"uri": found}} if found else None,
        "accreditations": quality.some("awarding_body"),
    }


def _country(code: str) -> str | None:
    from credenza.vocabulary import vocabulary

    known = vocabulary("country").find(code)
    return known.uri if known else None


def _definition(claims: _Claims, quality: _Claims) -> dict[str, Any]:
    title, time = claims.text("achievement_title"), claims.part("expected_study_time")
    level, more = claims.part("level_of_learning_experience"), claims.part("further_information")
    return {
        "id": claims.text("achievement_id") or _UNDISCLOSED,
        "title": claims.get("achievement_title_translations") or ({"en": title} if title else UNSTATED),
        "description": claims.get("achievement_description"),
        "kind": claims.get("achievement_type"),
        "identifiers": claims.some("achievement_identifiers"),
        "languages": claims.some("language_of_classes"),
        "learning_outcomes": claims.some("learning_outcomes"),
        "outcome_summary": claims.get("learning_outcomes_summary"),
        "workload": time.text("duration"),
        "credits": time.some("credits"),
        "maximum_duration": time.text("maximum_duration"),
        "eqf_level": level.get("eqf"),
        "qf_ehea_cycle": level.get("qf_ehea"),
        "nqf_levels": level.some("nqf"),
        "participation": claims.some("form_of_participation"),
        "assessments": _assessments(claims),
        "quality_assurance": quality.some("programme"),
        "prerequisites": claims.get("prerequisites_to_enroll"),
        "stackability": claims.get("integration_stackability_options"),
        "parts": claims.some("achievement_parts"),
        "fields": claims.some("field_of_study"),
        "learning_setting": claims.get("learning_setting"),
        "further_information": more.get("text"),
        "homepage": more.text("homepage"),
        "documents": more.some("documents"),
    }


def _assessments(claims: _Claims) -> list[Any]:
    stated = claims.part("assessment_supervision").some("stated")
    assessments = [dict(one) if isinstance(one, dict) else one for one in claims.some("assessment_types")]
    for one, supervision in zip(assessments, stated, strict=False):
        if isinstance(one, dict):
            one["supervision"] = supervision
    return assessments


def _results(claims: _Claims) -> list[Any]:
    overridden = claims.part("assessment_supervision").part("in_this_case").members()
    results = [dict(one) if isinstance(one, dict) else one for one in claims.some("assessment_grade")]
    for one in results:
        if isinstance(one, dict):
            one["supervision"] = overridden.pop(str(one.get("assessment", 0)), None)
    return results


def _learner(claims: _Claims) -> dict[str, Any]:
    identification = claims.part("learner_identification")
    return {
        "id": identification.text("id"),
        "full_name": claims.text("full_name"),
        "given_name": claims.text("given_name"),
        "family_name": claims.text("family_name"),
        "birth_date": claims.text("birth_date"),
        "national_id": identification.get("national_id"),
        "identifiers": identification.some("identifiers"),
        "email": claims.text("learner_email"),
    }


def _status(claims: _Claims) -> list[dict[str, Any]]:
    place = claims.part("status").part("status_list")
    if place.text("uri") is None:
        return []
    return [{"kind": StatusKind.TOKEN, "list_url": place.text("uri"), "index": place.get("idx")}]
