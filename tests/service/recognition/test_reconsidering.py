"""Rules look at open cases again: after an answer, and when a rule, a register or a credential comes in."""

from __future__ import annotations

import pytest
from django.test import Client

from credenza.errors import CredenzaError
from credenza.recognition import case_events as events
from credenza.service.accounts.models import AuditEvent, Membership, Role
from credenza.service.issuance import status
from credenza.service.recognition import answering, applying, casework, marks, reconsidering, rulebook
from credenza.service.recognition.models import Case
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db

KEPT_BACK = {"workload"}


@pytest.fixture
def shy(learner, held, requirement, all_fields):
    """An application in which the learner kept the workload back."""
    return applying.apply(learner, held, requirement, [one for one in all_fields if one not in KEPT_BACK])


def take(case, event, actor):
    case = casework.get(case.pk)
    return casework.take(case, event, actor=actor, edition=case.edition)


def asked(case, evaluator):
    return take(case, events.RequestInformation(by=str(evaluator.pk), questions=("How much work?",)), evaluator)


def look_again(case):
    while reconsidering.run(10):
        pass
    return casework.get(case.pk)


def told(case):
    return [one.what for one in case.as_core.history]


def test_a_rule_decides_when_the_applicant_shows_what_was_kept_back(make_policy, shy, evaluator):
    policy = make_policy(least_ects="1")
    assert look_again(shy).suggested_by == ""
    waiting = asked(shy, evaluator)
    done = answering.answer(waiting, "", [], edition=waiting.edition, shown=["workload"])
    assert (done.state, done.outcome) == ("decided", "full")
    assert done.as_core.final.rule == policy.uri
    assert told(done)[-1] == "decided-by-rule"
    assert "workload" in done.shown
    assert HeldCredential.objects.get(award=done.sealed).owner == shy.applicant
    audited = AuditEvent.objects.filter(organisation=done.organisation, action="recognition.receive-information")
    assert audited.get().detail["rule"] == policy.uri


def test_an_answer_that_helps_no_rule_says_that_a_person_decides(make_policy, shy, evaluator):
    make_policy(least_ects="1")
    waiting = asked(shy, evaluator)
    done = answering.answer(waiting, "Three credits, I think.", [], edition=waiting.edition)
    assert done.state == "received"
    assert told(done)[-1] == "for-a-person"


def test_what_is_not_in_the_credential_cannot_be_shown(shy, evaluator):
    waiting = asked(shy, evaluator)
    done = answering.answer(waiting, "", [], edition=waiting.edition, shown=["x", "workload"])
    assert "x" not in done.shown


def test_after_an_answer_an_evaluator_who_has_the_case_is_told_and_decides(make_policy, shy, evaluator):
    policy = make_policy(least_ects="1")
    take(shy, events.StartAssessment(by=str(evaluator.pk)), evaluator)
    waiting = asked(shy, evaluator)
    done = answering.answer(waiting, "", [], edition=waiting.edition, shown=["workload"])
    assert (done.state, done.outcome, done.suggested_by) == ("received", "", policy.uri)
    assert told(done)[-1] == "rule-would-recognise"


def test_a_new_rule_is_offered_for_old_cases_and_decides_none_of_them(make_policy, case, client, evaluator):
    policy = make_policy(least_ects="1")
    found = look_again(case)
    assert (found.state, found.outcome, found.suggested_by) == ("received", "", policy.uri)
    client.force_login(evaluator)
    console = "/console/institute/recognition"
    assert case.title in client.get(f"{console}?view=suggested").text
    assert "Small is beautiful” would recognise it now" in client.get(f"{console}/cases/{case.pk}").text
    take(found, events.StartAssessment(by=str(evaluator.pk)), evaluator)
    form = client.get(f"{console}/cases/{case.pk}/decide").context["form"]
    assert form.initial["outcome"] == "full"
    assert form.initial["reasons"].startswith("By the rule")


def test_the_same_rule_is_told_once_and_a_withdrawn_one_no_longer(make_policy, case, evaluator):
    policy = make_policy(least_ects="1")
    first = look_again(case)
    again, _report = casework.verify_again(first)
    assert again.edition == first.edition
    rulebook.withdraw(policy, actor=evaluator)
    last = look_again(case)
    assert last.suggested_by == ""
    assert told(last)[-1] == "rule-holds-no-longer"


def test_a_rule_for_another_requirement_leaves_the_case_alone(institute, case):
    form = {"title": "Elsewhere", "outcome": "full", "when": {"least_ects": 1}, "requirements": ["https://x.example/1"]}
    rulebook.write_policy(institute, form | {"counts_as": {"id": "https://x.example/1", "title": "X"}}, actor="test")
    assert not marks.due().exists()


