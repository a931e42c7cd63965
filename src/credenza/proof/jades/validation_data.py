"""Certificates and revocation answers kept inside a seal (B-LT; ETSI TS 119 182-1 clauses 5.3.5 and 5.3.6).

They are unsigned additions: gathered here, and believed elsewhere only as far as their own signatures hold.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from credenza.encoding import base64url, strict_json
from credenza.errors import MalformedInput

NAMES = frozenset(("xVals", "rVals", "axVals", "arVals", "tstVD", "anyValData"))
MAXIMUM_OBJECTS = 64
_DER = "http://uri.etsi.org/01903/v1.2.2#DER"


@dataclass(frozen=True)
class ValidationData:
    """Certificates, CRLs and OCSP responses in DER, in the order in which they stand in the seal."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()

    def __add__(self, other: ValidationData) -> ValidationData:
        return ValidationData(
            (*self.certificates, *other.certificates)[:MAXIMUM_OBJECTS],
            (*self.crls, *other.crls)[:MAXIMUM_OBJECTS],
            (*self.ocsp_responses, *other.ocsp_responses)[:MAXIMUM_OBJECTS],
        )


NOTHING_KEPT = ValidationData()


def of_component(name: str, value: Any) -> ValidationData | None:
    """What one entry of ``etsiU`` holds; None where it has another shape, and so cannot be used."""
    if name in ("tstVD", "anyValData"):
        return _both(value)
    try:
        return _certificates(value) if name in ("xVals", "axVals") else _answers(value)
    except (MalformedInput, binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        return None


def _both(value: Any) -> ValidationData | None:
    if isinstance(value, str):
        try:
            value = strict_json.loads(base64url.decode(value))
        except MalformedInput:
            return None
    if not isinstance(value, dict):
        return None
    parts = [of_component(name, value[name]) for name in ("xVals", "rVals") if name in value]
    known = [part for part in parts if part is not None]
    return sum(known, NOTHING_KEPT) if len(known) == len(parts) else None


def _certificates(value: Any) -> ValidationData:
    """``[{"x509Cert": {"val": ...}}]``; other kinds of certificates are of no use here, and passed over."""
    if not isinstance(value, list):
        raise TypeError
    return ValidationData(certificates=tuple(_ders(item["x509Cert"] for item in value if "x509Cert" in item)))


def _answers(value: Any) -> ValidationData:
    """``{"crlVals": [{"val": ...}], "ocspVals": [{"val": ...}]}``."""
    if not isinstance(value, dict):
        raise TypeError
    return ValidationData(
        crls=tuple(_ders(value.get("crlVals", []))), ocsp_responses=tuple(_ders(value.get("ocspVals", [])))
    )


def _ders(objects: Any) -> Iterator[bytes]:
    for item in objects:
        if item.get("encoding", _DER) != _DER:
            raise TypeError
        yield base64.b64decode(item["val"], validate=True)
