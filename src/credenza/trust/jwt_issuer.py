"""JWT issuer metadata of SD-JWT VC: from the ``iss`` address to the keys that may sign for it.

draft-ietf-oauth-sd-jwt-vc section 5 (``/.well-known/jwt-vc-issuer``). Pure: fetching is an adapter's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from credenza.errors import MalformedInput, Refused
from credenza.keys import PublicKey, VerificationMethod, public
from credenza.keys.verification_method import ASSERTION_METHOD

WELL_KNOWN = "/.well-known/jwt-vc-issuer"
MAXIMUM_KEYS = 200
_MALFORMED = "jwt-issuer-metadata-malformed"


@dataclass(frozen=True)
class JwtIssuerMetadata:
    """What an issuer publishes: its keys themselves, or the address of them; never both."""

    issuer: str
    jwks: Mapping[str, Any] | None
    jwks_uri: str | None


def metadata_url(issuer: str) -> str:
    """The address of an issuer's metadata: the well-known part goes between host and path.

    Raises:
        Refused: ``jwt-issuer-address`` unless the issuer is an https address without user, query or fragment.
    """
    parts = _https(issuer)
    if parts is None:
        raise Refused("jwt-issuer-address", f"The issuer {issuer[:80]!r} is not a plain https address.")
    path = parts.removesuffix("/")
    return f"https://{urlsplit(issuer).netloc}{WELL_KNOWN}{path}"


def build(issuer: str, keys: Iterable[tuple[str, PublicKey]]) -> dict[str, Any]:
    """The metadata that publishes the keys, each with its ``kid``.

    Raises:
        Refused: ``jwt-issuer-address``.
    """
    metadata_url(issuer)
    return {"issuer": issuer, "jwks": {"keys": [{**key.to_jwk(), "kid": kid, "use": "sig"} for kid, key in keys]}}


def parse(document: Mapping[str, Any], *, issuer: str) -> JwtIssuerMetadata:
    """Fetched metadata; ``issuer`` is whose was asked for.

    Raises:
        MalformedInput: ``jwt-issuer-mismatch``, ``jwt-issuer-metadata-malformed``.
    """
    if document.get("issuer") != issuer:
        raise MalformedInput("jwt-issuer-mismatch", "The issuer's metadata belongs to another issuer.")
    jwks, uri = document.get("jwks"), document.get("jwks_uri")
    if (jwks is None) == (uri is None):
        raise MalformedInput(_MALFORMED, "The issuer's metadata must hold its keys or their address, and not both.")
    if jwks is not None and not isinstance(jwks, dict):
        raise MalformedInput(_MALFORMED, "The keys in the issuer's metadata are malformed.")
    if uri is not None and (not isinstance(uri, str) or _https(uri, query=True) is None):
        raise MalformedInput(_MALFORMED, "The address of the issuer's keys is not an https address.")
    return JwtIssuerMetadata(issuer, jwks, uri)


def methods_of(jwks: Mapping[str, Any], *, issuer: str) -> tuple[VerificationMethod, ...]:
    """The keys of a JWK set that can be used here, named ``{issuer}#{kid}``.

    Keys of unknown kinds, for encryption, or without ``kid`` are left out.

    Raises:
        MalformedInput: ``jwt-issuer-metadata-malformed``, ``key-private`` where a private key was published.
    """
    keys = jwks.get("keys")
    if not isinstance(keys, list) or len(keys) > MAXIMUM_KEYS or not all(isinstance(key, dict) for key in keys):
        raise MalformedInput(_MALFORMED, "The issuer's keys are malformed.")
    kids = [key["kid"] for key in keys if isinstance(key.get("kid"), str)]
    if len(set(kids)) != len(kids):
        raise MalformedInput(_MALFORMED, "The issuer gives one name to two keys.")
    usable = [key for key in keys if isinstance(key.get("kid"), str) and key.get("use", "sig") == "sig"]
    found = ((key["kid"], _readable(key)) for key in usable)
    return tuple(
        VerificationMethod(f"{issuer}#{kid}", issuer, public_key, frozenset({ASSERTION_METHOD}))
        for kid, public_key in found
        if public_key is not None
    )


def _readable(jwk: dict[str, Any]) -> PublicKey | None:
    try:
        return public.from_jwk(jwk)
    except MalformedInput as error:
        if error.code == "key-private":
            raise
        return None


def _https(text: str, *, query: bool = False) -> str | None:
    """The path of a plain https address; None for anything else."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    plain = text.isascii() and text.isprintable() and not any(character in text for character in ' "<>\\^`{|}#')
    if not plain or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or port == 0:
        return None
    dotted = any(segment in {".", ".."} for segment in parts.path.lower().replace("%2e", ".").split("/"))
    if dotted or (not query and "?" in text):
        return None
    return parts.path
