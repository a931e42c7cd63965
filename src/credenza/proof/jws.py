"""JSON Web Signatures as a forger would not like them (RFC 7515, RFC 7797, RFC 8725).

The rules, whatever the serialisation:
  1. What is signed is kept as the exact bytes that stood in the file; nothing is encoded again.
  2. The verifier states the algorithms it allows; ``none`` and HMAC are never among them.
  3. A key comes from outside the JWS; an embedded ``jwk`` is never trusted.
  4. Every name in ``crit`` must be understood by the caller (RFC 7515 section 4.1.11).
  5. A header parameter stands in one place only, protected or unprotected (RFC 7515 section 7.2.1).
  6. ``b64: false`` counts only when it is protected and critical (RFC 7797 section 6).

Codes raised: ``jws-malformed``, ``jws-too-large``, ``jws-header-malformed``, ``jws-header-overlap``,
``jws-alg-missing``, ``jws-alg-none``, ``jws-alg-symmetric``, ``jws-alg-not-allowed``, ``jws-typ-wrong``,
``jws-crit-malformed``, ``jws-crit-unknown``, ``jws-b64-malformed``, and those of ``strict_json`` and ``base64url``.
Codes found: ``jws-signature-valid``, ``jws-signature-invalid``, ``jws-key-algorithm-mismatch``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from credenza.encoding import base64url, strict_json
from credenza.errors import MalformedInput, Refused
from credenza.keys import PublicKey, Signer
from credenza.proof.finding import Finding, failed, passed

MAXIMUM_BYTES = 16 * 1024 * 1024
MAXIMUM_HEADER_CHARACTERS = 128 * 1024
MAXIMUM_SIGNATURES = 16
NONE_UNDERSTOOD: frozenset[str] = frozenset()

_REGISTERED = frozenset(  # RFC 7515 section 4.1: these must never be listed as extensions in ``crit``
    ("alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit")
)
_SYMMETRIC = frozenset(("HS256", "HS384", "HS512"))


@dataclass(frozen=True)
class SignaturePart:
    """One signature of a JWS: its headers, the text of the protected one as it stood, and the signature value."""

    protected_text: str
    protected: Mapping[str, Any]
    unprotected: Mapping[str, Any]
    signature: bytes
    signature_text: str

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm, which only the protected header may name."""
        return str(self.protected["alg"])

    @property
    def payload_is_encoded(self) -> bool:
        """Whether the payload is signed as base64url text (the usual), not as bare bytes (``b64: false``)."""
        return self.protected.get("b64", True) is True


@dataclass(frozen=True)
class ParsedJws:
    """A JWS whose shape is sound and whose signatures nobody has checked yet."""

    payload: bytes
    payload_as_signed: bytes
    signatures: tuple[SignaturePart, ...]

    def signing_input(self, part: SignaturePart) -> bytes:
        """The exact bytes under a signature (RFC 7515 section 5.1 step 5, RFC 7797 section 3)."""
        return part.protected_text.encode("ascii") + b"." + self.payload_as_signed


def parse_compact(text: str | bytes, *, understood_critical: Collection[str]) -> ParsedJws:
    """Read the compact serialisation ``header.payload.signature`` (RFC 7515 section 7.1), without verifying it.

    Raises:
        MalformedInput, Refused: see the module.
    """
    line = _ascii(text)
    protected_text, dot, rest = line.partition(".")
    payload_text, second_dot, signature_text = rest.rpartition(".")
    if not dot or not second_dot:
        raise MalformedInput("jws-malformed", "The signed text does not have its three parts.")
    part = signature_part(protected_text, {}, signature_text, understood_critical=understood_critical)
    if not part.payload_is_encoded and ("." in payload_text or not payload_text.isprintable()):
        raise MalformedInput("jws-malformed", "The payload holds characters that this form cannot carry.")
    return _assembled(payload_text, (part,))


def parse_json(data: bytes | str, *, understood_critical: Collection[str]) -> ParsedJws:
    """Read the general or the flattened JSON serialisation (RFC 7515 section 7.2), without verifying it.

    Raises:
        MalformedInput, Refused: see the module.
    """
    return from_members(
        strict_json.loads_object(data, maximum_bytes=MAXIMUM_BYTES), understood_critical=understood_critical
    )


def from_members(members: Mapping[str, Any], *, understood_critical: Collection[str]) -> ParsedJws:
    """A JWS in JSON serialisation that was parsed already (strictly) to its parts.

    Raises:
        MalformedInput, Refused: see the module.
    """
    payload_text, entries = members.get("payload"), members.get("signatures")
    if not isinstance(payload_text, str):
        raise MalformedInput("jws-malformed", "The signed file has no payload.")
    if entries is None:
        entries = [members]
    elif "signature" in members or "protected" in members or "header" in members:
        raise MalformedInput("jws-malformed", "The signed file mixes two forms (one signature and a list of them).")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAXIMUM_SIGNATURES:
        raise MalformedInput("jws-malformed", "The signed file has no signatures, or too many.")
    return _assembled(payload_text, tuple(_entry(entry, understood_critical) for entry in entries))


def signature_part(
    protected_text: str, unprotected: Mapping[str, Any], signature_text: str, *, understood_critical: Collection[str]
) -> SignaturePart:
    """The headers and signature value of one signature, checked by the rules 4 to 6.

    Raises:
        MalformedInput, Refused: see the module.
    """
    if len(protected_text) > MAXIMUM_HEADER_CHARACTERS:
        raise MalformedInput("jws-too-large", "The signature's header is larger than any real one.")
    protected = strict_json.loads_object(base64url.decode(protected_text))
    overlap = protected.keys() & unprotected.keys()
    if overlap:
        raise MalformedInput("jws-header-overlap", f"A header parameter is there twice: {sorted(overlap)}.")
    _check_algorithm_is_signature(protected)
    _check_critical(protected, unprotected, understood_critical)
    return SignaturePart(protected_text, protected, unprotected, base64url.decode(signature_text), signature_text)


