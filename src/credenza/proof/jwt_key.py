"""Which key must have signed a token: named by ``kid`` and published by the issuer, or bound by a certificate.

An embedded ``jwk`` is never a source of trust. With ``x5c`` the key is the certificate's; whether that certificate may
speak for the issuer is judged in ``trust``, and the finding ``certificate-not-judged`` says so.

Codes raised: ``jws-key-unnamed``, ``jws-key-embedded``, those of ``certificate_chain``, and what the finder raises.
Codes found: ``key-controller-wrong``, ``key-purpose-wrong``, ``key-expired``, ``key-revoked``,
``certificate-not-judged``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credenza.errors import MalformedInput, Refused
from credenza.keys import FindVerificationMethod, PublicKey, VerificationMethod
from credenza.proof import certificate_chain
from credenza.proof.finding import Finding, failed, not_checked


@dataclass(frozen=True)
class SigningKey:
    """The key that must have signed, with its published method or its certificates (DER, the signer's own first)."""

    public_key: PublicKey
    method: VerificationMethod | None
    certificates: tuple[bytes, ...]
    findings: tuple[Finding, ...]


def signing_key(
    header: Mapping[str, Any],
    *,
    issuer: str | None,
    find_method: FindVerificationMethod,
    purpose: str,
    now: datetime,
) -> SigningKey:
    """The key that a token's protected header and its issuer point to.

    Raises:
        MalformedInput: ``jws-key-unnamed``. Refused: ``jws-key-embedded``. And what ``find_method`` raises.
    """
    kid = header.get("kid")
    if "x5c" in header and not (issuer or "").startswith("did:"):
        return _from_certificates(header)
    if not isinstance(kid, str) or not kid:
        if "jwk" in header:
            raise Refused("jws-key-embedded", "The file brings its own key, which proves nothing about its issuer.")
        if issuer is None:
            raise MalformedInput("jws-key-unnamed", "The signature does not say which key made it.")
        method = find_method(issuer)  # an issuer with one key need not name it
    else:
        method = find_method(_absolute(kid, issuer))
    return SigningKey(method.public_key, method, (), _judge(method, issuer=issuer, purpose=purpose, now=now))


def _from_certificates(header: Mapping[str, Any]) -> SigningKey:
    chain = certificate_chain.from_header(header["x5c"])
    reason = "The signature was made with a certificate; whom it belongs to and who vouches for it is checked apart."
    return SigningKey(
        certificate_chain.public_key(chain[0]), None, chain, (not_checked("certificate-not-judged", reason),)
    )


def _absolute(kid: str, issuer: str | None) -> str:
    if kid.startswith("#") and issuer:
        return issuer + kid
    if ":" not in kid and issuer:
        return f"{issuer}#{kid}"
    return kid


def _judge(method: VerificationMethod, *, issuer: str | None, purpose: str, now: datetime) -> tuple[Finding, ...]:
    findings = []
    if issuer is not None and method.controller != issuer:
        findings.append(failed("key-controller-wrong", "The key that signed does not belong to the named issuer."))
    if purpose not in method.purposes:
        findings.append(failed("key-purpose-wrong", "The key that signed is not published for this use."))
    if method.expires is not None and now >= method.expires:
        findings.append(failed("key-expired", f"The key that signed expired at {method.expires:%Y-%m-%d %H:%M}."))
    if method.revoked is not None and now >= method.revoked:
        findings.append(failed("key-revoked", f"The key that signed was withdrawn at {method.revoked:%Y-%m-%d %H:%M}."))
    return tuple(findings)
