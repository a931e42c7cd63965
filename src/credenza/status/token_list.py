"""Token Status List (IETF OAuth, for JWT and SD-JWT VC): the reference in a token, the claims of the list, the verdict.

Pure: the list token's signature (``typ`` is ``statuslist+jwt``) is checked by whoever fetched it, before its claims are
judged here.

Codes found: ``status-active``, ``status-revoked``, ``status-suspended``, ``status-application-specific``,
``status-value-unknown``, ``status-list-expired``, ``status-list-not-yet-valid``, ``status-index-out-of-range``,
``status-list-id-mismatch``, ``status-list-issuer-mismatch``, ``status-type-unknown``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from credenza.encoding import base64url
from credenza.errors import MalformedInput
from credenza.finding import Finding, failed, not_checked, passed
from credenza.status import compression, members
from credenza.status.packed import BitOrder, PackedStatuses, status_at

JWT_TYPE = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
VALID, INVALID, SUSPENDED = 0, 1, 2
DEFAULT_LENGTH = 131_072
NO_LEEWAY = timedelta(0)
_SIZES = (1, 2, 4, 8)
_APPLICATION_SPECIFIC = frozenset({3, *range(0x0B, 0x10)})  # section 7.1
_ORDER: BitOrder = "least-significant"
_MALFORMED_REFERENCE = "status-entry-malformed"
_MALFORMED_LIST = "status-list-malformed"
_LATEST = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True)
class TokenReference:
    """A token's place in a status list: the ``status_list`` member of its ``status`` claim (section 6)."""

    uri: str
    index: int

    def to_claim(self) -> dict[str, Any]:
        """The ``status`` claim of the referenced token."""
        return {"status_list": {"idx": self.index, "uri": self.uri}}


@dataclass(frozen=True)
class TokenStatusList:
    """The claims of a status list token whose signature holds. ``content`` is the uncompressed byte array."""

    subject: str
    issuer: str | None
    issued_at: datetime
    expires: datetime | None
    time_to_live: timedelta | None
    size: int
    content: bytes


def new_statuses(length: int = DEFAULT_LENGTH, *, size: int = 2) -> PackedStatuses:
    """A list with every status VALID. One bit can only revoke; two bits can suspend too.

    Raises:
        MalformedInput: ``status-size-invalid`` unless a status has 1, 2, 4 or 8 bits.
    """
    return PackedStatuses.empty(length, size=_size(size), order=_ORDER)


def encode(statuses: PackedStatuses) -> str:
    """Statuses as ``lst``: ZLIB, then base64url (section 4.2)."""
    return base64url.encode(compression.zlib_bytes(bytes(statuses)))


def decode(text: str, *, size: int) -> PackedStatuses:
    """A ``lst`` to statuses that can be changed.

    Raises:
        MalformedInput: ``status-list-malformed``, ``status-list-too-large``, ``status-size-invalid``.
    """
    return PackedStatuses(_content(text), size=_size(size), order=_ORDER)


def list_claims(
    statuses: PackedStatuses,
    *,
    uri: str,
    issued_at: datetime,
    expires: datetime,
    issuer: str | None = None,
    time_to_live: timedelta | None = None,
) -> dict[str, Any]:
    """The claims of the status list token that publishes the statuses (section 5.1)."""
    claims: dict[str, Any] = {"iss": issuer} if issuer else {}
    claims |= {"sub": uri, "iat": int(issued_at.timestamp()), "exp": int(expires.timestamp())}
    if time_to_live is not None:
        claims["ttl"] = int(time_to_live.total_seconds())
    claims["status_list"] = {"bits": statuses.size, "lst": encode(statuses)}
    return claims


def reference_of(claims: Mapping[str, Any]) -> TokenReference | None:
    """A token's reference to its status list; None where the token has no status at all.

    Raises:
        MalformedInput: ``status-entry-malformed``; ``status-type-unknown`` where there is a status, but in no list.
    """
    status = claims.get("status")
    if "status" not in claims:
        return None
    if not isinstance(status, dict) or not status:
        raise MalformedInput(_MALFORMED_REFERENCE, "The token's status is malformed.")
    entry = status.get("status_list")
    if entry is None:
        kind = ", ".join(sorted(map(str, status)))[:100]
        raise MalformedInput("status-type-unknown", f"The token's status is of an unknown kind ({kind}).")
    if not isinstance(entry, dict) or isinstance(entry.get("idx"), str):
        raise MalformedInput(_MALFORMED_REFERENCE, "The token's place in its status list is malformed.")
    uri = members.address(entry, "uri", _MALFORMED_REFERENCE)
    return TokenReference(uri, members.index(entry.get("idx"), _MALFORMED_REFERENCE))


