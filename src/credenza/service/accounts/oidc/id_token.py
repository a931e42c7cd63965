"""The check of an ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from credenza.encoding import strict_json
from credenza.errors import CredenzaError

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "Ed25519", "EdDSA"]
"""Only those with a key pair: a client secret never counts as a signature."""
CLOCKS_DIFFER = 120
_LARGEST = 64_000


def check(
    text: str, keys: Mapping[str, Any], *, expected_issuer: str, expected_audience: str, expected_nonce: str
) -> dict[str, Any]:
    """The claims of an ID token.

    Raises:
        OAuth2Error: signature, issuer, audience, party, time, nonce or subject does not hold.
    """
    claims = _signed_claims(text, keys)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", expected_audience if len(audiences) == 1 else None)
    now = time.time()
    held = {
        "issuer": claims.get("iss") == expected_issuer,
        "audience": expected_audience in audiences and party == expected_audience,
        "end": _number(claims.get("exp"), 0) > now - CLOCKS_DIFFER,
        "beginning": _number(claims.get("iat"), now + 1e9) < now + CLOCKS_DIFFER,
        "nonce": hmac.compare_digest(str(claims.get("nonce", "")).encode(), expected_nonce.encode()),
        "subject": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,
    }
    wrong = [name for name, holds in held.items() if not holds]
    if wrong:
        raise OAuth2Error(f"The ID token does not hold: {', '.join(wrong)}.")
    return claims


def _signed_claims(text: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    if len(text) > _LARGEST:
        raise OAuth2Error("The ID token is too large.")
    try:
        usable = [one for one in keys["keys"] if one.get("use", "sig") == "sig" and one.get("kty") != "oct"]
        signed = jws.deserialize_compact(text, KeySet.import_key_set({"keys": usable}), algorithms=ALGORITHMS)
        return strict_json.loads_object(signed.payload)
    except (JoseError, CredenzaError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise OAuth2Error("The ID token cannot be verified.") from error


def _number(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
