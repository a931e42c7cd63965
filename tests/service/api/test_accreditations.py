"""Accreditations by the JSON API."""

import pytest

from credenza.service.api.v1.accreditations import AccreditationIn

pytestmark = pytest.mark.django_db
PATH = "/organisation/accreditations"
(BODY,) = AccreditationIn.model_config["json_schema_extra"]["examples"]
ID = BODY["form"]["id"]


def test_one_is_written_changed_listed_and_taken_away(program, organisation):
    made = program("PUT", PATH, BODY)
    assert made.status_code == 200
    changed = {"form": BODY["form"] | {"title": "Second review"}, "edition": made.json()["edition"]}
    assert program("PUT", PATH, changed).json()["record"]["title"] == {"en": "Second review"}
    late = program("PUT", PATH, changed)
    assert (late.status_code, late.json()["code"]) == (409, "accreditation-changed")
    assert program("PUT", PATH, BODY).json()["code"] == "accreditation-exists"
    (one,) = program.get(PATH).json()
    assert one["id"] == ID
    assert one["record"]["valid_until"].startswith("2030-12-31")
    assert program("DELETE", f"{PATH}?id={ID}").status_code == 204
    assert program("DELETE", f"{PATH}?id={ID}").status_code == 404
    assert (
        organisation.audit_events.filter(action="accreditation.kept", detail__api_key=str(program.key.pk)).count() == 2
    )


def test_what_is_wrong_is_told(program):
    answer = program("PUT", PATH, {"form": {"id": ID, "level": 6}})
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_another_organisation_has_its_own(program, stranger):
    program("PUT", PATH, BODY)
    assert stranger.get(PATH).json() == []
    assert stranger("DELETE", f"{PATH}?id={ID}").status_code == 404
    (ours,) = program.get(PATH).json()
    unknown = {"form": BODY["form"] | {"title": "Theirs"}, "edition": ours["edition"]}
    assert stranger("PUT", PATH, unknown).json()["code"] == "accreditation-gone"
    stranger("PUT", PATH, {"form": unknown["form"]})
    (ours,) = program.get(PATH).json()
    assert ours["record"]["title"] == {"en": "Institutional review"}
