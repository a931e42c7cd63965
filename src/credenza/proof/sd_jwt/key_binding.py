"""Key binding: the holder's proof that this presentation is its own, for this verifier, now (RFC 9901 section 4.3).

Codes raised: those of ``jws`` and ``jwt_claims``, ``key-binding-holder-key-malformed``.
Codes found: ``key-binding-verified``, ``key-binding-missing``, ``key-binding-not-possible``,
``key-binding-not-checked``, ``key-binding-signature-invalid``, ``key-binding-nonce-wrong``,
``key-binding-audience-wrong``, ``key-binding-too-old``, ``key-binding-content-wrong``, and those of ``jwt_claims``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from credenza.encoding import strict_json
from credenza.errors import MalformedInput
from credenza.keys import PublicKey, Signer, public
from credenza.proof import jws, jwt_claims
from credenza.proof.finding import Finding, failed, not_checked, passed
from credenza.proof.sd_jwt import parts
from credenza.proof.sd_jwt.parts import ParsedSdJwt

TYPE = "kb+jwt"


@dataclass(frozen=True)
class KeyBindingExpectation:
    """What a verifier asked for: its nonce, its own name as audience, and how old the answer may be."""

    expected_nonce: str
    expected_audience: str
    maximum_age: timedelta
    allowed_algorithms: frozenset[str]


def bind_key(presentation: str, holder: Signer, *, nonce: str, audience: str, now: datetime) -> str:
    """Add the holder's key binding to a presentation that has none.

    Raises:
        MalformedInput: ``sd-jwt-malformed`` for what is no SD-JWT or is bound already.
    """
    parsed = parts.parse(presentation)
    if parsed.key_binding is not None:
        raise MalformedInput("sd-jwt-malformed", "The presentation is bound to a verifier already.")
    payload = strict_json.loads_object(_payload(parsed.token))
    content = {
        "iat": int(now.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": parts.digest(parsed.issued, parts.hash_name(payload)),
    }
    return parsed.issued + jws.sign_compact(orjson.dumps(content), holder, header={"typ": TYPE})


def holder_key(payload: Mapping[str, Any]) -> PublicKey | None:
    """The holder's key that the issuer signed (``cnf.jwk``, RFC 7800), None where the credential is bound to nobody.

    Raises:
        MalformedInput: ``key-binding-holder-key-malformed``, and those of ``credenza.keys``.
    """
    confirmation = payload.get("cnf")
    if confirmation is None:
        return None
    jwk = confirmation.get("jwk") if isinstance(confirmation, dict) else None
    if not isinstance(jwk, dict):
        raise MalformedInput("key-binding-holder-key-malformed", "The holder's key is given in an unknown way.")
    return public.from_jwk(jwk)


def judge(
    parsed: ParsedSdJwt,
    payload: Mapping[str, Any],
    key: PublicKey | None,
    expectation: KeyBindingExpectation | None,
    *,
    now: datetime,
    leeway: timedelta,
) -> tuple[Finding, ...]:
    """Whether the holder answered this verifier's request (RFC 9901 section 7.3).

    Raises:
        MalformedInput, Refused: see the module.
    """
    if expectation is None:
        if parsed.key_binding is None:
            return ()
        reason = "The holder's proof was made for somebody; whether for this verifier was not asked."
        return (not_checked("key-binding-not-checked", reason),)
    if key is None:
        reason = "The credential is bound to no holder, so nobody can prove that it is theirs."
        return (failed("key-binding-not-possible", reason),)
    if parsed.key_binding is None:
        return (failed("key-binding-missing", "The holder did not prove that the credential is theirs."),)
    binding = jws.parse_compact(parsed.key_binding, understood_critical=jws.NONE_UNDERSTOOD)
    part = binding.signatures[0]
    jws.require(part, allowed_algorithms=expectation.allowed_algorithms, expected_types=(TYPE,))
    if jws.check_signature(binding, part, key).outcome != "passed":
        return (failed("key-binding-signature-invalid", "The proof was not made with the holder's key."),)
    claims = strict_json.loads_object(binding.payload)
    findings = (*_judge_claims(claims, parsed, payload, expectation, now, leeway),)
    return findings or (passed("key-binding-verified", "The holder proved that the credential is theirs."),)


def _judge_claims(
    claims: Mapping[str, Any],
    parsed: ParsedSdJwt,
    payload: Mapping[str, Any],
    expectation: KeyBindingExpectation,
    now: datetime,
    leeway: timedelta,
) -> Collection[Finding]:
    findings = [*jwt_claims.time_findings(claims, now=now, leeway=leeway)]
    issued = jwt_claims.numeric_date(claims, "iat")
    if issued is None or now - issued > expectation.maximum_age + leeway:
        findings.append(
            failed("key-binding-too-old", "The holder's proof is too old, or does not say when it was made.")
        )
    if jwt_claims.text(claims, "nonce") != expectation.expected_nonce:
        findings.append(failed("key-binding-nonce-wrong", "The holder's proof answers another request than this one."))
    if jwt_claims.text(claims, "aud") != expectation.expected_audience:
        findings.append(failed("key-binding-audience-wrong", "The holder's proof was made for somebody else."))
    if jwt_claims.text(claims, "sd_hash") != parts.digest(parsed.issued, parts.hash_name(payload)):
        findings.append(failed("key-binding-content-wrong", "The holder's proof is about other content than this."))
    return findings


def _payload(token: str) -> bytes:
    return jws.parse_compact(token, understood_critical=jws.NONE_UNDERSTOOD).payload
