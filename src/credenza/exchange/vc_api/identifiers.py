"""``GET /identifiers/{did}``: DID resolution, and dereferencing of a key, as a DID resolution result.

DID Resolution v0.3 sections 4 and 5, did:key Method v0.9 section 3.1 with its names of errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from credenza.encoding import multibase
from credenza.errors import CredenzaError, MalformedInput, Unreachable
from credenza.exchange.vc_api.instance import Instance, Reply
from credenza.keys.public import from_multikey
from credenza.trust import did as dids

CONTENT_TYPE = "application/did+ld+json"
_CONTEXT = "https://w3id.org/did-resolution/v1"
_METHODS = ("key", "jwk", "web")
_FORMATS = ("Multikey", "JsonWebKey2020", "Ed25519VerificationKey2020")
_EXPERIMENTAL = ("Ed25519VerificationKey2018", "X25519KeyAgreementKey2019", "X25519KeyAgreementKey2020")
_FRAGMENT = re.compile(r"[A-Za-z0-9._~:@!$&'()*+,;=/?%-]+")
_SIZES = {b"\xed\x01": 32, b"\x80\x24": 33, b"\x81\x24": 49}


class _Unresolved(Exception):
    """Why there is no document: the error's name in the specifications, and the HTTP status."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


def resolve(identifier: str, query: Mapping[str, str], instance: Instance) -> Reply:
    """The DID document of a DID, or the verification method that a DID URL names, with metadata; never raises."""
    dereferencing = any(mark in identifier for mark in "#/?")
    metadata = "didDereferencingMetadata" if dereferencing else "didResolutionMetadata"
    try:
        _refuse_format(query.get("publicKeyFormat", _FORMATS[0]), dereferencing)
        found = _dereferenced(identifier, instance) if dereferencing else _document(identifier, instance)
    except _Unresolved as error:
        return Reply(error.status, _result({}, metadata, {"error": error.error}))
    return Reply(200, _result(found, metadata, {"contentType": CONTENT_TYPE}))


def _result(document: Mapping[str, Any], metadata: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {"@context": _CONTEXT, "didDocument": document, "didDocumentMetadata": {}, metadata: said}


def _refuse_format(name: str, dereferencing: bool) -> None:
    if name in _EXPERIMENTAL and dereferencing:
        raise _Unresolved("invalidPublicKeyType")
    if name != _FORMATS[0]:
        raise _Unresolved("unsupportedPublicKeyType")


def _dereferenced(url: str, instance: Instance) -> Mapping[str, Any]:
    did, mark, fragment = url.partition("#")
    if not mark or not _FRAGMENT.fullmatch(fragment) or any(sign in did for sign in "/?"):
        raise _Unresolved("invalidDidUrl")
    document = _document(did, instance)
    for method in document.get("verificationMethod", []):
        if isinstance(method, Mapping) and method.get("id") in (url, f"#{fragment}"):
            return {"@context": "https://w3id.org/security/multikey/v1", **method}
    raise _Unresolved("notFound", 404)


def _document(did: str, instance: Instance) -> Mapping[str, Any]:
    try:
        method, value = dids.parse(did)
    except MalformedInput as error:
        raise _Unresolved("invalidDid") from error
    if method not in _METHODS:
        raise _Unresolved("invalidDid")  # did:key section 3.1.2 asks for this name where others say methodNotSupported
    if method == "key":
        _refuse_key(value)
    try:
        return instance.did_document(did)
    except Unreachable as error:
        raise _Unresolved("notFound", 404) from error
    except CredenzaError as error:
        raise _Unresolved("invalidDid") from error


def _refuse_key(value: str) -> None:
    """Say by its own name what is wrong with the key of a did:key (section 3.1.3)."""
    try:
        data = multibase.decode(value, allowed="z")
    except MalformedInput as error:
        raise _Unresolved("invalidDid") from error
    size = _SIZES.get(data[:2])
    if (size is None and len(data) < min(_SIZES.values())) or (size is not None and len(data) != 2 + size):
        raise _Unresolved("invalidPublicKeyLength")
    if size is None:
        raise _Unresolved("unsupportedPublicKeyType")
    try:
        from_multikey(value)
    except MalformedInput as error:
        raise _Unresolved("invalidPublicKey") from error
