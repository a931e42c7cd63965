"""A registry is fetched when due, kept while its source is away, and never replaced by a broken one."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from credenza.adapters.fetch import GuardedFetch
from credenza.adapters.registry_copies import RegistryCopy
from credenza.errors import MalformedInput, Unreachable
from credenza.exchange.emrex.registry import parse_registry
from credenza.exchange.registry_age import AgePolicy

EMPTY = json.dumps({"countries": [], "emps": []}).encode()
ONE = json.dumps({"countries": [{"countryCode": "FI"}], "emps": []}).encode()


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self):
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Hands()


def serve(web_server, content, status=200):
    web_server.answers["/emreg"] = (status, {"Content-Type": "application/json"}, content)


def copy(web_server, clock, folder=None):
    return RegistryCopy(
        web_server.url("/emreg"),
        read=lambda data, at: parse_registry(data, fetched=at),
        fetch=GuardedFetch(allow_loopback=True),
        clock=clock,
        accept=("application/json",),
        maximum_bytes=100_000,
        folder=folder,
    )


def test_the_registry_is_fetched_once_and_again_when_due(web_server, clock):
    serve(web_server, EMPTY)
    source = copy(web_server, clock)
    assert source.current().countries == source.current().countries == ()
    assert len(web_server.requests) == 1
    serve(web_server, ONE)
    clock.now += timedelta(minutes=31)
    assert [one.code for one in source.current().countries] == ["FI"]


def test_whoever_asks_for_the_registry_of_a_moment_gets_none_that_is_older(web_server, clock):
    serve(web_server, EMPTY)
    source = copy(web_server, clock)
    source.current()
    serve(web_server, ONE)
    clock.now += timedelta(seconds=5)
    assert source.current().countries == ()
    assert [one.code for one in source.current(since=clock.now).countries] == ["FI"]
    source.current(since=clock.now)
    assert len(web_server.requests) == 2


def test_a_source_that_is_away_leaves_the_copy_which_grows_old(web_server, clock):
    serve(web_server, ONE)
    source = copy(web_server, clock)
    source.current()
    serve(web_server, b"", status=503)
    clock.now += timedelta(days=2)
    registry = source.current()
    assert registry.age_finding(AgePolicy(), now=clock.now).code == "registry-old"
    clock.now += timedelta(days=6)
    assert source.current().age_finding(AgePolicy(), now=clock.now).code == "registry-too-old"


def test_a_broken_registry_does_not_replace_a_good_one(web_server, clock):
    serve(web_server, ONE)
    source = copy(web_server, clock)
    source.current()
    serve(web_server, b'{"emps": 1}')
    clock.now += timedelta(hours=1)
    assert [one.code for one in source.current().countries] == ["FI"]


def test_a_source_that_is_away_is_not_asked_at_every_turn(web_server, clock):
    serve(web_server, ONE)
    source = copy(web_server, clock)
    source.current()
    serve(web_server, b"", status=503)
    clock.now += timedelta(hours=1)
    for _ in range(5):
        source.current()
    assert len(web_server.requests) == 2


def test_a_copy_outlives_the_process(web_server, clock, tmp_path):
    serve(web_server, ONE)
    copy(web_server, clock, tmp_path).current()
    serve(web_server, b"", status=503)
    clock.now += timedelta(hours=2)
    registry = copy(web_server, clock, tmp_path).current()
    assert registry.fetched == clock.now - timedelta(hours=2)
    next(tmp_path.iterdir()).write_bytes(b"cut off")
    with pytest.raises(Unreachable):
        copy(web_server, clock, tmp_path).current()


def test_without_any_copy_the_reason_is_told(web_server, clock):
    serve(web_server, b"[]")
    with pytest.raises(MalformedInput):
        copy(web_server, clock).current()
