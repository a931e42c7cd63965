"""Seals for the tests: honest ones, and honestly signed ones with other headers than ours."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from credenza.encoding import base64url
from credenza.errors import MalformedInput, Refused
from credenza.proof import certificate_chain, jades

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


ALGORITHMS = ("ES256", "ES384", "EdDSA", "RS256")


PAYLOAD = '{"title": "Хлеб “и” соль – 面包",\n "note": "tab\\t, \\u00e9, / and \u0000 control"}'.encode()


def verify(sealed: bytes, *, anchors: Any = (), now: datetime = NOW, allowed: Any = ALGORITHMS) -> jades.VerifiedSeal:
    return jades.verify(sealed, allowed_algorithms=allowed, time_stamp_anchors=anchors, now=now)


def refusal(sealed: bytes | dict[str, Any]) -> str:
    data = sealed if isinstance(sealed, bytes) else json.dumps(sealed).encode()
    with pytest.raises((MalformedInput, Refused)) as caught:
        verify(data)
    return caught.value.code


def made(signer: Any, payload: bytes = PAYLOAD, *, unprotected: Any = None, **changes: Any) -> dict[str, Any]:
    """A seal with another protected header than ours, honestly signed; a change to None takes the member out."""
    chain = signer.certificate_chain
    header = {
        "alg": signer.algorithm,
        "typ": "jose+json",
        "x5t#S256": certificate_chain.thumbprint(chain[0]),
        "x5c": [base64.b64encode(der).decode() for der in chain],
        "b64": False,
        "iat": int(NOW.timestamp()),
        "crit": ["b64"],
    }
    header = {name: value for name, value in {**header, **changes}.items() if value is not None}
    protected = base64url.encode(json.dumps(header).encode())
    text = payload.decode() if header.get("b64") is False else base64url.encode(payload)
    signature = base64url.encode(signer.sign(f"{protected}.{text}".encode()))
    entry = {"protected": protected, "signature": signature}
    if unprotected is not None:
        entry["header"] = unprotected(protected, signature, text) if callable(unprotected) else unprotected
    return {"payload": text, "signatures": [entry]}


def read(members: dict[str, Any], **options: Any) -> jades.VerifiedSeal:
    return verify(json.dumps(members, ensure_ascii=False).encode(), **options)
