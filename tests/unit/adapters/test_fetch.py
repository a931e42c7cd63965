"""The fetcher against hostile addresses, name servers and web servers, all of them real ones on this machine."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import time
from datetime import timedelta

import pytest

from credenza.adapters.addresses import is_loopback, is_public
from credenza.adapters.fetch import GivenFetch, GuardedFetch, OfflineFetch
from credenza.adapters.fetch_cache import FetchCache
from credenza.errors import CredenzaError, Refused, Unreachable

JSON = ("application/json",)


def _fetch(url, *, accept=JSON, maximum_bytes=10_000, maximum_age=None, **settings):
    settings.setdefault("allow_loopback", True)
    settings.setdefault("timeout", timedelta(seconds=5))
    return GuardedFetch(**settings)(url, accept=accept, maximum_bytes=maximum_bytes, maximum_age=maximum_age)


def _code(url, **settings):
    with pytest.raises(CredenzaError) as error:
        _fetch(url, **settings)
    return error.value.code


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.5",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:93.184.216.34",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "100::1",
        "5f00::1",
        "localhost",
        "",
    ],
)
def test_no_private_address_counts_as_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_public_addresses_are_public(address):
    assert is_public(address)


def test_only_this_machine_is_loopback():
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not any(is_loopback(text) for text in ("10.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "localhost", "::"))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:application/json,{}",
        "https://",
        "https:///path",
        "https://user:password@example.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://exa mple.org/",
        "https://example.org/a\r\nHost: forger.example",
        "https://exämple.org/",
        "https://example.org\\@forger.example/",
        "https://example.org/" + "a" * 3000,
        "//example.org/",
        "",
    ],
)
def test_an_unfit_address_is_refused_before_anything_is_sent(url):
    assert _code(url) == "fetch-address"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_is_not_visited_unless_allowed(web_server, host):
    url = f"https://{host}:{web_server.port}/"
    assert _code(url, allow_loopback=False) in {"fetch-address", "fetch-failed"}
    assert web_server.requests == []


def test_plain_http_is_refused_without_the_permission(web_server):
    assert _code(web_server.url(), allow_loopback=False) == "fetch-address"


def test_a_name_that_leads_inside_is_refused(web_server):
    """A name server in the forger's hand answers with an address of the verifier's own network."""
    for answer in (["127.0.0.1"], ["10.0.0.5"], ["93.184.216.34", "169.254.169.254"], ["::ffff:7f00:1"]):
        url = f"https://forger.example:{web_server.port}/"
        assert _code(url, allow_loopback=False, resolve=lambda host, port, answer=answer: answer) == "fetch-address"
    assert web_server.requests == []


def test_a_permission_for_this_machine_is_none_for_its_network():
    assert _code("https://forger.example/", resolve=lambda host, port: ["192.168.1.1"]) == "fetch-address"


def test_the_connection_goes_to_the_address_that_was_judged(web_server):
    """A second answer of the name server (DNS rebinding) is never asked for."""
    web_server.json("/", b"{}")
    answers = [["127.0.0.1"], ["10.0.0.5"]]
    asked = []

    def resolve(host, port):
        asked.append(host)
        return answers.pop(0)

    assert _fetch(web_server.url(host="localhost"), resolve=resolve).content == b"{}"
    assert asked == ["localhost"]


def test_a_name_server_that_hangs_does_not_hang_the_verifier():
    started = time.monotonic()
    settings = {"timeout": timedelta(seconds=0.3), "resolve": lambda host, port: time.sleep(20) or []}
    assert _code("https://slow.example/", **settings) == "fetch-timeout"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("failure", [socket.gaierror("unknown"), UnicodeError("bad label")])
def test_an_unknown_host_is_unreachable(failure):
    def resolve(host, port):
        raise failure

    assert _code("https://nowhere.example/", resolve=resolve) == "fetch-failed"
    assert _code("https://nowhere.example/", resolve=lambda host, port: []) == "fetch-failed"


# Answers


def test_a_document_comes_as_it_was_sent(web_server):
    url = web_server.json("/did.json", b'{"id": "x"}')
    fetched = _fetch(url)
    assert (fetched.content, fetched.media_type, fetched.url, fetched.age) == (
        b'{"id": "x"}',
        "application/json",
        url,
        timedelta(0),
    )


def test_a_document_that_is_too_large_is_cut_short_and_refused(web_server):
    assert _code(web_server.json("/", b"x" * 10_001)) == "fetch-too-large"
    assert len(_fetch(web_server.json("/exact", b"x" * 10_000)).content) == 10_000


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
    assert _code(web_server.url()) == "fetch-too-large"
    assert len(sent) < 1_000


def test_a_compressed_bomb_is_stopped(web_server):
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    assert _code(web_server.json("/", bomb, **{"Content-Encoding": "gzip"}), maximum_bytes=100_000) == "fetch-too-large"


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
    assert _code(web_server.json("/", content, **{"Content-Encoding": encoding})) == "fetch-failed"


def test_a_packed_document_is_unpacked(web_server):
    assert _fetch(web_server.json("/", gzip.compress(b"{}", mtime=0), **{"Content-Encoding": "gzip"})).content == b"{}"


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
    assert _code(web_server.url(), timeout=timedelta(seconds=0.5)) == "fetch-timeout"
    assert time.monotonic() - started < 3


def test_a_server_that_says_nothing_is_left(web_server):
    web_server.answers["/"] = lambda handler: time.sleep(2)
    assert _code(web_server.url(), timeout=timedelta(seconds=0.3)) == "fetch-timeout"


def test_what_is_no_http_is_unreachable(web_server):
    def nonsense(handler):
        handler.wfile.write(os.urandom(100) + b"\r\n\r\n")
        handler.close_connection = True

    web_server.answers["/"] = nonsense
    assert _code(web_server.url()) == "fetch-failed"


def test_a_closed_port_is_unreachable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert _code(f"http://127.0.0.1:{port}/") == "fetch-failed"


def test_another_kind_of_document_is_refused(web_server):
    web_server.answers["/"] = (200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>")
    web_server.answers["/none"] = (200, {}, b"{}")
    assert _code(web_server.url()) == "fetch-media-type"
    assert _code(web_server.url("/none")) == "fetch-media-type"
    assert _fetch(web_server.url(), accept=("*/*",)).media_type == "text/html"


@pytest.mark.parametrize("status", [204, 304, 401, 404, 410, 500])
def test_an_error_of_the_server_is_no_document(web_server, status):
    web_server.answers["/"] = (status, {"Content-Type": "application/json"}, b"")
    assert _code(web_server.url()) == "fetch-status"


# Redirects


def test_a_redirect_on_the_same_host_is_followed(web_server):
    web_server.answers["/old"] = (301, {"Location": "/new"}, b"")
    url = web_server.json("/new", b"{}")
    assert _fetch(web_server.url("/old")).url == url


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
    assert _code(web_server.url()) == code


def test_a_redirect_in_a_circle_ends(web_server):
    web_server.answers["/"] = (302, {"Location": "/"}, b"")
    assert _code(web_server.url()) == "fetch-redirect"
    assert len(web_server.requests) == 4


# TLS


def test_a_server_whose_certificate_nobody_trusts_is_not_believed(secure_server):
    secure_server.json("/", b"{}")
    assert _code(secure_server.url()) == "fetch-failed"
    assert secure_server.requests == []


def test_a_private_authority_can_be_trusted(secure_server, trusting_context):
    url = secure_server.json("/", b"{}")
    assert _fetch(url, ssl_context=trusting_context).content == b"{}"


def test_a_certificate_for_another_name_is_not_believed(secure_server, trusting_context):
    """The connection goes to a judged address, but the certificate must still be for the name."""
    secure_server.json("/", b"{}")
    url = f"https://university.example:{secure_server.port}/"
    assert _code(url, ssl_context=trusting_context, resolve=lambda host, port: ["127.0.0.1"]) == "fetch-failed"


def test_the_system_s_own_trust_is_checked_by_default():
    context = ssl.create_default_context()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


# Keeping copies


class _Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


def test_a_copy_is_kept_for_its_time_and_says_how_old_it_is(web_server):
    clock = _Clock()
    cache = FetchCache(time_to_live=timedelta(minutes=5), clock=clock)
    url = web_server.json("/", b"1")
    _fetch(url, cache=cache)
    clock.now += 100
    web_server.json("/", b"2")
    kept = _fetch(url, cache=cache)
    assert (kept.content, kept.age) == (b"1", timedelta(seconds=100))
    clock.now += 201
    assert _fetch(url, cache=cache).content == b"2"


def test_a_copy_that_is_too_old_for_the_caller_is_fetched_anew(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1")
    _fetch(url, cache=cache)
    web_server.json("/", b"2")
    assert _fetch(url, cache=cache, maximum_age=timedelta(0)).content == b"2"


@pytest.mark.parametrize("control", ["no-store", "max-age=0", "private, no-store", "max-age=10"])
def test_a_server_may_ask_for_shorter_keeping_or_none(web_server, control):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1", **{"Cache-Control": control})
    _fetch(url, cache=cache)
    clock.now += 10
    _fetch(url, cache=cache)
    assert len(web_server.requests) == 2


def test_a_server_cannot_make_a_copy_last_longer(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1", **{"Cache-Control": "max-age=99999999"})
    _fetch(url, cache=cache)
    clock.now += 301
    _fetch(url, cache=cache)
    assert len(web_server.requests) == 2


def test_an_unchanged_document_is_not_sent_again(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1", ETag='"a"')
    _fetch(url, cache=cache)
    clock.now += 400
    web_server.answers["/"] = (304, {}, b"")
    assert (_fetch(url, cache=cache).content, _fetch(url, cache=cache).age) == (b"1", timedelta(0))
    assert web_server.requests[1][1]["if-none-match"] == '"a"'
    assert len(web_server.requests) == 2


def test_an_old_copy_is_not_passed_off_when_the_server_is_gone(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1")
    _fetch(url, cache=cache)
    clock.now += 400
    web_server.answers["/"] = (500, {}, b"")
    assert _code(url, cache=cache) == "fetch-status"


def test_a_clock_that_goes_back_makes_no_copy_fresh(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1")
    _fetch(url, cache=cache)
    clock.now -= 1000
    _fetch(url, cache=cache)
    assert len(web_server.requests) == 2


def test_limits_hold_for_kept_copies_too(web_server):
    cache = FetchCache()
    url = web_server.json("/", b"12345")
    _fetch(url, cache=cache)
    assert _code(url, cache=cache, maximum_bytes=4) == "fetch-too-large"
    assert _code(url, cache=cache, accept=("text/plain",)) == "fetch-media-type"


def test_a_folder_keeps_copies_for_the_next_run(web_server, tmp_path):
    url = web_server.json("/", b"\x00\xff")
    _fetch(url, cache=FetchCache(folder=tmp_path / "kept"))
    assert _fetch(url, cache=FetchCache(folder=tmp_path / "kept")).content == b"\x00\xff"
    assert len(web_server.requests) == 1


def test_a_damaged_or_foreign_file_in_the_folder_is_not_used(web_server, tmp_path):
    url = web_server.json("/", b"1")
    other = web_server.json("/other", b"2")
    for address in (url, other):
        _fetch(address, cache=FetchCache(folder=tmp_path))
    first, second = sorted(tmp_path.iterdir())
    first.write_bytes(second.read_bytes())
    second.write_bytes(b"{")
    assert _fetch(url, cache=FetchCache(folder=tmp_path)).content == b"1"
    assert _fetch(other, cache=FetchCache(folder=tmp_path)).content == b"2"
    assert len(web_server.requests) == 4


def test_what_is_kept_in_memory_is_bounded():
    cache = FetchCache()
    for number in range(600):
        cache.put(f"https://x.example/{number}", "https://x.example/", b"1", "application/json", {})
    assert cache.get("https://x.example/0") is None
    assert cache.get("https://x.example/599") is not None


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
        _fetch("http://example.org/")
