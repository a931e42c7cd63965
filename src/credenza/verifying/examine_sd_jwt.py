"""Wallet credentials (SD-JWT VC): what the holder disclosed, and whether the holder's key was shown to be present."""

from __future__ import annotations

from datetime import datetime

from credenza.document import sd_jwt_vc
from credenza.finding import not_checked, passed
from credenza.proof import sd_jwt
from credenza.verifying.evidence import ALGORITHMS, Examined, SignedBy, Sources

TIME_CODES = frozenset({"jwt-expired", "jwt-not-yet-valid"})
TRUST_ELSEWHERE = frozenset({"certificate-not-judged"})
_TYPES = ("dc+sd-jwt", "vc+sd-jwt")


def examine_sd_jwt(
    data: bytes, *, sources: Sources, now: datetime, key_binding: sd_jwt.KeyBindingExpectation | None = None
) -> Examined:
    """Look into an SD-JWT; ``key_binding`` is what a verifier asked the holder's wallet to sign.

    Raises:
        MalformedInput, Refused: it is not what its format says. Unreachable: the issuer's key could not be fetched.
    """
    text = data.strip()
    parsed = sd_jwt.from_json(text) if text.startswith(b"{") else sd_jwt.parse(text)
    verified = sd_jwt.verify(
        parsed,
        find_method=sources.find_method,
        allowed_algorithms=ALGORITHMS,
        key_binding_expected=key_binding,
        now=now,
        expected_types=_TYPES,
    )
    key = verified.signing_key
    owner = not_checked("holder-not-asked", "Whether the person who shows it is the learner was not asked.")
    if key_binding is not None and verified.verified:
        owner = passed("holder-proven", "The learner's wallet signed this presentation.")
    proof = [one for one in verified.findings if one.code not in TIME_CODES | TRUST_ELSEWHERE]
    proof.append(passed("signature-intact", "The issuer's signature is intact."))
    return Examined(
        format="sd-jwt-vc",
        reading=sd_jwt_vc.from_claims(dict(verified.claims)),
        proof=tuple(proof),
        signed_by=(SignedBy(method=key.method, chain=key.certificates, token_issuer=verified.issuer),),
        validity=tuple(one for one in verified.findings if one.code in TIME_CODES),
        owner=(owner,),
        token_status=verified.claims,
        withheld=verified.withheld,
    )
