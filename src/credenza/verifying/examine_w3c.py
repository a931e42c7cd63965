"""W3C credentials: Open Badges 3.0 (and ELM) with Data Integrity proofs, or as JSON Web Tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credenza.document import comprehensive_learner_record, elm, open_badge
from credenza.document.projection import Reading
from credenza.errors import MalformedInput
from credenza.finding import Finding, failed, passed
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import vc_jwt
from credenza.proof.data_integrity.cryptosuites import CRYPTOSUITES
from credenza.proof.data_integrity.verify import ProofResult, verify_proofs
from credenza.verifying.evidence import ALGORITHMS, Examined, SignedBy, Sources
from credenza.verifying.examine_sd_jwt import TIME_CODES, TRUST_ELSEWHERE

_BADGES = frozenset({"OpenBadgeCredential", "AchievementCredential"})


def examine_data_integrity(document: Mapping[str, Any], *, sources: Sources, now: datetime) -> Examined:
    """Look into a document with embedded proofs; every proof of a set must hold.

    Raises:
        MalformedInput: the document, its terms or its proofs are not what they must be.
    """
    results = verify_proofs(
        document,
        find_method=sources.find_method,
        expected_purpose=ASSERTION_METHOD,
        now=now,
        allowed_cryptosuites=frozenset(CRYPTOSUITES),
    )
    format_name, reading = _read(document)
    return Examined(
        format=format_name,
        reading=reading,
        proof=tuple(_told(result, document.get("issuer")) for result in results),
        signed_by=tuple(SignedBy(method=result.method) for result in results if result.valid),
        credential_status=document.get("credentialStatus"),
    )


def _told(result: ProofResult, issuer: Any) -> Finding:
    """A key that could not be fetched is of the DID that names it: where that is not the issuer, no network helps."""
    owner = str(result.proof.get("verificationMethod", "")).partition("#")[0]
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    if result.finding.outcome == "not_checked" and owner.startswith("did:") and owner != named:
        reason = f"The key belongs to {owner[:300]}, the credential names {str(named)[:300]} as its issuer."
        return failed("issuer-key-mismatch", reason)
    return result.finding


def examine_token(token: bytes | str, *, sources: Sources, now: datetime) -> Examined:
    """Look into a ``vc+jwt`` or an older JWT credential.

    Raises:
        MalformedInput, Refused: it is not what its format says. Unreachable: the issuer's key could not be fetched.
    """
    verified = vc_jwt.verify(token, find_method=sources.find_method, allowed_algorithms=ALGORITHMS, now=now)
    format_name, reading = _read(verified.document)
    key = verified.signing_key
    issuer = verified.document.get("issuer")
    issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
    proof = [one for one in verified.findings if one.code not in TIME_CODES | TRUST_ELSEWHERE]
    return Examined(
        format=format_name,
        reading=reading,
        proof=(*proof, passed("signature-intact", "The issuer's signature is intact.")),
        signed_by=(SignedBy(method=key.method, chain=key.certificates, token_issuer=issuer_id),),
        validity=tuple(one for one in verified.findings if one.code in TIME_CODES),
        credential_status=verified.document.get("credentialStatus"),
    )


def examine_unsealed(document: Mapping[str, Any]) -> Examined:
    """Read a credential without any seal: what it says may be true or not, and nobody can tell.

    Raises:
        MalformedInput: it is no credential that can be read.
    """
    format_name, reading = _read(document)
    finding = failed("proof-missing", "The file carries no seal: anybody could have written it.")
    return Examined(format=format_name, reading=reading, proof=(finding,))


def _read(document: Mapping[str, Any]) -> tuple[str, Reading]:
    types = document.get("type")
    kinds = {kind for kind in (types if isinstance(types, list) else [types]) if isinstance(kind, str)}
    if "EuropeanDigitalCredential" in kinds:
        return "elm", elm.from_document(dict(document))
    if kinds & _BADGES:
        return "open-badge", open_badge.from_document(dict(document))
    if "ClrCredential" in kinds:
        return "clr", comprehensive_learner_record.from_document(dict(document))
    raise MalformedInput(
        "credential-unknown", "It is neither a European Digital Credential, an Open Badge nor a learner record."
    )
