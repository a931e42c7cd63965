"""From a class list to sealed credentials in the console, and what goes wrong on the way."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from credenza.adapters.spreadsheets import read_bytes
from credenza.service.issuance.models import Award, Batch, BatchRow, Delivery
from credenza.service.verification.sources import check

pytestmark = pytest.mark.django_db
BAD = "Jānis,Bērziņš,31.31.1999,janis@example.org,A"


def upload(client, version, data: bytes, name: str = "class.csv"):
    address = f"/console/{version.definition.organisation.slug}/issue/new/{version.definition_id}"
    return client.post(address, {"file": SimpleUploadedFile(name, data)})


def checked(client, version, data: bytes) -> Batch:
    """A class list that is uploaded and checked with the guessed columns."""
    upload(client, version, data)
    batch = Batch.objects.latest("created_at")
    places = {f"column-{place}": key for place, key in batch.mapping["places"].items()}
    answer = client.post(f"/console/uni/issue/{batch.id}/columns", places | {"edition": batch.edition})
    assert answer.status_code == 302, answer.content.decode()
    batch.refresh_from_db()
    return batch


def approval_of(batch: Batch) -> dict[str, object]:
    """What the page's form says when somebody approves."""
    return {"mail": "on", "language": "en", "edition": batch.edition}


@pytest.mark.django_db(transaction=True)
def test_a_class_list_becomes_sealed_credentials_and_letters(jobs_at_work, mail, version, signed_in, class_list):
    organisation = version.definition.organisation
    organisation.four_eyes = False
    organisation.save()
    client = signed_in("issuer", organisation)
    batch = checked(client, version, class_list(5, BAD))
    page = client.get(f"/console/uni/issue/{batch.id}/rows").content.decode()
    assert "is not a date" in page
    assert client.get(f"/console/uni/issue/{batch.id}/preview").status_code == 200
    assert client.get(f"/console/uni/issue/{batch.id}/preview.png").content.startswith(b"\x89PNG")
    answer = client.post(f"/console/uni/issue/{batch.id}/approve", approval_of(batch))
    assert answer["Location"].endswith("/progress")
    jobs_at_work(lambda: Batch.objects.get().state == "finished" and not Delivery.objects.filter(state="waiting"))

    part = client.get(answer["Location"] + "?part=1")
    assert part["X-Done"] == "1"
    assert "5 of 5" in part.content.decode()
    assert sorted(mail.taken.values()) == [1] * 5
    assert Award.objects.count() == 5
    assert check(bytes(Award.objects.first().documents.get(format="elm").data)).check("proof").outcome == "passed"
    assert BatchRow.objects.filter(state="issued").exclude(cells=[]).count() == 0
    secret = re.search(r"/claim/(\S+)", mail.letters[0].get_body(("plain",)).get_content())[1]
    assert client.get(f"/claim/{secret}").status_code == 200


def test_bad_rows_come_back_in_a_sheet_that_can_be_uploaded_again(version, signed_in, class_list):
    client = signed_in("issuer", version.definition.organisation)
    batch = checked(client, version, class_list(2, BAD, "=1+1,Evil,1999-01-01,evil@example.org,A"))
    assert dict(batch.rows.values_list("number", "state")) == {2: "good", 3: "good", 4: "bad", 5: "bad"}
    sheet = read_bytes(client.get(f"/console/uni/issue/{batch.id}/to-mend.xlsx").content, "to-mend.xlsx")
    rows = [cells for _, cells in sheet.rows]
    assert sheet.header[-1] == "What to mend"
    assert [row[0] for row in rows] == ["Jānis", "=1+1"]
    assert "Row 4" in rows[0][-1]


def test_learners_who_have_the_credential_are_shown_as_duplicates(version, award, signed_in):
    client = signed_in("issuer", version.definition.organisation)
    batch = checked(client, version, b"given_name;family_name;birth_date;full_name\n;;2001-05-31;Ana P\xc3\xa9rez\n")
    assert batch.rows.get().state == "duplicate"
    page = client.get(f"/console/uni/issue/{batch.id}/rows?show=duplicate").content.decode()
    assert str(award.id) in page


def test_columns_with_other_names_can_be_mapped_by_hand(version, signed_in):
    client = signed_in("issuer", version.definition.organisation)
    upload(client, version, b"A;B;C;D\nAna;Perez;1999-02-01;secret remark\n")
    batch = Batch.objects.get()
    address = f"/console/uni/issue/{batch.id}/columns"
    page = client.get(address).content.decode()
    assert "secret remark" in page
    named = {"column-0": "given_name", "column-1": "family_name", "column-2": "birth_date", "edition": batch.edition}
    refused = client.post(address, named | {"column-1": "given_name"})
    assert refused.status_code == 422
    client.post(address, named)
    assert batch.rows.get().state == "good"
    late = client.post(address, named | {"column-0": "family_name", "column-1": "given_name"})
    assert late.status_code == 422
    assert "since you opened it" in late.text
    batch.refresh_from_db()
    assert batch.mapping["places"]["0"] == "given_name"


