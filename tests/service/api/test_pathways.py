"""Pathways by the JSON API: designed, approved as they were read, asked for, issued."""

import pytest

from credenza.service.issuance.models import Award
from credenza.service.pathways import requests
from credenza.service.pathways.models import AwardRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(organisation, make_program):
    return make_program(organisation, email="second@example.org")


@pytest.fixture
def body(pathway_form, larger):
    return {"form": pathway_form, "award": str(larger.definition_id), "description": "The way.", "automatic": False}


@pytest.fixture
def asked(complete, learner):
    return requests.ask(complete(), learner)


class TestDesign:
    def test_from_draft_to_learners_with_a_second_person(self, organisation, make_program, second, body):
        first = make_program(organisation)
        begun = first.post("/pathways", body)
        assert begun.status_code == 201, begun.text
        version = begun.json()
        assert (version["state"], version["ready"], version["obstacles"]) == ("draft", True, [])
        path = f"/pathway-versions/{version['id']}"
        waiting = first.post(f"{path}/submit").json()
        seen = {"digest": waiting["digest"]}
        refused = first.post(f"{path}/approve", seen)
        assert (refused.status_code, refused.json()["code"]) == (403, "four-eyes")
        assert second.post(f"{path}/approve", {"digest": "1-other"}).json()["code"] == "changed-since-seen"
        assert second.post(f"{path}/approve", seen).json()["state"] == "published"
        listed = first.get("/pathways").json()
        assert [(one["id"], one["published_version"]) for one in listed] == [(version["pathway"], version["id"])]
        assert first.post(f"/pathways/{version['pathway']}/versions").json()["number"] == 2
        assert len(first.get(f"/pathways/{version['pathway']}/versions").json()) == 2
        assert first.post(f"/pathways/{version['pathway']}/withdraw").status_code == 204
        assert first.get(f"/pathways/{version['pathway']}").json()["withdrawn_at"]

    def test_what_nobody_can_complete_says_why_and_is_not_submitted(self, program, body):
        part = {"id": "x", "title": "X", "definitions": ["https://nowhere.example/x"], "minimum_ects": 999}
        begun = program.post("/pathways", body | {"form": body["form"] | {"parts": [part], "groups": []}}).json()
        assert not begun["ready"]
        assert begun["obstacles"][0]["how"]
        answer = program.post(f"/pathway-versions/{begun['id']}/submit")
        assert (answer.status_code, answer.json()["code"]) == (409, "pathway-not-possible")

    def test_returned_with_a_note_and_saved_by_one_of_two(self, program, second, body):
        version = program.post("/pathways", body).json()
        path = f"/pathway-versions/{version['id']}"
        program.post(f"{path}/submit")
        assert second.post(f"{path}/return", {"note": "Say more."}).json()["review_note"] == "Say more."
        saved = program("PUT", path, body | {"edition": version["edition"], "automatic": True})
        assert saved.json()["automatic"] is True
        late = program("PUT", path, body | {"edition": version["edition"]})
        assert (late.status_code, late.json()["code"]) == (409, "draft-changed")

    def test_a_file_is_taken_as_the_draft(self, program, body):
        version = program.post("/pathways", body).json()
        file = 'title = "From a file"\nkind = "open"\n[[parts]]\nid = "a"\ntitle = "A"\nminimum_ects = 3\n'
        saved = program("PUT", f"/pathway-versions/{version['id']}/file?edition={version['edition']}", file)
        assert (saved.status_code, saved.json()["title"]) == (200, "From a file"), saved.text
        wrong = program("PUT", f"/pathway-versions/{version['id']}/file?edition=9", "title = ")
        assert (wrong.status_code, wrong.json()["code"]) == (422, "pathway-file-unreadable")

    def test_the_larger_award_is_ones_own(self, program, body, make_organisation, make_version):
        foreign = make_version(make_organisation("foreign")).definition_id
        answer = program.post("/pathways", body | {"award": str(foreign)})
        assert (answer.status_code, answer.json()["code"]) == (409, "award-of-others")


class TestRequests:
    def test_what_fills_each_part_is_shown_and_only_what_the_learner_showed(self, program, asked):
        (listed,) = program.get("/award-requests").json()
        assert (listed["learner"], listed["title"], listed["state"]) == ("Ana Pérez", "Data path", "open")
        read = program.get(f"/award-requests/{listed['id']}").json()
        assert read["complete"] is True
        assert read["progress"]["parts"][0]["filled_by"] == ["Python"]
        assert read["progress"]["groups"][0]["state"] == "done"

    def test_issued_once_however_often_it_is_sent(self, program, asked):
        path = f"/award-requests/{asked.pk}/issue"
        first = program.post(path, None, **{"Idempotency-Key": "once"})
        again = program.post(path, None, **{"Idempotency-Key": "once"})
        assert first.status_code == 200, first.text
        assert first.json() == again.json()
        assert first.json()["state"] == "issued"
        assert program.post(path).json()["code"] in ("request-decided", "award-exists")
        assert Award.objects.filter(pk=first.json()["award"], holder=asked.learner).exists()
        assert program.get(f"/award-requests/{asked.pk}").json()["progress"] is None

    def test_declined_with_a_reason(self, program, asked):
        path = f"/award-requests/{asked.pk}/decline"
        assert program.post(path, {"note": " "}).json()["code"] == "reason-missing"
        assert program.post(path, {"note": "Not yet."}).json()["state"] == "declined"
        assert program.post(f"/award-requests/{asked.pk}/issue").json()["code"] == "request-decided"
        assert not AwardRequest.objects.filter(state="open").exists()

    def test_nobody_issues_to_themselves(self, organisation, make_program, asked):
        own = make_program(organisation, email=asked.learner.email)
        answer = own.post(f"/award-requests/{asked.pk}/issue")
        assert (answer.status_code, answer.json()["code"]) == (403, "own-request")
