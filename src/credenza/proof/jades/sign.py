"""Making a seal: JAdES baseline B-B, and B-T with a time stamp (ETSI TS 119 182-1 clauses 5.1, 5.3.4 and 6.3)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import orjson

from credenza.encoding import base64url
from credenza.errors import Conflict, MalformedInput
from credenza.keys import Signer
from credenza.proof import jws
from credenza.proof.jades import envelope, header

RequestTimeStamp: TypeAlias = Callable[[bytes], bytes]
"""Takes a SHA-256 digest, returns a time stamp token (RFC 3161, DER); raises Unreachable where there is none."""


def sign(
    payload: bytes,
    signer: Signer,
    *,
    signing_time: datetime,
    content_type: str = "ld+json",
    request_time_stamp: RequestTimeStamp | None = None,
) -> bytes:
    """Seal a credential: its UTF-8 text as bytes, unchanged, into an envelope; with a time stamp where one is asked.

    Raises:
        MalformedInput: ``jades-payload-not-text``, ``jades-certificate-missing``, ``jades-certificate-wrong``.
    """
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedInput("jades-payload-not-text", "What is to be sealed is not UTF-8 text.") from error
    protected = header.protected_text(signer, signing_time=signing_time, content_type=content_type)
    signature = base64url.encode(signer.sign(protected.encode("ascii") + b"." + payload))
    entry: dict[str, Any] = {"protected": protected}
    if request_time_stamp is not None:
        entry["header"] = {"etsiU": [_signature_time_stamp(signature, request_time_stamp)]}
    entry["signature"] = signature
    return envelope.write(text, [entry])


def add_time_stamp(sealed: bytes, *, request_time_stamp: RequestTimeStamp) -> bytes:
    """Raise a seal from B-B to B-T; the sealed text and the signatures stay what they were.

    The seal itself is not verified here: do that first.

    Raises:
        MalformedInput: as ``verify``. Conflict: ``jades-time-stamp-present``.
    """
    members = envelope.read(sealed)
    parsed = jws.from_members(members, understood_critical=header.UNDERSTOOD_CRITICAL)
    if any(part.unprotected for part in parsed.signatures):
        raise Conflict("jades-time-stamp-present", "The seal has a time stamp already.")
    entries = [
        {
            "protected": part.protected_text,
            "header": {"etsiU": [_signature_time_stamp(part.signature_text, request_time_stamp)]},
            "signature": part.signature_text,
        }
        for part in parsed.signatures
    ]
    return envelope.write(members["payload"], entries)


def _signature_time_stamp(signature_text: str, request_time_stamp: RequestTimeStamp) -> str:
    """Clause 5.3.4: the time stamp is over the base64url text of the signature value."""
    token = request_time_stamp(hashlib.sha256(signature_text.encode("ascii")).digest())
    container = {"sigTst": {"tstTokens": [{"val": base64.b64encode(token).decode("ascii")}]}}
    return base64url.encode(orjson.dumps(container))
