"""Larger awards to Comprehensive Learner Records."""

from __future__ import annotations

import uuid
from typing import Any

from credenza.document import sd_jwt_vc
from credenza.document.comprehensive_learner_record.embedded import embed
from credenza.document.open_badge.write import (
    EXTENSION,
    IN_ENVELOPE,
    achievement_of,
    identities,
    profile_of,
    status_entries,
)
from credenza.record import Award
from credenza.record.instant import to_text

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://w3id.org/credenza/micro-credential/v1",
)
WHOLE_OF = "isParentOf"


def record_id(award: Award) -> str:
    """The id of the learner record, which is not that of the award inside: always the same for one award."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{award.id}#comprehensive-learner-record')}"


def without_sealed(award: Award) -> Award:
    """The award whose parts are known by their digests; their sealed bytes travel beside it."""
    parts = tuple(part.model_copy(update={"sealed": None}) for part in award.parts)
    return award.model_copy(update={"parts": parts})


def to_document(award: Award, *, badge: dict[str, Any]) -> dict[str, Any]:
    """An award as an unsealed learner record; ``badge`` is the sealed Open Badge of ``without_sealed(award)``."""
    language, definition = award.language, award.micro_credential
    template = sd_jwt_vc.Template(definition, award.issuer, language)
    elements = template.claims(without_sealed(award), issuer=award.issuer.id)
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": record_id(award),
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": definition.title.best(language),
        "issuer": profile_of(award.issuer, language),
        "validFrom": to_text(award.valid_from) if award.valid_from else None,
        "validUntil": to_text(award.valid_until) if award.valid_until else None,
        "credentialSubject": _subject(award, badge),
        "credentialStatus": status_entries(award),
        EXTENSION: {name: value for name, value in elements.items() if name not in IN_ENVELOPE},
    }
    return {name: value for name, value in document.items() if value is not None and value != []}


def _subject(award: Award, badge: dict[str, Any]) -> dict[str, Any]:
    definitions = [award.micro_credential, *(part.micro_credential for part in award.parts)]
    subject: dict[str, Any] = {
        "type": ["ClrSubject"],
        "identifier": list(identities(award)),
        "achievement": [achievement_of(one, award.language) for one in definitions],
        "verifiableCredential": [badge, *(embed(part.sealed_bytes) for part in award.parts if part.sealed)],
        "association": [
            {
                "type": ["Association"],
                "associationType": WHOLE_OF,
                "sourceId": award.micro_credential.id,
                "targetId": part.micro_credential.id,
            }
            for part in award.parts
        ],
    }
    if award.learner.id is not None:
        subject["id"] = award.learner.id
    return {name: value for name, value in subject.items() if value != []}
