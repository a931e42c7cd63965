"""An owner says what may be exchanged; others see what there is, and nobody of another organisation sees anything."""

import html
import re

import pytest

from credenza.service.accounts.models import AuditEvent
from credenza.service.exchange.emrex.listing import registry_entry
from credenza.service.exchange.models import TransferSettings

pytestmark = pytest.mark.django_db
PAGE = "/console/uni/transfer"


def save(client, fields, **more):
    """Fills in the form as the page has it now, and saves it."""
    seen = re.search(r'name="edition" value="(\w+)"', client.get(PAGE).text)[1]
    return client.post(PAGE, {"edition": seen} | fields, **more)


def test_an_owner_allows_transfers_and_sees_the_entry_for_the_registry(client, signed_in, organisation):
    signed_in("owner", organisation)
    fields = {"provides": "on", "client_hosts": "Other.example\n*.alliance.example", "decides": "on"}
    page = save(client, fields, follow=True).content.decode()
    assert "/emrex/uni" in page
    assert "BEGIN CERTIFICATE" in page
    stored = TransferSettings.objects.get()
    assert stored.client_hosts.split() == ["other.example", "*.alliance.example"]
    assert not stored.exchanges
    assert AuditEvent.objects.get(action="transfer.settings-changed").detail["hosts"] == stored.client_hosts.split()


@pytest.mark.parametrize(
    "hosts", ["https://other.example", "*", "*.*", "a..b", "other.example/path", "user@host", "-x"]
)
def test_what_is_no_host_name_is_not_taken(client, signed_in, organisation, hosts):
    signed_in("owner", organisation)
    assert "is not a host name" in save(client, {"provides": "on", "client_hosts": hosts}).content.decode()
    assert not TransferSettings.objects.exists()


def test_of_two_who_change_it_at_once_one_is_told_and_overwrites_nothing(client, signed_in, organisation):
    signed_in("owner", organisation)
    seen = re.search(r'name="edition" value="(\w+)"', client.get(PAGE).text)[1]
    assert save(client, {"client_hosts": "first.example"}).status_code == 302
    late = client.post(PAGE, {"client_hosts": "late.example", "edition": seen})
    assert "in the meantime" in late.text
    assert TransferSettings.objects.get().client_hosts == "first.example"


@pytest.mark.parametrize("role", ["evaluator", "registrar"])
def test_only_an_owner_changes_it(client, signed_in, organisation, role):
    signed_in(role, organisation)
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, {"provides": "on"}).status_code == 403
    assert not TransferSettings.objects.exists()


def test_an_organisation_allows_nothing_before_somebody_says_so(client, organisation):
    assert client.post("/emrex/uni", {"sessionId": "a" * 32, "returnUrl": "https://x.example"}).status_code == 404
    assert client.get("/ewp/uni/manifest").status_code == 404


def test_another_organisations_page_is_not_there(client, signed_in, organisation, make_organisation):
    signed_in("owner", make_organisation("other"))
    for path in (PAGE, f"{PAGE}/mobilities", f"{PAGE}/transcripts"):
        assert client.get(path).status_code == 404
        assert client.post(path, {}).status_code == 404


def test_a_new_key_takes_the_place_of_the_old_one_in_the_entry(client, signed_in, organisation):
    signed_in("owner", organisation)
    save(client, {"provides": "on", "exchanges": "on"})
    entries = [registry_entry(organisation)]
    client.post("/console/uni/keys", {"do": "emrex"})
    entries.append(registry_entry(organisation))
    assert entries[0]["pubKey"] != entries[1]["pubKey"]
    assert entries[1]["pubKey"] in html.unescape(client.get(PAGE).content.decode()).replace("\\n", "\n")
    before = client.get("/ewp/uni/manifest").content
    client.post("/console/uni/keys", {"do": "ewp"})
    both = client.get("/ewp/uni/manifest").content
    assert before.count(b"<rsa-public-key>") == 2  # one, for client and server
    assert both.count(b"<rsa-public-key>") == 4


def test_where_the_registry_is_known_a_desk_offers_to_fetch_results(client, signed_in, organisation, operator):
    from credenza.service.recognition.models import Desk
    from credenza.service.recognition.rulebook import write_requirement

    Desk.objects.create(organisation=organisation, is_open=True)
    wanted = write_requirement(organisation, {"title": "A course", "purpose": "course"}, actor="test")
    signed_in()
    address = f"/recognition/{wanted.pk}"
    operator(emreg=None)
    assert "/wallet/fetch" not in client.get(address).text
    operator(emreg="/some/emreg.json")
    assert f"/wallet/fetch?requirement={wanted.pk}" in client.get(address).text
