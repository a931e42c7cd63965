"""The proofs that a document carries: their members, their times, and the document that each of them signs.

Verifiable Credential Data Integrity 1.0 section 2.1 (Proofs) and 4.3 to 4.5 (proof sets and chains).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from credenza.errors import MalformedInput
from credenza.linked_data.term import ABSOLUTE_IRI
from credenza.proof.data_integrity.cryptosuites import DATA_INTEGRITY_PROOF

MAXIMUM_PROOFS = 16  # each costs a signature check and perhaps a fetched key
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


@dataclass(frozen=True)
class Proof:
    """One proof as it stands in the document, with the members that every proof must have."""

    members: Mapping[str, Any]
    cryptosuite: str
    verification_method: str
    purpose: str
    value: str
    created: datetime | None
    expires: datetime | None
    domains: tuple[str, ...]
    challenge: str | None
    previous: tuple[str, ...]

    @property
    def id(self) -> str | None:
        """The proof's own identifier, which a later proof of a chain may name."""
        identifier = self.members.get("id")
        return identifier if isinstance(identifier, str) else None

    def configuration(self, document: Mapping[str, Any], *, as_json: bool) -> dict[str, Any]:
        """What of the proof itself is signed: all but its value; as RDF, in the context of the document."""
        config = {name: value for name, value in self.members.items() if name != "proofValue"}
        if as_json:
            return config
        return {**config, "@context": document["@context"]} if "@context" in document else config


def proofs_of(document: Mapping[str, Any]) -> list[Proof]:
    """All proofs of a document, in order.

    Raises:
        MalformedInput: ``proof-malformed``, ``proof-too-many``, ``proof-context-mismatch``.
    """
    found = document.get("proof", [])
    members = found if isinstance(found, list) else [found]
    if len(members) > MAXIMUM_PROOFS:
        raise MalformedInput("proof-too-many", f"The document carries more than {MAXIMUM_PROOFS} proofs.")
    proofs = [_read(entry, document) for entry in members]
    ids = [proof.id for proof in proofs if proof.id is not None]
    if len(set(ids)) != len(ids):
        raise _malformed("two proofs have the same id")
    return proofs


def without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    """The unsecured document."""
    return {name: value for name, value in document.items() if name != "proof"}


def signed_document(
    document: Mapping[str, Any], previous: tuple[str, ...], proofs: list[Proof]
) -> dict[str, Any] | None:
    """The document that a proof signs: unsecured, or with the earlier proofs of its chain; None where one is gone."""
    unsecured = without_proof(document)
    if not previous:
        return unsecured
    by_id = {proof.id: proof.members for proof in proofs}
    if any(name not in by_id for name in previous):
        return None
    return {**unsecured, "proof": [by_id[name] for name in previous]}


def instant(text: str) -> datetime:
    """An XML Schema dateTimeStamp as an aware time; one without its offset is read as UTC, as section 2.1 demands.

    Raises:
        MalformedInput: ``proof-malformed``.
    """
    if _DATE_TIME.fullmatch(text):
        try:
            moment = datetime.fromisoformat(re.sub(r"\.([0-9]{6})[0-9]+", r".\1", text))
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except ValueError:
            pass
    raise _malformed(f"{text[:40]!r} is not a time")


def timestamp(moment: datetime) -> str:
    """An aware time as the text that a proof carries, in UTC to the second."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(entry: Any, document: Mapping[str, Any]) -> Proof:
    if not isinstance(entry, Mapping):
        raise _malformed("it is not an object")
    if "@context" in entry and entry["@context"] != document.get("@context"):
        raise MalformedInput("proof-context-mismatch", "A proof of the document uses other contexts than the document.")
    kind = _text(entry, "type")
    for name in ("id", "verificationMethod"):
        if name in entry and not ABSOLUTE_IRI.fullmatch(_text(entry, name)):
            raise _malformed(f"its {name} is not an absolute address")
    if "nonce" in entry:
        _text(entry, "nonce")
    created, expires = _time(entry, "created"), _time(entry, "expires")
    return Proof(
        members=entry,
        cryptosuite=_text(entry, "cryptosuite") if kind == DATA_INTEGRITY_PROOF else kind,
        verification_method=_text(entry, "verificationMethod"),
        purpose=_text(entry, "proofPurpose"),
        value=_text(entry, "proofValue"),
        created=created,
        expires=expires,
        domains=_texts(entry, "domain"),
        challenge=_text(entry, "challenge") if "challenge" in entry else None,
        previous=_texts(entry, "previousProof"),
    )


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(f"its {name} is missing or not a text")
    return value


def _texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    if name not in entry:
        return ()
    values = entry[name] if isinstance(entry[name], list) else [entry[name]]
    if not values or not all(isinstance(value, str) and value for value in values):
        raise _malformed(f"its {name} is not a text")
    return tuple(values)


def _time(entry: Mapping[str, Any], name: str) -> datetime | None:
    return instant(_text(entry, name)) if name in entry else None


def _malformed(why: str) -> MalformedInput:
    return MalformedInput("proof-malformed", f"A proof of the document is damaged: {why}.")
