"""What the service brings to a verification: its own documents from its database, the guarded network, whom it trusts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from credenza.adapters.carriers import open_carrier
from credenza.adapters.fetch import GuardedFetch
from credenza.adapters.resolvers import MethodFinder
from credenza.adapters.revocation_source import RevocationSource
from credenza.errors import MalformedInput
from credenza.ports.fetch import Fetched
from credenza.proof.sd_jwt import KeyBindingExpectation
from credenza.service.accounts.models import Organisation
from credenza.service.issuance.models import KeyPurpose, SigningKey
from credenza.service.verification import own_documents
from credenza.trust import certificates
from credenza.trust.certificate_path import TrustAnchors
from credenza.verifying.evidence import Sources
from credenza.verifying.report import VerificationReport
from credenza.verifying.verify import verify

STATUS_TYPES = ("application/vc", "application/statuslist+jwt", "application/vc+jwt", "application/json", "text/plain")
LARGEST_LIST = 8_000_000
LARGEST_FILE = 10_000_000


class ServiceFetch:
    """Fulfils ``ports.Fetch``: our own addresses from the database, all others through the guarded fetcher."""

    def __init__(self) -> None:
        self._network = GuardedFetch()

    def __call__(
        self, url: str, *, accept: Sequence[str], maximum_bytes: int, maximum_age: timedelta | None = None
    ) -> Fetched:
        own = own_documents.find(url)
        if own is not None:
            return Fetched(url, own.data, own.media_type)
        return self._network(url, accept=accept, maximum_bytes=maximum_bytes, maximum_age=maximum_age)


@lru_cache(maxsize=1)
def fetch() -> ServiceFetch:
    """The process's one fetcher."""
    return ServiceFetch()


@lru_cache(maxsize=1)
def _finder() -> MethodFinder:
    return MethodFinder(fetch())


@lru_cache(maxsize=1)
def _revocation() -> RevocationSource:
    return RevocationSource(GuardedFetch(plain_http=True))


def sources() -> Sources:
    """Sources for one verification; whom the site trusts is read anew each time."""
    ders = [*_operators_anchors(), *_own_test_anchors()]
    return Sources(
        find_method=_finder(),
        fetch=lambda url: fetch()(url, accept=STATUS_TYPES, maximum_bytes=LARGEST_LIST).content,
        anchors=TrustAnchors.of(ders),
        time_stamp_anchors=tuple(certificates.load(der) for der in ders),
        trusted_issuers=frozenset(Organisation.objects.values_list("record__id", flat=True)),
        revocation=_revocation(),
    )


def check(
    data: bytes, *, now: datetime | None = None, key_binding: KeyBindingExpectation | None = None
) -> VerificationReport:
    """Verify a file with what the service knows.

    Raises:
        MalformedInput: ``file-too-large``, ``file-unknown`` and others: it is no credential at all.
    """
    if len(data) > LARGEST_FILE:
        raise MalformedInput("file-too-large", "The file is larger than any credential (10 MB).")
    return verify(
        data, sources=sources(), open_carrier=open_carrier, now=now or timezone.now(), key_binding=key_binding
    )


@lru_cache(maxsize=1)
def _operators_anchors() -> tuple[bytes, ...]:
    file = settings.CREDENZA.trust_anchors
    return tuple(certificates.from_pem(file.read_bytes())) if file is not None else ()


def _own_test_anchors() -> list[bytes]:
    """The authorities of this site's own test seals: known here, and the report says that they are not qualified."""
    keys = SigningKey.objects.filter(purpose=KeyPurpose.SEAL, is_test=True).exclude(certificates="")
    return [certificates.from_pem(key.certificates.encode())[-1] for key in keys]
