"""Fetching the trusted lists: what does not come is told, what comes is read. All lists are made up."""

from __future__ import annotations

import pytest

from credenza.adapters import trusted_list_source
from credenza.adapters.fetch import GivenFetch
from credenza.errors import Unreachable

LOTL, ES, FR = "https://lists.example/lotl.xml", "https://lists.example/es.xml", "https://lists.example/fr.xml"


@pytest.fixture
def fetch_services(list_maker, authority, now):
    lotl_operator, operator = list_maker("LOTL"), list_maker("National")
    services = operator.service([authority("CN=Seals (TEST)").der])
    pointers = operator.pointer(ES, "ES", [operator.der]) + operator.pointer(FR, "FR", [operator.der])
    documents = {
        LOTL: lotl_operator.list(kind="EUlistofthelists", territory="EU", pointers=pointers),
        ES: operator.list(services=services),
        FR: operator.list(services=services, territory="FR"),
    }

    def fetch_services(*, without=(), **options):
        given = {url: ("application/xml", data) for url, data in documents.items() if url not in without}
        options = {"signers": [lotl_operator.der], "at": now, "lotl_url": LOTL, **options}
        return trusted_list_source.fetch_services(GivenFetch(given), **options)

    return fetch_services


def _countries(loaded):
    return sorted(service.territory for service in loaded.services)


def test_every_national_list_is_fetched(fetch_services):
    loaded = fetch_services()
    assert _countries(loaded) == ["ES", "FR"]
    assert {finding.code for finding in loaded.findings} == {"trusted-list-read"}


def test_only_the_countries_that_are_wanted_are_fetched(fetch_services):
    assert _countries(fetch_services(territories=["FR"])) == ["FR"]


def test_a_list_that_does_not_come_is_told(fetch_services):
    loaded = fetch_services(without=[ES])
    assert _countries(loaded) == ["FR"]
    assert "trusted-list-missing" in {finding.code for finding in loaded.findings}


def test_without_the_list_of_lists_there_is_nothing(fetch_services):
    with pytest.raises(Unreachable) as error:
        fetch_services(without=[LOTL])
    assert error.value.code == "offline"


def test_a_forged_list_of_lists_leads_nowhere(fetch_services, list_maker):
    loaded = fetch_services(signers=[list_maker("Stranger").der])
    assert loaded.services == ()
    assert [finding.code for finding in loaded.findings] == ["trusted-list-signature-invalid"]
