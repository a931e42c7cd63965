"""The status of a student card is asked of the router that the operator names, and never guessed."""

import json
from datetime import UTC, datetime

import pytest

from credenza.adapters.fetch import GuardedFetch
from credenza.adapters.student_card_router import StudentCardRouter
from credenza.errors import MalformedInput, Unreachable
from credenza.record.student_identifier import parse_student_card_number

CARD = parse_student_card_number("25539be8-6423-103e-add8-988999978433")
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def ask(web_server, answer, status=200):
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    web_server.answers[f"/api/v2/cards/{CARD.number}/status"] = (status, {"Content-Type": "application/json"}, content)
    return StudentCardRouter(web_server.url("/api/v2/"), GuardedFetch(allow_loopback=True)).status(CARD, now=NOW)


@pytest.mark.parametrize(
    ("answer", "active"),
    [
        ({"status": "ACTIVE", "issuer": "University of Cork", "expiresAt": "2027-09-30"}, True),
        ({"status": "INACTIVE", "expiresAt": "2027-09-30"}, False),
        ({"status": "ACTIVE", "expiresAt": "2026-11-24"}, False),
        ({"status": "ACTIVE", "expiresAt": "2026-11-25"}, True),
        ({"status": "ACTIVE"}, True),
    ],
)
def test_a_card_is_active_when_the_router_says_so_and_it_has_not_expired(web_server, answer, active):
    told = ask(web_server, answer)
    assert told.active is active
    assert told.issuer == answer.get("issuer")


@pytest.mark.parametrize("answer", [{}, {"status": "PERHAPS"}, {"status": True}, {"valid": True}])
def test_an_answer_that_does_not_say_is_never_taken_for_yes(web_server, answer):
    with pytest.raises(Unreachable) as caught:
        ask(web_server, answer)
    assert caught.value.code == "card-status-unknown"


def test_an_unknown_card_and_a_broken_answer_are_errors(web_server):
    with pytest.raises(Unreachable):
        ask(web_server, {}, status=404)
    with pytest.raises(MalformedInput):
        ask(web_server, b'{"status": "ACTIVE", "status": "INACTIVE"}')
    with pytest.raises(MalformedInput):
        ask(web_server, {"status": "ACTIVE", "expiresAt": "soon"})
