"""A student looks up whether the card is active; what could not be asked is never called either."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.django_db
CARD = "1a2b3c4d-0000-1000-8000-001999999999"


@pytest.fixture
def router(operator):
    """A card router on this machine that answers ``answer``."""

    class Handler(BaseHTTPRequestHandler):
        answer = (200, {"status": "ACTIVE", "issuer": {"name": "Example University"}})

        def do_GET(self):
            status, body = self.answer
            content = json.dumps(body).encode() if body is not None else b""
            self.send_response(status if self.path == f"/api/cards/{CARD}/status" else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    operator(card_router_url=f"http://127.0.0.1:{server.server_port}/api")
    yield Handler
    server.shutdown()
    server.server_close()


def page_of(client, number=CARD):
    return client.post("/profile/student-card", {"number": number}).content.decode()


def test_an_active_card_is_said_to_be_active_with_its_issuer(client, signed_in, router):
    signed_in()
    page = page_of(client)
    assert "The card is active" in page
    assert "Example University" in page


@pytest.mark.parametrize(
    "answer", [{"status": "INACTIVE"}, {"status": "ACTIVE", "expiresAt": "2020-01-01"}], ids=["inactive", "expired"]
)
def test_an_inactive_or_expired_card_is_said_to_be_not_active(client, signed_in, router, answer):
    router.answer = (200, answer)
    signed_in()
    assert "The card is not active" in page_of(client)


@pytest.mark.parametrize(
    "answer",
    [(500, {}), (404, {}), (200, {"status": "MAYBE"}), (200, None), (200, ["ACTIVE"])],
    ids=["fault", "unknown", "neither", "empty", "other"],
)
def test_what_the_router_does_not_say_is_not_guessed(client, signed_in, router, answer):
    router.answer = answer
    signed_in()
    page = page_of(client)
    assert "Could not ask" in page
    assert "The card is" not in page


def test_without_a_router_nobody_is_asked(client, signed_in, operator):
    operator(card_router_url=None)
    signed_in()
    assert "Could not ask" in page_of(client)


@pytest.mark.parametrize("number", ["", "42", "1a2b3c4d-0000-4000-8000-001999999999", "../../cards"])
def test_a_number_that_is_none_is_not_asked_about(client, signed_in, router, number):
    signed_in()
    response = client.post("/profile/student-card", {"number": number})
    assert response.status_code == 422
    assert "verdict" not in response.content.decode()
