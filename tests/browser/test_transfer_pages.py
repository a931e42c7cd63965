"""The pages of transfers: readable by everybody, at every width, and usable without script."""

import dataclasses
import json
from datetime import date

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(make_user):
    return make_user("ana@example.org", given_name="Ana", family_name="Pérez", birth_date=date(2001, 5, 31))


@pytest.fixture
def loopback(site, settings):
    """The site at its address as a number: a name of this machine is not let through without https."""
    settings.SITE_URL = site.replace("localhost", "127.0.0.1")
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "127.0.0.1"]
    return settings.SITE_URL


@pytest.fixture
def ready(loopback, settings, organisation, award, ana, tmp_path):
    """Ana holds an award of an organisation that gives results to this very site, which knows it as a provider."""
    from credenza.service.exchange.emrex.listing import registry_entry
    from credenza.service.exchange.models import TransferSettings
    from credenza.service.wallet import holding

    TransferSettings.objects.create(
        organisation=organisation, provides=True, decides=True, exchanges=True, client_hosts="127.0.0.1"
    )
    (offered,) = holding.offers_to(ana)
    holding.accept(offered)
    file = tmp_path / "emreg.json"
    countries = [{"countryCode": "IE", "countryName": "Ireland"}]
    file.write_text(json.dumps({"countries": countries, "emps": [registry_entry(organisation)]}))
    settings.CREDENZA = dataclasses.replace(settings.CREDENZA, emreg=str(file))
    return loopback


def enter(client, page, user, site):
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def test_results_are_fetched_without_any_script(ready, client, without_script, ana):
    from credenza.service.exchange.models import EmrexFetch

    page = without_script
    enter(client, page, ana, ready)
    page.goto(f"{ready}/wallet/fetch")
    page.locator('input[name="provider"]').check()
    page.get_by_role("button", name="Go there and fetch").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="I agree, send it").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Your results have arrived").wait_for()
    assert EmrexFetch.objects.get().state == "taken"


def test_the_pages_of_the_learner(ready, client, desktop, ana, examine):
    enter(client, desktop, ana, ready)
    examine(desktop, f"{ready}/wallet/fetch", "transfer-fetch")
    desktop.goto(f"{ready}/profile/student-card")
    desktop.get_by_label("European Student Card Number").fill("1a2b3c4d-0000-1000-8000-001999999999")
    desktop.get_by_role("button", name="Look it up").click()
    desktop.get_by_role("heading", name="Could not ask").wait_for()
    examine(desktop, None, "transfer-card")


def test_the_pages_of_the_console(ready, client, desktop, ana, make_user, organisation, examine):
    from credenza.service.accounts.models import Membership
    from credenza.service.exchange.models import EmrexFetch

    owner = make_user("owner@example.org", given_name="Órla", family_name="Ní Mháille")
    Membership.objects.create(user=owner, organisation=organisation, role="owner")
    doubt = EmrexFetch.objects.create(
        learner=ana, organisation=organisation, provider="FI/FAR", provider_title="Far University", state="doubt",
        session_digest="d" * 64, expires_at=ana.date_joined, score="0.75", reasons=["A birth date is missing."],
        found={"name": "Ana Perez", "birth_date": "", "esi": ""},
    )  # fmt: skip
    enter(client, desktop, owner, ready)
    for path, name in (
        ("", "console"),
        (f"/{doubt.pk}", "decide"),
        ("/mobilities", "mobilities"),
        ("/transcripts", "transcripts"),
    ):
        examine(desktop, f"{ready}/console/uni/transfer{path}", f"transfer-{name}")
