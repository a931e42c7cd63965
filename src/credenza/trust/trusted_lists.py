"""EU trusted lists: the list of the lists (LOTL), national lists, and the services in them at any time.

ETSI TS 119 612. The LOTL is checked with certificates that the verifier has; each national list with the certificates
that the LOTL's pointer to it gives, and it must be the list of the pointer's territory.

Codes found: ``trusted-list-read``, ``trusted-list-signature-invalid``, ``trusted-list-expired``,
``trusted-list-territory-mismatch``, ``trusted-list-missing``, ``trusted-list-kind-wrong``, ``trusted-list-malformed``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

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
        return found, not_checked("trusted-list-expired", f"The trusted list of {found.territory} is out of date.")
    return found, passed("trusted-list-read", f"The trusted list of {found.territory} is signed and current.")


def pointers_of(lotl: bytes, *, signers: Collection[bytes], at: datetime) -> tuple[tuple[Pointer, ...], Finding]:
    """The national lists that the LOTL points to; none where the LOTL cannot be believed or is out of date.

    Raises:
        MalformedInput: ``trusted-list-malformed``, ``trusted-list-too-large``, ``certificate-malformed``.
    """
    found, finding = read(lotl, signers=signers, at=at)
    if found is None:
        return (), finding
    if found.kind != LIST_OF_LISTS:
        return (), failed("trusted-list-kind-wrong", "What should be the EU list of trusted lists is another list.")
    return (found.pointers if finding.outcome == "passed" else ()), finding


def load(lotl: bytes, national: Mapping[str, bytes], *, signers: Collection[bytes], at: datetime) -> TrustedServices:
    """The services of the national lists (by address) that the LOTL vouches for; a list not handed in is missing.

    Raises:
        MalformedInput: ``trusted-list-malformed``, ``trusted-list-too-large``, ``certificate-malformed`` of the LOTL.
    """
    pointers, finding = pointers_of(lotl, signers=signers, at=at)
    services: list[TrustService] = []
    findings = [finding]
    for pointer in pointers:
        found, about = _national(pointer, national.get(pointer.url), at)
        findings.append(about)
        if found is not None:
            expired = found.expired(at)
            services += [replace(service, list_expired=expired) for service in found.services]
    return TrustedServices(tuple(services), tuple(findings))


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


def _identity(der: bytes) -> tuple[bytes, bytes]:
    certificate = certificates.load(der)
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return certificate.subject.public_bytes(), key
