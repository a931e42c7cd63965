"""European Digital Credentials sealed with JAdES: the envelope, the credential in it, and its own vocabulary check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credenza.document import elm
from credenza.encoding import strict_json
from credenza.finding import Finding, failed, passed
from credenza.linked_data.guard import refuse_uncovered
from credenza.proof import jades
from credenza.record import Award, StatusKind
from credenza.verifying.evidence import ALGORITHMS, Examined, SignedBy, Sources

_TRUST_ELSEWHERE = frozenset({"certificate-not-judged"})


def examine_sealed(envelope: Mapping[str, Any], *, sources: Sources, now: datetime) -> Examined:
    """Look into an enveloping JAdES seal over ELM, as ``strict_json`` read it.

    Raises:
        MalformedInput, Refused: the envelope, the seal or the credential is not what its format says.
    """
    seal = jades.verify(envelope, allowed_algorithms=ALGORITHMS, time_stamp_anchors=sources.time_stamp_anchors, now=now)
    document = strict_json.loads_object(seal.payload)
    refuse_uncovered(document)
    reading = elm.from_document(document)
    proof = [one for one in seal.findings if one.code not in _TRUST_ELSEWHERE]
    proof.append(passed("seal-intact", f"The seal is intact (JAdES {seal.level})."))
    return Examined(
        format="elm",
        reading=reading,
        proof=tuple(proof),
        signed_by=tuple(map(_signed_by, seal.signatures)),
        form=tuple(_foreign_terms(document)),
        **_status(reading.award, document),
    )


def _signed_by(signature: jades.SealSignature) -> SignedBy:
    kept = signature.kept
    return SignedBy(
        chain=signature.certificate_chain,
        proven_time=signature.signing_time_proven,
        more_certificates=kept.certificates,
        crls=kept.crls,
        ocsp_responses=kept.ocsp_responses,
    )


def _status(award: Award, document: dict[str, Any]) -> dict[str, Any]:
    """ELM has one place for a status: ours names a token status list; any other kind is looked at as it stands."""
    token = next((one for one in award.status if one.kind is StatusKind.TOKEN), None)
    if token is None:
        return {"credential_status": document.get("credentialStatus")}
    return {"token_status": {"status": {"status_list": {"idx": token.index, "uri": token.list_url}}}}


def _foreign_terms(document: dict[str, object]) -> list[Finding]:
    foreign = elm.check_membership(document)
    if not foreign:
        return []
    place, code, message = foreign[0]
    told = f"{place}: {message} ({len(foreign) - 1} more)" if len(foreign) > 1 else f"{place}: {message}"
    return [failed(code, told)]
