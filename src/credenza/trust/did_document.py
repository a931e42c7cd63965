"""DID documents: which keys a DID publishes, for what, and until when; read from others' and written for our own.

DID Core 1.0 section 5, Controlled Identifiers v1.0 sections 2.2 and 2.3. A document may speak only for itself: a key
that it gives to somebody else's name is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from credenza.errors import MalformedInput
from credenza.keys import PublicKey, VerificationMethod, public
from credenza.keys.verification_method import ASSERTION_METHOD, AUTHENTICATION
from credenza.trust import did as dids

RELATIONSHIPS = (ASSERTION_METHOD, AUTHENTICATION, "capabilityInvocation", "capabilityDelegation")
MAXIMUM_METHODS = 200
_JWK_TYPES = frozenset({"JsonWebKey", "JsonWebKey2020"})
_MULTIBASE_TYPES = {
    "Multikey": None,
    "Ed25519VerificationKey2020": "Ed25519",
    "EcdsaSecp256r1VerificationKey2019": "P-256",
}
_MATERIAL = ("publicKeyMultibase", "publicKeyJwk", "publicKeyBase58", "publicKeyPem", "publicKeyHex")
_SECRETS = ("secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk", "privateKeyBase58")
_CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\Z")
_FRAGMENT = re.compile(r"[A-Za-z0-9._-]{1,200}\Z")


@dataclass(frozen=True)
class PublishedKey:
    """A key as its owner publishes it. An old key stays, so that what it signed still verifies."""

    fragment: str
    public_key: PublicKey
    purposes: Collection[str] = field(default=(ASSERTION_METHOD, AUTHENTICATION))
    expires: datetime | None = None
    revoked: datetime | None = None


def build(did: str, keys: Iterable[PublishedKey]) -> dict[str, Any]:
    """The DID document that publishes the keys (Multikey; JsonWebKey for RSA).

    Raises:
        MalformedInput: ``did-malformed``, ``did-document-malformed`` for fragments that are unfit or there twice.
    """
    dids.parse(did)
    published = list(keys)
    fragments = [key.fragment for key in published]
    if len(set(fragments)) != len(fragments) or not all(_FRAGMENT.match(fragment) for fragment in fragments):
        raise MalformedInput("did-document-malformed", "Each key of a DID document needs a short name of its own.")
    document: dict[str, Any] = {"@context": _CONTEXTS, "id": did}
    document["verificationMethod"] = [_published(did, key) for key in published]
    for relationship in RELATIONSHIPS:
        members = [f"{did}#{key.fragment}" for key in published if relationship in key.purposes]
        if members:
            document[relationship] = members
    return document


def methods_of(document: Mapping[str, Any], *, did: str) -> tuple[VerificationMethod, ...]:
    """The keys of a fetched document that can be used here; ``did`` is whose document was asked for.

    Keys of unknown kinds are left out, as are keys named after, or given to, another DID.

    Raises:
        MalformedInput: ``did-document-mismatch``, ``did-document-malformed``.
    """
    return tuple(item for item in _candidates(document, did).values() if isinstance(item, VerificationMethod))


def method_of(document: Mapping[str, Any], method_id: str, *, did: str) -> VerificationMethod:
    """The one key that a proof names, or why it cannot be used.

    Raises:
        MalformedInput: ``did-document-mismatch``, ``did-document-malformed``, ``verification-method-unknown``,
            ``verification-method-malformed``, ``verification-method-foreign``, ``key-...``.
    """
    found = _candidates(document, did).get(method_id)
    if found is None:
        raise MalformedInput("verification-method-unknown", "The issuer does not publish the key that signed.")
    if isinstance(found, MalformedInput):
        raise found
    return found


def _candidates(document: Mapping[str, Any], did: str) -> dict[str, VerificationMethod | MalformedInput]:
    if document.get("id") != did:
        raise MalformedInput("did-document-mismatch", "The fetched DID document belongs to another DID.")
    purposes: dict[str, set[str]] = {}
    described: list[Any] = list(_array(document, "verificationMethod"))
    for relationship in RELATIONSHIPS:
        for item in _array(document, relationship):
            embedded = isinstance(item, dict)
            if embedded:
                described.append(item)
            name = item.get("id") if embedded else item
            if isinstance(name, str):
                purposes.setdefault(_absolute(name, did), set()).add(relationship)
    candidates: dict[str, VerificationMethod | MalformedInput] = {}
    for item in described:
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            raise MalformedInput("did-document-malformed", "A key of the DID document has no name.")
        method_id = _absolute(item["id"], did)
        if method_id in candidates:
            raise MalformedInput("did-document-malformed", "The DID document gives one name to two keys.")
        candidates[method_id] = _candidate(item, method_id, did, frozenset(purposes.get(method_id, ())))
    return candidates


def _candidate(
    item: Mapping[str, Any], method_id: str, did: str, purposes: frozenset[str]
) -> VerificationMethod | MalformedInput:
    try:
        if not method_id.startswith(f"{did}#") or item.get("controller") != did:
            raise MalformedInput("verification-method-foreign", "A DID document gives a key to somebody else's name.")
        return VerificationMethod(
            id=method_id,
            controller=did,
            public_key=_public_key(item),
            purposes=purposes,
            expires=_moment(item, "expires"),
            revoked=_moment(item, "revoked"),
        )
    except MalformedInput as error:
        return error


def _public_key(item: Mapping[str, Any]) -> PublicKey:
    if any(name in item for name in _SECRETS):
        raise MalformedInput("key-private", "A published key holds its private part; it can no longer be trusted.")
    if sum(name in item for name in _MATERIAL) > 1:
        raise MalformedInput("verification-method-malformed", "A published key is written in two ways at once.")
    kind, multikey, jwk = item.get("type"), item.get("publicKeyMultibase"), item.get("publicKeyJwk")
    if isinstance(kind, str) and kind in _MULTIBASE_TYPES and isinstance(multikey, str):
        key = public.from_multikey(multikey)
        if _MULTIBASE_TYPES[kind] not in (None, key.kind):
            raise MalformedInput("verification-method-malformed", "A published key is not of the kind that it says.")
        return key
    if isinstance(kind, str) and kind in _JWK_TYPES and isinstance(jwk, dict):
        if jwk.get("use", "sig") != "sig":
            raise MalformedInput("key-unsupported", "A published key is not meant for signatures.")
        return public.from_jwk(jwk)
    raise MalformedInput("key-unsupported", "This kind of published key is not supported.")


def _array(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    if not isinstance(value, list) or len(value) > MAXIMUM_METHODS:
        raise MalformedInput("did-document-malformed", f"The part {name!r} of the DID document is no proper list.")
    return value


def _absolute(name: str, did: str) -> str:
    return did + name if name.startswith("#") else name


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    value = item.get(name)
    if value is None:
        return None
    if isinstance(value, str) and _DATE_TIME.match(value):
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise MalformedInput("verification-method-malformed", f"The time {name!r} of a published key is malformed.")


def _published(did: str, key: PublishedKey) -> dict[str, Any]:
    method: dict[str, Any] = {"id": f"{did}#{key.fragment}", "type": "Multikey", "controller": did}
    if key.public_key.kind == "RSA":
        method |= {"type": "JsonWebKey", "publicKeyJwk": key.public_key.to_jwk()}
    else:
        method["publicKeyMultibase"] = key.public_key.to_multikey()
    for name, moment in (("expires", key.expires), ("revoked", key.revoked)):
        if moment is not None:
            method[name] = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return method
