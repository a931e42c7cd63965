"""Reports and institutions of DEQAR from files, or from an address through the guarded fetcher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from credenza.adapters.bearer import BearerToken
from credenza.errors import Refused
from credenza.ports.fetch import Fetch
from credenza.recognition import deqar

_ACCEPT = ("application/json",)
_LARGEST_PAGE = 16_000_000
_MOST_PAGES = 200
MAXIMUM_AGE = timedelta(hours=24)


def token_of(variables: Mapping[str, str]) -> BearerToken | None:
    """The operator's token for the register's API and the one address that it is sent to, from the environment.

    Raises:
        Refused: ``bearer-malformed``: ``CREDENZA_DEQAR_URL`` or ``CREDENZA_DEQAR_TOKEN`` is missing, or not to be used.
    """
    address, token = variables.get("CREDENZA_DEQAR_URL", ""), variables.get("CREDENZA_DEQAR_TOKEN", "")
    if not address and not token:
        return None
    try:
        return BearerToken(address, token)
    except Refused as error:
        raise Refused(error.code, f"CREDENZA_DEQAR_URL and CREDENZA_DEQAR_TOKEN: {error.message}") from error


def fetch_reports(fetch: Fetch, url: str) -> Iterator[deqar.QualityReport]:
    """The reports at an address in the shape of ``/browse/reports/``, page after page, on that host only.

    Raises:
        Unreachable, Refused: as ``ports.Fetch`` says; ``register-page-elsewhere`` where a page leads to another host,
            ``register-too-long`` where there are more than 200 pages.
        MalformedInput: ``register-malformed``.
    """
    page = url
    for _ in range(_MOST_PAGES):
        data = fetch(page, accept=_ACCEPT, maximum_bytes=_LARGEST_PAGE, maximum_age=MAXIMUM_AGE).content
        yield from deqar.read_reports(data)
        following = deqar.next_page(data)
        if following is None:
            return
        page = urljoin(page, following)
        if urlsplit(page)[:2] != urlsplit(url)[:2]:
            raise Refused("register-page-elsewhere", f"The list at {url} goes on at another place, which is not read.")
    raise Refused("register-too-long", f"The list at {url} has more than {_MOST_PAGES} pages.")
