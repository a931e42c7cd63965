"""Bitstring Status List v1.0 (W3C): which entry of which list tells about a credential, and what the list says.

Pure: the list credential's own proof is checked by whoever fetched it, before its content is judged here.

Codes found: ``status-active``, ``status-revoked``, ``status-suspended``, ``status-message``, ``status-set``,
``status-list-expired``, ``status-list-not-yet-valid``, ``status-list-too-short``, ``status-purpose-mismatch``,
``status-index-out-of-range``, ``status-list-issuer-mismatch``, ``status-list-id-mismatch``, ``status-type-unknown``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from credenza.encoding import base64url, multibase
from credenza.errors import MalformedInput
from credenza.finding import Finding, failed, not_checked, passed, warning
from credenza.status import compression, members
from credenza.status.packed import MAXIMUM_SIZE, BitOrder, PackedStatuses, status_at

ENTRY_TYPE = "BitstringStatusListEntry"
LIST_TYPE = "BitstringStatusList"
CREDENTIAL_TYPE = "BitstringStatusListCredential"
MINIMUM_ENTRIES = 131_072  # section 6.1: a herd large enough to hide one learner in
MAXIMUM_STATUSES = 16  # of one credential
REVOCATION, SUSPENSION, MESSAGE = "revocation", "suspension", "message"
NO_LEEWAY = timedelta(0)
_ORDER: BitOrder = "left-most"
_MALFORMED_ENTRY = "status-entry-malformed"
_MALFORMED_LIST = "status-list-malformed"
_CONTEXT = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True)
class BitstringEntry:
    """A credential's place in a status list (section 2.1). ``messages`` says what each value means to people."""

    list_url: str
    index: int
    purpose: str
    size: int = 1
    messages: tuple[tuple[int, str], ...] = ()
    reference: str | None = None
    id: str | None = None

    def to_document(self) -> dict[str, Any]:
        """The entry as a ``credentialStatus`` of any verifiable credential."""
        document: dict[str, Any] = {"id": self.id} if self.id else {}
        document |= {
            "type": ENTRY_TYPE,
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_url,
        }
        if self.size > 1:
            document["statusSize"] = self.size
        if self.messages:
            document["statusMessage"] = [{"status": hex(value), "message": text} for value, text in self.messages]
        if self.reference:
            document["statusReference"] = self.reference
        return document


@dataclass(frozen=True)
class UnknownStatus:
    """A ``credentialStatus`` of a kind that cannot be read here; it never counts as valid."""

    types: tuple[str, ...]

    def judge(self) -> Finding:
        """That this status could not be checked."""
        kind = ", ".join(self.types) or "no type"
        return not_checked("status-type-unknown", f"The credential's status is of an unknown kind ({kind[:100]}).")


@dataclass(frozen=True)
class StatusList:
    """The content of a list credential whose proof holds. ``content`` is the uncompressed bitstring."""

    url: str | None
    issuer: str
    purposes: frozenset[str]
    content: bytes
    valid_from: datetime | None
    valid_until: datetime | None
    time_to_live: timedelta


def new_statuses(length: int = MINIMUM_ENTRIES, *, size: int = 1) -> PackedStatuses:
    """A list with every status 0.

    Raises:
        MalformedInput: ``status-list-too-short`` under 131,072 entries, ``status-size-invalid``.
    """
    if length < MINIMUM_ENTRIES:
        raise MalformedInput("status-list-too-short", f"A status list has at least {MINIMUM_ENTRIES} entries.")
    return PackedStatuses.empty(length, size=size, order=_ORDER)


def encode(statuses: PackedStatuses) -> str:
    """Statuses as ``encodedList``: GZIP, then multibase base64url."""
    return multibase.encode_u(compression.gzip_bytes(bytes(statuses)))


def decode(text: str, *, size: int = 1) -> PackedStatuses:
    """An ``encodedList`` to statuses that can be changed.

    Raises:
        MalformedInput: ``status-list-malformed``, ``status-list-too-large``, ``status-size-invalid``.
    """
    return PackedStatuses(_content(text), size=size, order=_ORDER)


