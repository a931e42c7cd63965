"""The pages of a desk beside its cases: requirements, rules, settings, statistics."""

from __future__ import annotations

import re

import pytest

from credenza.recognition import case_events as events
from credenza.service.recognition import casework
from credenza.service.recognition.models import Policy, Requirement

pytestmark = pytest.mark.django_db


def test_a_requirement_is_written_in_a_form_and_changed_without_losing_what_the_form_does_not_show(desk, institute):
    path = "/console/institute/recognition/requirements"
    form = {
        "title-en": "Statistics",
        "title-fi": "Tilastotiede",
        "purpose": "course",
        "country": "FI",
        "eqf": "6",
        "ects": "5",
        "fields_of_education": "0542",
        "learning_outcomes": "Cleans data | http://data.europa.eu/esco/skill/5fd5c985-eaaa-47aa-8314-62359c54505a\r\nCounts",
        "quality": "weak",
    }
    assert desk.post(f"{path}/new", form).status_code == 302
    made = Requirement.objects.get(title="Statistics")
    assert made.as_record.title.best("fi") == "Tilastotiede"
    assert len(made.as_record.learning_outcomes[0].skills) == 1
    page = desk.get(f"{path}/{made.pk}")
    assert page.status_code == 200
    assert b"Cleans data | http" in page.content
    changed = desk.post(f"{path}/{made.pk}", form | {"ects": "6", "edition": "1"})
    assert changed.status_code == 302
    made.refresh_from_db()
    assert (made.as_record.ects, made.edition) == (6, 2)
    late = desk.post(f"{path}/{made.pk}", form | {"ects": "7", "edition": "1"})
    assert late.status_code == 422
    wrong = desk.post(f"{path}/new", form | {"fields_of_education": "nonsense"})
    assert wrong.status_code == 422
    assert b"nonsense" in wrong.content


def test_a_rule_is_written_in_a_form_and_a_rule_for_everything_is_refused(desk, requirement):
    path = "/console/institute/recognition/policies"
    form = {
        "title": "Good and small",
        "outcome": "full",
        "requirements": [requirement.uri],
        "least_eqf": "6",
        "identity_verified": "on",
        "grants_title": "Introduction to data",
        "grants_ects": "2",
    }
    unconditional = {name: value for name, value in form.items() if name not in ("least_eqf", "identity_verified")}
    assert desk.post(f"{path}/new", unconditional).status_code == 422
    assert desk.post(f"{path}/new", form).status_code == 302
    made = Policy.objects.get()
    assert made.as_record.counts_as.id == requirement.uri
    assert made.as_record.when.least_eqf == 6
    assert b"EQF level 6 or above" in desk.get("/console/institute/recognition/rules").content
    assert desk.get(f"{path}/{made.pk}").status_code == 200
    assert desk.post(f"{path}/{made.pk}", {"withdraw": "yes"}).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at is not None


def test_the_settings_cannot_give_more_than_four_months(desk, institute):
    path = "/console/institute/recognition/settings"
    form = {"is_open": "on", "second_reading": "always", "months": "5", "appeal": "", "introduction": ""}
    form["edition"] = re.search(r'name="edition" value="(\w+)"', desk.get(path).text)[1]
    assert "error-summary" in desk.post(path, form).text
    assert desk.post(path, form | {"months": "2"}).status_code == 302
    assert "in the meantime" in desk.post(path, form | {"months": "3"}).text
    institute.recognition_desk.refresh_from_db()
    assert (institute.recognition_desk.months, institute.recognition_desk.second_reading) == (2, "always")


def test_statistics_count_and_name_nobody(desk, case):
    casework.take(casework.get(case.pk), events.Withdraw(by="applicant"), actor=None, edition=case.edition)
    page = desk.get("/console/institute/recognition/statistics")
    assert b"Withdrawn" in page.content
    csv = desk.get("/console/institute/recognition/statistics.csv").content.decode()
    assert csv.splitlines()[1].split(",")[1] == "withdrawn"
    assert "Ana" not in csv + page.content.decode().replace("Analysis", "")


@pytest.mark.parametrize("query", ["since=2025-03-01&until=2025-02-01", "since=0001-01-01&until=9999-12-31"])
@pytest.mark.parametrize("path", ["recognition/statistics", "statistics"])
def test_statistics_of_an_impossible_period_are_not_passed_off_as_those_of_it(desk, path, query):
    page = desk.get(f"/console/institute/{path}?{query}")
    assert "ten years at most" in page.text
    assert desk.get(f"/console/institute/{path}?since=2025-01-01&until=2025-02-01").text.count("ten years") == 0
