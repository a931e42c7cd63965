"""Issuing in a real browser: every page reads well, and a class list goes its way from file to approval."""

from __future__ import annotations

import pytest

from credenza.service.accounts.models import Membership
from credenza.service.issuance import afterwards, batches, chunks, correcting, counts, letters
from credenza.service.issuance.models import Batch, Delivery

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RECORD = {"given_name": "Zoë", "family_name": "Ó Sé", "birth_date": "1999-02-01", "email": "zoe@example.org"}
BAD = RECORD | {"family_name": "", "birth_date": "31.31.1999"}


@pytest.fixture
def issuer(make_user, organisation):
    """Somebody who issues and registers."""
    user = make_user("issuer@example.org", given_name="Ida", family_name="Issuer")
    for role in ("issuer", "registrar"):
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


@pytest.fixture
def objects(version, award, issuer, make_user):
    """A definition, a checked class list with a bad row, a stopped one, and an award with a history."""
    checked = batches.from_records(version, [RECORD, BAD, {**RECORD, "given_name": "ليلى"}], actor=issuer)
    stopped = batches.from_records(version, [RECORD | {"given_name": "Bo"}, BAD], actor=None)
    Batch.objects.filter(pk=stopped.pk).update(state="running")
    chunks.issue(stopped, 1, 2)
    Batch.objects.filter(pk=stopped.pk).update(state="stopped", problem="The seal has expired.")
    letters.write_to(award)
    Delivery.objects.update(state="bounced", problem="550 No such user")
    afterwards.suspend(award, actor=issuer)
    colleague = make_user("colleague@example.org", given_name="Cleo", family_name="Colleague")
    cells = {"family_name": "Pérez Soto", "full_name": "Ana Pérez Soto", "grade": ""}
    asked = correcting.correct(award, cells, reason="The name was misspelt.", actor=colleague)
    counts.count(version, counts.CLAIMED, country="IE")
    return {
        "definition": version.definition_id,
        "checked": checked.id,
        "stopped": stopped.id,
        "award": award.id,
        "asked": asked.id,
    }


PAGES = {
    "issue": "issue",
    "issue-upload": "issue/new/{definition}",
    "issue-one": "issue/one/{definition}",
    "issue-columns": "issue/{checked}/columns",
    "issue-rows": "issue/{checked}/rows",
    "issue-correction": "issue/{asked}/rows",
    "issue-preview": "issue/{checked}/preview",
    "issue-progress": "issue/{stopped}/progress",
    "awards": "awards",
    "award": "awards/{award}",
    "award-revoke": "awards/change/revoke?award={award}",
    "award-correct": "awards/{award}/correct",
    "statistics": "statistics",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_issuing_reads_well(name, desktop, examine, sign_in, issuer, objects):
    sign_in(desktop, issuer)
    examine(desktop, "/console/uni/" + PAGES[name].format(**objects), name)


def test_a_class_list_is_uploaded_mapped_checked_and_approved_without_script(
    without_script, sign_in, issuer, version, organisation
):
    organisation.four_eyes = False
    organisation.save()
    sign_in(without_script, issuer)
    page = without_script
    page.goto(f"/console/uni/issue/new/{version.definition_id}")
    data = "Vorname;Nachname;Geboren am\nZoë;Ó Sé;01.02.1999\nBo;;31.31.1999\n".encode()
    page.get_by_label("Choose a class list").set_input_files(
        {"name": "klasse.csv", "mimeType": "text/csv", "buffer": data}
    )
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What Geboren am holds").select_option("Date of birth")
    page.get_by_role("button", name="Check every row").click()
    page.get_by_text("is not a date").wait_for()
    page.get_by_role("button", name="Approve and issue 1 credential").click()
    page.get_by_text("it goes on").wait_for()
    batch = Batch.objects.get()
    assert batch.state == "running"
    chunks.issue(batch, 2, 3)
    chunks.finish(batch)
    page.reload()
    page.get_by_text("1 of 1").first.wait_for()
    page.get_by_role("link", name="Zoë Ó Sé").click()
    page.get_by_role("heading", name="Zoë Ó Sé").wait_for()
