"""Webhooks, told to a real server on loopback."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from credenza.service.accounts import audit
from credenza.service.api.models import WebhookEndpoint, WebhookMessage
from credenza.service.api.webhooks import endpoints, events, sending
from credenza.service.issuance import afterwards
from credenza.service.issuance.issuing import issue_rows

from .webhook_receiver import Receiver

pytestmark = pytest.mark.django_db


def types(receiver, hook):
    return [one["type"] for one in receiver.verified(hook.secret)]


def test_what_happens_to_an_award_is_told_signed_and_without_personal_data(receiver, hook, award):
    afterwards.suspend(award, actor=hook.owner)
    afterwards.reinstate(award, actor=hook.owner)
    afterwards.revoke(award, "A mistake.", actor=hook.owner)
    while sending.send_waiting():
        pass
    told = receiver.verified(hook.secret)
    assert [one["type"] for one in told] == [
        "definition.published", "award.issued", "award.suspended", "award.reinstated", "award.revoked",
    ]  # fmt: skip
    assert all(one["data"]["id"] == str(award.id) for one in told[1:])
    assert not [
        word for _, body in receiver.told for word in ("Ana", "example.org", "mistake") if word in body.decode()
    ]
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 5


def test_a_changed_body_does_not_verify(receiver, hook):
    events.ping(hook)
    sending.send_waiting()
    headers, body = receiver.told[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret).verify(body.replace(b"test", b"best"), headers)


def test_what_is_undone_is_not_told(receiver, hook, organisation):
    with transaction.atomic():
        audit.record(organisation, "award.revoked", actor="test", subject="x")
        assert WebhookMessage.objects.count() == 1
        transaction.set_rollback(True)
    assert sending.send_waiting() == 0
    assert receiver.told == []


def test_only_what_was_asked_for_is_told(organisation, receiver, hook, version, make_row):
    WebhookEndpoint.objects.update(events=["award.revoked"])
    WebhookMessage.objects.all().delete()
    made, _ = issue_rows(version, [make_row()], batch=None)
    assert not WebhookMessage.objects.exists()
    afterwards.revoke(made[0][1], "x", actor=hook.owner)
    assert [one.event for one in WebhookMessage.objects.all()] == ["award.revoked"]


def test_others_are_told_nothing(organisation, make_organisation, receiver, hook):
    audit.record(make_organisation("other"), "award.revoked", actor="test", subject="x")
    assert not WebhookMessage.objects.exists()


def test_each_award_of_a_class_list_is_told(receiver, hook, version, make_row):
    rows = [make_row(n, given_name=f"A{n}", full_name=f"A{n}", email=f"a{n}@example.org") for n in range(45)]
    issue_rows(version, rows, batch=None)
    while sending.send_waiting():
        pass
    assert types(receiver, hook).count("award.issued") == 45


def test_what_is_not_taken_is_tried_again_with_growing_pauses_and_the_same_id(receiver, hook):
    receiver.status = 500
    message = events.ping(hook)
    pauses = []
    for _ in sending.PAUSES:
        sending.send_waiting()
        message.refresh_from_db()
        pauses.append(message.next_attempt_at - timezone.now())
        WebhookMessage.objects.update(next_attempt_at=timezone.now())
    assert pauses == sorted(pauses)
    assert message.problem == "Answered with 500."
    receiver.status = 200
    sending.send_waiting()
    message.refresh_from_db()
    assert message.delivered_at is not None
    assert message.next_attempt_at is None
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1


def test_after_the_last_attempt_it_is_given_up_and_can_be_tried_by_hand(receiver, hook):
    receiver.status = 503
    message = events.ping(hook)
    for _ in range(len(sending.PAUSES) + 1):
        sending.send_waiting()
        WebhookMessage.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())
    message.refresh_from_db()
    assert (message.next_attempt_at, message.delivered_at) == (None, None)
    receiver.status = 200
    endpoints.retry(message)
    assert sending.send_waiting() == 1
    message.refresh_from_db()
    assert message.delivered_at is not None


def test_one_failure_holds_the_address_back_and_no_other(receiver, hook, organisation):
    other = Receiver()
    second, _ = endpoints.add(organisation, other.url, ["award.issued"], actor=hook.owner)
    receiver.status = 500
    for _ in range(3):
        events.ping(hook)
    events.ping(second)
    sending.send_waiting()
    assert (len(receiver.told), len(other.told)) == (1, 1)
    assert sending.send_waiting() == 0
    other.shutdown()
    other.server_close()


def test_an_address_that_fails_for_days_is_switched_off(receiver, hook):
    receiver.status = 500
    events.ping(hook)
    sending.send_waiting()
    hook.refresh_from_db()
    assert hook.failing_since is not None
    assert hook.disabled_at is None
    WebhookEndpoint.objects.update(failing_since=timezone.now() - sending.GIVEN_UP_AFTER - timedelta(hours=1))
    WebhookMessage.objects.update(next_attempt_at=timezone.now())
    sending.send_waiting()
    hook.refresh_from_db()
    assert hook.disabled_at is not None
    assert hook.organisation.audit_events.filter(action="webhook.disabled").exists()
    audit.record(hook.organisation, "award.revoked", actor="test", subject="x")
    assert WebhookMessage.objects.count() == 1


def test_an_address_that_works_again_is_forgiven(receiver, hook):
    WebhookEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=4))
    events.ping(hook)
    sending.send_waiting()
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_an_address_that_says_it_is_gone_is_switched_off_at_once(receiver, hook):
    receiver.status = 410
    events.ping(hook)
    sending.send_waiting()
    hook.refresh_from_db()
    assert hook.disabled_at is not None


def test_what_was_settled_a_month_ago_is_forgotten(hook):
    for at, settled in ((31, True), (31, False), (1, True)):
        WebhookMessage.objects.create(
            endpoint=hook,
            event="endpoint.test",
            payload={},
            created_at=timezone.now() - timedelta(days=at),
            next_attempt_at=None if settled else timezone.now(),
        )
    assert sending.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_the_jobs_tell_by_themselves(receiver, hook, award, jobs_at_work):
    jobs_at_work(lambda: WebhookMessage.objects.filter(delivered_at=None).count() == 0)
    assert "award.issued" in types(receiver, hook)
    assert json.loads(receiver.told[-1][1])["data"]["id"] == str(award.id)


def test_a_case_of_recognition_is_told_from_application_to_decision(institute, make_user, case_maker):
    """Of a decision its outcome is told, and the rule where one decided; nothing of the applicant."""
    owner = make_user("owner@example.org")
    endpoints.add(institute, "https://hook.example/", list(events.EVENTS), actor=owner)
    case = case_maker()
    told = {one.event: one.payload for one in WebhookMessage.objects.all()}
    assert told["recognition.applied"] == {"id": str(case.pk)}
    assert told["recognition.decided"]["outcome"] == "full"
    assert told["recognition.decided"]["rule"]
    assert "Ana" not in str(told)


@pytest.fixture
def case_maker(make_policy, learner, held, requirement, all_fields):
    """An application that a rule decides at once."""
    from credenza.service.recognition import applying

    def make():
        make_policy(least_ects="1")
        return applying.apply(learner, held, requirement, all_fields)

    return make


def test_a_completed_pathway_is_told_when_it_is_asked_for_and_awarded(organisation, make_user, complete, learner):
    from credenza.service.pathways import requests

    owner = make_user("owner@example.org")
    endpoints.add(organisation, "https://hook.example/", ["pathway.asked", "pathway.awarded"], actor=owner)
    asked = requests.ask(complete(), learner)
    award = requests.issue(asked, actor=owner)
    told = {one.event: one.payload for one in WebhookMessage.objects.all()}
    assert told == {
        "pathway.asked": {"id": str(asked.pk)},
        "pathway.awarded": {"id": str(asked.pk), "award": str(award.pk)},
    }
