"""Credentials and presentations as JSON Web Tokens.

Written: ``vc+jwt``, whose payload is the VCDM 2.0 credential itself (W3C VC-JOSE-COSE section 3.1.1).
Read: ``vc+jwt``, ``vp+jwt``, and the older ``jwt_vc`` form of VCDM 1.1 with its ``vc`` claim (VCDM 1.1 section 6.3.1).
What a JWT claim says and what the credential says must be the same; a token that says two things is refused.

Codes raised: ``vc-jwt-payload-malformed``, ``vc-jwt-claim-mismatch``, those of ``jws``, ``jwt_key`` and ``jwt_claims``.
Codes found: those of ``jws``, ``jwt_key``, ``jwt_claims``, and ``presentation-nonce-wrong``,
``presentation-audience-wrong``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from credenza.encoding import strict_json
from credenza.errors import MalformedInput
from credenza.keys import FindVerificationMethod, Signer
from credenza.keys.verification_method import ASSERTION_METHOD, AUTHENTICATION
from credenza.proof import certificate_chain, jws, jwt_claims, jwt_key, vc_jwt_claims
from credenza.proof.finding import Finding, failed, hold
from credenza.proof.jwt_key import SigningKey

CREDENTIAL_TYPE = "vc+jwt"
PRESENTATION_TYPE = "vp+jwt"
_EARLIER_TYPES = ("jwt", "", "vc+jwt", "vc+ld+jwt")  # what issuers of VCDM 1.1 wrote, or left out


@dataclass(frozen=True)
class VerifiedToken:
    """What a signed token holds and what was found about it; read ``verified`` before trusting anything in it."""

    payload: bytes
    document: Mapping[str, Any]
    claims: Mapping[str, Any]
    header: Mapping[str, Any]
    signing_key: SigningKey
    findings: tuple[Finding, ...]

    @property
    def verified(self) -> bool:
        """Whether the signature holds and no check failed."""
        return hold(self.findings)


def sign(credential: bytes, signer: Signer, *, header: Mapping[str, Any] | None = None) -> str:
    """Secure a VCDM 2.0 credential (its JSON, UTF-8) as ``vc+jwt``; exactly these bytes are signed.

    Raises:
        MalformedInput: ``vc-jwt-payload-malformed`` for what is no VCDM 2.0 credential with an issuer.
    """
    document = strict_json.loads_object(credential)
    if vc_jwt_claims.version(document) != 2 or vc_jwt_claims.identifier(document.get("issuer")) is None:
        raise MalformedInput("vc-jwt-payload-malformed", "Only a VCDM 2.0 credential that names its issuer is signed.")
    return jws.sign_compact(credential, signer, header=_header(signer, CREDENTIAL_TYPE, "vc", header))


def sign_presentation(presentation: bytes, signer: Signer) -> str:
    """Secure a VCDM 2.0 presentation (its JSON with ``nonce`` and ``aud`` beside it) as ``vp+jwt``."""
    strict_json.loads_object(presentation)
    return jws.sign_compact(presentation, signer, header=_header(signer, PRESENTATION_TYPE, "vp", None))


def verify(
    token: str | bytes,
    *,
    find_method: FindVerificationMethod,
    allowed_algorithms: Collection[str],
    now: datetime,
    leeway: timedelta = timedelta(0),
) -> VerifiedToken:
    """Verify a credential token of either generation; ``document`` is the credential, with its claims put back for 1.1.

    Raises:
        MalformedInput, Refused: see the module. Unreachable: the issuer's key could not be fetched.
    """
    types = (CREDENTIAL_TYPE, *_EARLIER_TYPES)
    opened = _open(token, allowed_algorithms=allowed_algorithms, expected_types=types)
    kind = _media_type(opened.header)
    if kind in ("jwt", "", "vc+ld+jwt") or "vc" in opened.claims:
        document = vc_jwt_claims.earlier_credential(opened.claims)
    else:
        document = vc_jwt_claims.current_credential(opened.claims)
    if opened.header.get("cty", "vc") not in ("vc", "application/vc", "credential-claims-set+json"):
        raise MalformedInput("jws-typ-wrong", "The token's content type is not that of a credential.")
    issuer = vc_jwt_claims.identifier(document.get("issuer"))
    if issuer is None:
        raise MalformedInput("vc-jwt-payload-malformed", "The credential does not name its issuer.")
    if opened.header.get("iss", issuer) != issuer:
        raise MalformedInput("vc-jwt-claim-mismatch", "The header names another issuer than the credential.")
    return opened.judge(document, issuer, ASSERTION_METHOD, find_method, now=now, leeway=leeway)


def verify_presentation(
    token: str | bytes,
    *,
    find_method: FindVerificationMethod,
    allowed_algorithms: Collection[str],
    expected_nonce: str,
    expected_audience: str,
    now: datetime,
    leeway: timedelta = timedelta(0),
) -> VerifiedToken:
    """Verify a ``vp+jwt``: signed by the holder, for this verifier, in answer to this request.

    The credentials inside (see ``enveloped``) are each verified apart.

    Raises:
        MalformedInput, Refused: see the module. Unreachable: the holder's key could not be fetched.
    """
    opened = _open(token, allowed_algorithms=allowed_algorithms, expected_types=(PRESENTATION_TYPE,))
    document = vc_jwt_claims.presentation(opened.claims)
    holder = vc_jwt_claims.identifier(document.get("holder")) or jwt_claims.text(opened.claims, "iss")
    result = opened.judge(document, holder, AUTHENTICATION, find_method, now=now, leeway=leeway)
    findings = list(result.findings)
    if jwt_claims.text(opened.claims, "nonce") != expected_nonce:
        findings.append(failed("presentation-nonce-wrong", "The presentation answers another request than this one."))
    if expected_audience not in _audiences(opened.claims):
        findings.append(failed("presentation-audience-wrong", "The presentation was made for somebody else."))
    return VerifiedToken(
        result.payload, result.document, result.claims, result.header, result.signing_key, tuple(findings)
    )


def enveloped(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The tokens (``vc+jwt`` and the like) that a presentation carries in ``data:`` URLs (VCDM 2.0 section 4.13).

    Raises:
        MalformedInput: ``vc-jwt-payload-malformed``.
    """
    return vc_jwt_claims.enveloped(document)