def list_credential(
    statuses: PackedStatuses,
    *,
    url: str,
    issuer: str,
    purpose: str,
    valid_from: datetime,
    valid_until: datetime,
    time_to_live: timedelta | None = None,
) -> dict[str, Any]:
    """The unsigned BitstringStatusListCredential (VCDM 2.0) that publishes the statuses (section 2.2)."""
    subject: dict[str, Any] = {"id": f"{url}#list", "type": LIST_TYPE, "statusPurpose": purpose}
    subject["encodedList"] = encode(statuses)
    if time_to_live is not None:
        subject["ttl"] = int(time_to_live.total_seconds() * 1000)
    return {
        "@context": [_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", CREDENTIAL_TYPE],
        "issuer": issuer,
        "validFrom": members.date_time_text(valid_from),
        "validUntil": members.date_time_text(valid_until),
        "credentialSubject": subject,
    }


def entries_of(credential_status: Any) -> tuple[BitstringEntry | UnknownStatus, ...]:
    """Every status that a ``credentialStatus`` names, none left out.

    Raises:
        MalformedInput: ``status-entry-malformed``.
    """
    items = members.as_list(credential_status)
    if len(items) > MAXIMUM_STATUSES:
        raise MalformedInput(_MALFORMED_ENTRY, f"The credential names more than {MAXIMUM_STATUSES} statuses.")
    return tuple(_entry(item) for item in items)


def parse_list(document: Mapping[str, Any]) -> StatusList:
    """A list credential (VCDM 2.0 or 1.1) to its statuses.

    Raises:
        MalformedInput: ``status-list-malformed``, ``status-list-too-large``.
    """
    subject = document.get("credentialSubject")
    if CREDENTIAL_TYPE not in members.as_list(document.get("type")) or not isinstance(subject, dict):
        raise MalformedInput(_MALFORMED_LIST, "What should be a status list is another kind of document.")
    if LIST_TYPE not in members.as_list(subject.get("type")):
        raise MalformedInput(_MALFORMED_LIST, "The status list credential holds no status list.")
    issuer = document.get("issuer")
    purposes = members.as_list(subject.get("statusPurpose"))
    if not purposes or not all(isinstance(purpose, str) for purpose in purposes):
        raise MalformedInput(_MALFORMED_LIST, "The status list does not say what it is for.")
    return StatusList(
        url=members.address(document, "id", _MALFORMED_LIST) if "id" in document else None,
        issuer=members.text(issuer if isinstance(issuer, dict) else {"id": issuer}, "id", _MALFORMED_LIST),
        purposes=frozenset(purposes),
        content=_content(members.text(subject, "encodedList", _MALFORMED_LIST)),
        valid_from=_first_time(document, "validFrom", "issuanceDate"),
        valid_until=_first_time(document, "validUntil", "expirationDate"),
        time_to_live=_time_to_live(subject),
    )


def judge(
    entry: BitstringEntry,
    status_list: StatusList,
    *,
    expected_issuers: Collection[str],
    now: datetime,
    leeway: timedelta = NO_LEEWAY,
) -> Finding:
    """What the list says about the entry (section 3.2). A list out of its time may still revoke, but not absolve."""
    wrong = _wrong_list(entry, status_list, expected_issuers)
    if wrong is not None:
        return wrong
    if not 0 <= entry.index < len(status_list.content) * 8 // entry.size:
        return failed("status-index-out-of-range", f"The status list has no entry number {entry.index}.")
    value = status_at(status_list.content, entry.index, size=entry.size, order=_ORDER)
    if value:
        return _meaning(entry, value)
    if status_list.valid_until is not None and now > status_list.valid_until + leeway:
        reason = f"The status list at hand ended on {status_list.valid_until:%Y-%m-%d}: the status is not known today."
        return not_checked("status-list-expired", reason)
    if status_list.valid_from is not None and now < status_list.valid_from - leeway:
        reason = f"The status list at hand begins on {status_list.valid_from:%Y-%m-%d} and says nothing about before."
        return not_checked("status-list-not-yet-valid", reason)
    return passed("status-active", f"The issuer's list shows no {_noun(entry.purpose)} of this credential.")


def _wrong_list(entry: BitstringEntry, status_list: StatusList, expected_issuers: Collection[str]) -> Finding | None:
    if status_list.issuer not in expected_issuers:
        return failed("status-list-issuer-mismatch", "The status list comes from somebody other than the issuer.")
    if status_list.url is not None and status_list.url != entry.list_url:
        return failed("status-list-id-mismatch", "The status list is not the one that the credential names.")
    if entry.purpose not in status_list.purposes:
        reason = f"The status list is not about {entry.purpose[:40]!r}, which the credential asks it for."
        return failed("status-purpose-mismatch", reason)
    if len(status_list.content) * 8 // entry.size < MINIMUM_ENTRIES:
        return failed("status-list-too-short", f"The status list has fewer than {MINIMUM_ENTRIES} entries.")
    return None


def _meaning(entry: BitstringEntry, value: int) -> Finding:
    message = dict(entry.messages).get(value)
    if entry.purpose == REVOCATION:
        return failed("status-revoked", "The issuer has revoked this credential.")
    if entry.purpose == SUSPENSION:
        return failed("status-suspended", "The issuer has suspended this credential.")
    if message is not None:
        return warning("status-message", f"The issuer says about this credential: {message}")
    return warning("status-set", f"The issuer has set the status {entry.purpose[:40]!r} to {value}.")


def _noun(purpose: str) -> str:
    return purpose if purpose in {REVOCATION, SUSPENSION} else "status"


def _entry(item: Any) -> BitstringEntry | UnknownStatus:
    if not isinstance(item, dict):
        raise MalformedInput(_MALFORMED_ENTRY, "The credential's status is not a proper entry.")
    types = members.as_list(item.get("type"))
    if ENTRY_TYPE not in types:
        return UnknownStatus(tuple(str(kind) for kind in types))
    size = item.get("statusSize", 1)
    return BitstringEntry(
        list_url=members.address(item, "statusListCredential", _MALFORMED_ENTRY),
        index=members.index(item.get("statusListIndex"), _MALFORMED_ENTRY),
        purpose=members.text(item, "statusPurpose", _MALFORMED_ENTRY),
        size=members.whole_number(size, _MALFORMED_ENTRY, least=1, most=MAXIMUM_SIZE),
        messages=tuple(_message(message) for message in members.as_list(item.get("statusMessage"))),
        reference=item["statusReference"] if isinstance(item.get("statusReference"), str) else None,
        id=item["id"] if isinstance(item.get("id"), str) else None,
    )


def _message(item: Any) -> tuple[int, str]:
    if not isinstance(item, dict):
        raise MalformedInput(_MALFORMED_ENTRY, "A message of the credential's status is malformed.")
    value = members.text(item, "status", _MALFORMED_ENTRY)
    try:
        return int(value, 16), members.text(item, "message", _MALFORMED_ENTRY)[:500]
    except ValueError as error:
        raise MalformedInput(_MALFORMED_ENTRY, "A message of the credential's status names no value.") from error


def _content(text: str) -> bytes:
    if not text.startswith("u"):
        raise MalformedInput(_MALFORMED_LIST, "The status list is not in base64url multibase ('u').")
    try:
        packed = base64url.decode(text[1:])
    except MalformedInput as error:
        raise MalformedInput(_MALFORMED_LIST, "The status list is not in base64url multibase ('u').") from error
    return compression.gunzip(packed)


def _first_time(document: Mapping[str, Any], *names: str) -> datetime | None:
    for name in names:
        moment = members.date_time(document.get(name), _MALFORMED_LIST)
        if moment is not None:
            return moment
    return None


def _time_to_live(subject: Mapping[str, Any]) -> timedelta:
    value = members.whole_number(subject.get("ttl", 300_000), _MALFORMED_LIST, least=0, most=10**12)
    return timedelta(milliseconds=value)
