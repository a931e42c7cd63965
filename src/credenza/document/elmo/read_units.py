"""What anybody's ELMO says of one unit of learning, in the record's terms."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from lxml import etree

from credenza.document.elmo.names import LEARNER_TYPES
from credenza.document.elmo.taking import Taken
from credenza.record import UNSTATED, IdentifierKind, Text
from credenza.record.concept import check_uri
from credenza.record.instant import duration_of
from credenza.record.micro_credential import ECTS
from credenza.vocabulary import vocabulary

_KINDS = {name: kind for kind, name in LEARNER_TYPES.items()}


def learner(head: Taken) -> dict[str, Any]:
    """The learner as the head of the file names the person."""
    found: dict[str, Any] = {"identifiers": []}
    for one in head.each("identifier"):
        identifier = _identifier(one)
        if identifier is None:
            continue
        if identifier["kind"] is IdentifierKind.NATIONAL_ID and "national_id" not in found:
            found["national_id"] = identifier
        else:
            found["identifiers"].append(identifier)
    found["given_name"] = head.token("givenNames")
    found["family_name"] = head.token("familyName")
    found["full_name"] = head.token("alternativeName")
    found["birth_date"] = head.day("bday") or head.day("dateOfBirth")
    head.done()
    return found


def organisation(issuer: Taken) -> dict[str, Any]:
    """The institution that issued a report; named by its own URI, else by its first registered identifier."""
    country = issuer.token("country")
    known = vocabulary("country").find(country) if country else None
    if country and known is None:
        issuer.left.append(f"{issuer.path}/country")
    uri, identifiers = None, []
    for one in issuer.each("identifier"):
        if one.element.get("type") == "uri" and uri is None and is_uri(one.value()):
            uri = one.value()
        elif (identifier := _identifier(one)) is not None:
            identifiers.append(identifier)
    homepage = issuer.token("url")
    if homepage is not None and not is_uri(homepage):
        issuer.left.append(f"{issuer.path}/url")
        homepage = None
    name = issuer.text("title") or UNSTATED
    first = (
        (str(identifiers[0]["kind"].value), str(identifiers[0]["value"])) if identifiers else ("name", name.best("en"))
    )
    issuer.done()
    return {
        "id": uri or f"urn:credenza:{first[0]}:{quote(first[1], safe='')}",
        "legal_name": name,
        "identifiers": identifiers,
        "homepage": homepage,
        "location": {"country": {"uri": known.uri}} if known else None,
    }


def achievement(unit: Taken, instance: Taken, *, issuer: dict[str, Any], schemes: dict[str, Text]) -> dict[str, Any]:
    """What was achieved, as ELMO's own elements tell: the members that an award and a part of one share."""
    ids = [one.value() for one in instance.each("identifier")]
    awarded = instance.day("date")
    return {
        "id": next((one for one in ids if is_uri(one)), None) or _made_id(unit.element, issuer["id"]),
        "micro_credential": _definition(unit, instance, issuer, schemes),
        "awarded": _midnight(awarded) if awarded else None,
        "results": _results(instance),
    }


def _definition(unit: Taken, instance: Taken, issuer: dict[str, Any], schemes: dict[str, Text]) -> dict[str, Any]:
    identifiers = [(one.element.get("type", "").strip() or "local", one.value()) for one in unit.each("identifier")]
    title = unit.text("title") or UNSTATED
    uri = next((value for _, value in identifiers if is_uri(value)), None)
    first = identifiers[0] if identifiers else ("title", title.best("en"))
    homepage = unit.token("url")
    if homepage is not None and not is_uri(homepage):
        unit.left.append(f"{unit.path}/url")
        homepage = None
    return {
        "id": uri or f"{issuer['id']}#{quote(first[0], safe='')}:{quote(first[1], safe='')}"[:2000],
        "title": title,
        "awarding_body": issuer,
        "kind": None,
        "identifiers": [
            {"kind": IdentifierKind.OTHER, "value": value, "scheme_name": kind}
            for kind, value in identifiers
            if value and value != uri
        ],
        "description": unit.text("description", lines=True),
        "homepage": homepage,
        "fields": _fields(unit),
        "credits": _credits(instance),
        "eqf_level": _level(instance),
        "languages": _languages(instance),
        "workload": _workload(instance),
        "assessments": _assessments(instance, schemes),
    }


