"""An organisation gives results to the client that a student came from: only chosen ones, only there, only once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from transfer_fixtures import RETURN, SESSION, fields_of

from credenza.document import elmo
from credenza.document.elmo.names import tag
from credenza.keys import public
from credenza.proof import xml_signature
from credenza.service.accounts.models import AuditEvent
from credenza.service.exchange.models import EmrexRequest
from credenza.service.issuance.models import SigningKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, open_organisation, operator):
    """A client's form post: ``ask()`` gives the address at which the student chooses."""

    def post(session_id=SESSION, return_url=RETURN, slug="uni", code=302):
        response = client.post(f"/emrex/{slug}", {"sessionId": session_id, "returnUrl": return_url})
        assert response.status_code == code, response.content
        return response.headers.get("Location", response.content.decode())

    return post


def test_chosen_results_go_back_signed_with_their_sealed_credentials(ask, client, ana, held):
    client.force_login(ana)
    address = ask()
    assert "Send this to testserver?" not in client.get(address).content.decode()
    consent = client.post(address, {"step": "consent", "result": str(held.pk)}).content.decode()
    assert "Send this to testserver?" in consent
    assert "Pérez" in consent
    response = client.post(address, {"step": "send", "result": str(held.pk)})
    fields = fields_of(response)
    assert fields["sessionId"] == SESSION
    assert fields["returnCode"] == "NCP_OK"
    assert f'action="{RETURN}"' in response.content.decode()
    key = public.from_jwk(SigningKey.objects.get(purpose="emrex").public_jwk)
    signed = xml_signature.verify_enveloped(elmo.unpack(fields["elmo"]), key, expected_root=tag("elmo"))
    transcript = elmo.from_document(signed)
    assert [entry.award.id for entry in transcript.entries] == [held.urn]
    documents = {bytes(one.data) for one in held.documents.filter(format__in=["elm", "open-badge"])}
    assert {one.content for one in transcript.entries[0].sealed} == documents
    assert AuditEvent.objects.get(action="emrex.answered").detail["code"] == "NCP_OK"


def test_only_the_page_that_leaves_lets_forms_go_to_the_client_and_nowhere_else(ask, client, ana, held):
    client.force_login(ana)
    address = ask()
    page = client.get(address)
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    response = client.post(address, {"step": "send", "result": str(held.pk)})
    policy = response.headers["Content-Security-Policy"]
    assert re.search(r"form-action https://testserver(;|$)", policy), policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/return",
        "http://testserver/wallet/fetch/return",
        "https://testserver@evil.example/",
        "https://testserver.evil.example/",
        "javascript:alert(1)",
        "https://testserver/#fragment",
        "http://127.0.0.1:8000/return",
        "",
    ],
)
def test_results_never_go_to_an_address_that_is_not_allowed(ask, url):
    assert "<form" not in ask(return_url=url, code=400).split("<main")[1].split("</main>")[0]
    assert not EmrexRequest.objects.exists()


@pytest.mark.parametrize("session_id", ["", "short", "x" * 200, "a b" * 12, "ä" * 32])
def test_a_session_id_that_could_not_be_given_back_is_refused(ask, session_id):
    ask(session_id=session_id, code=400)


def test_an_organisation_that_gives_no_results_answers_nobody(ask, make_organisation):
    make_organisation("other")
    ask(slug="other", code=404)
    ask(slug="nobody", code=404)


def test_a_request_is_answered_once(ask, client, ana, held):
    client.force_login(ana)
    address = ask()
    assert fields_of(client.post(address, {"step": "send", "result": str(held.pk)}))["returnCode"] == "NCP_OK"
    again = client.post(address, {"step": "send", "result": str(held.pk)})
    assert again.status_code == 410
    assert "answered already" in again.content.decode()


def test_a_request_belongs_to_the_student_who_opened_it_first(ask, client, ana, held, make_user):
    client.force_login(ana)
    address = ask()
    client.get(address)
    client.force_login(make_user("eve@example.org"))
    response = client.get(address)
    assert response.status_code == 410
    assert "begun by somebody else" in response.content.decode()


def test_nobody_sends_awards_of_another_student_or_organisation(
    ask, client, held, make_user, make_organisation, open_organisation
):
    client.force_login(make_user("eve@example.org"))
    address = ask()
    assert client.post(address, {"step": "send", "result": str(held.pk)}).status_code == 404
    make_organisation("other")
    assert client.get(address.replace("/uni/", "/other/")).status_code == 404


def test_a_student_without_results_goes_back_saying_so(ask, client, make_user):
    client.force_login(make_user("new@example.org"))
    address = ask()
    assert "There are no results to take along" in client.get(address).content.decode()
    assert fields_of(client.post(address, {"step": "cancel"}))["returnCode"] == "NCP_NO_RESULTS"


def test_a_student_who_does_not_agree_goes_back_without_results(ask, client, ana, held):
    client.force_login(ana)
    fields = fields_of(client.post(ask(), {"step": "cancel"}))
    assert fields["returnCode"] == "NCP_CANCEL"
    assert "elmo" not in fields


def test_a_fault_is_told_to_the_client_as_an_error(ask, client, ana, held):
    SigningKey.objects.filter(purpose="emrex").delete()
    key = held.organisation.signing_keys.filter(purpose="seal").get()
    SigningKey.objects.create(
        organisation=held.organisation, purpose="emrex", fragment="emrex-9", public_jwk=key.public_jwk,
        encrypted_key=held.organisation.signing_keys.get(purpose="proof").encrypted_key,
    )  # fmt: skip
    client.force_login(ana)
    fields = fields_of(client.post(ask(), {"step": "send", "result": str(held.pk)}))
    assert fields["returnCode"] == "NCP_ERROR"
    assert "elmo" not in fields


def test_revoked_and_suspended_awards_do_not_travel(ask, client, ana, held):
    client.force_login(ana)
    address = ask()
    held.revoked_at = timezone.now()
    held.save()
    assert client.post(address, {"step": "send", "result": str(held.pk)}).status_code == 404


def test_a_request_that_waited_too_long_is_closed(ask, client, ana, held):
    client.force_login(ana)
    address = ask()
    EmrexRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(address, {"step": "send", "result": str(held.pk)}).status_code == 410


def test_a_stranger_signs_in_first(ask, client):
    assert client.get(ask()).headers["Location"].startswith("/account/login/?next=/emrex/uni/")
