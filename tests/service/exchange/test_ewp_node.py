"""Two institutions exchange a transcript without paper: asked and answered over HTTP, signed both ways."""

import os
import time
import uuid

import pytest
from django.utils import timezone
from transfer_fixtures import catalogue_of

from credenza.exchange.ewp.http import FORM, Request
from credenza.exchange.ewp.http_signature import sign_request
from credenza.exchange.ewp.manifest import parse_manifest
from credenza.service.accounts.models import Membership
from credenza.service.exchange.ewp import node, transcripts
from credenza.service.exchange.models import EwpRequest, ReceivedTranscript, TransferSettings
from credenza.service.issuance import keys
from credenza.service.issuance.models import KeyPurpose

ESI = "urn:schac:personalUniqueCode:int:esi:home.example:42"
HOME, CORK = "home.example", "university.example"


def ask(client, path, organisation, *, body=b"", request_id=None, host=None):
    """A signed POST, as another node makes it."""
    signer = keys.open_key(keys.transfer_key(organisation, KeyPurpose.EWP, actor="test"))
    server = client.server if host is None else host
    plain = Request("POST", path, {"content-type": FORM, "accept": "application/xml"}, body)
    signed = sign_request(plain, host=server, signer=signer, request_id=request_id or uuid.uuid4(), now=timezone.now())
    headers = {name: value for name, value in signed.headers.items() if name != "content-type"}
    return client.post(path, body, content_type=FORM, headers=headers)


@pytest.fixture
def node_client(client, live_server):
    client.server = live_server.url.removeprefix("http://").replace("localhost", "127.0.0.1")
    return client


def test_the_sending_institution_fetches_the_transcript_of_its_student(network, mobility, client, signed_in):
    signed_in("registrar", network["home"])
    response = client.post("/console/home/transfer/transcripts", {"receiving": CORK}, follow=True)
    assert "1 transcript came." in response.content.decode()
    stored = ReceivedTranscript.objects.get(organisation=network["home"])
    assert stored.omobility_id == "m-1"
    file = client.get(f"/console/home/transfer/transcripts/{stored.pk}.xml")
    assert ESI.encode() in file.content
    assert b"Micro Credential" in file.content
    signed_in("registrar", network["third"], email="third@example.org")
    assert client.get(f"/console/third/transfer/transcripts/{stored.pk}.xml").status_code == 404


def test_echo_and_institutions_answer_a_registered_node(network):
    asker = node.client_of(network["home"])
    assert asker.echo(CORK, ["hello"]) == (frozenset({HOME}), ("hello",))
    assert asker.institution(CORK).id == CORK


def test_a_revoked_award_is_in_no_transcript(network, mobility):
    mobility.awards.update(revoked_at=timezone.now())
    asker = node.client_of(network["home"])
    assert asker.transcripts(CORK, ["m-1"]) == ()


def test_a_node_that_is_not_registered_is_refused(network, mobility, node_client):
    response = ask(node_client, "/ewp/uni/echo", network["third"], body=b"echo=x")
    assert response.status_code == 403
    assert b"ewp-key-unknown" in response.content
    assert "Signature" in response.headers


def test_another_institution_sees_nothing_of_a_mobility(network, mobility, node_client, operator, tmp_path):
    file = tmp_path / "all.xml"
    file.write_bytes(catalogue_of(*(node.manifest_of(network[slug]) for slug in ("uni", "home", "third"))))
    operator(ewp_catalogue=str(file))
    from django.conf import settings

    settings.SITE_URL = f"http://{node_client.server}"
    body = f"receiving_hei_id={CORK}&omobility_id=m-1".encode()
    stranger = ask(node_client, "/ewp/uni/imobility-tors/get", network["third"], body=body)
    assert stranger.status_code == 200
    assert b"m-1" not in stranger.content
    sender = ask(node_client, "/ewp/uni/imobility-tors/get", network["home"], body=body)
    assert b"m-1" in sender.content


def test_a_request_is_answered_once_and_only_at_its_own_host(network, node_client):
    once = uuid.uuid4()
    assert ask(node_client, "/ewp/uni/echo", network["home"], body=b"echo=x", request_id=once).status_code == 200
    again = ask(node_client, "/ewp/uni/echo", network["home"], body=b"echo=x", request_id=once)
    assert b"ewp-request-replayed" in again.content
    assert EwpRequest.objects.filter(request_id=str(once)).count() == 1
    elsewhere = ask(node_client, "/ewp/uni/echo", network["home"], body=b"echo=x", host="other.example")
    assert elsewhere.status_code == 400


def test_an_unsigned_request_is_told_how_to_sign(network, node_client):
    response = node_client.post("/ewp/uni/echo", b"echo=x", content_type=FORM)
    assert response.status_code == 401
    assert "Signature" in response.headers["WWW-Authenticate"]


def test_nothing_is_answered_by_a_catalogue_that_is_too_old_or_away(network, node_client, operator):
    operator(ewp_catalogue="/nowhere/catalogue.xml")
    assert ask(node_client, "/ewp/uni/echo", network["home"]).status_code != 200
    copy = network["file"].with_name("old.xml")
    copy.write_bytes(network["file"].read_bytes())
    os.utime(copy, (time.time() - 30 * 86400,) * 2)
    operator(ewp_catalogue=str(copy))
    assert ask(node_client, "/ewp/uni/echo", network["home"]).status_code == 503


def test_the_manifest_names_the_institution_its_services_and_keys(network, client):
    (host,) = parse_manifest(client.get("/ewp/uni/manifest").content)
    assert host.institutions == {CORK}
    assert {one.name for one in host.services} == {"discovery", "echo", "institutions", "imobility-tors"}
    assert host.client_keys == host.server_keys != frozenset()


def test_an_organisation_that_is_no_node_has_no_addresses(network, client):
    TransferSettings.objects.filter(organisation=network["uni"]).update(exchanges=False)
    assert client.get("/ewp/uni/manifest").status_code == 404
    assert client.post("/ewp/uni/echo").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"esi": "42"}, "European Student Identifier begins with"),
        ({"email": "nobody@example.org"}, "needs at least one award"),
        ({"omobility_id": "m-1"}, "a mobility of this id already"),
    ],
)
def test_a_mobility_that_cannot_be_is_not_made(network, mobility, client, signed_in, changes, words):
    signed_in("registrar", network["uni"])
    fields = {"omobility_id": "m-2", "sending_institution": HOME, "esi": ESI, "email": "ana@example.org"} | changes
    response = client.post("/console/uni/transfer/mobilities", fields)
    assert words in response.content.decode()
    assert network["uni"].mobilities.count() == 1


def test_awards_of_two_students_make_no_transcript(network, make_version, make_row):
    from credenza.errors import Refused
    from credenza.service.issuance.issuing import issue_rows

    rows = [make_row(), make_row(3, full_name="Eve M", given_name="Eve", family_name="M", email="eve@example.org")]
    made, _ = issue_rows(make_version(network["uni"]), rows, batch=None)
    with pytest.raises(Refused) as refused:
        transcripts.add_mobility(
            network["uni"], omobility_id="m-9", sending_institution=HOME, esi=ESI,
            awards=[award for _row, award in made], actor="test",
        )  # fmt: skip
    assert refused.value.code == "mobility-other-student"


def test_who_may_read_transcripts_is_a_registrar_or_evaluator(network, client, make_user):
    user = make_user("designer@example.org")
    Membership.objects.create(user=user, organisation=network["home"], role="designer")
    client.force_login(user)
    assert client.get("/console/home/transfer/transcripts").status_code == 403
    assert client.get("/console/uni/transfer/transcripts").status_code == 404
