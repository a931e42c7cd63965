"""Bulk jobs survive what happens to processes and databases: every row ends as one award, every learner has one letter."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

PROCESS = Path(__file__).with_name("bulk_process.py")
SOURCE = Path(__file__).resolve().parents[3] / "src"
KILLS = 5


class PostOffice:
    """A mail server that remembers which messages it took, by Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.recipients: Counter[str] = Counter()

    async def handle_DATA(self, server, session, envelope):
        head = envelope.content.split(b"\r\n\r\n", 1)[0].decode()
        name = next(line for line in head.splitlines() if line.lower().startswith("message-id:"))
        self.taken[name] += 1
        self.recipients.update(envelope.rcpt_tos)
        return "250 taken"


@pytest.fixture
def post_office():
    office = PostOffice()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    office.url = f"smtp://127.0.0.1:{port}"
    yield office
    controller.stop()


SERVER = os.environ.get("CREDENZA_TEST_DATABASE_URL", "")


@pytest.fixture(params=["postgresql" if SERVER.startswith("postgres") else "sqlite"])
def environment(request, tmp_path, post_office):
    """The environment of the service's processes, on a database of this test's own."""
    made = os.environ | {
        "PYTHONPATH": str(SOURCE),
        "DJANGO_SETTINGS_MODULE": "credenza.service.settings",
        "CREDENZA_MODE": "test",
        "CREDENZA_SITE_URL": "http://testserver",
        "CREDENZA_DATA_DIR": str(tmp_path),
        "CREDENZA_MAIL_URL": post_office.url,
        "CREDENZA_DATABASE_URL": f"sqlite:///{tmp_path}/credenza.sqlite3",
    }
    if request.param == "sqlite":
        yield made
        return
    with own_database(SERVER) as url:
        yield made | {"CREDENZA_DATABASE_URL": url}


@contextmanager
def own_database(server: str):
    """A new database on the server, and its address; gone afterwards."""
    import psycopg

    name = f"bulk_{os.getpid()}_{random.randrange(10**9)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield server.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(environment, *arguments) -> str:
    done = subprocess.run([sys.executable, PROCESS, *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def begin(environment) -> subprocess.Popen[str]:
    """A working process, after it has begun to work."""
    process = subprocess.Popen(
        [sys.executable, PROCESS, "work", "600"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout.readline() == "working\n"
    return process


def all_is_done(environment, post_office, rows: int, repeats: int) -> None:
    found = json.loads(run(environment, "report"))
    assert found == {
        "awards": rows,
        "names": rows,
        "documents": 3 * rows,
        "issued": rows,
        "sent": rows,
        "deliveries": rows,
        "counted": rows,
        "state": "finished",
    }
    assert len(post_office.taken) == len(post_office.recipients) == rows
    # a process killed between the server's answer and the stored state sends that one again, under the same Message-ID
    assert sum(post_office.taken.values()) <= rows + repeats


@pytest.mark.slow
def test_a_batch_whose_process_is_killed_again_and_again_ends_with_each_award_and_letter_once(environment, post_office):
    rows = 5000
    run(environment, "prepare", str(rows))
    moments = random.Random()
    for _ in range(KILLS):
        process = begin(environment)
        time.sleep(moments.uniform(0.2, 4))
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = begin(environment)
    assert last.wait(timeout=600) == 0
    all_is_done(environment, post_office, rows, repeats=KILLS)


def test_a_worker_that_dies_leaves_its_work_to_the_others(environment, post_office):
    rows = 600
    run(environment, "prepare", str(rows))
    first, second = begin(environment), None
    if environment["CREDENZA_DATABASE_URL"].startswith("postgres"):
        second = begin(environment)
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = second or begin(environment)
    assert second.wait(timeout=300) == 0
    all_is_done(environment, post_office, rows, repeats=1)
