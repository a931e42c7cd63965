"""The two serialisations of an SD-JWT, cut into their parts (RFC 9901 sections 4 and 8); nothing is verified here.

Codes raised: ``sd-jwt-malformed``, ``sd-jwt-too-large``, ``sd-jwt-disclosure-malformed``, ``sd-jwt-hash-unknown``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from credenza.encoding import base64url, strict_json
from credenza.errors import MalformedInput

MAXIMUM_CHARACTERS = 4 * 1024 * 1024
MAXIMUM_DISCLOSURES = 2000
_HASHES = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}


@dataclass(frozen=True)
class ParsedSdJwt:
    """The issuer's signed token, the disclosures as they stood, and the holder's key binding where there is one."""

    token: str
    disclosures: tuple[str, ...]
    key_binding: str | None

    @property
    def issued(self) -> str:
        """Everything before the key binding, the last ``~`` included: what ``sd_hash`` is over."""
        return "~".join((self.token, *self.disclosures, ""))


class Disclosure(NamedTuple):
    """One disclosed claim (``name`` is its member name) or array element (``name`` is None).

    ``plain`` says that its text cannot hold any trace of further hidden claims.
    """

    text: str
    name: str | None
    value: Any
    plain: bool = False


def parse(text: str | bytes) -> ParsedSdJwt:
    """``token~disclosure~...~[key binding]`` to its parts.

    Raises:
        MalformedInput: ``sd-jwt-malformed``, ``sd-jwt-too-large``.
    """
    if len(text) > MAXIMUM_CHARACTERS:
        raise MalformedInput("sd-jwt-too-large", "The credential is larger than any real one.")
    try:
        line = text.decode("ascii") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise MalformedInput("sd-jwt-malformed", "The credential holds characters that it cannot have.") from error
    token, *rest = line.split("~")
    if not token or not rest or not all(rest[:-1]):
        raise MalformedInput("sd-jwt-malformed", "The credential does not have the parts of an SD-JWT.")
    if len(rest) - 1 > MAXIMUM_DISCLOSURES:
        raise MalformedInput("sd-jwt-too-large", "The credential has more disclosures than any real one.")
    if rest[-1] and rest[-1].count(".") != 2:  # else a disclosure that lost its ~ would pass for an unasked key binding
        raise MalformedInput("sd-jwt-malformed", "The credential's key binding is damaged.")
    return ParsedSdJwt(token, tuple(rest[:-1]), rest[-1] or None)


def from_json(data: bytes) -> ParsedSdJwt:
    """The flattened (or general, with one signature) JSON serialisation to its parts (RFC 9901 section 8).

    Raises:
        MalformedInput: ``sd-jwt-malformed``, and those of ``strict_json``.
    """
    members = strict_json.loads_object(data, maximum_bytes=MAXIMUM_CHARACTERS)
    signatures = members.get("signatures")
    entry = signatures[0] if isinstance(signatures, list) and len(signatures) == 1 else members
    header = entry.get("header", {}) if isinstance(entry, dict) else None
    if not isinstance(header, dict) or (signatures is not None and entry is members):
        raise MalformedInput("sd-jwt-malformed", "The credential does not have the parts of an SD-JWT.")
    disclosures, key_binding = header.get("disclosures", []), header.get("kb_jwt")
    pieces: list[Any] = [entry.get("protected"), members.get("payload"), entry.get("signature")]
    if not isinstance(disclosures, list) or not all(isinstance(part, str) for part in (*pieces, *disclosures)):
        raise MalformedInput("sd-jwt-malformed", "The credential does not have the parts of an SD-JWT.")
    if key_binding is not None and not isinstance(key_binding, str):
        raise MalformedInput("sd-jwt-malformed", "The credential's key binding is damaged.")
    return parse("~".join((".".join(pieces), *disclosures, key_binding or "")))


def hash_name(payload: Mapping[str, Any]) -> str:
    """The hash that the digests are made with (``_sd_alg``), by its name in ``hashlib``.

    Raises:
        MalformedInput: ``sd-jwt-hash-unknown``.
    """
    named = payload.get("_sd_alg", "sha-256")
    found = _HASHES.get(named) if isinstance(named, str) else None
    if found is None:
        raise MalformedInput("sd-jwt-hash-unknown", "The digests of the claims are of an unknown or unsafe kind.")
    return found


def digest(text: str, name: str) -> str:
    """The digest of a text as SD-JWT writes it: base64url of the hash over its ASCII (RFC 9901 section 4.2.3)."""
    data = text.encode("ascii", "replace")
    raw = hashlib.sha256(data).digest() if name == "sha256" else hashlib.new(name, data).digest()
    return base64url.encode(raw)


def disclosure(text: str) -> Disclosure:
    """One disclosure: ``[salt, name, value]`` or ``[salt, value]`` (RFC 9901 sections 4.2.1 and 4.2.2).

    Raises:
        MalformedInput: ``sd-jwt-disclosure-malformed``, ``base64url-invalid``, and those of ``strict_json``.
    """
    data = base64url.decode(text)
    content = strict_json.loads(data)
    # a member name may also be written with escapes, of which each begins so
    plain = not (b'"_sd"' in data or b'"..."' in data or b"\\u" in data)
    if isinstance(content, list) and isinstance(content[0] if content else None, str):
        if len(content) == 3 and isinstance(content[1], str):
            return Disclosure(text, content[1], content[2], plain)
        if len(content) == 2:
            return Disclosure(text, None, content[1], plain)
    raise MalformedInput("sd-jwt-disclosure-malformed", "A disclosed claim is damaged.")
