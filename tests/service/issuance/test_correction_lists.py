"""Many awards corrected or renewed by one class list: filled in, uploaded, looked through, approved, replaced."""

from __future__ import annotations

import io
import uuid
from datetime import date

import pytest
from correction_list_fixtures import *  # noqa: F403
from correction_list_fixtures import cells_of_sheet, csv_of, run, states, upload
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from credenza.errors import CredenzaError
from credenza.service.issuance import approval, correction_lists, corrections, issuing, status
from credenza.service.issuance.models import Award, Batch, Delivery, RowState

pytestmark = pytest.mark.django_db
CONSOLE = "/console/uni/awards"


def test_the_sheet_says_what_the_awards_say_and_comes_back_without_a_change(organisation, awards, registrar):
    data = correction_lists.filled(organisation.awards.all())
    sheet = cells_of_sheet(data)
    assert sheet[0][:3] == ["Award number", "Given name(s)", "Family name"]
    assert [row[2] for row in sheet[1:]] == ["Pérez", "Roth", "Dubois"]
    batch = upload(organisation, registrar, data, "awards.xlsx")
    assert {state for _, state, _ in states(batch)} == {RowState.DUPLICATE}
    with pytest.raises(CredenzaError) as refused:
        approval.approve(batch, edition=batch.edition, actor=registrar, mail=True, language="en")
    assert refused.value.code == "class-list-empty"


def test_what_changes_replaces_the_award_and_the_learner_is_told(organisation, awards, registrar):
    data = csv_of((awards[0].pk, "Pérez García", ""), (awards[1].pk, "Roth", ""))
    batch = upload(organisation, registrar, data, reason="The name was not complete.")
    assert states(batch) == [(2, "good", []), (3, "duplicate", [])]
    run(batch, registrar)
    assert batch.state == "finished"
    awards[0].refresh_from_db()
    awards[1].refresh_from_db()
    new = awards[0].replaced_by
    assert (new.learner_name, new.batch_id) == ("Ana Pérez García", batch.pk)
    assert awards[0].revocation_reason == "The name was not complete."
    assert awards[1].revoked_at is None
    assert Delivery.objects.filter(award=new, kind="replacement").count() == 1
    kept, made = awards[0].as_record, new.as_record
    assert (made.learner.birth_date, made.awarded, made.results) == (
        kept.learner.birth_date, kept.awarded, kept.results,
    )  # fmt: skip


def test_a_column_of_new_days_renews_all_that_it_names(organisation, awards, registrar):
    data = csv_of(*((one.pk, "2035-12-31") for one in awards), head="Award number,Valid until")
    batch = upload(organisation, registrar, data)
    run(batch, registrar)
    standing = Award.objects.filter(revoked_at=None)
    assert {one.valid_until.date() for one in standing} == {date(2035, 12, 31)}
    assert standing.count() == 3


@pytest.mark.parametrize(
    ("number", "family", "until", "code"),
    [
        ("not-a-number", "X", "", "award-unknown"),
        (str(uuid.UUID(int=7)), "X", "", "award-unknown"),
        ("", "X", "", "award-unknown"),
        ("own", "", "", "name-missing"),
        ("own", "X", "2001-01-01", "date-impossible"),
        ("own", "X\u202e", "", "value-invalid"),
        ("revoked", "X", "", "credential-revoked"),
        ("foreign", "X", "", "award-unknown"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_and_the_others_go_on(
    organisation, awards, registrar, make_organisation, make_version, make_row, number, family, until, code
):
    status.revoke(awards[1], "Gone", actor="test")
    foreign, _ = issuing.issue_rows(make_version(make_organisation("other")), [make_row()], batch=None)
    named = {"own": awards[0].pk, "revoked": awards[1].pk, "foreign": foreign[0][1].pk}.get(number, number)
    batch = upload(organisation, registrar, csv_of((awards[2].pk, "Martin", ""), (named, family, until)))
    good, bad = states(batch)
    assert (good[1], bad[1]) == ("good", "bad")
    assert code in bad[2]
    sheet = cells_of_sheet(corrections.sheet(batch))
    assert sheet[0][-1] == "What to mend"
    assert str(sheet[1][0] or "") == str(named)


def test_the_sheet_to_mend_is_taken_back_once_it_is_mended(organisation, awards, registrar):
    first = upload(organisation, registrar, csv_of((awards[0].pk, "", ""), (awards[1].pk, "Rot", "")))
    book = load_workbook(io.BytesIO(corrections.sheet(first)))
    book.active["B2"] = "Mended"
    out = io.BytesIO()
    book.save(out)
    run(first, registrar)
    again = upload(organisation, registrar, out.getvalue(), "to-mend.xlsx")
    assert states(again) == [(2, "good", [])]


def test_an_award_named_twice_or_waiting_already_is_corrected_once(organisation, awards, registrar):
    twice = upload(organisation, registrar, csv_of((awards[0].pk, "A", ""), (awards[0].pk, "B", "")))
    assert states(twice) == [(2, "good", []), (3, "bad", ["award-twice"])]
    again = upload(organisation, registrar, csv_of((awards[0].pk, "C", ""), (awards[1].pk, "D", "")))
    assert states(again) == [(2, "bad", ["correction-waits"]), (3, "good", [])]


def test_a_learner_who_has_another_award_of_the_same_gets_no_second_one(organisation, awards, registrar):
    head = "Award number,Given name(s),Family name"
    batch = upload(organisation, registrar, csv_of((awards[0].pk, "Ben", "Roth"), head=head))
    assert states(batch) == [(2, "bad", ["award-exists"])]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"Family name\nX\n", "class-list-column-missing"),
        (b"Award number\nX\n", "class-list-column-missing"),
        (b"Award number,Famly nam\nX,Y\n", "class-list-column-unknown"),
        (b"Award number,Family name,Last name\nX,Y,Z\n", "class-list-column-twice"),
        (b"Award number,Family name\n", "class-list-empty"),
        (b"Award number,Family name\nX,Y\n", "awards-unknown"),
        (b"PK\x03\x04", "spreadsheet-unreadable"),
    ],
)
def test_a_file_that_corrects_nothing_is_refused(organisation, awards, registrar, data, code):
    with pytest.raises(CredenzaError) as refused:
        upload(organisation, registrar, data, "list.xlsx" if data[:2] == b"PK" else "list.csv")
    assert refused.value.code == code
    assert not Batch.objects.exists()


