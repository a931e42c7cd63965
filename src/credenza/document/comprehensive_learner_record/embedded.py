"""Sealed credentials inside another one, so that their exact bytes come out again."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import orjson

from credenza.encoding import strict_json
from credenza.errors import MalformedInput

ENVELOPED = "EnvelopedVerifiableCredential"
_COMPACT = re.compile(rb"[A-Za-z0-9_.~-]+\Z")
_DATA_URL = re.compile(r"data:[a-z0-9.+/-]{3,60}(;base64)?,([A-Za-z0-9_.~+/=-]*)\Z")


def embed(sealed: bytes) -> dict[str, Any]:
    """A sealed credential as a member of ``verifiableCredential``."""
    if sealed.startswith(b"{"):
        document = strict_json.loads_object(sealed)
        if "proof" in document and orjson.dumps(document) == sealed:
            return document
        return _envelope(f"data:application/jose+json;base64,{base64.b64encode(sealed).decode()}")
    if not _COMPACT.match(sealed):
        return _envelope(f"data:application/octet-stream;base64,{base64.b64encode(sealed).decode()}")
    return _envelope(f"data:application/{'dc+sd-jwt' if b'~' in sealed else 'vc+jwt'},{sealed.decode()}")


def _envelope(url: str) -> dict[str, Any]:
    return {"@context": "https://www.w3.org/ns/credentials/v2", "id": url, "type": ENVELOPED}


def embedded_bytes(member: dict[str, Any]) -> bytes:
    """The sealed bytes of a member of ``verifiableCredential``.

    Raises:
        MalformedInput: ``clr-malformed`` where an envelope holds no data URL.
    """
    types = member.get("type")
    if ENVELOPED not in (types if isinstance(types, list) else [types]):
        return orjson.dumps(member)
    found = _DATA_URL.match(str(member.get("id", "")))
    if found is None:
        raise MalformedInput("clr-malformed", "An enveloped credential of the learner record holds no data.")
    try:
        return base64.b64decode(found[2], validate=True) if found[1] else found[2].encode()
    except binascii.Error as error:
        raise MalformedInput("clr-malformed", "An enveloped credential of the learner record is broken.") from error
