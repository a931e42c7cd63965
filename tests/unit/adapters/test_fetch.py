"""The fetcher against hostile web servers, all of them real ones on this machine."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import time
from datetime import timedelta

import pytest

from credenza.adapters.fetch import GivenFetch, OfflineFetch
from credenza.errors import Refused, Unreachable

from .fetching import JSON, code_of, fetch


def test_a_document_comes_as_it_was_sent(web_server):
    url = web_server.json("/did.json", b'{"id": "x"}')
    fetched = fetch(url)
    assert (fetched.content, fetched.media_type, fetched.url, fetched.age) == (
        b'{"id": "x"}',
        "application/json",
        url,
        timedelta(0),
    )


def test_a_document_that_is_too_large_is_cut_short_and_refused(web_server):
    assert code_of(web_server.json("/", b"x" * 10_001)) == "fetch-too-large"
    assert len(fetch(web_server.json("/exact", b"x" * 10_000)).content) == 10_000


def test_a_document_without_end_is_cut_short(web_server):
    sent = []

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            for _ in range(10_000):
                handler.wfile.write(bytes(64 * 1024))
                sent.append(1)
        except OSError:
            pass
        handler.close_connection = True

    web_server.answers["/"] = endless
    assert code_of(web_server.url()) == "fetch-too-large"
    assert len(sent) < 1_000


def test_a_compressed_bomb_is_stopped(web_server):
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    assert (
        code_of(web_server.json("/", bomb, **{"Content-Encoding": "gzip"}), maximum_bytes=100_000) == "fetch-too-large"
    )


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip"),
        (gzip.compress(b"{}", mtime=0) + b"more", "gzip"),
        (b"{}", "gzip"),
        (b"{}", "br"),
        (b"{}", "gzip, gzip"),
    ],
)
def test_a_damaged_or_unknown_packing_is_refused(web_server, content, encoding):
    assert code_of(web_server.json("/", content, **{"Content-Encoding": encoding})) == "fetch-failed"


def test_a_packed_document_is_unpacked(web_server):
    assert fetch(web_server.json("/", gzip.compress(b"{}", mtime=0), **{"Content-Encoding": "gzip"})).content == b"{}"


def test_a_server_that_drips_is_left(web_server):
    def drip(handler):
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(200):
                handler.wfile.write(b"X-%d: 1\r\n" % number)
                time.sleep(0.05)
        except OSError:
            pass
        handler.close_connection = True

    web_server.answers["/"] = drip
    started = time.monotonic()
    assert code_of(web_server.url(), timeout=timedelta(seconds=0.5)) == "fetch-timeout"
    assert time.monotonic() - started < 3


def test_a_server_that_says_nothing_is_left(web_server):
    web_server.answers["/"] = lambda handler: time.sleep(2)
    assert code_of(web_server.url(), timeout=timedelta(seconds=0.3)) == "fetch-timeout"


def test_what_is_no_http_is_unreachable(web_server):
    def nonsense(handler):
        handler.wfile.write(os.urandom(100) + b"\r\n\r\n")
        handler.close_connection = True

    web_server.answers["/"] = nonsense
    assert code_of(web_server.url()) == "fetch-failed"


def test_a_closed_port_is_unreachable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert code_of(f"http://127.0.0.1:{port}/") == "fetch-failed"


def test_another_kind_of_document_is_refused(web_server):
    web_server.answers["/"] = (200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>")
    web_server.answers["/none"] = (200, {}, b"{}")
    assert code_of(web_server.url()) == "fetch-media-type"
    assert code_of(web_server.url("/none")) == "fetch-media-type"
    assert fetch(web_server.url(), accept=("*/*",)).media_type == "text/html"


@pytest.mark.parametrize("status", [204, 304, 401, 404, 410, 500])
def test_an_error_of_the_server_is_no_document(web_server, status):
    web_server.answers["/"] = (status, {"Content-Type": "application/json"}, b"")
    assert code_of(web_server.url()) == "fetch-status"


# Redirects


def test_a_redirect_on_the_same_host_is_followed(web_server):
    web_server.answers["/old"] = (301, {"Location": "/new"}, b"")
    url = web_server.json("/new", b"{}")
    assert fetch(web_server.url("/old")).url == url


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("https://forger.example/", "fetch-redirect-elsewhere"),
        ("http://127.0.0.1:1/", "fetch-redirect-elsewhere"),
        ("http://localhost/", "fetch-redirect-elsewhere"),
        ("//forger.example/", "fetch-address"),
        ("file:///etc/passwd", "fetch-address"),
        ("http://169.254.169.254/latest/meta-data", "fetch-address"),
        ("http://user@127.0.0.1/", "fetch-address"),
    ],
)
def test_a_redirect_elsewhere_is_refused(web_server, location, code):
    web_server.answers["/"] = (302, {"Location": location}, b"")
    assert code_of(web_server.url()) == code


def test_a_redirect_in_a_circle_ends(web_server):
    web_server.answers["/"] = (302, {"Location": "/"}, b"")
    assert code_of(web_server.url()) == "fetch-redirect"
    assert len(web_server.requests) == 4


# TLS


def test_a_server_whose_certificate_nobody_trusts_is_not_believed(secure_server):
    secure_server.json("/", b"{}")
    assert code_of(secure_server.url()) == "fetch-failed"
    assert secure_server.requests == []


def test_a_private_authority_can_be_trusted(secure_server, trusting_context):
    url = secure_server.json("/", b"{}")
    assert fetch(url, ssl_context=trusting_context).content == b"{}"


def test_a_certificate_for_another_name_is_not_believed(secure_server, trusting_context):
    """The connection goes to a judged address, but the certificate must still be for the name."""
    secure_server.json("/", b"{}")
    url = f"https://university.example:{secure_server.port}/"
    assert code_of(url, ssl_context=trusting_context, resolve=lambda host, port: ["127.0.0.1"]) == "fetch-failed"


def test_the_system_s_own_trust_is_checked_by_default():
    context = ssl.create_default_context()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


# Without a network


def test_offline_nothing_comes():
    with pytest.raises(Unreachable) as error:
        OfflineFetch()("https://example.org/", accept=JSON, maximum_bytes=1)
    assert error.value.code == "offline"


def test_documents_at_hand_are_given_within_the_same_limits():
    fetch = GivenFetch({"https://x.example/": ("application/json", b"{}")})
    assert fetch("https://x.example/", accept=JSON, maximum_bytes=10).content == b"{}"
    for url, accept, maximum, code in (
        ("https://x.example/", JSON, 1, "fetch-too-large"),
        ("https://x.example/", ("text/plain",), 10, "fetch-media-type"),
        ("https://y.example/", JSON, 10, "offline"),
    ):
        with pytest.raises(Unreachable) as error:
            fetch(url, accept=accept, maximum_bytes=maximum)
        assert error.value.code == code


def test_refusals_are_told_apart_from_failures():
    with pytest.raises(Refused):
        fetch("http://example.org/")