def require(part: SignaturePart, *, allowed_algorithms: Collection[str], expected_types: Collection[str]) -> None:
    """Refuse a signature whose algorithm or type the verifier did not ask for (RFC 8725 sections 3.1 and 3.11).

    ``expected_types`` are media types without ``application/``; the empty text allows a missing ``typ``.

    Raises:
        Refused: ``jws-alg-not-allowed``. MalformedInput: ``jws-typ-wrong``.
    """
    if part.algorithm not in allowed_algorithms:
        raise Refused("jws-alg-not-allowed", f"The signature algorithm {part.algorithm!r} is not accepted here.")
    kind = part.protected.get("typ", "")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in expected_types:
        raise MalformedInput("jws-typ-wrong", f"This is a signed {kind!r}, which is not what was asked for.")


def check_signature(jws: ParsedJws, part: SignaturePart, key: PublicKey) -> Finding:
    """Whether a signature is the key's own over the exact bytes (RFC 7515 section 5.2 step 8)."""
    if part.algorithm not in key.algorithms:
        reason = f"The signature says {part.algorithm!r}, which is not an algorithm of the issuer's key."
        return failed("jws-key-algorithm-mismatch", reason)
    if not key.verify(part.signature, jws.signing_input(part), algorithm=part.algorithm):
        return failed("jws-signature-invalid", "The content was changed after signing, or another key signed it.")
    return passed("jws-signature-valid", "The signature is intact.")


def sign_compact(payload: bytes, signer: Signer, *, header: Mapping[str, Any]) -> str:
    """Sign bytes in the compact serialisation; ``alg`` is the signer's and stands first in the header.

    Raises:
        MalformedInput: ``jws-header-malformed`` where the header names an algorithm of its own.
    """
    if "alg" in header:
        raise MalformedInput("jws-header-malformed", "The algorithm is the signer's to say.")
    protected_text = base64url.encode(orjson.dumps({"alg": signer.algorithm, **header}))
    signing_input = f"{protected_text}.{base64url.encode(payload)}"
    return f"{signing_input}.{base64url.encode(signer.sign(signing_input.encode('ascii')))}"


def _ascii(text: str | bytes) -> str:
    if len(text) > MAXIMUM_BYTES:
        raise MalformedInput("jws-too-large", "The signed text is larger than any real one.")
    try:
        return text.decode("ascii") if isinstance(text, bytes) else text.encode("ascii").decode("ascii")
    except UnicodeError as error:
        raise MalformedInput("jws-malformed", "The signed text holds characters that it cannot have.") from error


def _entry(entry: Any, understood_critical: Collection[str]) -> SignaturePart:
    if not isinstance(entry, dict):
        raise MalformedInput("jws-malformed", "A signature is not an object.")
    protected_text, signature_text = entry.get("protected"), entry.get("signature")
    unprotected = entry.get("header", {})
    if not isinstance(protected_text, str) or not isinstance(signature_text, str) or not isinstance(unprotected, dict):
        raise MalformedInput("jws-malformed", "A signature lacks its protected header or its value.")
    return signature_part(protected_text, unprotected, signature_text, understood_critical=understood_critical)


def _assembled(payload_text: str, parts: tuple[SignaturePart, ...]) -> ParsedJws:
    encoded = parts[0].payload_is_encoded
    if any(part.payload_is_encoded is not encoded for part in parts):
        raise MalformedInput("jws-b64-malformed", "The signatures disagree about how the payload is written.")
    try:
        as_signed = payload_text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedInput("json-surrogate", "The payload holds half a character (a lone surrogate).") from error
    return ParsedJws(base64url.decode(payload_text) if encoded else as_signed, as_signed, parts)


def _check_algorithm_is_signature(protected: Mapping[str, Any]) -> None:
    algorithm = protected.get("alg")
    if not isinstance(algorithm, str):
        raise MalformedInput("jws-alg-missing", "The protected header does not name the signature algorithm.")
    if algorithm.lower() == "none":
        raise Refused("jws-alg-none", "The file says of itself that it is not signed.")
    if algorithm in _SYMMETRIC:
        raise Refused("jws-alg-symmetric", "The file is sealed with a shared secret, which proves nothing to others.")


def _check_critical(protected: Mapping[str, Any], unprotected: Mapping[str, Any], understood: Collection[str]) -> None:
    if "crit" in unprotected or "b64" in unprotected:
        raise MalformedInput("jws-crit-malformed", "A critical header parameter is not protected by the signature.")
    critical = protected.get("crit", [])
    if not isinstance(critical, list) or ("crit" in protected and not critical):
        raise MalformedInput("jws-crit-malformed", "The list of critical header parameters is damaged.")
    if not all(isinstance(name, str) for name in critical) or len(set(critical)) != len(critical):
        raise MalformedInput("jws-crit-malformed", "The list of critical header parameters is damaged.")
    for name in critical:
        if name in _REGISTERED or name not in protected:
            raise MalformedInput("jws-crit-malformed", f"The header parameter {name!r} cannot be listed as critical.")
        if name not in understood:
            raise MalformedInput("jws-crit-unknown", f"The signature depends on {name!r}, which is unknown here.")
    if "b64" in protected and ("b64" not in critical or not isinstance(protected["b64"], bool)):
        raise MalformedInput("jws-b64-malformed", "How the payload is written is not said the way RFC 7797 asks.")
