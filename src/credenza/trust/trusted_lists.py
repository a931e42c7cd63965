"""EU trusted lists: the list of the lists (LOTL), national lists, and the services in them at any time.

ETSI TS 119 612. The LOTL is checked with certificates that the verifier has; each national list with the certificates
that the LOTL's pointer to it gives, and it must be the list of the pointer's territory.

Codes found: ``trusted-list-read``, ``trusted-list-signature-invalid``, ``trusted-list-expired``,
``trusted-list-territory-mismatch``, ``trusted-list-missing``, ``trusted-list-kind-wrong``, ``trusted-list-malformed``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credenza.errors import MalformedInput
from credenza.finding import Finding, failed, not_checked, passed
from credenza.trust import certificates, trusted_list_content, trusted_list_xml
from credenza.trust.certificate_path import TrustAnchors
from credenza.trust.trusted_list import (
    GRANTED,
    LIST_OF_LISTS,
    NATIONAL_LIST,
    QUALIFIED_CERTIFICATES,
    TIME_STAMPS,
    Pointer,
    TrustedList,
    TrustService,
)


@dataclass(frozen=True)
class TrustedServices:
    """The services of all lists that could be read, with what was found about each list."""

    services: tuple[TrustService, ...]
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Whether every list was read and is current."""
        return bool(self.findings) and all(one.outcome == "passed" for one in self.findings)

    def anchors(self) -> TrustAnchors:
        """The certificates of every service that issues qualified certificates, whatever its status."""
        kind = QUALIFIED_CERTIFICATES
        found = [item for item in self.services if any(period.kind == kind for period in item.periods)]
        return TrustAnchors.of(der for service in found for der in service.certificates)

    def time_stamp_anchors(self) -> tuple[bytes, ...]:
        """The certificates (DER) of every service that now issues qualified time stamps, on a list that is current."""
        found = (item for item in self.services if item.periods and not item.list_expired)
        granted = (item for item in found if (item.periods[0].kind, item.periods[0].status) == (TIME_STAMPS, GRANTED))
        return tuple(dict.fromkeys(der for service in granted for der in service.certificates))

    def of_certificate(self, der: bytes) -> tuple[TrustService, ...]:
        """The services that a certificate stands for: the same name and key (TS 119 612 section 5.5.3)."""
        wanted = _identity(der)
        return tuple(item for item in self.services if any(_identity(one) == wanted for one in item.certificates))


def read(data: bytes, *, signers: Collection[bytes], at: datetime) -> tuple[TrustedList | None, Finding]:
    """One list, if one of the signers' certificates (DER) signed it, and what was found.

    Raises:
        MalformedInput: ``trusted-list-malformed``, ``trusted-list-too-large``, ``certificate-malformed``.
    """
    root = trusted_list_xml.signed_root(data, signers=signers, at=at)
    if root is None:
        reason = "A trusted list was not signed by those who may sign it."
        return None, failed("trusted-list-signature-invalid", reason)
    found = trusted_list_content.read(root)
    if found.expired(at):
        return found, _expired(found)
    return found, passed("trusted-list-read", f"The trusted list of {found.territory} is signed and current.")


@dataclass(frozen=True)
class ListRead:
    """One list as it was read: what it says, where it can be believed, what was found about it, and when."""

    content: TrustedList | None
    finding: Finding
    read_at: datetime

    def late(self, at: datetime, not_older_than: timedelta | None = None) -> bool:
        """Whether by then the list should have been replaced, or this copy of it has become too old."""
        if self.content is None or self.content.expired(at):
            return True
        return not_older_than is not None and at - self.read_at > not_older_than

    def finding_at(self, at: datetime, not_older_than: timedelta | None = None) -> Finding:
        """What is found about the list at a later time."""
        if self.content is None or self.finding.outcome != "passed" or not self.late(at, not_older_than):
            return self.finding
        return _expired(self.content)


def pointers_of(lotl: bytes, *, signers: Collection[bytes], at: datetime) -> tuple[tuple[Pointer, ...], Finding]:
    """The national lists that the LOTL points to; none where the LOTL cannot be believed or is out of date.

    Raises:
        MalformedInput: ``trusted-list-malformed``, ``trusted-list-too-large``, ``certificate-malformed``.
    """
    found = _list_of_lists(lotl, signers=signers, at=at)
    return _pointers(found), found.finding


