"""Verifying an SD-JWT and an SD-JWT VC (RFC 9901 section 7, draft-ietf-oauth-sd-jwt-vc section 2).

Codes raised: ``sd-jwt-type-missing``, ``sd-jwt-issuer-missing``, ``sd-jwt-claim-not-disclosable``, and those of
``parts``, ``unpack``, ``key_binding``, ``jws``, ``jwt_key`` and ``jwt_claims``.
Codes found: those of ``jws``, ``jwt_key``, ``jwt_claims`` and ``key_binding``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from credenza.encoding import strict_json
from credenza.errors import MalformedInput
from credenza.keys import FindVerificationMethod, PublicKey
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import jws, jwt_claims, jwt_key
from credenza.proof.finding import Finding, hold
from credenza.proof.jwt_key import SigningKey
from credenza.proof.sd_jwt import key_binding, parts
from credenza.proof.sd_jwt.frame import CREDENTIAL_TYPES, NEVER_DISCLOSABLE, Path, not_disclosable
from credenza.proof.sd_jwt.key_binding import KeyBindingExpectation
from credenza.proof.sd_jwt.parts import ParsedSdJwt
from credenza.proof.sd_jwt.unpack import Unpacked, unpack


@dataclass(frozen=True)
class VerifiedSdJwt:
    """What an SD-JWT shows and what was found about it; read ``verified`` before trusting anything in it.

    ``withheld`` says that not everything may be shown.
    """

    claims: Mapping[str, Any]
    disclosed: frozenset[Path]
    payload: bytes
    header: Mapping[str, Any]
    issuer: str | None
    signing_key: SigningKey
    holder_key: PublicKey | None
    findings: tuple[Finding, ...]
    withheld: bool

    @property
    def verified(self) -> bool:
        """Whether the signature holds and no check failed."""
        return hold(self.findings)


def verify(
    sd_jwt: str | bytes | ParsedSdJwt,
    *,
    find_method: FindVerificationMethod,
    allowed_algorithms: Collection[str],
    key_binding_expected: KeyBindingExpectation | None,
    now: datetime,
    expected_types: Collection[str] = ("dc+sd-jwt",),
    leeway: timedelta = timedelta(0),
) -> VerifiedSdJwt:
    """Verify the issuer's signature, every disclosure, the times, and the holder's key binding where it is expected.

    ``key_binding_expected=None`` is for a file that was handed over, not presented in answer to a request.

    Raises:
        MalformedInput, Refused: see the module. Unreachable: the issuer's key could not be fetched.
    """
    parsed = sd_jwt if isinstance(sd_jwt, ParsedSdJwt) else parts.parse(sd_jwt)
    # 7.1 step 2: the issuer's signature, before anything that it does not cover is looked at
    token = jws.parse_compact(parsed.token, understood_critical=jws.NONE_UNDERSTOOD)
    part = token.signatures[0]
    jws.require(part, allowed_algorithms=allowed_algorithms, expected_types=expected_types)
    payload = strict_json.loads_object(token.payload)
    issuer = jwt_claims.text(payload, "iss")
    key = jwt_key.signing_key(part.protected, issuer=issuer, find_method=find_method, purpose=ASSERTION_METHOD, now=now)
    signature = jws.check_signature(token, part, key.public_key)
    # 7.1 steps 3 to 5: the disclosures, then the claims
    unpacked = unpack(payload, parsed.disclosures)
    if str(part.protected.get("typ", "")).lower().removeprefix("application/") in CREDENTIAL_TYPES:
        _check_credential(payload, unpacked, key)
    # 7.3: the holder
    holder = key_binding.holder_key(payload)
    times = jwt_claims.time_findings(unpacked.claims, now=now, leeway=leeway)
    binding = key_binding.judge(parsed, payload, holder, key_binding_expected, now=now, leeway=leeway)
    named = issuer or (key.method.controller if key.method else None)
    findings = (signature, *key.findings, *times, *binding)
    disclosed = frozenset(unpacked.disclosed)
    return VerifiedSdJwt(
        unpacked.claims, disclosed, token.payload, part.protected, named, key, holder, findings, unpacked.withheld
    )


def _check_credential(payload: Mapping[str, Any], unpacked: Unpacked, key: SigningKey) -> None:
    """SD-JWT VC section 2.2.2: what must be there, and in the open."""
    for path in (*unpacked.disclosed, *unpacked.hiding):
        if path and path[0] in NEVER_DISCLOSABLE:
            raise not_disclosable(path[0])
    if not jwt_claims.text(payload, "vct"):
        raise MalformedInput("sd-jwt-type-missing", "The credential does not name its type (vct).")
    if jwt_claims.text(payload, "iss") is None and not key.certificates:
        raise MalformedInput("sd-jwt-issuer-missing", "The credential does not name its issuer.")
