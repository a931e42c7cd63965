"""Class lists by the JSON API."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from credenza.service.issuance.models import Batch

pytestmark = pytest.mark.django_db
ROWS = [
    {"given_name": "Ana", "family_name": "Pérez", "birth_date": "2001-05-31", "email": "ana@example.org"},
    {"given_name": "Ben", "family_name": "Roth", "birth_date": "2001-02-31", "email": "ben@example.org"},
]
CSV = "given_name,family_name,birth_date,email\nAna,Pérez,2001-05-31,ana@example.org\n".encode()


def sent(version, rows=ROWS):
    return {"definition": str(version.definition_id), "rows": rows}


@pytest.fixture
def batch(program, version):
    """A class list that a program sent, as the API tells it: one row good, one bad."""
    made = program.post("/batches", sent(version))
    assert made.status_code == 201, made.text
    return made.json()


@pytest.fixture
def two_keys(organisation, make_program):
    """One person's two programs: one uploads, the other approves."""
    return make_program(organisation, "issue"), make_program(organisation, "issue:approve")


def upload(program, version, data=CSV, name="list.csv", **headers):
    form = {"definition": str(version.definition_id), "file": SimpleUploadedFile(name, data)}
    return program.client.post(
        "/api/v1/batches/file", form, headers={"Authorization": f"Bearer {program.secret}"} | headers
    )


def test_rows_are_checked_and_the_bad_ones_named(program, batch):
    assert (batch["state"], batch["numbers"]["good"], batch["numbers"]["bad"]) == ("checked", 1, 1)
    bad = program.get(f"/batches/{batch['id']}/rows?state=bad").json()
    assert [(one["number"], one["problems"][0]["where"]) for one in bad] == [(2, "birth_date")]


def test_the_rows_to_mend_come_as_a_spreadsheet(program, version, batch):
    answer = program.get(f"/batches/{batch['id']}/to-mend.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert "Ben" in [cell.value for row in sheet.iter_rows() for cell in row]
    good = program.post("/batches", sent(version, ROWS[:1])).json()
    assert program.get(f"/batches/{good['id']}/to-mend.xlsx").status_code == 404


def test_a_file_whose_columns_are_known_is_checked_at_once(program, version):
    answer = upload(program, version)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "checked"


def test_columns_that_are_not_known_are_named(program, version):
    batch = upload(program, version, b"A,B,C,D\n" + CSV.split(b"\n", 1)[1]).json()
    assert (batch["state"], batch["header"]) == ("uploaded", ["A", "B", "C", "D"])
    columns = {"0": "given_name", "1": "family_name", "2": "birth_date", "3": "email"}
    where, body = f"/batches/{batch['id']}/columns", {"columns": columns, "edition": batch["edition"]}
    mapped = program("PUT", where, body)
    assert mapped.json()["numbers"]["good"] == 1
    late = program("PUT", where, body)
    assert (late.status_code, late.json()["code"]) == (409, "changed-since-seen")
    wrong = program("PUT", where, {"columns": {"0": "holder"}, "edition": mapped.json()["edition"]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "class-list-column-unknown")


def test_the_same_file_sent_again_under_one_key_makes_one_class_list(program, version):
    first = upload(program, version, **{"Idempotency-Key": "f"})
    again = upload(program, version, **{"Idempotency-Key": "f"})
    assert first.json()["id"] == again.json()["id"]
    assert upload(program, version, CSV + b"\n", **{"Idempotency-Key": "f"}).status_code == 422
    assert Batch.objects.count() == 1


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"given_name\n"])
def test_a_file_that_is_no_class_list_is_told(program, version, data):
    assert upload(program, version, data, "list.xlsx").status_code == 422


def test_rows_with_columns_that_are_not_known_are_refused(program, version):
    answer = program.post("/batches", sent(version, [{"given_name": "A", "revoked": "no"}]))
    assert answer.json()["code"] == "class-list-column-unknown"
    assert not Batch.objects.exists()