def read_all(
    lotl: bytes, national: Mapping[str, bytes], *, signers: Collection[bytes], at: datetime
) -> tuple[ListRead, ...]:
    """The LOTL and the national lists (by address) that it vouches for; a list not handed in is missing.

    Raises:
        MalformedInput: ``trusted-list-malformed``, ``trusted-list-too-large``, ``certificate-malformed`` of the LOTL.
    """
    first = _list_of_lists(lotl, signers=signers, at=at)
    return (first, *(ListRead(*_national(one, national.get(one.url), at), at) for one in _pointers(first)))


def with_former(lists: Sequence[ListRead], former: Sequence[ListRead]) -> tuple[ListRead, ...]:
    """The lists, with the copy read before in the place of one that could not be read now.

    Only where the LOTL points to it as it did then: signers that it has withdrawn confirm nothing any more.
    """
    known = dict(zip(_pointers(former[0]), former[1:], strict=True)) if former else {}
    lotl, *national = lists
    both = ((one, known.get(pointer, one)) for pointer, one in zip(_pointers(lotl), national, strict=True))
    return (lotl, *(before if one.content is None and before.content is not None else one for one, before in both))


def services_of(lists: Sequence[ListRead], *, at: datetime, not_older_than: timedelta | None = None) -> TrustedServices:
    """The services of lists that were read, the LOTL first, judged at a later time.

    What has become late by then, or was read longer ago than ``not_older_than``, confirms nothing any more; where that
    is the LOTL, none does.
    """
    lotl, *national = lists
    all_late = lotl.late(at, not_older_than)
    services = (
        replace(service, list_expired=all_late or one.late(at, not_older_than))
        for one in national
        if one.content is not None
        for service in one.content.services
    )
    return TrustedServices(tuple(services), findings_of(lists, at=at, not_older_than=not_older_than))


def findings_of(
    lists: Iterable[ListRead], *, at: datetime, not_older_than: timedelta | None = None
) -> tuple[Finding, ...]:
    """What is found about each list at a later time."""
    return tuple(one.finding_at(at, not_older_than) for one in lists)


def load(lotl: bytes, national: Mapping[str, bytes], *, signers: Collection[bytes], at: datetime) -> TrustedServices:
    """The services of the lists, as they are at the time they are read; see ``read_all``.

    Raises:
        MalformedInput: ``trusted-list-malformed``, ``trusted-list-too-large``, ``certificate-malformed`` of the LOTL.
    """
    return services_of(read_all(lotl, national, signers=signers, at=at), at=at)


def _list_of_lists(lotl: bytes, *, signers: Collection[bytes], at: datetime) -> ListRead:
    found, finding = read(lotl, signers=signers, at=at)
    if found is not None and found.kind != LIST_OF_LISTS:
        reason = "What should be the EU list of trusted lists is another list."
        return ListRead(None, failed("trusted-list-kind-wrong", reason), at)
    return ListRead(found, finding, at)


def _pointers(lotl: ListRead) -> tuple[Pointer, ...]:
    """The pointers of a LOTL that is current; it points to itself too, which is no national list."""
    if lotl.content is None or lotl.finding.outcome != "passed":
        return ()
    return tuple(one for one in lotl.content.pointers if one.territory != lotl.content.territory)


def _national(pointer: Pointer, data: bytes | None, at: datetime) -> tuple[TrustedList | None, Finding]:
    if data is None:
        reason = f"The trusted list of {pointer.territory} is not at hand."
        return None, not_checked("trusted-list-missing", reason)
    try:
        found, finding = read(data, signers=pointer.signers, at=at)
    except MalformedInput as error:
        reason = f"The trusted list of {pointer.territory} cannot be read: {error.message}"
        return None, failed("trusted-list-malformed", reason)
    if found is not None and found.territory != pointer.territory:
        reason = f"In place of the trusted list of {pointer.territory} there is one of {found.territory}."
        return None, failed("trusted-list-territory-mismatch", reason)
    if found is not None and found.kind != NATIONAL_LIST:
        return None, failed("trusted-list-kind-wrong", f"The list of {pointer.territory} is of another kind.")
    return found, finding


def _expired(found: TrustedList) -> Finding:
    return not_checked("trusted-list-expired", f"The trusted list of {found.territory} is out of date.")


def _identity(der: bytes) -> tuple[bytes, bytes]:
    certificate = certificates.load(der)
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return certificate.subject.public_bytes(), key
