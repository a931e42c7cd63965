"""Fetches the EU list of trusted lists and the national lists that it points to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from credenza.errors import Refused, Unreachable
from credenza.ports.fetch import Fetch
from credenza.trust import trusted_lists
from credenza.trust.trusted_list_xml import MAXIMUM_BYTES
from credenza.trust.trusted_lists import ListRead, TrustedServices

LOTL_URL = "https://ec.europa.eu/tools/lotl/eu-lotl.xml"
ACCEPT = ("application/vnd.etsi.tsl+xml", "application/xml", "text/xml", "application/octet-stream")
MAXIMUM_AGE = timedelta(hours=24)


def fetch_services(
    fetch: Fetch,
    *,
    signers: Collection[bytes],
    at: datetime,
    lotl_url: str = LOTL_URL,
    territories: Collection[str] | None = None,
) -> TrustedServices:
    """The services of the lists as they are now; see ``fetch_lists``.

    Raises:
        Unreachable, Refused: of the LOTL, as ``ports.Fetch`` says.
        MalformedInput: of the LOTL, ``trusted-list-malformed``, ``trusted-list-too-large``.
    """
    lists = fetch_lists(fetch, signers=signers, at=at, lotl_url=lotl_url, territories=territories)
    return trusted_lists.services_of(lists, at=at)


def fetch_lists(
    fetch: Fetch,
    *,
    signers: Collection[bytes],
    at: datetime,
    lotl_url: str = LOTL_URL,
    territories: Collection[str] | None = None,
) -> tuple[ListRead, ...]:
    """The LOTL, and the national lists of all or of some countries (``ES``, ``EL``...).

    ``signers`` are the certificates (DER) that the Commission publishes for its list. A national list that does not
    come is ``trusted-list-missing`` among the findings.

    Raises:
        Unreachable, Refused: of the LOTL, as ``ports.Fetch`` says.
        MalformedInput: of the LOTL, ``trusted-list-malformed``, ``trusted-list-too-large``.
    """
    lotl = _get(fetch, lotl_url)
    pointers, _ = trusted_lists.pointers_of(lotl, signers=signers, at=at)
    national: dict[str, bytes] = {}
    for pointer in pointers:
        if territories is not None and pointer.territory not in territories:
            continue
        try:
            national[pointer.url] = _get(fetch, pointer.url)
        except (Unreachable, Refused):
            continue
    return trusted_lists.read_all(lotl, national, signers=signers, at=at)


def _get(fetch: Fetch, url: str) -> bytes:
    return fetch(url, accept=ACCEPT, maximum_bytes=MAXIMUM_BYTES, maximum_age=MAXIMUM_AGE).content
