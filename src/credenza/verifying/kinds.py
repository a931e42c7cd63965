"""What a file is, found out by its content and never by its name."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from credenza.encoding import base64url, strict_json
from credenza.errors import CredenzaError, MalformedInput

_COMPACT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\Z")
_SD_JWT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*~[A-Za-z0-9_~.-]*\Z")
_MARK = b"\xef\xbb\xbf"  # some editors put it before UTF-8
_ELMO_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,50}:)?elmo[\s/>]")
_BEFORE_ROOT = ((b"<?", b"?>"), (b"<!--", b"-->"))
_HEAD_BYTES, _MOST_BEFORE_ROOT = 64 * 1024, 50
_ENVELOPED_TYPES = {"EnvelopedVerifiableCredential"}


class Kind(StrEnum):
    """The kinds of file that can be verified; carriers hold a credential of another kind."""

    SEALED_ELM = "elm-jades"
    DATA_INTEGRITY = "data-integrity"
    ENVELOPED = "enveloped"
    VC_JWT = "vc-jwt"
    SD_JWT = "sd-jwt"
    UNSEALED = "unsealed"
    PDF = "pdf"
    PNG = "png"
    SVG = "svg"
    ELMO = "elmo"


CARRIERS = frozenset({Kind.PDF, Kind.PNG, Kind.SVG})


def kind_of(data: bytes) -> tuple[Kind, dict[str, Any] | None]:
    """The kind of a file, with the JSON object where it is one.

    Raises:
        MalformedInput: ``file-empty``, ``file-unknown``, and those of ``strict_json`` for broken JSON.
    """
    head = data[:1024].lstrip()
    if not head:
        raise MalformedInput("file-empty", "The file is empty.")
    if b"%PDF-" in data[:1024]:
        return Kind.PDF, None
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG, None
    if _is_elmo(data):
        return Kind.ELMO, None
    if head.startswith(b"<") or head.startswith(_MARK + b"<"):
        return Kind.SVG, None
    if head.removeprefix(_MARK).startswith(b"{"):
        document = strict_json.loads_object(data.lstrip().removeprefix(_MARK))  # RFC 8259, section 8.1
        return _kind_of_object(document), document
    text = data.strip()
    if _SD_JWT.match(text):
        return Kind.SD_JWT, None
    if _COMPACT.match(text):
        return (Kind.SD_JWT if _type_of(text) in ("dc+sd-jwt", "vc+sd-jwt") else Kind.VC_JWT), None
    raise MalformedInput(
        "file-unknown",
        "This is no credential that Credenza knows: European Digital Credential, Open Badge, wallet credential, or a"
        " PDF, PNG or SVG that carries one.",
    )


def _is_elmo(data: bytes) -> bool:
    """Whether the first element is ELMO's, after any declaration, comments and instructions."""
    rest = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    for _ in range(_MOST_BEFORE_ROOT):
        end = next((end for start, end in _BEFORE_ROOT if rest.startswith(start)), None)
        if end is None:
            break
        rest = rest.partition(end)[2].lstrip()
    return _ELMO_ROOT.match(rest) is not None


def _kind_of_object(document: dict[str, Any]) -> Kind:
    if "payload" in document and ("signatures" in document or "signature" in document):
        header = document.get("header")
        return Kind.SD_JWT if isinstance(header, dict) and "disclosures" in header else Kind.SEALED_ELM
    types = document.get("type")
    names = {name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)}
    if _ENVELOPED_TYPES & names:
        return Kind.ENVELOPED
    if "proof" in document:
        return Kind.DATA_INTEGRITY
    if "@context" in document:
        return Kind.UNSEALED
    raise MalformedInput("file-unknown", "This JSON file is no credential: it has neither a context nor a seal.")


def _type_of(token: bytes) -> str:
    try:
        header = strict_json.loads_object(base64url.decode(token.split(b".", 1)[0].decode("ascii")))
    except CredenzaError:
        return ""
    return str(header.get("typ", "")).lower()
