"""Whoever works for one organisation finds nothing of another, at any address of issuing."""

from __future__ import annotations

import pytest

from credenza.service.issuance import batches, issuing
from credenza.service.issuance.models import Batch
from credenza.service.issuance.urls import urlpatterns

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(make_organisation, make_version, make_row, make_user):
    """Another organisation with a definition, an award and a checked class list."""
    organisation = make_organisation("other")
    version = make_version(organisation)
    made, _ = issuing.issue_rows(version, [make_row()], batch=None)
    record = {"given_name": "Bo", "family_name": "Li", "birth_date": "1999-01-01"}
    bad = {"given_name": "Cy", "family_name": "", "birth_date": "1999-01-01"}
    batch = batches.from_records(version, [record, bad], actor=None)
    return {"definition": version.definition_id, "award": made[0][1].id, "batch": batch.id, "name": "revoke"}


def address(pattern, slug: str, other) -> str:
    path = str(pattern.pattern).replace("<slug:slug>", slug).replace("<slug:name>", "revoke")
    for name in ("definition", "award", "batch"):
        path = path.replace(f"<uuid:{name}>", str(other[name]))
    return "/" + path.replace("files/revoke", "files/elm")


WITH_OBJECTS = [one for one in urlpatterns if "<uuid:" in str(one.pattern)]


@pytest.mark.parametrize("pattern", WITH_OBJECTS, ids=lambda one: one.name)
def test_objects_of_another_organisation_are_not_found_under_ones_own(pattern, organisation, other, signed_in):
    client = signed_in("owner", organisation)
    for ask in (client.get, client.post):
        assert ask(address(pattern, "uni", other)).status_code in (404, 405)
    assert Batch.objects.get(pk=other["batch"]).state == "checked"


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda one: one.name)
def test_the_console_of_another_organisation_is_not_found(pattern, organisation, other, signed_in):
    client = signed_in("owner", organisation)
    for ask in (client.get, client.post):
        assert ask(address(pattern, "other", other)).status_code in (404, 405)


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda one: one.name)
def test_nobody_gets_in_without_signing_in(pattern, other, client):
    answer = client.get(address(pattern, "other", other))
    assert answer.status_code == 405 or answer["Location"].startswith("/account/login")


def test_awards_of_another_organisation_are_neither_changed_nor_listed(organisation, other, award, signed_in):
    client = signed_in("owner", organisation)
    chosen = {"award": [award.id, other["award"]], "value": "Because"}
    assert client.post("/console/uni/awards/change/revoke", chosen).status_code == 404
    award.refresh_from_db()
    assert award.revoked_at is None
    page = client.get("/console/uni/awards", {"q": "Ana"}).content.decode()
    assert str(award.id) in page
    assert str(other["award"]) not in page


def test_a_definition_of_another_organisation_finds_nothing(organisation, other, award, signed_in):
    page = signed_in("owner", organisation).get("/console/uni/awards", {"definition": other["definition"]})
    assert str(other["award"]) not in page.content.decode()


def test_statistics_count_ones_own_alone(organisation, other, award, signed_in):
    data = signed_in("reader", organisation).get("/console/uni/statistics.csv").content.decode()
    assert data.strip().endswith(",1")
    assert len(data.strip().splitlines()) == 2