def test_revoked_between_look_and_job_a_row_is_told_and_replaces_nothing(organisation, awards, registrar):
    batch = upload(organisation, registrar, csv_of((awards[0].pk, "A", ""), (awards[1].pk, "B", "")))
    status.revoke(awards[0], "Meanwhile", actor="test")
    run(batch, registrar)
    assert states(batch) == [(2, "bad", ["credential-revoked"]), (3, "issued", [])]
    awards[0].refresh_from_db()
    assert awards[0].replaced_by is None


def test_with_four_eyes_whoever_uploads_does_not_approve(organisation, awards, registrar):
    organisation.four_eyes = True
    organisation.save()
    batch = upload(organisation, registrar, csv_of((awards[0].pk, "A", "")))
    with pytest.raises(CredenzaError) as refused:
        approval.approve(batch, edition=batch.edition, actor=registrar, mail=True, language="en")
    assert refused.value.code == "four-eyes"


class TestPages:
    def test_download_upload_look_and_approve(self, organisation, awards, signed_in):
        client = signed_in("registrar", organisation)
        page = client.get(CONSOLE).text
        assert "Download to correct" in page
        chosen = client.get(f"{CONSOLE}/correct.xlsx", {"award": [awards[0].pk, awards[1].pk]})
        assert len(cells_of_sheet(chosen.content)) == 3
        assert client.get(f"{CONSOLE}/correct").status_code == 200
        file = SimpleUploadedFile("c.csv", csv_of((awards[0].pk, "García", "")))
        answer = client.post(f"{CONSOLE}/correct", {"file": file, "reason": "A typing error."}, follow=True)
        assert answer.status_code == 200
        assert "<del><bdi>Pérez</bdi></del>" in answer.text
        assert "<ins><bdi>García</bdi></ins>" in answer.text
        assert "A typing error." in answer.text

    def test_what_cannot_be_read_is_told_beside_the_file(self, organisation, awards, signed_in):
        file = SimpleUploadedFile("c.csv", b"Family name\nX\n")
        answer = signed_in("issuer", organisation).post(f"{CONSOLE}/correct", {"file": file})
        assert answer.status_code == 422
        assert "Award number" in answer.text

    def test_bad_rows_are_offered_as_a_sheet(self, organisation, awards, signed_in, registrar):
        batch = upload(organisation, registrar, csv_of((awards[0].pk, "", ""), (awards[1].pk, "X", "")))
        client = signed_in("issuer", organisation)
        page = client.get(f"/console/uni/issue/{batch.pk}/rows?show=bad").text
        assert "Rows with problems are left out" in page
        assert client.get(f"/console/uni/issue/{batch.pk}/to-mend.xlsx").status_code == 200
        assert "Nothing changes" in page

    def test_every_column_that_is_not_known_is_told(self, organisation, awards, signed_in):
        file = SimpleUploadedFile("c.csv", b"Award number,Famly nam,Zorx\nX,Y,Z\n")
        answer = signed_in("issuer", organisation).post(f"{CONSOLE}/correct", {"file": file})
        assert "Famly nam" in answer.text
        assert "Zorx" in answer.text

    @pytest.mark.parametrize("query", ["award=x", "award=", "batch=x", f"batch={uuid.UUID(int=7)}"])
    def test_a_sheet_of_nothing_is_not_there(self, organisation, awards, signed_in, query):
        assert signed_in("issuer", organisation).get(f"{CONSOLE}/correct.xlsx?{query}").status_code == 404

    def test_a_reader_corrects_nothing(self, organisation, awards, signed_in):
        client = signed_in("reader", organisation)
        assert client.get(f"{CONSOLE}/correct").status_code == 403
        assert "Correct or renew many" not in client.get(CONSOLE).text
