"""Definitions by the JSON API: from draft to catalogue, with a second person."""

import pytest

from credenza.service.catalogue.models import DefinitionVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(version):
    return version.form


def test_a_definition_goes_from_draft_to_catalogue_with_a_second_person(organisation, make_program, form):
    first = make_program(organisation)
    begun = first.post("/definitions", {"form": form})
    assert begun.status_code == 201, begun.text
    version = begun.json()
    assert (version["state"], version["ready"], version["problems"]) == ("draft", True, [])
    assert first.post(f"/versions/{version['id']}/submit").json()["state"] == "awaiting-approval"
    seen = {"digest": version["digest"]}
    refused = first.post(f"/versions/{version['id']}/approve", seen)
    assert (refused.status_code, refused.json()["code"]) == (403, "four-eyes")
    second = make_program(organisation, email="second@example.org")
    assert second.post(f"/versions/{version['id']}/approve", seen).json()["state"] == "published"
    found = first.get(f"/definitions/{version['definition']}").json()
    assert found["published_version"] == version["id"]


def test_what_was_changed_since_it_was_read_is_not_approved(organisation, make_program, form):
    first, second = make_program(organisation), make_program(organisation, email="second@example.org")
    read = first.post("/definitions", {"form": form}).json()
    where = f"/versions/{read['id']}"
    changed = first("PUT", where, {"form": form | {"ects": 9}, "edition": read["edition"]}).json()
    first.post(f"{where}/submit")
    late = second.post(f"{where}/approve", {"digest": read["digest"]})
    assert (late.status_code, late.json()["code"]) == (409, "changed-since-seen")
    assert second.post(f"{where}/approve").status_code == 422
    assert second.post(f"{where}/approve", {"digest": changed["digest"]}).json()["state"] == "published"


def test_what_is_missing_is_told_and_it_cannot_be_submitted(program):
    version = program.post("/definitions", {}).json()
    saved = program(
        "PUT", f"/versions/{version['id']}", {"form": {"title": {"en": "Only a title"}}, "edition": 1}
    ).json()
    assert not saved["ready"]
    answer = program.post(f"/versions/{version['id']}/submit")
    assert (answer.status_code, answer.json()["code"]) == (422, "definition-below-standard")


def test_two_who_save_the_same_edition_one_wins(program):
    version = program.post("/definitions", {}).json()
    change = {"form": {"title": {"en": "A"}}, "edition": version["edition"]}
    assert program("PUT", f"/versions/{version['id']}", change).status_code == 200
    late = program("PUT", f"/versions/{version['id']}", change)
    assert (late.status_code, late.json()["code"]) == (409, "draft-changed")


def test_a_draft_is_deleted_and_nothing_else(program, version):
    draft = program.post("/definitions", {}).json()
    assert program("DELETE", f"/versions/{draft['id']}").status_code == 204
    assert program.get(f"/versions/{draft['id']}").status_code == 404
    assert program("DELETE", f"/versions/{version.pk}").status_code == 409


def test_a_published_version_does_not_change(program, version):
    answer = program("PUT", f"/versions/{version.pk}", {"form": {}, "edition": version.edition})
    assert answer.status_code == 409
    assert DefinitionVersion.objects.get(pk=version.pk).form == version.form


def test_the_next_version_and_its_withdrawal(program, version):
    made = program.post(f"/definitions/{version.definition_id}/versions")
    assert (made.status_code, made.json()["number"]) == (201, 2)
    assert program.post(f"/definitions/{version.definition_id}/versions").status_code == 409
    listed = program.get(f"/definitions/{version.definition_id}/versions").json()
    assert [one["number"] for one in listed] == [2, 1]
    assert [one["newest"]["number"] for one in program.get("/definitions?state=draft").json()] == [2]
    assert program.get("/definitions?state=published").json() == []
    assert program.post(f"/definitions/{version.definition_id}/withdraw").status_code == 204


def test_those_of_another_organisation_are_not_there(stranger, version):
    assert stranger.get("/definitions").json() == []
    for path in (f"/definitions/{version.definition_id}", f"/versions/{version.pk}"):
        assert stranger.get(path).status_code == 404
    assert stranger("PUT", f"/versions/{version.pk}", {"form": {}, "edition": 1}).status_code == 404
    assert stranger.post(f"/versions/{version.pk}/submit").status_code == 404
    assert stranger.post(f"/versions/{version.pk}/approve", {"digest": "1-0"}).status_code == 404
    assert stranger.post(f"/versions/{version.pk}/return", {}).status_code == 404
    for step in ("versions", "withdraw"):
        assert stranger.post(f"/definitions/{version.definition_id}/{step}").status_code == 404


def test_anybody_searches_the_catalogue(anybody, version):
    assert [one["id"] for one in anybody.get("/catalogue?q=data").json()] == [str(version.pk)]
    assert anybody.get("/catalogue?q=nothing-like-this").json() == []
    assert anybody.get("/catalogue?limit=100000").status_code == 422
