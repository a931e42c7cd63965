"""The protected header of a seal: written by the current text of ETSI TS 119 182-1 (clause 5), read in both dialects.

Codes raised: ``jades-certificate-missing``, ``jades-certificate-wrong``, ``jades-signing-time-malformed``,
``jades-detached``, and those of ``certificate_chain``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from credenza.encoding import base64url
from credenza.errors import MalformedInput
from credenza.keys import Signer
from credenza.proof import certificate_chain, der

UNDERSTOOD_CRITICAL = frozenset(
    ("b64", "iat", "sigT", "x5t#o", "sigX5ts", "srCms", "sigPl", "srAts", "adoTst", "sigPId")
)
_MILLISECONDS = 100_000_000_000  # one version of the Commission's DSS wrote ``iat`` in milliseconds
_DIGEST_NAMES = {"S256": "sha256", "S384": "sha384", "S512": "sha512"}


def protected_text(signer: Signer, *, signing_time: datetime, content_type: str) -> str:
    """The protected header of a new seal, base64url; the same text for all seals of one second.

    Raises:
        MalformedInput: ``jades-certificate-missing``, ``jades-certificate-wrong``.
    """
    if not signer.certificate_chain:
        raise MalformedInput("jades-certificate-missing", "A seal needs a certificate; this key has none.")
    if certificate_chain.public_key(signer.certificate_chain[0]) != signer.public_key:
        raise MalformedInput("jades-certificate-wrong", "The key does not belong to its certificate.")
    seconds = int(signing_time.timestamp())
    return _encoded(signer.algorithm, tuple(signer.certificate_chain), seconds, content_type)


@lru_cache(maxsize=64)
def _encoded(algorithm: str, chain: tuple[bytes, ...], seconds: int, content_type: str) -> str:
    header = {
        "alg": algorithm,
        "cty": content_type,
        "kid": issuer_serial(chain[0]),
        "x5t#S256": certificate_chain.thumbprint(chain[0]),
        "x5c": certificate_chain.to_header(chain),
        "typ": "jose+json",
        "b64": False,
        "iat": seconds,
        "crit": ["b64"],
    }
    return base64url.encode(orjson.dumps(header))


def issuer_serial(leaf: bytes) -> str:
    """``kid`` as clause 5.1.4 asks: base64 of the DER of IssuerSerial (RFC 5035)."""
    certificate = certificate_chain.load(leaf)
    name = der.encode(der.DIRECTORY_NAME, certificate.issuer.public_bytes())
    serial = der.encode_integer(certificate.serial_number)
    return base64.b64encode(der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, name) + serial)).decode("ascii")


def signing_certificates(protected: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The certificates of ``x5c``, once every reference in the header names the first of them (clauses 5.1.7, 5.2.2).

    Raises:
        MalformedInput: ``jades-certificate-missing``, ``jades-certificate-wrong``, ``jades-detached``.
    """
    if "sigD" in protected:
        raise MalformedInput("jades-detached", "The seal is over other files, which are not at hand.")
    if "x5c" not in protected:
        raise MalformedInput("jades-certificate-missing", "The seal does not carry its certificate.")
    chain = certificate_chain.from_header(protected["x5c"])
    if protected.get("x5t#S256", certificate_chain.thumbprint(chain[0])) != certificate_chain.thumbprint(chain[0]):
        raise MalformedInput("jades-certificate-wrong", "The seal names another certificate than it carries.")
    references = protected.get("sigX5ts", [])
    references = [*references] if isinstance(references, list) else [references]
    if "x5t#o" in protected:
        references.append(protected["x5t#o"])
    elif references:
        references = references[:1]  # clause 5.2.2.3: the first is the signer's, the others its issuers'
    for reference in references:
        _check_reference(reference, chain[0])
    return chain


def claimed_time(protected: Mapping[str, Any]) -> datetime | None:
    """When the signer says it signed: ``iat`` (clause 5.1.11), or ``sigT`` (clause 5.2.1) in seals before 2025.

    Raises:
        MalformedInput: ``jades-signing-time-malformed``.
    """
    seconds, text = protected.get("iat"), protected.get("sigT")
    if seconds is None and text is None:
        return None
    try:
        if seconds is not None:
            if isinstance(seconds, bool) or not isinstance(seconds, int):
                raise ValueError
            return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS else seconds, UTC)
        if not isinstance(text, str) or not text.endswith("Z"):
            raise ValueError
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedInput("jades-signing-time-malformed", "The seal's claimed time cannot be read.") from error


def _check_reference(reference: Any, leaf: bytes) -> None:
    name = _DIGEST_NAMES.get(str(reference.get("digAlg"))) if isinstance(reference, dict) else None
    if name is None or reference.get("digVal") != base64url.encode(hashlib.new(name, leaf).digest()):
        raise MalformedInput("jades-certificate-wrong", "The seal names another certificate than it carries.")
