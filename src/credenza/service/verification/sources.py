"""The service verifies: with its own documents from its database, the guarded network, and whom it trusts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from credenza.adapters.carriers import open_carrier
from credenza.errors import MalformedInput
from credenza.ports.fetch import Fetch
from credenza.proof.sd_jwt import KeyBindingExpectation
from credenza.service.exchange import registries
from credenza.service.verification import own_site
from credenza.verifying.evidence import Sources
from credenza.verifying.kinds import Kind, kind_of
from credenza.verifying.report import VerificationReport
from credenza.verifying.verify import verify

LARGEST_FILE = 10_000_000


def fetch() -> Fetch:
    """Our own addresses from the database as it is now, all others through the guarded fetcher."""
    return own_site.current()


def sources() -> Sources:
    """Sources for one verification; what this site publishes and whom it trusts is as of now."""
    return own_site.current().sources


def check(
    data: bytes, *, now: datetime | None = None, key_binding: KeyBindingExpectation | None = None
) -> VerificationReport:
    """Verify a file with what the service knows.

    Raises:
        MalformedInput: ``file-too-large``, ``file-unknown`` and others: it is no credential at all.
    """
    if len(data) > LARGEST_FILE:
        raise MalformedInput("file-too-large", "The file is larger than any credential (10 MB).")
    brought = sources()
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and kind_of(data)[0] is Kind.ELMO:
        brought = replace(brought, elmo_keys=registries.sender_keys())
    return verify(data, sources=brought, open_carrier=open_carrier, now=now or timezone.now(), key_binding=key_binding)
