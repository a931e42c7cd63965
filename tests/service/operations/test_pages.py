"""Pages that anyone may see, and what people see when something breaks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import OperationalError
from django.test import Client

from credenza.service.environment import Mode

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/privacy", "/design", "/design/forms", "/design/ask", "/account/login/"])
def test_a_page_is_light_and_sets_no_style_or_script_of_its_own(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert len(answer.content) < 50_000
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/design", "/design/forms", "/design/ask", "/design/search"])
def test_the_design_system_is_not_there_in_production(client, settings, path):
    settings.CREDENZA = replace(settings.CREDENZA, mode=Mode.PRODUCTION)
    assert client.get(path).status_code == 404


def test_the_search_on_show_finds_fields_of_education_by_word_and_by_code(client):
    by_word = client.get("/design/search?q=software").json()["results"]
    by_code = client.get("/design/search?q=0613").json()["results"]
    assert "0613" in [one["value"] for one in by_word]
    assert [one["value"] for one in by_code] == ["0613"]


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (OperationalError("connection refused at db.internal"), 503, "We will be back soon"),
        (ZeroDivisionError("secret detail"), 500, "Something went wrong here"),
    ],
)
def test_a_fault_is_told_in_plain_words_without_details(monkeypatch, fault, status, words):
    def broken(request, *args, **kwargs):
        raise fault

    monkeypatch.setattr("credenza.service.operations.views.render", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == status
    assert words in answer.text
    assert "secret" not in answer.text
    assert "internal" not in answer.text
    assert ("Retry-After" in answer) is (status == 503)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(OperationalError("refused at db.internal"), 503, "database-away"), (KeyError("x"), 500, "fault")],
)
def test_a_program_is_told_of_a_fault_by_a_problem(monkeypatch, fault, status, code):
    def broken(*args, **kwargs):
        raise fault

    monkeypatch.setattr("credenza.service.api.access.keys.key_in_force", broken)
    answer = Client(raise_request_exception=False).get("/api/v1/awards", headers={"authorization": "Bearer cz_some"})
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        status,
        "application/problem+json",
        code,
    )
    assert "internal" not in answer.text
    assert ("Retry-After" in answer) is (status == 503)


def test_a_form_without_its_token_is_refused_and_explained():
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "de"})
    assert answer.status_code == 403
    assert "Please send that again" in answer.text


@pytest.mark.parametrize(("mode", "told"), [(Mode.DEMO, True), (Mode.PRODUCTION, False)])
def test_only_a_demonstration_names_its_people_where_one_signs_in(client, db, settings, mode, told):
    settings.CREDENZA = replace(settings.CREDENZA, mode=mode)
    assert ("designer@demo.example" in client.get("/account/login/").text) is told
    assert "designer@demo.example" not in client.get("/account/signup/").text