def test_a_case_that_is_flagged_is_offered_to_no_rule(make_policy, case, award):
    status.revoke(award, "Wrong person", actor="test")
    make_policy(least_ects="1")
    found = look_again(case)
    assert (found.is_flagged, found.suggested_by, found.state) == (True, "", "received")


def test_only_the_owner_lets_the_rules_decide_and_only_what_nobody_has_taken(
    make_policy, case, evaluator, make_user, institute
):
    policy = make_policy(least_ects="1")
    look_again(case)
    order = "/console/institute/recognition/rules/decide"
    clerk, owner = Client(), Client()
    clerk.force_login(evaluator)
    assert clerk.post(order).status_code == 403
    head = make_user("head@example.org")
    Membership.objects.create(user=head, organisation=institute, role=Role.OWNER)
    owner.force_login(head)
    assert "would be recognised by a rule" in owner.get("/console/institute/recognition/rules").text
    assert owner.post(order).status_code == 302
    done = look_again(case)
    assert (done.state, done.outcome, done.as_core.final.rule) == ("decided", "full", policy.uri)


def test_what_an_evaluator_took_meanwhile_is_not_decided_by_the_owners_order(make_policy, case, evaluator, institute):
    make_policy(least_ects="1")
    look_again(case)
    assert reconsidering.let_rules_decide(institute, actor=evaluator) == 1
    take(case, events.StartAssessment(by=str(evaluator.pk)), evaluator)
    assert look_again(case).state == "under-assessment"
    assert not Case.objects.exclude(reconsider="").exists()


def test_a_running_job_puts_a_new_rule_to_open_cases(jobs_at_work, make_policy, case):
    policy = make_policy(least_ects="1")
    jobs_at_work(lambda: Case.objects.get(pk=case.pk).suggested_by == policy.uri)
    assert Case.objects.get(pk=case.pk).state == "received"


def test_the_page_of_a_question_offers_what_was_kept_back(make_policy, shy, evaluator, learner, client):
    make_policy(least_ects="1")
    waiting = asked(shy, evaluator)
    client.force_login(learner)
    page = f"/recognition/cases/{shy.pk}"
    assert 'name="field" value="workload"' in client.get(page).text
    sent = {"edition": waiting.edition, "field": "workload"}
    done = client.post(f"{page}/answer", sent, follow=True).text
    assert "With that, a rule decided" in done
    assert "A rule decided" in done


def test_evidence_that_is_added_unasked_lets_a_rule_decide_what_nobody_has_taken(make_policy, shy):
    make_policy(least_ects="1")
    done = answering.answer(shy, "", [], edition=shy.edition, shown=["workload"])
    assert (done.state, done.outcome) == ("decided", "full")
    assert "add-evidence" in told(done)


def test_evidence_added_to_an_assessed_case_neither_moves_it_nor_stops_its_clock(make_policy, shy, evaluator):
    policy = make_policy(least_ects="1")
    taken = take(shy, events.StartAssessment(by=str(evaluator.pk)), evaluator)
    done = answering.answer(taken, "Here is more.", [], edition=taken.edition, shown=["workload"])
    assert (done.state, done.suggested_by) == ("under-assessment", policy.uri)
    assert done.as_core.clock(done.as_core.history[-1].at).running
    assert done.letters.filter(kind="desk_add-evidence", recipient=evaluator).exists()


def test_what_is_added_unasked_is_bounded_and_ends_with_the_decision(shy, evaluator):
    now = shy
    for number in range(answering.MOST_ANSWERS):
        now = answering.answer(now, f"More {number}.", [], edition=now.edition)
    with pytest.raises(CredenzaError) as caught:
        answering.answer(now, "Still more.", [], edition=now.edition)
    assert caught.value.code == "answers-too-many"
    waiting = asked(now, evaluator)
    now = answering.answer(waiting, "The answer.", [], edition=waiting.edition)
    gone = take(now, events.Withdraw(by="applicant"), None)
    with pytest.raises(CredenzaError) as caught:
        answering.answer(gone, "Too late.", [], edition=gone.edition)
    assert caught.value.code == "case-step-impossible"


def test_the_page_offers_to_add_evidence(shy, learner, client):
    client.force_login(learner)
    page = client.get(f"/recognition/cases/{shy.pk}").text
    assert "Add evidence" in page
    sent = {"edition": shy.edition, "text": "My syllabus."}
    assert "My syllabus." in client.post(f"/recognition/cases/{shy.pk}/answer", sent, follow=True).text
