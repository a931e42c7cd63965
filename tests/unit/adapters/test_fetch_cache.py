"""Copies that the fetcher keeps: how long, for whom, and what a damaged one does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from credenza.adapters.fetch_cache import FetchCache

from .fetching import code_of, fetch


class _Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


def test_a_copy_is_kept_for_its_time_and_says_how_old_it_is(web_server):
    clock = _Clock()
    cache = FetchCache(time_to_live=timedelta(minutes=5), clock=clock)
    url = web_server.json("/", b"1")
    fetch(url, cache=cache)
    clock.now += 100
    web_server.json("/", b"2")
    kept = fetch(url, cache=cache)
    assert (kept.content, kept.age) == (b"1", timedelta(seconds=100))
    clock.now += 201
    assert fetch(url, cache=cache).content == b"2"


def test_a_copy_that_is_too_old_for_the_caller_is_fetched_anew(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1")
    fetch(url, cache=cache)
    web_server.json("/", b"2")
    assert fetch(url, cache=cache, maximum_age=timedelta(0)).content == b"2"


@pytest.mark.parametrize("control", ["no-store", "max-age=0", "private, no-store", "max-age=10"])
def test_a_server_may_ask_for_shorter_keeping_or_none(web_server, control):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1", **{"Cache-Control": control})
    fetch(url, cache=cache)
    clock.now += 10
    fetch(url, cache=cache)
    assert len(web_server.requests) == 2


def test_a_server_cannot_make_a_copy_last_longer(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1", **{"Cache-Control": "max-age=99999999"})
    fetch(url, cache=cache)
    clock.now += 301
    fetch(url, cache=cache)
    assert len(web_server.requests) == 2


def test_an_unchanged_document_is_not_sent_again(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1", ETag='"a"')
    fetch(url, cache=cache)
    clock.now += 400
    web_server.answers["/"] = (304, {}, b"")
    assert (fetch(url, cache=cache).content, fetch(url, cache=cache).age) == (b"1", timedelta(0))
    assert web_server.requests[1][1]["if-none-match"] == '"a"'
    assert len(web_server.requests) == 2


def test_an_old_copy_is_not_passed_off_when_the_server_is_gone(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1")
    fetch(url, cache=cache)
    clock.now += 400
    web_server.answers["/"] = (500, {}, b"")
    assert code_of(url, cache=cache) == "fetch-status"


def test_a_clock_that_goes_back_makes_no_copy_fresh(web_server):
    clock = _Clock()
    cache = FetchCache(clock=clock)
    url = web_server.json("/", b"1")
    fetch(url, cache=cache)
    clock.now -= 1000
    fetch(url, cache=cache)
    assert len(web_server.requests) == 2


def test_limits_hold_for_kept_copies_too(web_server):
    cache = FetchCache()
    url = web_server.json("/", b"12345")
    fetch(url, cache=cache)
    assert code_of(url, cache=cache, maximum_bytes=4) == "fetch-too-large"
    assert code_of(url, cache=cache, accept=("text/plain",)) == "fetch-media-type"


def test_a_folder_keeps_copies_for_the_next_run(web_server, tmp_path):
    url = web_server.json("/", b"\x00\xff")
    fetch(url, cache=FetchCache(folder=tmp_path / "kept"))
    assert fetch(url, cache=FetchCache(folder=tmp_path / "kept")).content == b"\x00\xff"
    assert len(web_server.requests) == 1


def test_a_damaged_or_foreign_file_in_the_folder_is_not_used(web_server, tmp_path):
    url = web_server.json("/", b"1")
    other = web_server.json("/other", b"2")
    for address in (url, other):
        fetch(address, cache=FetchCache(folder=tmp_path))
    first, second = sorted(tmp_path.iterdir())
    first.write_bytes(second.read_bytes())
    second.write_bytes(b"{")
    assert fetch(url, cache=FetchCache(folder=tmp_path)).content == b"1"
    assert fetch(other, cache=FetchCache(folder=tmp_path)).content == b"2"
    assert len(web_server.requests) == 4


def test_what_is_kept_in_memory_is_bounded():
    cache = FetchCache()
    for number in range(600):
        cache.put(f"https://x.example/{number}", "https://x.example/", b"1", "application/json", {})
    assert cache.get("https://x.example/0") is None
    assert cache.get("https://x.example/599") is not None
