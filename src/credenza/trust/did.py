"""Decentralized identifiers: did:key and did:jwk resolved from their own text, did:web to the address of its document.

DID Core 1.0 section 3; did:key Method v0.9; did:jwk; did:web. A DID says which keys are its own, never whose they
are: a did:key that calls itself a university is a key, and nothing else.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import rfc8785

from credenza.encoding import base64url, strict_json
from credenza.errors import MalformedInput, Refused
from credenza.keys import PublicKey, VerificationMethod, public
from credenza.keys.verification_method import ASSERTION_METHOD, AUTHENTICATION

SIGNING_PURPOSES = frozenset({ASSERTION_METHOD, AUTHENTICATION, "capabilityInvocation", "capabilityDelegation"})
MAXIMUM_CHARACTERS = 4096
_DID = re.compile(r"did:([a-z0-9]+):((?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2}|:)+)\Z")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z", re.IGNORECASE)
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def parse(did: str) -> tuple[str, str]:
    """A DID to its method and method-specific identifier. Paths, queries and fragments make it no DID.

    Raises:
        MalformedInput: ``did-malformed``.
    """
    found = _DID.match(did) if len(did) <= MAXIMUM_CHARACTERS else None
    if found is None or did.endswith(":"):
        raise MalformedInput("did-malformed", f"{did[:80]!r} is not a decentralized identifier (DID).")
    return found.group(1), found.group(2)


def split_url(did_url: str) -> tuple[str, str]:
    """A DID URL that names a key (``did:web:x#key-1``) to the DID and the fragment.

    Raises:
        MalformedInput: ``did-malformed``.
    """
    did, mark, fragment = did_url.partition("#")
    parse(did)
    if not mark or not fragment or any(character.isspace() or character == "#" for character in fragment):
        raise MalformedInput("did-malformed", f"{did_url[:80]!r} does not name a key of a DID.")
    return did, fragment


def resolve(did: str) -> tuple[VerificationMethod, ...]:
    """The keys of a did:key or did:jwk, which carries them in its own text.

    Raises:
        MalformedInput: ``did-malformed`` and what keys raise. Refused: ``did-method-unknown``.
    """
    method, identifier = parse(did)
    if method == "key":
        return (_method(did, identifier, public.from_multikey(_multikey(identifier))),)
    if method == "jwk":
        return _from_jwk(did, identifier)
    raise Refused("did-method-unknown", f"The DID method {method!r} cannot be resolved without a network, or at all.")


def from_public_key(public_key: PublicKey) -> str:
    """The did:key of a key; did:jwk for RSA, which has no Multikey form."""
    if public_key.kind == "RSA":
        return "did:jwk:" + base64url.encode(rfc8785.dumps(public_key.to_jwk()))
    return "did:key:" + public_key.to_multikey()


def document_url(did: str) -> str:
    """The address of a did:web's document, always https.

    Raises:
        MalformedInput: ``did-malformed`` for user names, IP addresses, bad ports, dot segments or encoded slashes.
        Refused: ``did-method-unknown`` for another method.
    """
    method, identifier = parse(did)
    if method != "web":
        raise Refused("did-method-unknown", f"A DID of the method {method!r} has no document on the web.")
    host, *segments = identifier.split(":")
    path = "".join(f"/{_segment(segment, did)}" for segment in segments) or "/.well-known"
    return f"https://{_authority(host, did)}{path}/did.json"


def for_web(host: str, *path: str, port: int | None = None) -> str:
    """The did:web of a host and path.

    Raises:
        MalformedInput: ``did-malformed``.
    """
    authority = host.lower() + (f"%3A{port}" if port is not None else "")
    did = ":".join(["did:web", authority, *(quote(segment, safe="") for segment in path)])
    document_url(did)
    return did


def _authority(text: str, did: str) -> str:
    host, mark, port = text.replace("%3a", "%3A").partition("%3A")
    if not _HOST.match(host) or len(host) > 253 or host.rsplit(".", 1)[-1].isdigit() or _is_hexadecimal(host):
        raise _malformed(did, "its host is not a domain name")
    if mark and not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65_535):
        raise _malformed(did, "its port is not a number from 1 to 65535")
    return f"{host.lower()}:{port}" if mark else host.lower()


def _is_hexadecimal(host: str) -> bool:
    """Whether a resolver may take the last label for a number of an IP address (``0x7f000001``)."""
    return re.fullmatch(r"0x[0-9a-f]*", host.rsplit(".", 1)[-1], re.IGNORECASE) is not None


def _segment(text: str, did: str) -> str:
    data = unquote_to_bytes(text)
    if data in (b"", b".", b".."):
        raise _malformed(did, "a part of its path is empty or made of dots")
    if any(byte < 0x80 and byte not in _PLAIN for byte in data):
        raise _malformed(did, "a part of its path hides a special character")
    try:
        return quote(data.decode("utf-8"), safe="")
    except UnicodeDecodeError as error:
        raise _malformed(did, "a part of its path is not text") from error


def _malformed(did: str, why: str) -> MalformedInput:
    return MalformedInput("did-malformed", f"{did[:80]!r} is not a proper web DID: {why}.")


def _multikey(identifier: str) -> str:
    if not identifier.startswith("z"):
        raise MalformedInput("did-malformed", "A did:key must hold a key in base58 ('z').")
    return identifier


def _method(did: str, fragment: str, public_key: PublicKey) -> VerificationMethod:
    return VerificationMethod(f"{did}#{fragment}", did, public_key, SIGNING_PURPOSES)


def _from_jwk(did: str, identifier: str) -> tuple[VerificationMethod, ...]:
    jwk: dict[str, Any] = strict_json.loads_object(base64url.decode(identifier))
    purposes = SIGNING_PURPOSES if jwk.get("use", "sig") == "sig" else frozenset()
    return (VerificationMethod(f"{did}#0", did, public.from_jwk(jwk), purposes),)
