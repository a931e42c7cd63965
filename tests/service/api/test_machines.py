"""Keys and seals, webhooks and API keys by the JSON API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from credenza.service.api.models import IdempotentRequest, WebhookMessage
from credenza.service.api.webhooks import events

pytestmark = pytest.mark.django_db
HOOK = {"url": "https://lms.example/hook", "events": ["award.issued", "recognition.decided"]}


class TestKeys:
    def test_a_new_key_signs_from_now_on_and_the_former_can_be_retired(self, program):
        (before,) = [one for one in program.get("/keys").json() if one["purpose"] == "proof"]
        assert before["signs_now"]
        last = program.post(f"/keys/{before['id']}/retire")
        assert (last.status_code, last.json()["code"]) == (409, "key-last")
        made = program.post("/keys", {"kind": "proof"})
        assert (made.status_code, made.json()["signs_now"]) == (201, True), made.text
        assert "PRIVATE" not in made.text
        assert program.post(f"/keys/{before['id']}/retire").json()["retired_at"]
        signing = [one["id"] for one in program.get("/keys").json() if one["purpose"] == "proof" and one["signs_now"]]
        assert signing == [made.json()["id"]]

    def test_a_seal_is_imported_with_its_password_and_when_it_ends_is_told(self, program, pkcs12):
        answer = sent(program, pkcs12, "secret")
        assert answer.status_code == 201, answer.text
        assert (answer.json()["purpose"], answer.json()["signs_now"]) == ("seal", True)
        assert answer.json()["valid_until"]
        assert sent(program, pkcs12, "secret").json()["code"] == "seal-present"

    def test_a_wrong_password_and_what_is_no_seal_are_refused(self, program, pkcs12):
        assert (sent(program, pkcs12, "wrong").status_code, sent(program, b"x", "").status_code) == (422, 422)

    def test_an_issuer_sees_keys_and_makes_none(self, organisation, make_program):
        issuer = make_program(organisation, email="i@example.org", role="issuer")
        assert issuer.get("/keys").status_code == 200
        assert issuer.post("/keys", {"kind": "proof"}).json()["code"] == "key-maker-may-not"


@pytest.fixture
def pkcs12():
    from datetime import UTC, datetime

    from credenza.adapters import test_seal

    made = test_seal.make(
        organization="Example",
        organization_identifier="VATIE-1234567X",
        country="IE",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2030, 1, 1, tzinfo=UTC),
        uri="https://uni.example",
    )
    return made.to_pkcs12("secret")


def sent(program, data, password):
    form = {"file": SimpleUploadedFile("seal.p12", data), "password": password}
    return program.client.post("/api/v1/keys/import", form, headers={"Authorization": f"Bearer {program.secret}"})


class TestWebhooks:
    def test_added_its_secret_is_shown_once_and_kept_nowhere(self, program):
        made = program.post("/webhooks", HOOK, **{"Idempotency-Key": "h"})
        assert made.status_code == 201, made.text
        secret = made.json()["secret"]
        assert secret.startswith("whsec_")
        listed = program.get("/webhooks")
        assert [one["url"] for one in listed.json()] == [HOOK["url"]]
        assert secret not in listed.text
        assert not IdempotentRequest.objects.exists()

    def test_its_secret_is_changed_without_a_message_being_lost(self, program):
        made = program.post("/webhooks", HOOK).json()
        changed = program.post(f"/webhooks/{made['id']}/secret").json()
        assert changed["secret"] != made["secret"]

    def test_what_was_told_is_listed_and_sent_again(self, program, organisation, award):
        made = program.post("/webhooks", HOOK).json()
        events.tell(organisation, "award.issued", [{"id": str(award.pk)}])
        WebhookMessage.objects.update(next_attempt_at=None, problem="Answered with 500.")
        (told,) = program.get(f"/webhooks/{made['id']}/messages").json()
        assert (told["event"], told["problem"]) == ("award.issued", "Answered with 500.")
        again = program.post(f"/webhooks/{made['id']}/messages/{told['id']}/retry")
        assert again.status_code == 202
        assert again.json()["next_attempt_at"]
        assert program.post(f"/webhooks/{made['id']}/ping").json()["event"] == "endpoint.test"

    def test_switched_off_and_on_and_deleted(self, program):
        path = f"/webhooks/{program.post('/webhooks', HOOK).json()['id']}"
        assert program.post(f"{path}/disable").json()["disabled_at"]
        assert program.post(f"{path}/enable").json()["disabled_at"] is None
        assert program("DELETE", path).status_code == 204
        assert program.get(path).status_code == 404

    @pytest.mark.parametrize("change", [{"url": "http://lms.example/"}, {"events": ["x"]}])
    def test_plain_http_and_unknown_events_are_refused(self, program, change):
        assert program.post("/webhooks", HOOK | change).status_code in (409, 422)


class TestApiKeys:
    def test_listed_without_their_secrets_and_revoked(self, program, organisation, make_program):
        other = make_program(organisation, "read")
        listed = program.get("/api-keys")
        assert {one["prefix"] for one in listed.json()} == {program.key.prefix, other.key.prefix}
        assert other.secret not in listed.text
        assert program.post(f"/api-keys/{other.key.pk}/revoke").json()["revoked_at"]
        assert other.get("/organisation").status_code == 401

    def test_no_key_makes_a_key(self, program):
        assert program.post("/api-keys", {"name": "more", "scopes": ["admin"]}).status_code == 405