@dataclass(frozen=True)
class _Opened:
    parsed: jws.ParsedJws
    part: jws.SignaturePart
    claims: Mapping[str, Any]

    @property
    def header(self) -> Mapping[str, Any]:
        return self.part.protected

    def judge(
        self,
        document: Mapping[str, Any],
        issuer: str | None,
        purpose: str,
        find_method: Callable[[str], Any],
        *,
        now: datetime,
        leeway: timedelta,
    ) -> VerifiedToken:
        key = jwt_key.signing_key(self.header, issuer=issuer, find_method=find_method, purpose=purpose, now=now)
        signature = jws.check_signature(self.parsed, self.part, key.public_key)
        times = jwt_claims.time_findings(self.claims, now=now, leeway=leeway)
        findings = (signature, *key.findings, *times)
        return VerifiedToken(self.parsed.payload, document, self.claims, self.header, key, findings)


def _open(token: str | bytes, *, allowed_algorithms: Collection[str], expected_types: Collection[str]) -> _Opened:
    parsed = jws.parse_compact(token, understood_critical=jws.NONE_UNDERSTOOD)
    part = parsed.signatures[0]
    jws.require(part, allowed_algorithms=allowed_algorithms, expected_types=expected_types)
    return _Opened(parsed, part, strict_json.loads_object(parsed.payload))


def _header(signer: Signer, kind: str, content: str, extra: Mapping[str, Any] | None) -> dict[str, Any]:
    header: dict[str, Any] = {"typ": kind, "cty": content, "kid": signer.key_id}
    if signer.certificate_chain:
        header["x5c"] = certificate_chain.to_header(signer.certificate_chain)
    return {**header, **(extra or {})}


def _media_type(header: Mapping[str, Any]) -> str:
    return str(header.get("typ", "")).lower().removeprefix("application/")


def _audiences(claims: Mapping[str, Any]) -> tuple[str, ...]:
    value = claims.get("aud")
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
