"""Two nodes of Erasmus Without Paper exchange a transcript over protected connections on this machine."""

import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from credenza.adapters.ewp_client import EwpClient
from credenza.errors import MalformedInput, Refused, Unreachable
from credenza.exchange.ewp.catalogue import Institution
from credenza.exchange.ewp.http import Request
from credenza.exchange.ewp.manifest import NodeAddresses
from credenza.exchange.ewp.services import respond

from ..exchange.ewp import conftest
from ..exchange.ewp import ewp_parts as parts

node = conftest.node

SERVICES = {
    "/ewp/echo": "echo",
    "/ewp/institutions": "institutions",
    "/ewp/tors/get": "imobility-tors-get",
    "/ewp/tors/index": "imobility-tors-index",
}


def clock():
    return datetime.now(UTC)


class ServedNode:
    """A node behind a real HTTPS server; ``tamper`` may change an answer on its way."""

    def __init__(self, context):
        served = self
        self.node, self.catalogue, self.tamper, self.requests = None, None, lambda response: response, 0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                served.requests += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request("POST", self.path, headers, body)
                service = SERVICES[urlsplit(self.path).path]
                response, _ = respond(service, request, node=served.node, catalogue=served.catalogue, now=clock())
                response = served.tamper(response)
                self.send_response_only(response.status)
                for name, value in {**response.headers, "content-length": str(len(response.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(response.body)

            def log_message(self, *arguments):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.host = f"localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def addresses(self):
        base = f"https://{self.host}/ewp"
        return NodeAddresses(
            f"{base}/manifest", f"{base}/echo", f"{base}/institutions", f"{base}/tors/get", f"{base}/tors/index"
        )


@pytest.fixture
def served(node, _certified):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certified)
    made = ServedNode(context)
    made.node = replace(node, host=made.host)
    made.catalogue = parts.catalogue_of(
        parts.manifest_of(parts.CORK, server=[parts.SERVER], addresses=made.addresses),
        parts.manifest_of(Institution("uma.example", (("es", "Málaga"),), ()), client=[parts.MALAGA]),
        fetched=clock(),
    )
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def client(served, trusting_context):
    def make(signer=parts.MALAGA, **options):
        chosen = {"catalogue": lambda: served.catalogue, "ssl_context": trusting_context, "allow_loopback": True}
        return EwpClient(signer=signer, clock=clock, **{**chosen, **options})

    return make


def test_the_sending_institution_fetches_its_students_transcript(client):
    asking = client()
    assert asking.echo("cork.example", ["hello", "again"]) == (frozenset({"uma.example"}), ("hello", "again"))
    assert asking.institution("cork.example") == parts.CORK
    ids = asking.transcript_ids("cork.example", since=parts.NOW.replace(year=2020))
    assert ids == ("m-1", "m-3")
    found = asking.transcripts("cork.example", ids)
    assert [one.omobility_id for one in found] == ["m-1", "m-3"]
    assert found[0].transcript.learner.esi == parts.ESI


def test_no_more_is_asked_at_once_than_the_node_takes(client, served):
    assert len(client().transcripts("cork.example", ["m-1", "x", "y", "m-3", "z"])) == 2
    assert served.requests == 3


def test_a_key_that_is_not_registered_gets_nothing(client):
    with pytest.raises(Unreachable, match="403"):
        client(parts.NOBODY).transcripts("cork.example", ["m-1"])


def test_an_answer_that_was_changed_on_its_way_is_not_read(client, served):
    served.tamper = lambda response: replace(response, body=response.body.replace(b"m-1", b"m-2"))
    with pytest.raises(MalformedInput) as caught:
        client().transcripts("cork.example", ["m-1"])
    assert caught.value.code == "ewp-digest"


def test_nobody_is_asked_at_an_address_that_must_not_be_visited(client, served):
    with pytest.raises(Refused):
        client(allow_loopback=False).echo("cork.example", [])
    assert served.requests == 0


def test_an_institution_without_the_service_and_an_old_catalogue_are_told(client, served):
    with pytest.raises(Unreachable) as caught:
        client().echo("nowhere.example", [])
    assert caught.value.code == "ewp-no-endpoint"
    served.catalogue = replace(served.catalogue, fetched=parts.NOW.replace(year=2020))
    with pytest.raises(Unreachable) as caught:
        client().echo("cork.example", [])
    assert caught.value.code == "registry-too-old"
