"""What JWT claims and the credential beside them say, held against each other (VC-JOSE-COSE 3.1.3, VCDM 1.1 6.3.1).

Codes raised: ``vc-jwt-payload-malformed``, ``vc-jwt-claim-mismatch``, ``jwt-claim-malformed``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from credenza.errors import MalformedInput
from credenza.proof import jwt_claims

_VERSIONS = {"https://www.w3.org/2018/credentials/v1": 1, "https://www.w3.org/ns/credentials/v2": 2}
_ENVELOPES = ("data:application/vc+jwt,", "data:application/vc+sd-jwt,", "data:application/dc+sd-jwt,")


def version(document: Mapping[str, Any]) -> int:
    """The generation of the W3C data model (1 or 2) that a document's first context names, 0 for neither."""
    contexts = document.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    return _VERSIONS.get(first, 0) if isinstance(first, str) else 0


def identifier(node: Any) -> str | None:
    """The id of a party, given as a text or as an object with ``id``."""
    value = node.get("id") if isinstance(node, dict) else node
    return value if isinstance(value, str) and value else None


def current_credential(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """The VCDM 2.0 credential that a payload is, once its JWT claims agree with it.

    Raises:
        MalformedInput: see the module.
    """
    if "vc" in claims or "vp" in claims or version(claims) != 2 or not _has_type(claims, "VerifiableCredential"):
        raise MalformedInput("vc-jwt-payload-malformed", "The token's content is not a VCDM 2.0 credential.")
    _agree(claims, claims, begins="validFrom", ends="validUntil")
    return claims


def presentation(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """The VCDM 2.0 presentation that a payload is, once its JWT claims agree with it.

    Raises:
        MalformedInput: see the module.
    """
    if "vc" in claims or "vp" in claims or version(claims) != 2 or not _has_type(claims, "VerifiablePresentation"):
        raise MalformedInput("vc-jwt-payload-malformed", "The token's content is not a VCDM 2.0 presentation.")
    holder = identifier(claims.get("holder"))
    _same("iss", jwt_claims.text(claims, "iss"), holder)
    _same("jti", jwt_claims.text(claims, "jti"), identifier(claims.get("id")))
    return claims


def earlier_credential(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """The VCDM 1.1 credential of the ``vc`` claim, completed from the JWT claims as section 6.3.1 says.

    Raises:
        MalformedInput: see the module.
    """
    credential = claims.get("vc")
    if not isinstance(credential, dict) or not _has_type(credential, "VerifiableCredential"):
        raise MalformedInput("vc-jwt-payload-malformed", "The token's content is not a credential.")
    if version(credential) != 1:
        raise MalformedInput("vc-jwt-payload-malformed", "Only a VCDM 1.1 credential may stand in a vc claim.")
    _agree(claims, credential, begins="issuanceDate", ends="expirationDate")
    return _completed(claims, credential, "issuanceDate", "expirationDate")


def enveloped(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The tokens in the ``data:`` URLs of a presentation's enveloped credentials.

    Raises:
        MalformedInput: ``vc-jwt-payload-malformed``.
    """
    entries = document.get("verifiableCredential", [])
    tokens = []
    for entry in entries if isinstance(entries, list) else [entries]:
        if not _has_type(entry, "EnvelopedVerifiableCredential"):
            continue
        address = identifier(entry)
        prefix = next((item for item in _ENVELOPES if address and address.startswith(item)), None)
        if address is None or prefix is None:
            raise MalformedInput("vc-jwt-payload-malformed", "A credential inside the presentation cannot be read.")
        tokens.append(address[len(prefix) :])
    return tuple(tokens)


def _agree(claims: Mapping[str, Any], credential: Mapping[str, Any], *, begins: str, ends: str) -> None:
    subject = credential.get("credentialSubject")
    subjects = subject if isinstance(subject, list) else [subject]
    _same("iss", jwt_claims.text(claims, "iss"), identifier(credential.get("issuer")))
    _same("jti", jwt_claims.text(claims, "jti"), identifier(credential.get("id")))
    if (named := jwt_claims.text(claims, "sub")) is not None:
        if len(subjects) != 1:
            raise MalformedInput("vc-jwt-claim-mismatch", "The token names one learner, the credential several.")
        _same("sub", named, identifier(subjects[0]))
    _same("nbf", _second(jwt_claims.numeric_date(claims, "nbf")), _time(credential, begins))
    _same("exp", _second(jwt_claims.numeric_date(claims, "exp")), _time(credential, ends))


def _same(claim: str, in_token: object, in_credential: object) -> None:
    if in_token is not None and in_credential is not None and in_token != in_credential:
        raise MalformedInput(
            "vc-jwt-claim-mismatch", f"The token and the credential inside say different things ({claim}).", claim=claim
        )


def _time(credential: Mapping[str, Any], name: str) -> datetime | None:
    value = credential.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise MalformedInput("vc-jwt-payload-malformed", f"The credential's {name!r} is not a time.") from error
    return _second(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _second(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(microsecond=0) if moment else None


def _completed(claims: Mapping[str, Any], credential: dict[str, Any], begins: str, ends: str) -> Mapping[str, Any]:
    completed = dict(credential)
    if "jti" in claims:
        completed.setdefault("id", claims["jti"])
    if "iss" in claims:
        issuer = completed.setdefault("issuer", claims["iss"])
        if isinstance(issuer, dict):
            completed["issuer"] = {"id": claims["iss"], **issuer}
    subject = completed.get("credentialSubject")
    if "sub" in claims and isinstance(subject, dict):
        completed["credentialSubject"] = {"id": claims["sub"], **subject}
    for claim, name in (("nbf", begins), ("exp", ends)):
        moment = jwt_claims.numeric_date(claims, claim)
        if moment is not None:
            completed.setdefault(name, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return completed


def _has_type(document: Any, name: str) -> bool:
    kinds = document.get("type") if isinstance(document, dict) else None
    return name == kinds or (isinstance(kinds, list) and name in kinds)
