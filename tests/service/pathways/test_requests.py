"""The larger award is asked for, approved by another person, issued once with its parts inside, and checked with them."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from credenza.errors import Conflict, Refused
from credenza.service.accounts.models import AuditEvent
from credenza.service.issuance import afterwards, status
from credenza.service.issuance.documents import document
from credenza.service.issuance.models import Award
from credenza.service.pathways import requests
from credenza.service.pathways.models import AwardRequest
from credenza.service.verification import sources
from credenza.service.wallet import holding, privacy
from credenza.verifying.report import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer(make_user):
    return make_user("issuer@staff.example")


def test_an_issuer_approves_and_every_format_verifies_with_its_parts(complete, learner, issuer):
    request = requests.ask(complete(), learner)
    assert request.state == "open"
    award = requests.issue(request, actor=issuer)
    assert award.holder == learner
    held = learner.credentials.get(award=award)
    assert holding.report_of(held).verdict is not Verdict.FAILED
    for name in ("elm", "clr", "open-badge", "sd-jwt-vc", "pdf"):
        report = sources.check(document(award, name).data, now=timezone.now())
        assert report.verdict is not Verdict.FAILED, report.checks
        assert [one.finding.code for one in report.parts] == ["part-verified"] * 2
    assert "sealed" not in str(award.record["parts"])
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"pathway.asked", "pathway.awarded", "award.issued"} <= actions


def test_a_revoked_part_fails_the_larger_award_and_the_page_says_which(complete, learner, issuer, client):
    award = requests.issue(requests.ask(complete(), learner), actor=issuer)
    status.revoke(Award.objects.get(holder=learner, version__title="Ethics"), "A mistake", actor="test")
    report = sources.check(document(award, "elm").data, now=timezone.now())
    assert report.verdict is Verdict.FAILED
    client.force_login(learner)
    page = client.get(f"/wallet/{learner.credentials.get(award=award).pk}").text
    assert "What it was made of" in page
    assert "‘Ethics’ did not pass" in page
    assert "A part of it was withdrawn" in client.get("/wallet").text


def test_a_pathway_may_issue_by_itself_where_nothing_is_in_doubt(complete, learner):
    request = requests.ask(complete(automatic=True), learner)
    assert request.state == "issued"
    with pytest.raises(Conflict) as caught:
        requests.ask(request.version, learner)
    assert caught.value.code == "award-exists"


def test_it_never_issues_by_itself_where_nothing_shows_whose_the_files_are(complete, learner, make_user):
    version = complete(automatic=True)
    other = make_user("other@example.org")
    for held in learner.credentials.all():
        holding.bring(other, document(held.award, "open-badge").data)
    request = requests.ask(version, other)
    assert request.state == "open"
    with pytest.raises(Refused) as caught:
        requests.issue(request, actor=requests.PATHWAY)
    assert caught.value.code == "stack-in-doubt"


def test_what_is_not_complete_cannot_be_asked_for(make_pathway, learner, earn, small):
    earn(learner, small["python"])
    with pytest.raises(Refused) as caught:
        requests.ask(make_pathway(), learner)
    assert caught.value.code == "pathway-incomplete"


def test_a_part_revoked_after_the_request_stops_it(complete, learner, issuer):
    request = requests.ask(complete(), learner)
    status.revoke(Award.objects.get(holder=learner, version__title="Python"), "A mistake", actor="test")
    with pytest.raises(Refused) as caught:
        requests.issue(request, actor=issuer)
    assert caught.value.code == "pathway-incomplete"
    assert AwardRequest.objects.get().state == "open"


def test_nobody_approves_their_own_request_and_a_decision_stands(complete, learner, issuer):
    request = requests.ask(complete(), learner)
    with pytest.raises(Refused):
        requests.issue(request, actor=learner)
    with pytest.raises(Conflict) as again:
        requests.ask(request.version, learner)
    assert again.value.code == "request-open"
    with pytest.raises(Refused):
        requests.decline(request, " ", actor=issuer)
    requests.decline(request, "The workload is disputed.", actor=issuer)
    with pytest.raises(Conflict) as caught:
        requests.issue(request, actor=issuer)
    assert caught.value.code == "request-decided"
    assert not Award.objects.filter(definition=request.version.award).exists()


def test_an_award_made_of_others_is_not_corrected_behind_its_parts(complete, learner, issuer):
    award = requests.issue(requests.ask(complete(), learner), actor=issuer)
    with pytest.raises(Refused) as caught:
        afterwards.replace(award, afterwards.row_of(award, valid_until=None), "x", actor=issuer)
    assert caught.value.code == "award-with-parts"


def test_the_copy_of_everything_tells_of_pathways_and_erasing_takes_requests_along(complete, learner):
    requests.ask(complete(), learner)
    assert b"pathways.json" in privacy.export(learner)
    privacy.erase(learner)
    assert not AwardRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_issuers_who_approve_at_once_one_wins(complete, learner, issuer, make_user):
    request = requests.ask(complete(), learner)
    ended = []
    start = threading.Barrier(2)

    def approve(actor):
        try:
            mine = AwardRequest.objects.get(pk=request.pk)
            start.wait()
            requests.issue(mine, actor=actor)
            ended.append("issued")
        except Conflict as error:
            ended.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(one,)) for one in (issuer, make_user("second@issuer.example"))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert ended.count("issued") == 1
    assert set(ended) <= {"issued", "award-exists", "request-decided"}
    assert Award.objects.filter(definition=request.version.award).count() == 1
