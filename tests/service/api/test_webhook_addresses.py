"""The addresses that webhooks lead to: which are taken, what answers may do, and their secrets."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from credenza.adapters.webhook_client import WebhookClient
from credenza.errors import MalformedInput, Refused, Unreachable
from credenza.service.api.models import WebhookEndpoint
from credenza.service.api.webhooks import endpoints, events, sending
from credenza.service.environment import Mode

from .webhook_receiver import Receiver

pytestmark = pytest.mark.django_db


def test_a_redirect_is_not_followed(receiver, hook):
    elsewhere = Receiver()
    receiver.status, receiver.location = 307, elsewhere.url
    message = events.ping(hook)
    sending.send_waiting()
    message.refresh_from_db()
    assert (elsewhere.told, message.problem) == ([], "Answered with 307.")
    elsewhere.shutdown()
    elsewhere.server_close()


def test_an_answer_without_end_is_not_read(receiver):
    receiver.status, receiver.body = 200, b"x" * 1_000_000
    with WebhookClient(receiver.url, allow_loopback=True) as client, pytest.raises(Unreachable) as refusal:
        client.post({}, b"{}")
    assert refusal.value.code == "fetch-too-large"


def test_an_answer_that_does_not_come_is_not_waited_for():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        client = WebhookClient(url, allow_loopback=True, timeout=timedelta(seconds=0.2))
        with client, pytest.raises(Unreachable) as refusal:
            client.post({}, b"{}")
    assert refusal.value.code == "fetch-timeout"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:pw@example.org/",
        "https://exa mple.org/",
        "//example.org",
        "javascript:alert(1)",
        "https://" + "x" * 3000,
    ],
)
def test_only_plain_protected_addresses_are_taken(organisation, make_user, url):
    with pytest.raises(Refused):
        endpoints.add(organisation, url, ["award.issued"], actor=make_user("a@example.org"))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::1", "0.0.0.0"])
def test_a_name_that_leads_into_a_private_network_is_not_told(address):
    client = WebhookClient("https://hook.example/", resolve=lambda _host, _port: ["93.184.216.34", address])
    with client, pytest.raises(Refused) as refusal:
        client.post({}, b"{}")
    assert refusal.value.code == "fetch-address"


def test_in_production_this_machine_is_not_told(receiver, hook, settings):
    settings.CREDENZA = replace(settings.CREDENZA, mode=Mode.PRODUCTION)
    message = events.ping(hook)
    sending.send_waiting()
    message.refresh_from_db()
    assert receiver.told == []
    assert "not a protected (https) address" in message.problem
    with pytest.raises(Refused):
        endpoints.add(hook.organisation, receiver.url, ["award.issued"], actor=hook.owner)


def test_unknown_events_and_too_many_addresses_are_refused(organisation, make_user):
    actor = make_user("a@example.org")
    with pytest.raises(MalformedInput):
        endpoints.add(organisation, "https://example.org/", ["award.everything"], actor=actor)
    for number in range(endpoints.MOST):
        endpoints.add(organisation, f"https://example.org/{number}", ["award.issued"], actor=actor)
    with pytest.raises(MalformedInput):
        endpoints.add(organisation, "https://example.org/more", ["award.issued"], actor=actor)


def test_the_secret_lies_encrypted(hook):
    import base64

    assert base64.b64decode(hook.secret.removeprefix("whsec_")) not in bytes(hook.encrypted_secret)


def test_after_a_change_messages_verify_with_the_new_secret_and_for_a_day_with_the_former(receiver, hook):
    former, new = hook.secret, endpoints.change_secret(hook, actor=hook.owner)
    events.ping(hook)
    sending.send_waiting()
    assert [one["type"] for one in receiver.verified(new)] == ["endpoint.test"]
    assert [one["type"] for one in receiver.verified(former)] == ["endpoint.test"]
    WebhookEndpoint.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    receiver.told.clear()
    events.ping(hook)
    sending.send_waiting()
    assert receiver.verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.verified(former)
