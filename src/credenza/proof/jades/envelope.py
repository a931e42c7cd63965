"""The envelope of a seal: read strictly and quickly, written from its parts.

The payload is one JSON string of tens of kilobytes. It is cut out first and unescaped once; the rest goes through
``strict_json``. The two together accept and refuse exactly what ``strict_json`` would on the whole.

Codes raised: ``jades-malformed``, ``jades-member-unknown``, and those of ``strict_json`` and ``jws``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import orjson

from credenza.encoding import strict_json
from credenza.errors import MalformedInput

_PAYLOAD_FIRST = re.compile(r'[ \t\r\n]*\{[ \t\r\n]*"payload"[ \t\r\n]*:[ \t\r\n]*"')
_GENERAL = frozenset(("payload", "signatures"))
_FLATTENED = frozenset(("payload", "protected", "header", "signature"))
_ENTRY = frozenset(("protected", "header", "signature"))


def read(sealed: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    """The members of an envelope in general or flattened JSON serialisation, and no others.

    ``sealed`` is the file, or what ``strict_json`` read from it.

    Raises:
        MalformedInput: see the module.
    """
    members = _members(sealed) if isinstance(sealed, bytes) else sealed
    if not isinstance(members.get("payload"), str):
        raise MalformedInput("jades-malformed", "The file is not a sealed credential: it has no sealed text.")
    entries = members.get("signatures")
    _refuse_unknown(members, _GENERAL if "signatures" in members else _FLATTENED)
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            _refuse_unknown(entry, _ENTRY)
            _refuse_unknown(entry.get("header"), frozenset(("etsiU",)))
    _refuse_unknown(members.get("header"), frozenset(("etsiU",)))
    return members


def write(payload: str, entries: Sequence[Mapping[str, Any]]) -> bytes:
    """An envelope in general JSON serialisation."""
    return orjson.dumps({"payload": payload, "signatures": entries})


def _members(sealed: bytes) -> dict[str, Any]:
    if len(sealed) > strict_json.MAXIMUM_BYTES:
        raise MalformedInput("json-too-large", f"The JSON text is larger than {strict_json.MAXIMUM_BYTES} bytes.")
    try:
        text = sealed.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedInput("json-encoding", "The JSON text is not UTF-8.") from error
    start = _PAYLOAD_FIRST.match(text)
    if start is None:
        return strict_json.loads_object(text)
    try:
        payload, end = scanstring(text, start.end(), True)
    except ValueError as error:
        raise MalformedInput("json-syntax", "The sealed text is not a valid JSON string.") from error
    members = strict_json.loads_object(text[: start.end()] + text[end - 1 :])
    members["payload"] = payload
    return members


def _refuse_unknown(members: Any, known: frozenset[str]) -> None:
    unknown = members.keys() - known if isinstance(members, dict) else ()
    if unknown:
        raise MalformedInput(
            "jades-member-unknown", f"The envelope has members that no seal covers: {sorted(unknown)}."
        )
