"""What was added to a seal after signing (``etsiU``, ETSI TS 119 182-1 clause 5.3): time stamps and validation data.

Codes raised: ``jades-unsigned-malformed``, and those of ``time_stamp``.
Codes found: those of ``time_stamp``, ``jades-archive-time-stamp-not-checked``, ``jades-validation-data-not-used``,
``jades-unsigned-not-checked``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from cryptography import x509

from credenza.encoding import base64url, strict_json
from credenza.errors import MalformedInput
from credenza.proof import jws, time_stamp
from credenza.proof.finding import Finding, not_checked
from credenza.proof.jades import validation_data
from credenza.proof.jades.validation_data import NOTHING_KEPT, ValidationData
from credenza.proof.time_stamp import TimeStamp

Level: TypeAlias = Literal["B-B", "B-T", "B-LT", "B-LTA"]

MAXIMUM_COMPONENTS = 64
MAXIMUM_TOKENS = 16


@dataclass(frozen=True)
class Component:
    """One entry of ``etsiU``: its name, its value, and its text where it stood as base64url."""

    name: str
    value: Any
    text: str | None


@dataclass(frozen=True)
class Judged:
    """The level that the entries make, the time stamps over the signature, what was found, and what was kept."""

    level: Level
    time_stamps: tuple[TimeStamp, ...]
    findings: tuple[Finding, ...]
    kept: ValidationData = NOTHING_KEPT


def components(unprotected: Mapping[str, Any]) -> tuple[Component, ...]:
    """The entries of ``etsiU`` in their order; all of them texts, or all of them objects (clause 5.3.1).

    Raises:
        MalformedInput: ``jades-unsigned-malformed``.
    """
    entries = unprotected.get("etsiU", [])
    if not isinstance(entries, list) or len(entries) > MAXIMUM_COMPONENTS or ("etsiU" in unprotected and not entries):
        raise _malformed()
    if len({type(entry) for entry in entries}) > 1:
        raise _malformed()
    return tuple(_component(entry) for entry in entries)


def judge(
    parsed: jws.ParsedJws,
    part: jws.SignaturePart,
    *,
    anchors: Collection[x509.Certificate],
    now: datetime,
    leeway: timedelta,
) -> Judged:
    """Check every time stamp over the bytes that its clause names, and say what was not looked at.

    Raises:
        MalformedInput: see the module.
    """
    stamps: list[TimeStamp] = []
    findings: list[Finding] = []
    kept = NOTHING_KEPT
    entries = components(part.unprotected)
    for index, entry in enumerate(entries):
        if entry.name == "sigTst":
            message: bytes | None = part.signature_text.encode("ascii")
        elif entry.name == "arcTst":
            message = _archive_message(parsed, part, entries[:index], entry)
        elif (held := _validation_data(entry)) is not None:
            kept += held
            continue
        else:
            findings.append(_not_looked_at(entry.name))
            continue
        if message is None:
            reason = "The archive time stamp is of a form that cannot be checked here."
            findings.append(not_checked("jades-archive-time-stamp-not-checked", reason))
            continue
        for token in tokens(entry.value):
            stamps.append(time_stamp.verify(token, message, anchors=anchors, now=now, leeway=leeway))
    for stamp in stamps:
        findings.extend(stamp.findings)
    return Judged(_level({entry.name for entry in entries}), tuple(stamps), tuple(findings), kept)


def tokens(container: Any) -> tuple[bytes, ...]:
    """The time stamp tokens of a container (``tstTokens``, clause 5.4.3), in DER.

    Raises:
        MalformedInput: ``jades-unsigned-malformed``.
    """
    entries = container.get("tstTokens") if isinstance(container, dict) else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAXIMUM_TOKENS:
        raise _malformed()
    found = []
    for entry in entries:
        value = entry.get("val") if isinstance(entry, dict) else None
        if not isinstance(value, str):
            raise _malformed()
        try:
            token = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise _malformed() from error
        if base64.b64encode(token).decode("ascii") != value:
            raise _malformed()
        found.append(token)
    return tuple(found)


def _archive_message(
    parsed: jws.ParsedJws, part: jws.SignaturePart, before: tuple[Component, ...], entry: Component
) -> bytes | None:
    """Clause 5.3.6.3.1.1; None for entries in clear (they need a canonicalization) and for partial time stamps."""
    if not isinstance(entry.value, dict) or entry.value.get("timeStamped", "all") != "all" or entry.text is None:
        return None
    signed = b".".join((parsed.payload_as_signed, part.protected_text.encode(), part.signature_text.encode()))
    return signed + b"." + "".join(component.text or "" for component in before).encode("ascii")


def _component(entry: Any) -> Component:
    if isinstance(entry, str):
        value: Any = strict_json.loads(base64url.decode(entry))
    else:
        value = entry
    if not isinstance(value, dict) or len(value) != 1:
        raise _malformed()
    name, content = next(iter(value.items()))
    return Component(name, content, entry if isinstance(entry, str) else None)


def _level(names: set[str]) -> Level:
    if "sigTst" not in names:
        return "B-B"
    if "arcTst" in names:
        return "B-LTA"
    return "B-LT" if names & validation_data.NAMES else "B-T"


def _validation_data(entry: Component) -> ValidationData | None:
    return validation_data.of_component(entry.name, entry.value) if entry.name in validation_data.NAMES else None


def _not_looked_at(name: str) -> Finding:
    if name in validation_data.NAMES:
        reason = "Certificates or revocation answers kept inside the seal are of a form that cannot be used here."
        return not_checked("jades-validation-data-not-used", reason)
    return not_checked("jades-unsigned-not-checked", f"The addition {name!r} to the seal was not checked.")


def _malformed() -> MalformedInput:
    return MalformedInput("jades-unsigned-malformed", "What was added to the seal after signing is damaged.")
