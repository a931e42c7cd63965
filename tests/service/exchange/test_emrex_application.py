"""Applying for recognition with results that are fetched on the way: out to the provider, and back into the application."""

from __future__ import annotations

import pytest
from transfer_fixtures import fields_of

from credenza.service.exchange.models import EmrexFetch, TransferSettings
from credenza.service.recognition import applying, reconsidering, rulebook
from credenza.service.recognition.models import Case, Desk
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db
ASKED = {"title": "Introduction to data", "purpose": "course", "ects": "2"}


@pytest.fixture
def institute(make_organisation):
    made = make_organisation("institute", legal_name={"en": "Example Institute"})
    Desk.objects.create(organisation=made, is_open=True, appeal="Write to the board within 30 days.")
    return made


@pytest.fixture
def requirement(institute):
    return rulebook.write_requirement(institute, ASKED, actor="test")


@pytest.fixture
def rule(institute, requirement):
    """A rule that asks that the applicant is known by an institution."""
    form = {
        "title": "Known people",
        "outcome": "full",
        "when": {"verification": "some", "least_ects": 1, "applicant": "institution"},
        "counts_as": {"id": requirement.uri, "title": "Introduction to data"},
    }
    return rulebook.write_policy(institute, form, actor="test")


@pytest.fixture
def fetched(client, registry, entry, held, ana, requirement):
    """Ana has gone from the application to her university and chosen her results; the address where she arrives."""
    registry(entry)

    def go(by=ana):
        client.force_login(ana)
        here = f"/recognition/{requirement.pk}"
        fetch_page = f"/wallet/fetch?requirement={requirement.pk}"
        assert fetch_page in client.get(here).text
        assert "For your application to Example Institute" in client.get(fetch_page).text
        asked = fields_of(client.post("/wallet/fetch", {"provider": "IE/UNI", "requirement": str(requirement.pk)}))
        client.force_login(by)
        address = client.post("/emrex/uni", asked).headers["Location"]
        fields = fields_of(client.post(address, {"step": "send", "result": str(held.pk)}))
        client.force_login(ana)
        return client.post("/wallet/fetch/return", fields).headers["Location"]

    HeldCredential.objects.filter(owner=ana).delete()
    return go


def test_results_come_back_into_the_application_and_a_rule_decides(client, fetched, requirement, rule, ana):
    page = client.get(fetched(), follow=True)
    kept = EmrexFetch.objects.get().credentials.get()
    assert page.request["PATH_INFO"] == f"/recognition/{requirement.pk}/ask"
    assert "Your results have arrived" in page.text
    assert "What may they see?" in page.text
    client.post(f"/recognition/{requirement.pk}/ask", {"c": kept.pk, "field": ["workload"]})
    made = Case.objects.get()
    assert (made.state, made.outcome) == ("decided", "full")
    assert made.as_core.possession.source == EmrexFetch.objects.get().provider_title
    assert made.as_core.person.assurance == "institution"


def test_the_choice_after_a_fetch_shows_what_was_fetched(client, fetched, requirement, award, ana):
    client.get(fetched())
    fetch = EmrexFetch.objects.get()
    here = f"/recognition/{requirement.pk}"
    shown = client.get(f"{here}?fetched={fetch.pk}")
    assert [one.pk for one in shown.context["mine"]] == [one.pk for one in fetch.credentials.all()]
    assert "Choose from my whole wallet" in shown.text
    assert "Go on with my application" in client.get(f"/wallet/fetch/{fetch.pk}").text


def test_somebody_elses_fetch_is_not_shown(client, fetched, requirement, make_user):
    client.get(fetched())
    client.force_login(make_user("eve@example.org"))
    assert client.get(f"/recognition/{requirement.pk}?fetched={EmrexFetch.objects.get().pk}").context["fetch"] is None


def test_a_doubt_is_decided_by_the_desk_that_is_applied_to(
    client, fetched, requirement, institute, ana, open_organisation
):
    TransferSettings.objects.create(organisation=institute, decides=True)
    type(ana).objects.filter(pk=ana.pk).update(birth_date=None)
    ticket = fetched()
    assert "The evaluators of Example Institute decide" in client.get(ticket, follow=True).text
    assert EmrexFetch.objects.get().organisation == institute


def test_where_no_desk_decides_a_doubt_nothing_is_taken_over(client, fetched, ana):
    type(ana).objects.filter(pk=ana.pk).update(birth_date=None)
    client.get(fetched(), follow=True)
    assert EmrexFetch.objects.get().state == "refused"
    assert not HeldCredential.objects.filter(owner=ana).exists()


@pytest.mark.parametrize("named", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_requirement_that_is_not_there_leads_to_the_wallet_only(client, registry, entry, ana, named):
    registry(entry)
    client.force_login(ana)
    client.post("/wallet/fetch", {"provider": "IE/UNI", "requirement": named})
    assert EmrexFetch.objects.get().requirement is None


def test_a_credential_that_is_fetched_puts_the_rules_to_open_cases_again(client, fetched, requirement, rule, ana, held):
    """The same sealed credential, brought as a file at first, is known as the learner's once the university sent it."""
    open_badge = bytes(held.documents.get(format="open-badge").data)
    case = applying.apply(ana, holding.bring(ana, open_badge), requirement, ["workload"])
    assert (case.state, case.suggested_by, case.as_core.person.assurance) == ("received", "", "mail-confirmed")
    client.get(fetched(), follow=True)
    assert EmrexFetch.objects.get().credentials.get().digest == case.digest
    reconsidering.run(10)
    case.refresh_from_db()
    assert (case.state, case.suggested_by, case.as_core.person.assurance) == ("received", rule.uri, "institution")
