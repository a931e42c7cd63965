"""Comprehensive Learner Records to the record: ours with every element, anybody's as an award of what is inside."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from pydantic import ValidationError

from credenza.document import open_badge, sd_jwt_vc
from credenza.document.comprehensive_learner_record.embedded import embedded_bytes
from credenza.document.comprehensive_learner_record.write import record_id
from credenza.document.open_badge.read import (
    object_of,
    objects_of,
    read_learner,
    read_moment,
    read_organisation,
    status_entries,
    with_entries,
)
from credenza.document.open_badge.write import EXTENSION
from credenza.document.projection import Reading
from credenza.errors import MalformedInput
from credenza.record import UNSTATED, Award

_MALFORMED = "clr-malformed"
_CONTRADICTION = "clr-contradiction"
_UNNAMED = "urn:credenza:unnamed"


def from_document(document: dict[str, Any]) -> Reading:
    """The record that a learner record tells; whatever is sealed inside becomes a part.

    Raises:
        MalformedInput: ``clr-malformed``; ``clr-contradiction`` where it names different things, or holds credentials
            of which its elements say nothing.
    """
    try:
        return _own(document) if EXTENSION in document else _foreign(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise MalformedInput(_MALFORMED, f"The learner record is not well formed: {first['msg']}.") from error


def _own(document: dict[str, Any]) -> Reading:
    elements = object_of(document, EXTENSION)
    claims = {name: value for name, value in elements.items() if name not in ("vct", "iss", "status")}
    for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
        moment = read_moment(document, member)
        if moment is not None:
            claims[claim] = int(moment.timestamp())
    award = sd_jwt_vc.from_claims(claims).award
    subject, issuer = object_of(document, "credentialSubject"), document.get("issuer")
    pairs = {
        "issuer": (issuer.get("id") if isinstance(issuer, dict) else issuer, award.issuer.id),
        "learner": (subject.get("id"), award.learner.id),
        "credential": (document.get("id"), record_id(award)),
        "achievements": (_achievements(subject), _defined(award)),
        "parts": (_associations(subject), [(award.micro_credential.id, one) for one in _defined(award)[1:]]),
    }
    for what, (said, meant) in pairs.items():
        if said != meant:
            raise MalformedInput(_CONTRADICTION, f"The learner record names two different things as its {what}.")
    award = _with_sealed(award, subject)
    return Reading(award.model_copy(update={"status": with_entries(award, document)}))


def _achievements(subject: dict[str, Any]) -> list[Any]:
    return [one.get("id") for one in objects_of(subject, "achievement")]


def _associations(subject: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(one.get("sourceId"), one.get("targetId")) for one in objects_of(subject, "association")]


def _defined(award: Award) -> list[str]:
    return [award.micro_credential.id, *(part.micro_credential.id for part in award.parts)]


def _with_sealed(award: Award, subject: dict[str, Any]) -> Award:
    """The parts with their sealed bytes, found by digest; any other credential but the award's own badge is refused."""
    inside: dict[str, bytes] = {}
    for member in objects_of(subject, "verifiableCredential"):
        if member.get("id") == award.id:
            if open_badge.from_document(member).award.issuer.id != award.issuer.id:
                raise MalformedInput(_CONTRADICTION, "The badge of the award is of another issuer.")
            continue
        data = embedded_bytes(member)
        inside[hashlib.sha256(data).hexdigest()] = data
    parts = []
    for part in award.parts:
        sealed = inside.pop(part.digest or "", None)
        encoded = base64.b64encode(sealed).decode() if sealed is not None else None
        parts.append(part.model_copy(update={"sealed": encoded}))
    if inside:
        raise MalformedInput(_CONTRADICTION, "The learner record holds a credential that is no part of the award.")
    return award.model_copy(update={"parts": tuple(parts)})


def _foreign(document: dict[str, Any]) -> Reading:
    subject, issuer = object_of(document, "credentialSubject"), document.get("issuer")
    body = read_organisation(issuer if isinstance(issuer, dict) else {"id": issuer}, "en")
    name = document.get("name")
    found = [_part(one, place) for place, one in enumerate(objects_of(subject, "verifiableCredential"), 1)]
    members = {
        "id": document.get("id") or _UNNAMED,
        "micro_credential": {
            "id": document.get("id") or _UNNAMED,
            "title": {"en": name.strip()} if isinstance(name, str) else UNSTATED,
            "kind": None,
            "awarding_body": body,
        },
        "issuer": body,
        "learner": read_learner(subject),
        "issued": read_moment(document, "validFrom"),
        "valid_from": read_moment(document, "validFrom"),
        "valid_until": read_moment(document, "validUntil"),
        "status": list(status_entries(document)),
        "parts": found,
    }
    left = ["credentialSubject.association"] if objects_of(subject, "association") else []
    return Reading(Award.model_validate(members), tuple(left))


def _part(member: dict[str, Any], place: int) -> dict[str, Any]:
    """What is embedded, with what it says of itself where it is a badge; its own report tells the rest."""
    data = embedded_bytes(member)
    types = member.get("type")
    badge = {"OpenBadgeCredential", "AchievementCredential"} & {str(one) for one in types or ()}
    award = open_badge.from_document(member).award if badge and isinstance(types, list) else None
    unknown = {
        "id": f"{_UNNAMED}-{place}",
        "title": UNSTATED,
        "awarding_body": {"id": _UNNAMED, "legal_name": UNSTATED},
    }
    return {
        "id": award.id if award is not None else f"{_UNNAMED}-{place}",
        "micro_credential": award.micro_credential if award is not None else unknown,
        "awarded": award.awarded if award is not None else None,
        "digest": hashlib.sha256(data).hexdigest(),
        "sealed": base64.b64encode(data).decode(),
    }
