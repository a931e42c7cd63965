"""Drafts that a program filled with nonsense: kept or refused, and opened in the console, without a fault."""

import pytest

pytestmark = pytest.mark.django_db
NONSENSE = ("x", 7, [[["y"]]], {"en": 7}, {"en": {"a": 1}}, True, [{"x": 1}])
NAMES = ("title", "learning_outcomes", "assessments", "quality_assurance", "stackability", "languages", "eqf")


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_of_nonsense_is_a_draft(program, signed_in, organisation, name):
    designer = signed_in("designer", organisation)
    for value in NONSENSE:
        answer = program.post("/definitions", {"form": {"ects": "many", name: value}})
        assert answer.status_code in (201, 422), value
        if answer.status_code == 201:
            page = f"/console/{organisation.slug}/definitions/{answer.json()['id']}"
            assert [designer.get(one).status_code for one in (page, f"{page}/edit")] == [200, 200], value
