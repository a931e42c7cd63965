"""ELM documents to the record, ours and anybody's; what the record has no place for is named."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from credenza.document.elm.read_nodes import (
    concept,
    identifiers,
    note,
    organisation,
    pages,
    person,
)
from credenza.document.elm.read_qualification import qualification
from credenza.document.elm.taking import Taken
from credenza.document.elm.write_achievement import (
    DIGEST_SCHEME,
    NOT_GRADED,
    OF_DEFINITION,
    OVERRIDDEN,
    attachment_id,
)
from credenza.document.projection import Reading
from credenza.errors import MalformedInput
from credenza.record import UNSTATED, Award, AwardPart, Evidence, MicroCredential, Organisation, Result, StatusKind
from credenza.record.micro_credential import Assessment
from credenza.vocabulary import term

_MALFORMED = "elm-malformed"
_UNNAMED = "urn:credenza:unnamed"


def from_document(document: dict[str, Any]) -> Reading:
    """The record that a European Digital Credential tells; of several claims the first achievement is read.

    Raises:
        MalformedInput: ``elm-malformed`` where it is not what the profile says.
    """
    left: list[str] = []
    try:
        award = _award(Taken(document, "credential", left))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"The European Digital Credential is not well formed: {first['msg']} ({error.title} {place})."
        raise MalformedInput(_MALFORMED, message) from error
    except (OverflowError, RecursionError) as error:
        raise MalformedInput(_MALFORMED, "The European Digital Credential is not well formed.") from error
    return Reading(award, tuple(dict.fromkeys(left)))


def _award(root: Taken) -> Award:
    for plumbing in ("credentialProfiles", "credentialSchema", "proof", "issuanceDate", "expirationDate"):
        root.take(plumbing)
    language = _language(root)
    issuer_node, subject = root.node("issuer"), root.node("credentialSubject")
    if issuer_node is None or subject is None:
        raise MalformedInput(_MALFORMED, "The credential names no issuer or no subject.")
    issuer = organisation(issuer_node)
    claim = next((one for one in subject.nodes("hasClaim")), None)
    if claim is None:
        raise MalformedInput(_MALFORMED, "The credential claims no achievement.")
    for other in subject.nodes("hasClaim")[1:]:
        root.leave(f"{other.path}[2..]")
    awarded, body = _awarding(claim, issuer)
    definition, results = _definition(claim, body)
    parts = _parts(claim, root, body)
    evidence = tuple(Evidence(url=one.url, title=one.title) for one in pages(claim, "supplementaryDocument"))
    award = Award(
        id=root.id or _UNNAMED,
        micro_credential=definition,
        issuer=issuer,
        learner=person(subject),
        issued=root.moment("issued") or root.moment("issuanceDate"),
        valid_from=root.moment("validFrom") or root.moment("issuanceDate"),
        valid_until=root.moment("validUntil") or root.moment("expirationDate"),
        awarded=awarded,
        results=tuple(results),
        identifiers=identifiers(root),
        evidence=evidence,
        parts=parts,
        status=_status(root),
        language=language,
    )
    for node in (claim, root):
        node.done()
    return award


def _language(root: Taken) -> str:
    """The language of the first display; the page itself is a picture, not part of the record."""
    display = root.node("displayParameter")
    found = concept(display, "primaryLanguage") if display is not None else None
    known = term(found.uri) if found is not None else None
    return known.notation if known is not None and len(known.notation) == 2 else "en"


def _awarding(claim: Taken, issuer: Organisation) -> tuple[Any, Organisation]:
    process = claim.node("awardedBy")
    if process is None:
        return None, issuer
    found = process.node("awardingBody")
    moment = process.moment("awardingDate")
    process.done()
    return moment, organisation(found) if found is not None else issuer


def _definition(claim: Taken, body: Organisation) -> tuple[MicroCredential, list[Result]]:
    title = claim.text("title") or UNSTATED
    specified = claim.node("specifiedBy")
    members: dict[str, Any] = {"id": claim.id or _UNNAMED, "title": title, "kind": None}
    numbered: list[tuple[str, Assessment]] = []
    if specified is not None:
        found, assessments = qualification(specified)
        members |= found
        numbered = list(assessments)
    results: list[Result] = []
    for proof in claim.nodes("provenBy"):
        _read_assessment(proof, numbered, results)
    members["assessments"] = tuple(one for _, one in numbered)
    members["description"] = members.get("description") or claim.text("description")
    return MicroCredential(**members, awarding_body=body), results


def _parts(claim: Taken, root: Taken, body: Organisation) -> tuple[AwardPart, ...]:
    """The achievements inside the larger one, each with its sealed credential where that is attached."""
    attached = {one.id: one for one in root.nodes("attachment")}
    found = []
    for place, node in enumerate(claim.nodes("hasPart"), 1):
        node.take("isPartOf")
        awarded, part_body = _awarding(node, body)
        definition, results = _definition(node, part_body)
        part_id = node.id or f"{_UNNAMED}-part-{place}"
        sealed = attached.pop(attachment_id(part_id), None)
        found.append(
            AwardPart(
                id=part_id,
                micro_credential=definition,
                awarded=awarded,
                results=tuple(results),
                digest=_digest(node),
                sealed=sealed.line("content") if sealed is not None else None,
            )
        )
        node.done()
    for one in attached.values():
        root.leave(one.path)
    return tuple(found)


def _digest(node: Taken) -> str | None:
    found = None
    for one in node.nodes("identifier"):
        if one.members.get("schemeName") == DIGEST_SCHEME:
            found = one.line("notation")
        else:
            node.leave(f"{one.path}[{one.members.get('notation')}]")
    return found


def _read_assessment(proof: Taken, numbered: list[tuple[str, Assessment]], results: list[Result]) -> None:
    """A proven assessment: its result, and its specification where the qualification did not give it already."""
    from credenza.document.elm.read_qualification import assessment

    title = proof.text("title")
    proof.take("awardedBy")
    specified = proof.node("specifiedBy")
    name = (specified.id if specified is not None else proof.id) or f"{len(numbered)}"
    index = next((place for place, (known, _) in enumerate(numbered) if known == name), None)
    read = assessment(specified) if specified is not None else Assessment(title=title or UNSTATED)
    if index is None:
        numbered.append((name, read))
        index = len(numbered) - 1
    supervision = concept(proof, "idVerification")
    grade_node = (proof.members.get("grade") or {}) if isinstance(proof.members.get("grade"), dict) else {}
    grade = note(proof, "grade")
    if str(grade_node.get("id", "")).endswith(NOT_GRADED):
        grade = None
    assessed = proof.moment("dateIssued")
    own = (proof.id or "").endswith(OVERRIDDEN)
    if supervision is not None and not own:
        numbered[index] = (name, numbered[index][1].model_copy(update={"supervision": supervision}))
    if not (proof.id or "").endswith(OF_DEFINITION):
        results.append(
            Result(assessment=index, grade=grade, supervision=supervision if own else None, assessed=assessed)
        )
    proof.done()


def _status(root: Taken) -> tuple[dict[str, Any], ...]:
    found = root.node("credentialStatus")
    url, _, place = ((found.id if found is not None else None) or "").partition("#idx=")
    if found is None:
        return ()
    if not place.isdigit():
        root.leave("credential.credentialStatus")
        return ()
    return ({"kind": StatusKind.TOKEN, "list_url": url, "index": int(place)},)
