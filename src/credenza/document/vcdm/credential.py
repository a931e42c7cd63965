"""What a credential MUST be (VCDM 2.0 sections 4 and 5; VCDM 1.1 section 4), found out all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from credenza.document.vcdm import values
from credenza.document.vcdm.fault import Fault
from credenza.document.vcdm.related_resource import related_resource_faults
from credenza.document.vcdm.values import id_faults, is_url, items, text_faults, type_faults

CREDENTIAL = "VerifiableCredential"


@dataclass(frozen=True)
class _Part:
    """A member whose values are objects of a type: the code of its faults, and whether each needs an id (2.0, 1.1)."""

    code: str
    needs_id: tuple[bool, bool] = (False, False)


_PARTS = {
    "credentialStatus": _Part("vcdm-status", (False, True)),
    "credentialSchema": _Part("vcdm-schema", (True, True)),
    "refreshService": _Part("vcdm-refresh-service", (False, True)),
    "termsOfUse": _Part("vcdm-terms-of-use"),
    "evidence": _Part("vcdm-evidence"),
    "confidenceMethod": _Part("vcdm-reserved"),
    "renderMethod": _Part("vcdm-reserved"),
}
_TIMES = {1: ("issuanceDate", "expirationDate"), 2: ("validFrom", "validUntil")}


def check_credential(credential: Any, *, offset_required: bool = False) -> tuple[Fault, ...]:
    """Every MUST of the data model that a credential breaks, with or without its proof.

    ``offset_required`` refuses times that do not say their offset from UTC, which a verifier has to read as UTC.
    """
    if not isinstance(credential, Mapping):
        return (Fault("vcdm-not-an-object", "", "A credential must be an object."),)
    return tuple(_faults(credential, offset_required))


def _faults(credential: Mapping[str, Any], offset_required: bool) -> Iterator[Fault]:
    yield from values.context_faults(credential)
    yield from type_faults(credential, "", required=CREDENTIAL)
    yield from id_faults(credential, "")
    yield from text_faults(credential, "")
    yield from _issuer_faults(credential)
    yield from _subject_faults(credential)
    yield from _time_faults(credential, offset_required)
    for name in _PARTS:
        yield from part_faults(credential, name)
    if "relatedResource" in credential:
        yield from related_resource_faults(credential["relatedResource"])
    yield from proof_faults(credential)


def part_faults(document: Mapping[str, Any], name: str) -> Iterator[Fault]:
    """The faults of a member that holds one or more objects with a type (sections 4.5, 4.10, 4.11, 5.4 to 5.6)."""
    if name not in document:
        return
    part = _PARTS[name]
    needs_id = part.needs_id[1 if values.version(document) == 1 else 0]
    if not items(document[name]):
        yield Fault(part.code, f"/{name}", "An empty list says nothing.")
    for index, item in enumerate(items(document[name])):
        at = f"/{name}/{index}" if isinstance(document[name], list) else f"/{name}"
        if not isinstance(item, Mapping):
            yield Fault(part.code, at, "It must be an object.")
            continue
        yield from type_faults(item, at)
        yield from id_faults(item, at, required=needs_id)


def proof_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """An embedded proof is one object or several, each with its type (Data Integrity 1.0 section 2.1)."""
    if "proof" not in document:
        return
    proofs = items(document["proof"])
    if not proofs or not all(isinstance(proof, Mapping) and isinstance(proof.get("type"), str) for proof in proofs):
        yield Fault("vcdm-proof", "/proof", "A proof must be an object with its type, or a list of such objects.")


def _issuer_faults(credential: Mapping[str, Any]) -> Iterator[Fault]:
    issuer = credential.get("issuer")
    if not is_url(issuer.get("id") if isinstance(issuer, Mapping) else issuer):
        yield Fault(
            "vcdm-issuer", "/issuer", "The issuer must be an absolute address, or an object with one as its id."
        )
    elif isinstance(issuer, Mapping):
        yield from text_faults(issuer, "/issuer")


def _subject_faults(credential: Mapping[str, Any]) -> Iterator[Fault]:
    subjects = items(credential.get("credentialSubject"))
    if not subjects or not all(isinstance(subject, Mapping) and subject for subject in subjects):
        reason = "The subject must be an object, or a list of objects, each of which says something."
        yield Fault("vcdm-subject", "/credentialSubject", reason)
        return
    for index, subject in enumerate(subjects):
        yield from id_faults(subject, f"/credentialSubject/{index}" if len(subjects) > 1 else "/credentialSubject")


def _time_faults(credential: Mapping[str, Any], offset_required: bool) -> Iterator[Fault]:
    begins, ends = _TIMES[1 if values.version(credential) == 1 else 2]
    if begins == "issuanceDate" and begins not in credential:
        yield Fault("vcdm-time", f"/{begins}", "The data model 1.1 asks for the time of issuing.")
    for name in (begins, ends):
        value = credential.get(name)
        if name not in credential:
            continue
        if values.moment(value) is None:
            yield Fault("vcdm-time", f"/{name}", "It must be a date and time as XML Schema writes them.")
        elif offset_required and not values.has_offset(str(value)):
            yield Fault("vcdm-time", f"/{name}", "The time must say its offset from UTC, for example by a Z.")
    first, last = values.moment(credential.get(begins)), values.moment(credential.get(ends))
    if first is not None and last is not None and last < first:
        yield Fault("vcdm-validity-order", f"/{ends}", "The validity ends before it begins.")
