"""Asking a time-stamping authority: a real one (OpenSSL's) behind HTTP on loopback, and hostile ones."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from credenza.adapters.time_stamp_client import MAXIMUM_ANSWER_BYTES, TimeStampClient
from credenza.errors import CredenzaError, MalformedInput, Refused, Unreachable
from credenza.proof import jades, time_stamp

MESSAGE = b"a signature value"
DIGEST = hashlib.sha256(MESSAGE).digest()
REJECTION = bytes.fromhex("30053003020102")


def _client(url: str, **options: Any) -> TimeStampClient:
    return TimeStampClient(url, allow_loopback=True, **options)


def test_a_token_comes_back_over_http_and_proves_the_time(serve: Callable[..., str], time_stamp_authority: Any) -> None:
    token = _client(serve(time_stamp_authority.answer))(DIGEST)
    anchors = (time_stamp_authority.root.certificate,)
    stamp = time_stamp.verify(token, MESSAGE, anchors=anchors, now=datetime.now(UTC) + timedelta(minutes=1))
    assert stamp.proven


def test_the_client_makes_a_baseline_t_seal(
    serve: Callable[..., str], time_stamp_authority: Any, sealing_authority: Any
) -> None:
    now = datetime.now(UTC)
    client = _client(serve(time_stamp_authority.answer))
    sealed = jades.sign(b"{}", sealing_authority.seal("P-256"), signing_time=now, request_time_stamp=client)
    anchors = (time_stamp_authority.root.certificate,)
    seal = jades.verify(
        sealed, allowed_algorithms=("ES256",), time_stamp_anchors=anchors, now=now + timedelta(minutes=1)
    )
    assert (seal.verified, seal.level) == (True, "B-T")
    assert seal.signatures[0].signing_time_proven is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://tsa.example/tsa",
        "ftp://127.0.0.1/tsa",
        "file:///etc/passwd",
        "https://user:secret@tsa.example/",
        "http://127.0.0.1.evil.example/",
        "https:///tsa",
        "tsa.example",
    ],
)
def test_an_unsafe_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(Refused) as caught:
        _client(url)
    assert caught.value.code == "time-stamp-address-refused"
    assert "secret" not in str(caught.value)


def test_loopback_without_https_must_be_allowed_by_name() -> None:
    with pytest.raises(Refused) as caught:
        TimeStampClient("http://127.0.0.1:1/tsa")
    assert caught.value.code == "time-stamp-address-refused"


def test_an_authority_that_refuses_is_reported_as_such(serve: Callable[..., str]) -> None:
    with pytest.raises(Refused) as caught:
        _client(serve(lambda _: REJECTION))(DIGEST)
    assert caught.value.code == "time-stamp-refused-by-authority"


@pytest.mark.parametrize(
    ("answer", "options", "kind", "code"),
    [
        (lambda _: b"", {"status": 500}, Unreachable, "time-stamp-authority-unreachable"),
        (
            lambda _: b"",
            {"status": 302, "location": "http://127.0.0.1:1/"},
            Unreachable,
            "time-stamp-authority-unreachable",
        ),
        (lambda _: b"<html>", {"content_type": "text/html"}, MalformedInput, "time-stamp-answer-unexpected"),
        (lambda _: b"0" * (MAXIMUM_ANSWER_BYTES + 1), {}, MalformedInput, "time-stamp-answer-too-large"),
        (lambda _: b"not DER", {}, MalformedInput, "der-malformed"),
        (lambda _: b"", {}, MalformedInput, "der-malformed"),
    ],
)
def test_bad_answers_have_stable_codes(
    serve: Callable[..., str], answer: Any, options: dict[str, Any], kind: type[CredenzaError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        _client(serve(answer, **options))(DIGEST)
    assert caught.value.code == code


def test_an_old_answer_played_again_is_refused(serve: Callable[..., str], time_stamp_authority: Any) -> None:
    old = time_stamp_authority.answer(time_stamp.request(DIGEST, nonce=b"\x07" * 8))
    with pytest.raises(MalformedInput) as caught:
        _client(serve(lambda _: old))(DIGEST)
    assert caught.value.code == "time-stamp-nonce-wrong"


def test_an_answer_about_something_else_is_refused(serve: Callable[..., str], time_stamp_authority: Any) -> None:
    other = hashlib.sha256(b"another signature").digest()
    url = serve(lambda _: time_stamp_authority.answer(time_stamp.request(other, nonce=b"\x07" * 8)))
    with pytest.raises(MalformedInput) as caught:
        _client(url, randomness=lambda size: b"\x07" * size)(DIGEST)
    assert caught.value.code == "time-stamp-imprint-wrong"


def test_an_authority_that_never_answers_costs_only_the_allowed_time(serve: Callable[..., str]) -> None:
    def sleep(_: bytes) -> bytes:
        time.sleep(2)
        return b""

    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        _client(serve(sleep), timeout_seconds=0.3)(DIGEST)
    assert caught.value.code == "time-stamp-authority-unreachable"
    assert time.monotonic() - started < 1.5


def test_credentials_of_the_client_are_not_shown() -> None:
    client = TimeStampClient("https://tsa.example/", credentials=("me", "hunter2"))
    assert "hunter2" not in repr(client)