def _fields(unit: Taken) -> list[dict[str, str]]:
    code = unit.token("iscedCode")
    known = vocabulary("isced-f").find(code) if code else None
    if code and known is None:
        unit.left.append(f"{unit.path}/iscedCode")
    return [{"uri": known.uri}] if known else []


def _credits(instance: Taken) -> list[dict[str, Any]]:
    found = []
    for one in instance.each("credit"):
        scheme, points = one.token("scheme"), _decimal(one.token("value"))
        known = vocabulary("credit").find(scheme) if scheme else None
        if known is None or points is None or not 0 < points <= 10_000 or points != round(points, 4):
            one.left.append(one.path)
            continue
        found.append({"framework": {"uri": ECTS if scheme == "ects" else known.uri}, "points": points})
        one.done()
    return found


def _level(instance: Taken) -> dict[str, str] | None:
    """The EQF level; levels of other types say no framework that could be looked up, and are named as left."""
    found = None
    for one in instance.each("level"):
        kind, value = one.token("type"), one.token("value")
        known = vocabulary("eqf").find(value) if value and kind and kind.upper() == "EQF" else None
        if known is None or found is not None:
            one.left.append(one.path)
        else:
            found = {"uri": known.uri}
    return found


def _languages(instance: Taken) -> list[dict[str, str]]:
    code = instance.token("languageOfInstruction")
    known = vocabulary("language").find(code) if code else None
    if code and known is None:
        instance.left.append(f"{instance.path}/languageOfInstruction")
    return [{"uri": known.uri}] if known else []


def _workload(instance: Taken) -> str | None:
    stated = instance.token("engagementHours")
    hours = _decimal(stated)
    if hours is not None and 0 < hours <= 1_000_000:
        return duration_of(hours)
    if stated is not None:
        instance.left.append(f"{instance.path}/engagementHours")
    return None


def _assessments(instance: Taken, schemes: dict[str, Text]) -> list[dict[str, Any]]:
    """ELMO knows a grade and its scheme, not how it was assessed: one assessment without a type stands for it."""
    local_id = instance.token("gradingSchemeLocalId")
    graded = instance.token("resultLabel")
    if local_id is not None and local_id not in schemes:
        instance.left.append(f"{instance.path}/gradingSchemeLocalId")
    if graded is None:
        return []
    scheme = schemes.get(local_id or "")
    return [{"title": UNSTATED, "grading_scheme": {"title": scheme} if scheme is not None else None}]


def _results(instance: Taken) -> list[dict[str, Any]]:
    label = instance.token("resultLabel")
    return [{"grade": {"und": label}}] if label is not None else []


def _identifier(one: Taken) -> dict[str, Any] | None:
    name, value = one.element.get("type", "").strip(), one.value()
    if not value:
        return None
    try:
        return {"kind": _KINDS.get(name) or IdentifierKind(name), "value": value}
    except ValueError:
        return {"kind": IdentifierKind.OTHER, "value": value, "scheme_name": name or None}


def _decimal(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _made_id(unit: etree._Element, issuer_id: str) -> str:
    """A name for what brings none: the same unit in the same file always gets the same one."""
    content = hashlib.sha256(etree.tostring(unit, method="c14n", exclusive=True)).hexdigest()
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{issuer_id}#{content}')}"


def is_uri(text: str) -> bool:
    """Whether a text is an absolute URI (``PL WARSZAW01`` and ``1000-217bMRJ`` are not)."""
    try:
        check_uri(text)
    except ValueError:
        return False
    return True
