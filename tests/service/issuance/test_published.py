"""Keys and status lists are served to anybody, cached, conditional, and without a cookie."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from credenza.service.accounts.provisioning import found_organisation
from credenza.service.issuance import published, status
from credenza.service.issuance.models import PublishedStatusList

pytestmark = pytest.mark.django_db
PATHS = [
    "/o/uni/did.json",
    "/o/uni/jwks.json",
    "/.well-known/jwt-vc-issuer/o/uni",
    "/o/uni/status/revocation-1",
    "/o/uni/status/suspension-1",
    "/o/uni/status/tokens-1",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_published_document_is_for_everybody(client, award, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies
    assert answer.get("Vary") == ("Accept" if answer["Content-Type"] == "application/vc" else None)
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_addresses_are_those_in_the_credentials(client, award):
    document = json.loads(bytes(award.documents.get(format="open-badge").data))
    lists = [entry["statusListCredential"] for entry in document["credentialStatus"]]
    assert {address.removeprefix("https://testserver") for address in lists} == set(PATHS[3:5])
    keys = json.loads(client.get("/o/uni/did.json").content)["verificationMethod"]
    assert document["proof"]["verificationMethod"] in {key["id"] for key in keys}


@pytest.mark.parametrize(
    ("accepted", "media_type"),
    [
        ("*/*", "application/vc"),
        ("application/vc, application/json", "application/vc"),
        ("application/*", "application/vc"),
        ("application/ld+json, application/json", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/ld+json;q=0.5, application/json", "application/json"),
        ("image/png", "application/vc"),
        ("nonsense;;q=x", "application/vc"),
        ("", "application/vc"),
    ],
)
def test_a_library_that_reads_only_json_gets_a_status_list_as_json(client, award, accepted, media_type):
    """The W3C's test suites and their library ask for JSON and read no body of another type."""
    answer = client.get("/o/uni/status/revocation-1", headers={"Accept": accepted})
    assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
    assert client.get("/o/uni/status/tokens-1", headers={"Accept": accepted})["Content-Type"] != media_type


def test_a_revocation_changes_the_list_and_its_etag(client, award, monkeypatch):
    monkeypatch.setattr(published, "FRESH_FOR", 0)
    before = client.get("/o/uni/status/revocation-1")
    status.revoke(award, "Issued by mistake", actor="test")
    after = client.get("/o/uni/status/revocation-1", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


@pytest.mark.parametrize(
    "path", ["/o/nobody/did.json", "/o/uni/status/revocation-7", "/o/uni/status/other", "/o/uni/status/revocation-x"]
)
def test_what_is_not_published_is_not_found(client, award, path):
    assert client.get(path).status_code == 404


def test_nothing_can_be_posted_there(client, award):
    assert client.post("/o/uni/did.json").status_code == 405
    preflight = client.options("/o/uni/did.json")
    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("number", ["01", "00001", "0", "\u0661", "\uff11"])
def test_a_list_has_one_address_only(client, award, number):
    """Else anybody could let us sign and keep the same list under any number of addresses."""
    assert client.get(f"/o/uni/status/revocation-{number}").status_code == 404
    assert not PublishedStatusList.objects.exclude(path="status/revocation-1").exists()


def test_an_organisation_without_a_seal_publishes_no_lists_and_breaks_nothing(client, db):
    found_organisation("new", {"legal_name": "New College", "country": "IE"}, actor="test")
    assert client.get("/o/new/status/revocation-1").status_code == 404


def test_a_list_goes_on_being_served_when_no_key_is_in_force_any_more(client, award, monkeypatch):
    monkeypatch.setattr(published, "FRESH_FOR", 0)
    before = client.get("/o/uni/status/revocation-1").content
    status.revoke(award, "Issued by mistake", actor="test")
    award.organisation.signing_keys.update(retired_at=timezone.now())
    assert client.get("/o/uni/status/revocation-1").content == before
