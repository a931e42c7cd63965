"""Letters of the desk: durable, sent once by the jobs that send all mail, and their state on the case's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from credenza.recognition import case_events as events
from credenza.service.issuance import bounces, mailing
from credenza.service.issuance.models import DeliveryState
from credenza.service.recognition import applying, casework
from credenza.service.recognition.letters import warn_of_deadlines
from credenza.service.recognition.models import Case, CaseLetter

pytestmark = pytest.mark.django_db


def take(case, event, actor):
    case = casework.get(case.pk)
    return casework.take(case, event, actor=actor, edition=case.edition)


@pytest.fixture
def asked(case, evaluator):
    """A case in which the applicant was asked."""
    return take(case, events.RequestInformation(by=str(evaluator.pk), questions=("Which data?",)), evaluator)


def test_the_letters_tell_that_something_happened_and_nothing_more(
    learner, held, requirement, all_fields, evaluator, mail
):
    made = applying.apply(learner, held, requirement, all_fields)
    take(made, events.RequestInformation(by=str(evaluator.pk), questions=("Which data?",)), evaluator)
    mailing.send_waiting(10)
    first, _to_desk, last = mail.letters
    assert [one["To"] for one in mail.letters] == [learner.email, evaluator.email, learner.email]
    assert first["Subject"] == "Example Institute has received your application for recognition"
    assert f"/recognition/cases/{made.pk}" in first.get_content()
    assert "does not run until" in last.get_content()
    assert not any("Ana" in one.get_content() or held.title in one.get_content() for one in mail.letters)


def test_a_decision_of_a_rule_is_one_letter_to_the_applicant(make_policy, learner, held, requirement, all_fields, mail):
    make_policy(least_ects="1")
    applying.apply(learner, held, requirement, all_fields)
    mailing.send_waiting(10)
    assert [one["Subject"] for one in mail.letters] == [
        "Example Institute has decided on your application for recognition"
    ]


def test_a_letter_that_was_sent_is_not_sent_again_and_its_case_says_mailed(asked, evaluator, mail):
    mailing.send_waiting(10)
    sent = len(mail.letters)
    assert mailing.send_waiting(10) == 0
    assert len(mail.letters) == sent
    page = Client()
    page.force_login(evaluator)
    assert "Mailed" in page.get(f"/console/institute/recognition/cases/{asked.pk}").text


def test_a_letter_repeated_after_a_crash_has_the_same_message_id(asked, mail):
    letter = asked.letters.get(kind="applicant_request-information")
    mailing.send_waiting(10)
    CaseLetter.objects.filter(pk=letter.pk).update(state=DeliveryState.WAITING)
    mailing.send_waiting(10)
    assert mail.taken[letter.message_id] == 2


def test_letters_wait_while_the_mail_server_is_away(asked, mail, settings):
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(OSError):
        mailing.send_waiting(10)
    assert not asked.letters.exclude(state=DeliveryState.WAITING).exists()
    settings.EMAIL_PORT = there
    mailing.send_waiting(10)
    assert not asked.letters.exclude(state=DeliveryState.SENT).exists()


def test_tries_are_bounded_and_the_desk_sees_what_could_not_be_mailed(asked, learner, evaluator, mail):
    mail.refuse[learner.email] = "450 try later"
    letters = asked.letters.filter(recipient=learner, state=DeliveryState.WAITING)
    for _ in range(mailing.MOST_ATTEMPTS + 2):
        letters.update(next_attempt_at=timezone.now())
        mailing.send_waiting(10)
    failed = asked.letters.filter(recipient=learner)
    assert {(one.state, one.attempts) for one in failed} == {(DeliveryState.FAILED, mailing.MOST_ATTEMPTS)}
    page = Client()
    page.force_login(evaluator)
    assert "Could not be mailed" in page.get(f"/console/institute/recognition/cases/{asked.pk}").text
    assert "Could not be mailed" in page.get("/console/institute/recognition").text


def test_a_letter_that_came_back_is_marked(asked, mail):
    mailing.send_waiting(10)
    letter = asked.letters.get(kind="applicant_request-information")
    report = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\nStatus: 5.1.1\n\n--b\n"
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {letter.message_id}\n\n--b--\n"
    )
    assert bounces.take(report.encode()) == letter
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == (DeliveryState.BOUNCED, "5.1.1")


def test_the_desk_is_warned_once_before_and_once_after_the_deadline(case, evaluator, mail):
    before = case.deadline - timedelta(days=10)
    warn_of_deadlines(case.deadline - timedelta(days=20))
    assert not case.letters.filter(kind__startswith="desk_due").exists()
    for moment in (before, before, case.deadline + timedelta(days=1), case.deadline + timedelta(days=2)):
        warn_of_deadlines(moment)
    kinds = case.letters.filter(recipient=evaluator).values_list("kind", flat=True)
    assert sorted(kinds) == ["desk_due", "desk_overdue"]
    mailing.send_waiting(10)
    assert "A decision on recognition is overdue" in {one["Subject"] for one in mail.letters}


def test_a_clock_that_stands_warns_nobody(asked):
    assert asked.state == "information-requested"
    Case.objects.filter(pk=asked.pk).update(deadline=timezone.now() - timedelta(days=1))
    warn_of_deadlines(timezone.now())
    assert not asked.letters.filter(kind="desk_overdue").exists()


def test_a_change_that_is_taken_back_leaves_no_letter(case, evaluator):
    from django.db import transaction

    with transaction.atomic():
        take(case, events.StartAssessment(by=str(evaluator.pk)), evaluator)
        transaction.set_rollback(True)
    assert not case.letters.filter(kind="applicant_start-assessment").exists()


def test_running_jobs_send_the_letters_of_the_desk(jobs_at_work, asked, mail):
    jobs_at_work(lambda: not asked.letters.exclude(state=DeliveryState.SENT).exists())
    assert len(mail.letters) == asked.letters.count()