def test_all_that_is_wrong_with_the_columns_is_told_at_once(version, signed_in):
    client = signed_in("issuer", version.definition.organisation)
    upload(client, version, b"A;B;C\nAna;Perez;1999-02-01\n")
    batch = Batch.objects.get()
    chosen = {"column-0": "email", "column-1": "email", "edition": batch.edition}
    page = client.post(f"/console/uni/issue/{batch.id}/columns", chosen, headers={"accept-language": "de"}).text
    summary = page[page.index("error-summary") :][:2000]
    assert "Familienname (family_name)" in summary
    assert "Geburtsdatum (birth_date)" in summary
    assert summary.count("<li>") == 3


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"given_name,family_name,birth_date\n", "no learners"),
        (b"\xd0\xcf\x11\xe0old", "old .xls"),
        (b"PK\x03\x04damaged", "damaged"),
        (bomb(), "unpacks to far more"),
        ("given_name,family_name\nJosé,Ü".encode("latin-1"), "UTF-8"),
        (b"x" * 12_000_001, "larger than 12 MB"),
        (b"given_name\n" + b"Ana\n" * 50_001, "at most 50,000"),
    ],
    ids=["empty", "no rows", "old", "damaged", "zip bomb", "latin-1", "large", "too many rows"],
)
def test_a_bad_file_is_refused_with_the_reason_and_nothing_is_kept(version, signed_in, data, said):
    client = signed_in("issuer", version.definition.organisation)
    answer = upload(client, version, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Batch.objects.exists()


def test_with_four_eyes_whoever_uploaded_does_not_approve(version, signed_in, make_user, class_list, client):
    from credenza.service.accounts.models import Membership

    organisation = version.definition.organisation
    batch = checked(signed_in("issuer", organisation), version, class_list(1))
    address = f"/console/uni/issue/{batch.id}/approve"
    client.post(address, approval_of(batch))
    batch.refresh_from_db()
    assert batch.state == "checked"
    second = make_user("second@example.org")
    Membership.objects.create(user=second, organisation=organisation, role="registrar")
    client.force_login(second)
    client.post(address, approval_of(batch))
    batch.refresh_from_db()
    assert (batch.state, batch.approved_by) == ("running", second)
    told = client.post(address, approval_of(batch), follow=True)
    assert "started or cancelled already" in told.content.decode()


def test_a_cancelled_class_list_leaves_no_rows(version, signed_in, class_list):
    client = signed_in("issuer", version.definition.organisation)
    batch = checked(client, version, class_list(3))
    client.post(f"/console/uni/issue/{batch.id}/cancel")
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == ("cancelled", 0)


def test_one_learner_is_issued_by_a_form(version, signed_in):
    organisation = version.definition.organisation
    organisation.four_eyes = False
    organisation.save()
    client = signed_in("issuer", organisation)
    address = f"/console/uni/issue/one/{version.definition_id}"
    learner = {"given_name": "Zoë", "family_name": "Ó Sé", "birth_date": "1990-01-01", "email": "Zoe@example.org"}
    bad = client.post(address, learner | {"birth_date": "3000-01-01", "_language": "en"})
    assert bad.status_code == 422
    assert "lies in the future" in bad.content.decode()
    client.post(address, learner | {"_language": "en", "_mail": "on"})
    award = Award.objects.get()
    assert (award.learner_name, award.email, award.deliveries.get().state) == ("Zoë Ó Sé", "zoe@example.org", "waiting")
    again = client.post(address, learner | {"_language": "en", "_mail": "on"})
    assert "has this micro-credential already" in again.content.decode()


def test_with_four_eyes_one_learner_waits_for_somebody_else(version, signed_in):
    client = signed_in("issuer", version.definition.organisation)
    learner = {"given_name": "Zoë", "family_name": "Ó Sé", "birth_date": "1990-01-01"}
    answer = client.post(f"/console/uni/issue/one/{version.definition_id}", learner | {"_language": "en"})
    assert answer["Location"].endswith("/rows")
    assert (Award.objects.count(), Batch.objects.get().state) == (0, "checked")
    page = client.get(answer["Location"]).text
    assert "Zoë Ó Sé" in page  # what is good is shown at once where nothing is to be mended
    assert "Change the columns" not in page


def test_the_form_for_one_learner_says_what_is_needed_and_asks_no_more(version, signed_in):
    client = signed_in("issuer", version.definition.organisation)
    page = client.get(f"/console/uni/issue/one/{version.definition_id}").text
    assert re.search(r">Given name\(s\)</label>", page)
    assert re.search(r">Full name <span class=\"optional\">", page)
    assert "Who it is: at least one of these" in page
    assert 'name="_mail"' not in page  # whoever approves says that


def test_the_template_is_a_class_list_that_can_be_uploaded(version, signed_in):
    client = signed_in("issuer", version.definition.organisation)
    data = client.get(f"/console/uni/issue/new/{version.definition_id}/class-list.xlsx").content
    assert "Given name(s)" in read_bytes(data, "class-list.xlsx").header
