"""Open Badges to the record: ours with every element, anybody's with what Open Badges has terms for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from credenza.document import sd_jwt_vc
from credenza.document.open_badge.write import EXTENSION, IDENTITY_TYPES
from credenza.document.projection import Reading
from credenza.errors import MalformedInput
from credenza.record import UNSTATED, Award, StatusKind
from credenza.record.micro_credential import ECTS
from credenza.vocabulary import is_esco_uri, term, vocabulary

_MALFORMED = "open-badge-malformed"
_CONTRADICTION = "open-badge-contradiction"
_KINDS = {text: kind for kind, text in IDENTITY_TYPES.items()}
_UNNAMED = "urn:credenza:unnamed"
_READ = {
    "": {
        "@context", "id", "type", "name", "issuer", "validFrom", "validUntil", "awardedDate", "credentialSubject",
        "evidence", "credentialStatus", "proof", EXTENSION,
    },
    "credentialSubject.": {"id", "type", "identifier", "achievement", "creditsEarned", "result"},
    "achievement.": {
        "id", "type", "achievementType", "name", "description", "inLanguage", "criteria", "creditsAvailable", "alignment",
    },
}  # fmt: skip


def from_document(document: dict[str, Any]) -> Reading:
    """The record that an Open Badge tells.

    Raises:
        MalformedInput: ``open-badge-malformed``; ``open-badge-contradiction`` where its own terms and its elements of
            Annex I name different things.
    """
    try:
        members = _own(document) if EXTENSION in document else _foreign(document)
        award = Award.model_validate(members) if isinstance(members, dict) else members
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedInput(_MALFORMED, f"The Open Badge is not well formed at {place}: {first['msg']}.") from error
    return Reading(award, tuple(_not_carried(document)))


def _own(document: dict[str, Any]) -> Award:
    elements = object_of(document, EXTENSION)
    claims = {name: value for name, value in elements.items() if name not in ("vct", "iss", "status")}
    for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
        moment = read_moment(document, member)
        if moment is not None:
            claims[claim] = int(moment.timestamp())
    award = sd_jwt_vc.from_claims(claims).award
    subject = object_of(document, "credentialSubject")
    achievement = object_of(subject, "achievement")
    stated = {
        "issuer": (_id(document.get("issuer")), award.issuer.id),
        "achievement": (achievement.get("id"), award.micro_credential.id),
        "learner": (subject.get("id"), award.learner.id),
        "credential": (document.get("id"), award.id),
    }
    for what, (said, meant) in stated.items():
        if said != meant:
            raise MalformedInput(_CONTRADICTION, f"The badge names two different things as its {what}.")
    if achievement.get("name") not in award.micro_credential.title.root.values():
        raise MalformedInput(_CONTRADICTION, "The badge gives two different titles.")
    return award.model_copy(update={"status": with_entries(award, document)})


def with_entries(award: Award, document: dict[str, Any]) -> tuple[Any, ...]:
    """The status entries must be those of the badge itself; other kinds of list are known from the elements."""
    stated = [one for one in award.status if one.kind is StatusKind.BITSTRING]
    entries = list(status_entries(document))
    if [(one.list_url, one.index) for one in stated] != [(one["list_url"], one["index"]) for one in entries]:
        raise MalformedInput(_CONTRADICTION, "The badge names two different status lists.")
    return award.status


def _foreign(document: dict[str, Any]) -> dict[str, Any]:
    subject = object_of(document, "credentialSubject")
    achievement = object_of(subject, "achievement")
    issuer = document.get("issuer")
    profile = issuer if isinstance(issuer, dict) else {"id": issuer}
    name = achievement.get("name")
    language = achievement.get("inLanguage")
    language = language[:2] if isinstance(language, str) and len(language) >= 2 else "en"
    return {
        "id": document.get("id") or _UNNAMED,
        "micro_credential": {
            "id": achievement.get("id") or _UNNAMED,
            "title": {language: name} if name else UNSTATED,
            "description": _text(achievement.get("description"), language),
            "kind": None,
            "awarding_body": read_organisation(achievement.get("creator") or profile, language),
            "learning_outcomes": [],
            "outcome_summary": _text(object_of(achievement, "criteria").get("narrative"), language),
            **_aligned(achievement),
            "credits": _credits(achievement, subject),
        },
        "issuer": read_organisation(profile, language),
        "learner": read_learner(subject),
        "issued": read_moment(document, "validFrom"),
        "valid_from": read_moment(document, "validFrom"),
        "valid_until": read_moment(document, "validUntil"),
        "awarded": read_moment(document, "awardedDate"),
        "evidence": [{"url": one["id"]} for one in objects_of(document, "evidence") if isinstance(one.get("id"), str)],
        "status": list(status_entries(document)),
        "language": language,
    }


def _aligned(achievement: dict[str, Any]) -> dict[str, Any]:
    """Levels and fields among the alignments, recognised by their official URIs; skills as outcomes of their own."""
    found: dict[str, Any] = {"eqf_level": None, "nqf_levels": [], "fields": []}
    outcomes = []
    for one in objects_of(achievement, "alignment"):
        url, name = one.get("targetUrl"), one.get("targetName")
        if not isinstance(url, str):
            continue
        known = term(url)
        if "/snb/eqf/" in url and known is not None:
            found["eqf_level"] = {"uri": url}
        elif "/snb/qdr/" in url and known is not None:
            found["nqf_levels"].append({"uri": url})
        elif "/snb/isced-f/" in url and known is not None:
            found["fields"].append({"uri": url})
        elif is_esco_uri(url) and isinstance(name, str):
            outcomes.append({"title": {"en": name}, "skills": [{"uri": url, "labels": {"en": name}}]})
    return found | {"learning_outcomes": outcomes}


def _credits(achievement: dict[str, Any], subject: dict[str, Any]) -> list[dict[str, Any]]:
    points = subject.get("creditsEarned", achievement.get("creditsAvailable"))
    if isinstance(points, bool) or not isinstance(points, int | float) or points <= 0:
        return []
    return [{"framework": {"uri": ECTS}, "points": str(points)}] if achievement.get("creditsAvailable") else []


def read_organisation(profile: Any, language: str) -> dict[str, Any]:
    if not isinstance(profile, dict):
        profile = {"id": profile}
    name = profile.get("name")
    country = object_of(profile, "address").get("addressCountryCode")
    known = vocabulary("country").find(country) if isinstance(country, str) else None
    return {
        "id": profile.get("id") or _UNNAMED,
        "legal_name": _text(name, language) or UNSTATED,
        "homepage": profile.get("url"),
        "email": profile.get("email"),
        "location": {"country": {"uri": known.uri}} if known else None,
    }


def read_learner(subject: dict[str, Any]) -> dict[str, Any]:
    learner: dict[str, Any] = {"id": subject.get("id"), "identifiers": []}
    for one in objects_of(subject, "identifier"):
        kind, value = one.get("identityType"), one.get("identityHash")
        if one.get("hashed") is not False or not isinstance(value, str) or not isinstance(kind, str):
            continue
        if kind == "name":
            learner["full_name"] = value
        elif kind == "emailAddress":
            learner["email"] = value
        elif kind == "ext:dateOfBirth":
            learner["birth_date"] = value
        elif kind == "nationalIdentityNumber":
            learner["national_id"] = {"kind": _KINDS[kind], "value": value}
        elif kind in _KINDS:
            learner["identifiers"].append({"kind": _KINDS[kind], "value": value})
    return learner


def status_entries(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in objects_of(document, "credentialStatus"):
        index = str(one.get("statusListIndex", ""))
        if one.get("type") == StatusKind.BITSTRING.value and index.isdigit():
            purpose = one.get("statusPurpose")
            url = one.get("statusListCredential")
            known = purpose if purpose in ("revocation", "suspension") else None
            yield {"kind": StatusKind.BITSTRING, "list_url": url, "index": int(index), "purpose": known}


def _not_carried(document: dict[str, Any]) -> Iterator[str]:
    subject = object_of(document, "credentialSubject")
    achievement = object_of(subject, "achievement")
    for prefix, members in (("", document), ("credentialSubject.", subject), ("achievement.", achievement)):
        yield from (f"{prefix}{name}" for name in members if name not in _READ[prefix])


def _text(value: Any, language: str) -> dict[str, str] | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise MalformedInput(_MALFORMED, "A text of the Open Badge is not a text.")
    return {language: value.strip()}


def object_of(members: dict[str, Any], name: str) -> dict[str, Any]:
    value = members.get(name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedInput(_MALFORMED, f"The Open Badge's {name} is not an object.")
    return value


def objects_of(members: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = members.get(name)
    values = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in values):
        raise MalformedInput(_MALFORMED, f"The Open Badge's {name} is not a list of objects.")
    return values


def _id(value: Any) -> Any:
    return value.get("id") if isinstance(value, dict) else value


def read_moment(document: dict[str, Any], name: str) -> datetime | None:
    value = document.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise MalformedInput(_MALFORMED, f"The Open Badge's {name} is not a time.") from error
    if moment.tzinfo is None:
        raise MalformedInput(_MALFORMED, f"The Open Badge's {name} says no time zone.")
    return moment
