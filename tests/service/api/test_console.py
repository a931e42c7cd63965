"""The console's page for API keys and webhooks."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from credenza.service.api.models import ApiKey, WebhookEndpoint, WebhookMessage
from credenza.service.api.webhooks import endpoints, events

pytestmark = pytest.mark.django_db
KEY = {"do": "make-key", "key-name": "Moodle", "key-scopes": ["read", "issue"]}
HOOK = {"do": "add-webhook", "hook-url": "https://example.org/hook", "hook-events": ["award.issued"]}


@pytest.fixture
def owner(signed_in, organisation):
    client = signed_in("owner", organisation)
    client.where = f"/console/{organisation.slug}/api"
    return client


def secret_in(answer):
    found = re.search(r'id="new-secret">([^<]+)<', answer.text)
    return html.unescape(found[1]) if found else None


def test_a_key_is_shown_once_and_works(owner, organisation):
    secret = secret_in(owner.post(owner.where, KEY))
    assert secret.startswith("cz_")
    answer = owner.get("/api/v1/organisation", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["slug"] == organisation.slug
    again = owner.get(owner.where)
    assert secret not in again.text
    assert secret_in(again) is None
    assert "Upload class lists" in again.text


def test_a_key_ends_on_its_day_and_no_day_in_the_past_is_taken(owner):
    ahead = timezone.now().date() + timedelta(days=30)
    owner.post(owner.where, KEY | {"key-expires": ahead.isoformat()})
    assert ApiKey.objects.get().expires_at.date() == ahead
    assert owner.post(owner.where, KEY | {"key-expires": "2020-01-01"}).status_code == 422


@pytest.mark.parametrize("change", [{"key-name": ""}, {"key-scopes": []}, {"key-scopes": ["everything"]}])
def test_a_key_without_name_or_scope_is_not_made(owner, change):
    assert owner.post(owner.where, KEY | change).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_works_no_more(owner):
    secret = secret_in(owner.post(owner.where, KEY))
    owner.post(owner.where, {"do": "revoke-key", "key": str(ApiKey.objects.get().pk)})
    assert owner.get("/api/v1/organisation", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert "Revoked" in owner.get(owner.where).text


def test_an_address_is_added_with_a_secret_shown_once(owner):
    secret = secret_in(owner.post(owner.where, HOOK))
    assert secret.startswith("whsec_")
    assert secret not in owner.get(owner.where).text


def test_a_bad_address_is_told_beside_the_form(owner):
    answer = owner.post(owner.where, HOOK | {"hook-url": "http://example.org"})
    assert answer.status_code == 422
    assert "not a protected (https) address" in html.unescape(answer.text)


def test_an_address_is_tested_switched_off_and_on_and_deleted(owner):
    owner.post(owner.where, HOOK)
    hook = WebhookEndpoint.objects.get()

    def do(what):
        return owner.post(owner.where, {"do": what, "webhook": str(hook.pk)})

    do("ping")
    assert WebhookMessage.objects.get().event == "endpoint.test"
    do("disable")
    assert WebhookMessage.objects.get().next_attempt_at is None
    assert "Switched off" in owner.get(owner.where).text
    do("enable")
    hook.refresh_from_db()
    assert hook.disabled_at is None
    do("remove")
    assert not WebhookEndpoint.objects.exists()


def test_a_message_that_was_given_up_is_tried_again(owner, organisation):
    hook, _ = endpoints.add(organisation, "https://example.org/", ["award.issued"], actor=owner.user)
    message = events.ping(hook)
    WebhookMessage.objects.update(next_attempt_at=None, attempts=10, problem="Answered with 500.")
    assert "Answered with 500." in owner.get(owner.where).text
    owner.post(owner.where, {"do": "retry", "message": str(message.pk)})
    message.refresh_from_db()
    assert message.next_attempt_at is not None


@pytest.mark.parametrize("role", ["designer", "issuer", "registrar", "reader"])
def test_only_owners_see_it(signed_in, organisation, role):
    client = signed_in(role, organisation)
    assert client.get(f"/console/{organisation.slug}/api").status_code == 403
    assert client.post(f"/console/{organisation.slug}/api", KEY).status_code == 403


def test_what_another_organisation_has_is_not_there(owner, make_organisation, make_user, make_program):
    other = make_organisation("other")
    theirs = make_program(other, email="them@example.org").key
    hook, _ = endpoints.add(other, "https://example.org/", ["award.issued"], actor=theirs.created_by)
    message = events.ping(hook)
    for sent in (
        {"do": "revoke-key", "key": str(theirs.pk)},
        {"do": "ping", "webhook": str(hook.pk)},
        {"do": "remove", "webhook": str(hook.pk)},
        {"do": "retry", "message": str(message.pk)},
        {"do": "remove", "webhook": "no-uuid"},
    ):
        assert owner.post(owner.where, sent).status_code == 404
    assert "https://example.org/" not in owner.get(owner.where).text
    theirs.refresh_from_db()
    assert theirs.revoked_at is None