def test_approved_it_runs_and_cannot_be_cancelled_any_more(program, batch):
    answer = program.post(f"/batches/{batch['id']}/approve", {"mail": False, "edition": batch["edition"]})
    assert (answer.status_code, answer.json()["state"]) == (202, "running")
    assert program.post(f"/batches/{batch['id']}/approve", {"edition": batch["edition"]}).status_code == 409
    assert program.post(f"/batches/{batch['id']}/cancel").status_code == 409


def test_approving_needs_a_scope_of_its_own(organisation, two_keys, version):
    organisation.four_eyes = False
    organisation.save()
    uploading, approving = two_keys
    batch = uploading.post("/batches", sent(version)).json()
    where, body = f"/batches/{batch['id']}/approve", {"edition": batch["edition"], "mail": False}
    assert uploading.post(where, body).json()["code"] == "scope-missing"
    assert approving.post("/batches", sent(version)).json()["code"] == "scope-missing"
    assert approving.post(where, body).status_code == 202


def test_another_key_of_the_same_person_is_no_second_person(organisation, make_program, two_keys, version):
    organisation.four_eyes = True
    organisation.save()
    uploading, approving = two_keys
    batch = uploading.post("/batches", sent(version)).json()
    where, body = f"/batches/{batch['id']}/approve", {"edition": batch["edition"], "mail": False}
    assert approving.post(where, body).json()["code"] == "four-eyes"
    second = make_program(organisation, "issue:approve", email="second@example.org", role="registrar")
    assert second.post(where, body).status_code == 202


def test_what_was_changed_since_it_was_read_is_not_approved(organisation, make_program, version):
    first, second = make_program(organisation), make_program(organisation, email="second@example.org")
    batch = first.post("/batches", sent(version)).json()
    turned = dict(batch["columns"]) | {"0": batch["columns"]["1"], "1": batch["columns"]["0"]}
    changed = first("PUT", f"/batches/{batch['id']}/columns", {"columns": turned, "edition": batch["edition"]}).json()
    late = second.post(f"/batches/{batch['id']}/approve", {"edition": batch["edition"]})
    assert (late.status_code, late.json()["code"]) == (409, "changed-since-seen")
    assert Batch.objects.get().state == "checked"
    assert second.post(f"/batches/{batch['id']}/approve", {}).status_code == 422
    assert second.post(f"/batches/{batch['id']}/approve", {"edition": changed["edition"]}).status_code == 202


def test_cancelled_its_rows_are_gone(program, batch):
    assert program.post(f"/batches/{batch['id']}/cancel").json()["state"] == "cancelled"
    assert program.get(f"/batches/{batch['id']}/rows").json() == []


def test_listed_by_state(program, batch):
    assert len(program.get("/batches?state=checked").json()) == 1
    assert program.get("/batches?state=finished").json() == []


def test_a_class_list_of_another_organisation_is_not_there(stranger, version, batch):
    where = f"/batches/{batch['id']}"
    for path in ("", "/rows", "/to-mend.xlsx"):
        assert stranger.get(f"{where}{path}").status_code == 404
    for path in ("/resume", "/cancel"):
        assert stranger.post(f"{where}{path}").status_code == 404
    assert stranger.post(f"{where}/approve", {"edition": 2}).status_code == 404
    assert stranger("PUT", f"{where}/columns", {"columns": {}, "edition": 1}).status_code == 404
    assert stranger.post("/batches", sent(version)).status_code == 404
    assert upload(stranger, version).status_code == 404
    assert Batch.objects.get().state == "checked"


@pytest.mark.django_db(transaction=True)
def test_issued_to_the_end_and_watched(program, batch, jobs_at_work):
    program.post(f"/batches/{batch['id']}/approve", {"language": "de", "edition": batch["edition"]})
    jobs_at_work(lambda: program.get(f"/batches/{batch['id']}").json()["state"] == "finished")
    rows = {one["number"]: one for one in program.get(f"/batches/{batch['id']}/rows").json()}
    assert (rows[1]["state"], rows[2]["state"]) == ("issued", "bad")
    assert program.get(f"/awards/{rows[1]['award']}").json()["learner"] == "Ana Pérez"
