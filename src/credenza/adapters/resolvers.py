"""Finds the key that a proof names: in the DID itself, in a fetched DID document, or in a JWT issuer's metadata.

Fulfils ``keys.FindVerificationMethod``. Names are ``did:...#fragment`` and ``https://issuer#kid``.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from credenza.encoding import strict_json
from credenza.errors import MalformedInput
from credenza.keys import VerificationMethod
from credenza.ports.fetch import Fetch
from credenza.trust import did as dids
from credenza.trust import did_document, jwt_issuer

DID_DOCUMENT_TYPES = ("application/did+json", "application/did+ld+json", "application/did", "application/json")
METADATA_TYPES = ("application/json",)
KEY_SET_TYPES = ("application/jwk-set+json", "application/json")
MAXIMUM_BYTES = 1024 * 1024
_REMEMBERED = 1024
_Made = TypeVar("_Made")


class MethodFinder:
    """Finds verification methods. ``documents`` are DID documents at hand, by DID, for checks without a network."""

    def __init__(self, fetch: Fetch, *, documents: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._fetch = fetch
        self._documents = dict(documents or {})
        self._known: OrderedDict[tuple[str, bytes], Any] = OrderedDict()

    def __call__(self, method_id: str) -> VerificationMethod:
        """The method of an id.

        Raises:
            MalformedInput: ``did-...``, ``verification-method-...``, ``jwt-issuer-...``, ``key-...``, ``json-...``.
            Refused: ``did-method-unknown``, ``jwt-issuer-address``, ``fetch-...``. Unreachable: ``fetch-...``.
        """
        if method_id.startswith("did:"):
            return self._of_did(method_id)
        if method_id.startswith("https://") and "#" in method_id:
            return self._of_jwt_issuer(method_id)
        raise MalformedInput("verification-method-unknown", "The signature names its key in a way not known here.")

    def did_document(self, did: str) -> Mapping[str, Any]:
        """The DID document of a DID, given, fetched, or made from the DID itself.

        Raises:
            As ``__call__``.
        """
        method, _ = dids.parse(did)
        if did in self._documents:
            return self._documents[did]
        if method == "web":
            return self._json(dids.document_url(did), DID_DOCUMENT_TYPES)[0]
        keys = (
            did_document.PublishedKey(item.id.partition("#")[2], item.public_key, item.purposes)
            for item in dids.resolve(did)
        )
        return did_document.build(did, keys)

    def methods_of(self, issuer: str) -> tuple[VerificationMethod, ...]:
        """Every key that a DID or a JWT issuer publishes.

        Raises:
            As ``__call__``.
        """
        if not issuer.startswith("did:"):
            return self._jwt_methods(issuer)
        if issuer not in self._documents and dids.parse(issuer)[0] in {"key", "jwk"}:
            return dids.resolve(issuer)
        return did_document.methods_of(self.did_document(issuer), did=issuer)

    def _of_did(self, method_id: str) -> VerificationMethod:
        did, _ = dids.split_url(method_id)
        if did in self._documents:
            return did_document.method_of(self._documents[did], method_id, did=did)
        if dids.parse(did)[0] in {"key", "jwk"}:
            return _named(dids.resolve(did), method_id)
        document, digest = self._json(dids.document_url(did), DID_DOCUMENT_TYPES)
        return self._once((f"method {method_id}", digest), lambda: did_document.method_of(document, method_id, did=did))

    def _of_jwt_issuer(self, method_id: str) -> VerificationMethod:
        return _named(self._jwt_methods(method_id.partition("#")[0]), method_id)

    def _jwt_methods(self, issuer: str) -> tuple[VerificationMethod, ...]:
        document, digest = self._json(jwt_issuer.metadata_url(issuer), METADATA_TYPES)
        metadata = jwt_issuer.parse(document, issuer=issuer)
        jwks: Mapping[str, Any] = metadata.jwks or {}
        if metadata.jwks_uri is not None:
            jwks, digest = self._json(metadata.jwks_uri, KEY_SET_TYPES)
        return self._once((f"issuer {issuer}", digest), lambda: jwt_issuer.methods_of(jwks, issuer=issuer))

    def _json(self, url: str, accept: tuple[str, ...]) -> tuple[Mapping[str, Any], bytes]:
        """A fetched document with the digest of its bytes."""
        content = self._fetch(url, accept=accept, maximum_bytes=MAXIMUM_BYTES).content
        digest = hashlib.sha256(content).digest()
        return self._once((f"document {url}", digest), lambda: strict_json.loads_object(content)), digest

    def _once(self, name: tuple[str, bytes], make: Callable[[], _Made]) -> _Made:
        """What the same bytes gave before: read once for all files of a batch, and anew as soon as a byte changes."""
        if name not in self._known:
            self._known[name] = make()
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        found: _Made = self._known[name]
        return found


def _named(methods: tuple[VerificationMethod, ...], method_id: str) -> VerificationMethod:
    for method in methods:
        if method.id == method_id:
            return method
    raise MalformedInput("verification-method-unknown", "The issuer does not publish the key that signed.")
