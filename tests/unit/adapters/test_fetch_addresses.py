"""The fetcher against hostile addresses and name servers, all of them real ones on this machine."""

from __future__ import annotations

import socket
import time
from datetime import timedelta

import pytest

from credenza.adapters.addresses import is_loopback, is_public

from .fetching import code_of, fetch


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
    assert code_of(url) == "fetch-address"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_is_not_visited_unless_allowed(web_server, host):
    url = f"https://{host}:{web_server.port}/"
    assert code_of(url, allow_loopback=False) in {"fetch-address", "fetch-failed"}
    assert web_server.requests == []


def test_plain_http_is_refused_without_the_permission(web_server):
    assert code_of(web_server.url(), allow_loopback=False) == "fetch-address"


def test_a_name_that_leads_inside_is_refused(web_server):
    """A name server in the forger's hand answers with an address of the verifier's own network."""
    for answer in (["127.0.0.1"], ["10.0.0.5"], ["93.184.216.34", "169.254.169.254"], ["::ffff:7f00:1"]):
        url = f"https://forger.example:{web_server.port}/"
        assert code_of(url, allow_loopback=False, resolve=lambda host, port, answer=answer: answer) == "fetch-address"
    assert web_server.requests == []


def test_a_permission_for_this_machine_is_none_for_its_network():
    assert code_of("https://forger.example/", resolve=lambda host, port: ["192.168.1.1"]) == "fetch-address"


def test_the_connection_goes_to_the_address_that_was_judged(web_server):
    """A second answer of the name server (DNS rebinding) is never asked for."""
    web_server.json("/", b"{}")
    answers = [["127.0.0.1"], ["10.0.0.5"]]
    asked = []

    def resolve(host, port):
        asked.append(host)
        return answers.pop(0)

    assert fetch(web_server.url(host="localhost"), resolve=resolve).content == b"{}"
    assert asked == ["localhost"]


def test_a_name_server_that_hangs_does_not_hang_the_verifier():
    started = time.monotonic()
    settings = {"timeout": timedelta(seconds=0.3), "resolve": lambda host, port: time.sleep(20) or []}
    assert code_of("https://slow.example/", **settings) == "fetch-timeout"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("failure", [socket.gaierror("unknown"), UnicodeError("bad label")])
def test_an_unknown_host_is_unreachable(failure):
    def resolve(host, port):
        raise failure

    assert code_of("https://nowhere.example/", resolve=resolve) == "fetch-failed"
    assert code_of("https://nowhere.example/", resolve=lambda host, port: []) == "fetch-failed"
