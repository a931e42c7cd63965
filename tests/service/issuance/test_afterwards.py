"""What happens to awards after they were issued: found again, sent again, suspended, revoked, corrected, renewed."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from credenza.service.accounts.models import AuditEvent
from credenza.service.issuance import changing, erasure, issuing, registry, status
from credenza.service.issuance.correcting import cells_of
from credenza.service.issuance.models import Award, DailyCount, Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar(award, signed_in):
    return signed_in("registrar", award.organisation)


def change(client, name: str, award, **fields):
    return client.post(f"/console/uni/awards/change/{name}", {"award": [award.id], **fields}, follow=True)


def said(answer) -> str:
    return answer.content.decode()


def test_revoking_asks_for_a_reason_and_tells_the_learner(registrar, award):
    asked = registrar.get(f"/console/uni/awards/change/revoke?award={award.id}")
    assert "cannot be undone" in said(asked)
    assert change(registrar, "revoke", award, value=" ").status_code == 422
    change(registrar, "revoke", award, value="Issued to the wrong person")
    award.refresh_from_db()
    assert award.revocation_reason == "Issued to the wrong person"
    assert award.deliveries.get().kind == "revoked"
    assert DailyCount.objects.get(kind="revoked").count == 1
    assert "Issued to the wrong person" in said(registrar.get(f"/console/uni/awards/{award.id}"))
    assert "is revoked already" in said(change(registrar, "revoke", award, value="Again"))
    assert AuditEvent.objects.filter(action="award.revoked", subject=str(award.id)).count() == 1


def test_suspending_and_reinstating(registrar, award):
    change(registrar, "suspend", award)
    award.refresh_from_db()
    assert award.suspended_at is not None
    assert "is suspended already" in said(change(registrar, "suspend", award))
    change(registrar, "reinstate", award)
    award.refresh_from_db()
    assert award.suspended_at is None
    assert list(award.deliveries.order_by("created_at").values_list("kind", flat=True)) == ["suspended", "reinstated"]


def test_sending_again_is_for_those_who_have_not_claimed(registrar, award, make_user):
    change(registrar, "resend", award)
    change(registrar, "resend", award)
    assert list(award.deliveries.values_list("state", flat=True)) == ["waiting"]
    Award.objects.update(claimed_at=timezone.now(), holder=make_user("ana@example.org"))
    assert "in a wallet already" in said(change(registrar, "resend", award))


@pytest.fixture
def alone(award):
    """The organisation asks for no second person."""
    award.organisation.four_eyes = False
    award.organisation.save()


def test_correcting_issues_a_new_award_in_place_of_the_old_one(registrar, award, alone):
    cells = cells_of(award) | {"family_name": "Pérez Soto", "full_name": "Ana Pérez Soto"}
    answer = registrar.post(f"/console/uni/awards/{award.id}/correct", cells, follow=True)
    award.refresh_from_db()
    new = award.replaced_by
    assert new.learner_name == "Ana Pérez Soto"
    assert award.revoked_at is not None
    assert new.revoked_at is None
    assert new.deliveries.get().kind == "replacement"
    assert "takes the place of an earlier one" in said(answer)
    again = registrar.post(f"/console/uni/awards/{award.id}/correct", cells, follow=True)
    assert "cannot be corrected any more" in said(again)
    assert Award.objects.count() == 2


def test_a_correction_that_cannot_be_read_changes_nothing(registrar, award):
    answer = registrar.post(f"/console/uni/awards/{award.id}/correct", {"given_name": "Ana", "birth_date": "never"})
    assert answer.status_code == 422
    award.refresh_from_db()
    assert (award.revoked_at, Award.objects.count()) == (None, 1)


def test_renewing_makes_the_same_award_with_a_new_end(registrar, award, alone):
    past = (timezone.now() - timedelta(days=1)).date()
    assert change(registrar, "renew", award, value=past.isoformat()).status_code == 422
    until = (timezone.now() + timedelta(days=365)).date()
    change(registrar, "renew", award, value=until.isoformat())
    award.refresh_from_db()
    new = award.replaced_by
    assert new.valid_until.date() == until
    old, renewed = award.as_record, new.as_record
    assert (old.learner, old.awarded, old.results) == (renewed.learner, renewed.awarded, renewed.results)


def test_many_are_changed_at_once_and_each_that_cannot_be_is_named(registrar, award, version, make_row):
    from credenza.service.issuance.issuing import issue_rows

    made, _ = issue_rows(version, [make_row(3, full_name="Bo Li", given_name="Bo", family_name="Li")], batch=None)
    second = made[0][1]
    change(registrar, "suspend", award)
    both = {"award": [award.id, second.id]}
    answer = registrar.post("/console/uni/awards/change/suspend", both, follow=True)
    assert "Ana Pérez: This credential is suspended already." in said(answer)
    assert "1 credential is suspended." in said(answer)
    second.refresh_from_db()
    assert second.suspended_at is not None


@pytest.mark.parametrize("named", [["not-an-id"], [str(uuid4())]])
def test_a_change_names_awards_that_exist(registrar, award, named):
    assert registrar.get("/console/uni/awards/change/revoke", {"award": named}).status_code == 404


@pytest.mark.parametrize("address", ["change/revoke", "correct.xlsx"])
def test_who_chose_no_award_is_back_at_the_list_and_told_to(registrar, award, address):
    answer = registrar.get(f"/console/uni/awards/{address}", follow=True)
    assert answer.redirect_chain == [("/console/uni/awards", 302)]
    assert "Tick the awards first" in said(answer)


def test_all_that_a_search_found_are_changed_together_and_no_more_than_one_can_look_through(
    registrar, award, version, make_row, monkeypatch
):
    monkeypatch.setattr(registry, "A_PAGE", 1)
    monkeypatch.setattr(changing, "MOST_AT_ONCE", 2)
    issuing.issue_rows(version, [make_row(n, full_name=f"Bo Soto {n}", family_name="Soto") for n in (2, 3)], batch=None)
    address, search = "/console/uni/awards/change/suspend", {"q": "Soto", "found": "yes"}
    listed = said(registrar.get("/console/uni/awards", {"q": "Soto"}))
    assert 'name="found"' in listed
    assert '<input type="hidden" name="q" value="Soto">' in listed
    asked = registrar.get(address, search)
    assert {one.learner_name for one in asked.context["chosen"]} == {"Bo Soto 2", "Bo Soto 3"}
    registrar.post(address, {"award": [one.pk for one in asked.context["chosen"]]})
    assert not Award.objects.get(pk=award.pk).suspended_at
    assert Award.objects.exclude(suspended_at=None).count() == 2
    too_many = registrar.get(address, {"found": "yes"}, follow=True)
    assert "narrow the search" in said(too_many)
    nothing = registrar.get(address, {"q": "Nobody", "found": "yes"}, follow=True)
    assert "Tick the awards first" in said(nothing)
    sheet = registrar.get("/console/uni/awards/correct.xlsx", search)
    assert load_workbook(BytesIO(sheet.content)).active.max_row == 3


def test_a_reader_sees_awards_and_changes_none(award, signed_in):
    reader = signed_in("reader", award.organisation)
    assert reader.get(f"/console/uni/awards/{award.id}").status_code == 200
    assert change(reader, "revoke", award, value="Because").status_code == 403
    assert reader.get(f"/console/uni/awards/{award.id}/correct").status_code == 403


def test_a_designer_sees_no_learners(award, signed_in):
    assert signed_in("designer", award.organisation).get("/console/uni/awards").status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "ana"}, True),
        ({"q": "pere"}, True),
        ({"q": "Pérez A"}, True),
        ({"q": "ANA@example.org"}, True),
        ({"q": "erez"}, False),
        ({"q": "%"}, False),
        ({"state": "unclaimed"}, True),
        ({"state": "revoked"}, False),
        ({"state": "nonsense"}, True),
        ({"since": "2020-01-01", "until": "2099-01-01"}, True),
        ({"until": "2020-01-01"}, False),
        ({"since": "rubbish"}, True),
    ],
)
def test_awards_are_found_by_name_address_state_and_day(registrar, award, asked, found):
    listed = f"/awards/{award.id}" in said(registrar.get("/console/uni/awards", asked))
    assert listed == found


def test_awards_are_found_by_id_and_definition(registrar, award):
    assert "Ana Pérez" in said(registrar.get("/console/uni/awards", {"q": award.urn}))
    assert "Ana Pérez" in said(registrar.get("/console/uni/awards", {"definition": award.definition_id}))


@pytest.mark.parametrize("words", ["", "P"])
def test_pages_follow_each_other_without_losing_or_repeating_an_award(version, make_row, monkeypatch, words):
    from credenza.service.issuance.issuing import issue_rows

    monkeypatch.setattr(registry, "A_PAGE", 3)
    rows = [make_row(n, full_name=f"P {n}", given_name="P", family_name=str(n)) for n in range(8)]
    issue_rows(version, rows, batch=None)
    seen, after = [], ""
    while True:
        page = registry.page(version.definition.organisation, registry.Search(words=words), after=after)
        assert [one.issued_at for one in page.awards] == sorted((one.issued_at for one in page.awards), reverse=True)
        seen += [one.id for one in page.awards]
        after = page.next_key
        if not after:
            break
    assert len(seen) == len(set(seen)) == 8


def test_a_file_of_an_award_is_downloaded_and_that_is_written_down(registrar, award):
    answer = registrar.get(f"/console/uni/awards/{award.id}/files/open-badge")
    assert answer.content == bytes(award.documents.get(format="open-badge").data)
    assert AuditEvent.objects.filter(action="award.downloaded").count() == 1
    assert registrar.get(f"/console/uni/awards/{award.id}/files/unknown").status_code == 404


def test_an_erased_award_keeps_its_status_and_nothing_personal(registrar, award):
    Delivery.objects.create(award=award)
    erasure.erase(award)
    award.refresh_from_db()
    personal = (award.record, award.learner_name, award.email, award.family_key, award.given_key, award.holder)
    assert personal == (None, "", "", "", "", None)
    page = said(registrar.get(f"/console/uni/awards/{award.id}"))
    assert "Erased" in page
    assert "Pérez" not in page
    change(registrar, "revoke", award, value="Still possible")
    award.refresh_from_db()
    assert award.revoked_at is not None
    assert award.deliveries.count() == 0


def test_the_page_of_an_award_shows_its_grade(version, make_row, signed_in):
    from dataclasses import replace

    from credenza.record import Result, Text
    from credenza.service.issuance.issuing import issue_rows

    row = replace(make_row(), results=(Result(assessment=0, grade=Text.of("Pass with distinction")),))
    made, _ = issue_rows(version, [row], batch=None)
    client = signed_in("reader", version.definition.organisation)
    assert "Pass with distinction" in said(client.get(f"/console/uni/awards/{made[0][1].id}"))


def test_why_it_was_revoked_is_told_in_the_readers_language(registrar, award):
    status.revoke(award, "Replaced by a corrected credential.", actor="test")
    page = registrar.get(f"/console/uni/awards/{award.pk}", headers={"Accept-Language": "de"}).text
    assert "Durch einen berichtigten Nachweis ersetzt." in page
