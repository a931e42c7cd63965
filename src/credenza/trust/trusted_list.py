"""What a trusted list holds: pointers to other lists, and services with their history (ETSI TS 119 612)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from credenza.trust.service_qualifiers import Qualification

QUALIFIED_CERTIFICATES = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
TIME_STAMPS = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
FOR_SEALS = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSeals"
LIST_OF_LISTS = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"
NATIONAL_LIST = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"


@dataclass(frozen=True)
class Pointer:
    """Where another list is, whose it is, and which certificates (DER) may have signed it."""

    url: str
    territory: str
    signers: tuple[bytes, ...]


@dataclass(frozen=True)
class ServicePeriod:
    """What a service was from a moment on, until the next period begins."""

    since: datetime
    status: str
    kind: str
    additional: frozenset[str]
    qualifications: tuple[Qualification, ...] = ()
    understood: bool = True


@dataclass(frozen=True)
class TrustService:
    """A service of a trust service provider, and which list names it. ``periods`` begin with the latest."""

    provider: str
    name: str
    territory: str
    list_issued: datetime
    certificates: tuple[bytes, ...]
    periods: tuple[ServicePeriod, ...]
    list_expired: bool = False

    def at(self, moment: datetime) -> ServicePeriod | None:
        """What the service was at a moment; None before its first period."""
        return next((period for period in self.periods if period.since <= moment), None)


@dataclass(frozen=True)
class TrustedList:
    """One list whose signature holds."""

    kind: str
    territory: str
    issued: datetime
    next_update: datetime | None
    pointers: tuple[Pointer, ...]
    services: tuple[TrustService, ...]

    def expired(self, at: datetime) -> bool:
        """Whether the list should have been replaced by then; a closed list (no next update) has expired too."""
        return self.next_update is None or at > self.next_update
