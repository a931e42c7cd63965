"""Bulk jobs at work in the tests' own process, and a real mail server on loopback."""

from __future__ import annotations

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller


class PostOffice:
    """A mail server that keeps what it takes; ``refuse`` is what it answers to an address instead."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.letters = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.taken[letter["Message-ID"]] += 1
        self.letters.append(letter)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def post_office():
    """A real mail server on loopback; ``url`` is its address."""
    office = PostOffice()
    office.port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    office.url = f"smtp://127.0.0.1:{office.port}"
    yield office
    controller.stop()


@pytest.fixture
def mail(settings, post_office):
    """Django sends to the mail server on loopback."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post_office.port
    return post_office


@pytest.fixture
def jobs_at_work(transactional_db, settings, tmp_path, mail):
    """Bulk jobs run in this process; ``until(condition)`` waits for them."""
    from credenza.service.jobs import sweeping

    settings.CREDENZA = replace(settings.CREDENZA, data_dir=tmp_path)
    assert _elsewhere(sweeping.launch)

    def until(condition):
        for _ in range(600):
            if condition():
                return
            time.sleep(0.1)
        raise AssertionError("the jobs did not come to an end")

    yield until
    _elsewhere(sweeping.shut_down)


def _elsewhere(call):
    """Call it in a thread of its own, as a server does: in this one the browser's event loop may be running."""
    from django.db import connections

    def called():
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(called).result()
