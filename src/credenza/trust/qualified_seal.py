"""Whether a seal was a qualified electronic seal in the EU at the time it was made.

Regulation (EU) 910/2014 (eIDAS) articles 3(27) and 38; ETSI TS 119 615, for seals made since July 2016. What a
certificate says of itself counts only as far as the trusted list of a member state confirms it. A seal that is not
qualified may still be a good one: these findings never fail a credential.

Codes found: ``seal-qualified``, ``seal-qualified-certificate``, ``seal-not-qualified``, ``seal-not-on-trusted-list``,
``seal-service-withdrawn``, ``seal-conditions-not-understood``, ``trusted-list-expired``, ``trusted-list-incomplete``.
"""

from __future__ import annotations

from datetime import datetime

from credenza.finding import Finding, not_checked, passed, warning
from credenza.trust import certificates, service_qualifiers
from credenza.trust.qualified_statements import QualifiedStatements
from credenza.trust.trusted_list import FOR_SEALS, GRANTED, QUALIFIED_CERTIFICATES, ServicePeriod, TrustService
from credenza.trust.trusted_lists import TrustedServices

_NOT_ON_LIST = "The seal's provider is on no trusted list of an EU country."
INCOMPLETE = not_checked(
    "trusted-list-incomplete",
    "Not every trusted list could be read, and the seal's provider is on none of those that could.",
)
_BEST_FIRST = (
    "seal-qualified",
    "seal-qualified-certificate",
    "trusted-list-expired",
    "seal-conditions-not-understood",
    "seal-not-qualified",
    "seal-service-withdrawn",
)


def judge(path: tuple[bytes, ...], services: TrustedServices, *, at: datetime) -> Finding:
    """What the seal was. ``path`` is a judged certificate path (DER, the seal's own certificate first).

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    listed = [service for der in path[1:] for service in services.of_certificate(der)]
    issuing = [item for item in listed if any(period.kind == QUALIFIED_CERTIFICATES for period in item.periods)]
    if issuing:
        found = [_by_service(path[0], service, at) for service in issuing]
        return min(found, key=lambda finding: _BEST_FIRST.index(finding.code))
    if not services.complete:
        return INCOMPLETE
    return warning("seal-not-on-trusted-list", _NOT_ON_LIST)


def _by_service(leaf: bytes, service: TrustService, at: datetime) -> Finding:
    period = service.at(at)
    if service.list_expired:
        return not_checked("trusted-list-expired", f"The trusted list of {service.territory} is out of date.")
    if period is None or period.kind != QUALIFIED_CERTIFICATES or period.status != GRANTED:
        reason = f"{service.provider} had no right to issue qualified certificates when the seal was made."
        return warning("seal-service-withdrawn", reason)
    if not period.understood:
        reason = f"The trusted list of {service.territory} sets conditions that are not understood here."
        return not_checked("seal-conditions-not-understood", reason)
    return _by_period(leaf, period, service)


def _by_period(leaf: bytes, period: ServicePeriod, service: TrustService) -> Finding:
    statements = certificates.qualified_statements_of(leaf) or QualifiedStatements()
    qualifiers = service_qualifiers.qualifiers_of(leaf, period.qualifications)
    qualified = (statements.compliance and not statements.countries) or service_qualifiers.QUALIFIED in qualifiers
    for_seals = "seal" in statements.types or service_qualifiers.FOR_SEAL in qualifiers
    if service_qualifiers.NOT_QUALIFIED in qualifiers or qualifiers & service_qualifiers.FOR_OTHER_USES:
        qualified = False
    if not qualified or not for_seals or FOR_SEALS not in period.additional:
        reason = "The seal rests on a certificate that is not an EU qualified certificate for electronic seals."
        return warning("seal-not-qualified", reason)
    device = (statements.qualified_device or bool(qualifiers & service_qualifiers.WITH_DEVICE)) and not (
        qualifiers & service_qualifiers.WITHOUT_DEVICE
    )
    provider, territory, day = service.provider, service.territory, f"{service.list_issued:%Y-%m-%d}"
    if not device:
        reason = (
            f"The seal rests on a qualified certificate by {provider}, as the trusted list of {territory} of {day} says;"
            " its key is in no qualified device."
        )
        return passed("seal-qualified-certificate", reason)
    reason = (
        f"This is a qualified electronic seal: {provider} vouches for its owner, as the trusted list of {territory}"
        f" of {day} says."
    )
    return passed("seal-qualified", reason)