def parse_claims(claims: Mapping[str, Any]) -> TokenStatusList:
    """The claims of a status list token to its statuses.

    Raises:
        MalformedInput: ``status-list-malformed``, ``status-list-too-large``, ``status-size-invalid``.
    """
    entry = claims.get("status_list")
    if not isinstance(entry, dict):
        raise MalformedInput(_MALFORMED_LIST, "What should be a status list token holds no status list.")
    issued_at = _time(claims, "iat")
    if issued_at is None:
        raise MalformedInput(_MALFORMED_LIST, "The status list token does not say when it was issued.")
    lifetime = claims.get("ttl")
    if lifetime is not None:
        lifetime = members.whole_number(lifetime, _MALFORMED_LIST, least=1, most=10**9)
    return TokenStatusList(
        subject=members.text(claims, "sub", _MALFORMED_LIST),
        issuer=members.text(claims, "iss", _MALFORMED_LIST) if "iss" in claims else None,
        issued_at=issued_at,
        expires=_time(claims, "exp"),
        time_to_live=timedelta(seconds=lifetime) if lifetime is not None else None,
        size=_size(entry.get("bits")),
        content=_content(members.text(entry, "lst", _MALFORMED_LIST)),
    )


def judge(
    reference: TokenReference,
    status_list: TokenStatusList,
    *,
    list_issuer: str | None,
    expected_issuers: Collection[str],
    now: datetime,
    leeway: timedelta = NO_LEEWAY,
) -> Finding:
    """What the list says about the token (section 8.3). ``list_issuer`` is whose key signed the list.

    A list out of its time may still revoke, but not absolve.
    """
    claimed = status_list.issuer if status_list.issuer is not None else list_issuer
    if list_issuer not in expected_issuers or claimed not in expected_issuers:
        return failed("status-list-issuer-mismatch", "The status list comes from somebody other than the issuer.")
    if status_list.subject != reference.uri:
        return failed("status-list-id-mismatch", "The status list is not the one that the credential names.")
    if not 0 <= reference.index < len(status_list.content) * 8 // status_list.size:
        return failed("status-index-out-of-range", f"The status list has no entry number {reference.index}.")
    value = status_at(status_list.content, reference.index, size=status_list.size, order=_ORDER)
    if value != VALID:
        return _meaning(value)
    if status_list.expires is not None and now >= status_list.expires + leeway:
        reason = f"The status list at hand ended on {status_list.expires:%Y-%m-%d}: the status is not known today."
        return not_checked("status-list-expired", reason)
    if now < status_list.issued_at - leeway:
        reason = f"The status list at hand was made on {status_list.issued_at:%Y-%m-%d}, after the time asked about."
        return not_checked("status-list-not-yet-valid", reason)
    return passed("status-active", "The issuer's list shows this credential as valid.")


def _meaning(value: int) -> Finding:
    if value == INVALID:
        return failed("status-revoked", "The issuer has revoked this credential.")
    if value == SUSPENDED:
        return failed("status-suspended", "The issuer has suspended this credential.")
    if value in _APPLICATION_SPECIFIC:
        reason = f"The issuer gives this credential a status of its own ({value}), whose meaning is not known here."
        return not_checked("status-application-specific", reason)
    return not_checked("status-value-unknown", f"The list gives the status {value}, which no standard defines yet.")


def _size(value: Any) -> int:
    if value not in _SIZES or isinstance(value, bool | float):
        raise MalformedInput("status-size-invalid", "A status of a token status list has 1, 2, 4 or 8 bits.")
    return int(value)


def _time(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        raise MalformedInput(_MALFORMED_LIST, f"The time {name!r} of the status list is malformed.")
    return datetime.fromtimestamp(value, UTC)


def _content(text: str) -> bytes:
    try:
        packed = base64url.decode(text)
    except MalformedInput as error:
        raise MalformedInput(_MALFORMED_LIST, "The status list is not in base64url.") from error
    return compression.inflate(packed)
