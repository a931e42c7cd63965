"""The organisation by the JSON API: its logo, its second factor, what waits, and the lists whose terms forms take."""

import csv
import io

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from PIL import Image

from credenza.service.accounts.models import Organisation

pytestmark = pytest.mark.django_db
LOGO = "/organisation/logo"


def png(size=(20, 10)):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "PNG")
    return out.getvalue()


def logo_of(organisation):
    return Organisation.objects.get(pk=organisation.pk).as_record.logo


def test_a_logo_is_drawn_anew_shown_and_taken_away(program, stranger, organisation):
    answer = program("PUT", LOGO, png() + b"<script>")
    assert answer.status_code == 200, answer.text
    assert answer.json()["record"]["logo"]["media_type"] == "image/png"
    assert b"<script>" not in logo_of(organisation).data
    assert "logo" not in stranger.get("/organisation").json()["record"]
    assert stranger("DELETE", LOGO).status_code == 204
    assert logo_of(organisation) is not None
    assert program("DELETE", LOGO).status_code == 204
    assert logo_of(organisation) is None
    assert organisation.audit_events.filter(action="organisation.changed").count() == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"no picture", "logo-unreadable"), (b"", "logo-unreadable"), (b"x" * 200_001, "logo-too-large")],
)
def test_what_is_no_logo_is_refused(program, organisation, data, code):
    answer = program("PUT", LOGO, data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert logo_of(organisation) is None


def test_a_second_factor_is_demanded_only_by_whoever_has_one(program, stranger, organisation):
    path = "/people/second-factor"
    assert program("PUT", path, {"demanded": True}).json()["code"] == "second-factor-first"
    TOTP.activate(program.key.created_by, generate_totp_secret())
    assert program("PUT", path, {"demanded": True}).json()["second_factor"] is True
    assert stranger.get("/organisation").json()["second_factor"] is False
    assert program("PUT", path, {"demanded": False}).json()["second_factor"] is False


def test_what_waits_is_that_of_the_person_behind_the_key(organisation, make_program, version):
    organisation.four_eyes = True
    organisation.save()
    row = {"given_name": "Bo", "family_name": "Li", "birth_date": "1999-01-01"}
    issuer = make_program(organisation, "read", "issue", email="issuer@example.org", role="issuer")
    issuer.post("/batches", {"definition": str(version.definition_id), "rows": [row]})
    told = {one["title"]: one for one in issuer.get("/waiting?language=de").json()}
    assert told["Auszustellen"]["count"] == 1
    assert told["Auszustellen"]["address"].startswith("/console/uni/issue")
    reader = make_program(organisation, "read", email="reader@example.org", role="reader")
    assert reader.get("/waiting").json() == []


def test_terms_are_found_by_any_language_and_told_in_one(program):
    assert {"isced-f", "esco", "eqf"} <= set(program.get("/vocabularies").json())
    (found, *_) = program.get("/vocabularies/country?q=finlande&language=de").json()
    assert (found["value"], found["label"]) == ("FI", "Finnland")
    assert program.get("/vocabularies/nothing").status_code == 404


def test_the_trail_is_exported_with_its_digests(program, stranger, organisation):
    program("PUT", LOGO, png())
    lines = list(csv.DictReader(io.StringIO(b"".join(program.get("/audit.csv")).decode())))
    events = program.get("/audit?limit=500").json()
    assert [one["digest"] for one in lines] == [one["digest"] for one in events]
    assert [one["action"] for one in lines][-1] == "organisation.changed"
    assert not {one["digest"] for one in lines} & {one["digest"] for one in stranger.get("/audit").json()}


def test_statistics_are_a_file_with_fields_and_levels(program, stranger, award):
    lines = list(csv.DictReader(io.StringIO(program.get("/statistics.csv").content.decode("utf-8-sig"))))
    assert [(one["what"], one["eqf"], one["count"]) for one in lines] == [("issued", str(award.version.eqf), "1")]
    (counted,) = program.get("/statistics").json()
    assert (counted["eqf"], counted["fields"]) == (award.version.eqf, award.version.fields.split())
    assert stranger.get("/statistics").json() == []
