"""A token is sent to the one address that it is for, and nowhere else, whatever an answer says."""

import json
from datetime import timedelta

import pytest

from credenza.adapters.bearer import BearerToken
from credenza.adapters.deqar_source import fetch_reports, token_of
from credenza.adapters.fetch import GuardedFetch
from credenza.adapters.fetch_cache import FetchCache
from credenza.errors import CredenzaError, Refused

JSON = ("application/json",)
PATH = "/webapi/v2/browse/reports/"


def page(following=None):
    return json.dumps({"count": 0, "next": following, "previous": None, "results": []}).encode()


@pytest.fixture
def fetch(secure_server, trusting_context):
    """A fetcher that holds a token for the reports of the server."""
    return GuardedFetch(
        cache=FetchCache(time_to_live=timedelta(0)),
        ssl_context=trusting_context,
        allow_loopback=True,
        bearer=BearerToken(secure_server.url(PATH, host="localhost"), "abc.DEF-123"),
    )


def sent(server):
    """Which of the requests carried the token."""
    return [(path, headers.get("authorization")) for path, headers in server.requests]


def test_the_reports_are_fetched_page_after_page_with_the_token(secure_server, fetch):
    secure_server.json(PATH, page(f"{PATH}?offset=10"))
    secure_server.json(f"{PATH}?offset=10", page())
    assert list(fetch_reports(fetch, secure_server.url(PATH, host="localhost"))) == []
    assert sent(secure_server) == [(PATH, "Bearer abc.DEF-123"), (f"{PATH}?offset=10", "Bearer abc.DEF-123")]


@pytest.mark.parametrize("path", ["/", "/webapi/v2/browse/reports", f"{PATH}1", "/webapi/v2/browse/reports/../x"])
def test_another_path_of_the_same_server_gets_no_token(secure_server, fetch, path):
    secure_server.json(path, page())
    fetch(secure_server.url(path, host="localhost"), accept=JSON, maximum_bytes=1000)
    assert sent(secure_server) == [(path, None)]


def test_the_same_path_under_another_name_gets_no_token(secure_server, fetch):
    secure_server.json(PATH, page())
    fetch(secure_server.url(PATH, host="127.0.0.1"), accept=JSON, maximum_bytes=1000)
    assert sent(secure_server) == [(PATH, None)]


def test_a_redirect_to_another_path_does_not_take_the_token_along(secure_server, fetch):
    secure_server.answers[PATH] = (302, {"Location": "/elsewhere"}, b"")
    secure_server.json("/elsewhere", page())
    fetch(secure_server.url(PATH, host="localhost"), accept=JSON, maximum_bytes=1000)
    assert sent(secure_server) == [(PATH, "Bearer abc.DEF-123"), ("/elsewhere", None)]


def test_a_redirect_to_another_host_is_not_followed_at_all(secure_server, web_server, fetch):
    secure_server.answers[PATH] = (302, {"Location": web_server.url(PATH)}, b"")
    with pytest.raises(CredenzaError) as caught:
        fetch(secure_server.url(PATH, host="localhost"), accept=JSON, maximum_bytes=1000)
    assert caught.value.code == "fetch-redirect-elsewhere"
    assert web_server.requests == []


def test_a_next_page_on_another_host_gets_neither_request_nor_token(secure_server, web_server, fetch):
    secure_server.json(PATH, page(web_server.url(PATH)))
    with pytest.raises(CredenzaError) as caught:
        list(fetch_reports(fetch, secure_server.url(PATH, host="localhost")))
    assert caught.value.code == "register-page-elsewhere"
    assert web_server.requests == []


def test_a_port_that_is_the_usual_one_may_be_left_out():
    held = BearerToken("https://register.example/reports/", "abc")
    assert held.is_for("https://register.example:443/reports/?offset=1")
    assert not held.is_for("http://register.example/reports/")
    assert not held.is_for("https://register.example.forger.example/reports/")


@pytest.mark.parametrize(
    ("address", "token"),
    [
        ("http://register.example/", "abc"),
        ("", "abc"),
        ("https://register.example/", ""),
        ("https://register.example/", "abc\r\nHost: forger.example"),
        ("https://register.example/", "a b"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_sent(address, token):
    with pytest.raises(Refused) as caught:
        token_of({"CREDENZA_DEQAR_URL": address, "CREDENZA_DEQAR_TOKEN": token})
    assert caught.value.code == "bearer-malformed"


def test_without_settings_there_is_no_token_and_a_token_is_in_no_log():
    assert token_of({}) is None
    assert "secret" not in repr(BearerToken("https://register.example/", "secret"))
