"""Bulk jobs survive what happens to processes and databases: every row ends as one award, every learner has one letter."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import pytest

PROCESS = Path(__file__).with_name("bulk_process.py")
SOURCE = Path(__file__).resolve().parents[3] / "src"
KILLS = 5


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
    assert len(post_office.taken) == len({letter["To"] for letter in post_office.letters}) == rows
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


class Gate:
    """A way to the database that can be shut: every connection through it is cut, and no new one gets in."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open, self._pairs = True, []
        self._listening = self._listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _listen(self) -> socket.socket:
        return socket.create_server(("127.0.0.1", 0))

    def address(self, direct: SplitResult) -> SplitResult:
        port = self._listening.getsockname()[1]
        return direct._replace(netloc=f"{direct.netloc.rpartition('@')[0]}@127.0.0.1:{port}")

    def shut(self) -> None:
        self._open = False
        for one in self._pairs:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def open(self) -> None:
        self._open = True

    def _accept(self) -> None:
        while True:
            inner, _ = self._listening.accept()
            if not self._open:
                inner.close()
                continue
            outer = socket.create_connection(self._target)
            self._pairs += [inner, outer]
            for one, other in ((inner, outer), (outer, inner)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


class SocketGate(Gate):
    """The same by a socket in a folder, which is not there while it is shut: as when the server on it starts anew."""

    def __init__(self, host: str, port: int) -> None:
        self._folder = tempfile.TemporaryDirectory()  # a short path: a socket's may have about a hundred characters
        self._path = Path(self._folder.name, ".s.PGSQL.5432")
        super().__init__(host, port)

    def _listen(self) -> socket.socket:
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(self._path))
        listening.listen(50)
        return listening

    def address(self, direct: SplitResult) -> SplitResult:
        who = direct.netloc.rpartition("@")[0]
        return direct._replace(netloc=f"{who}@", query=f"host={self._folder.name}&port=5432")

    def shut(self) -> None:
        self._path.rename(self._path.with_name("away"))
        super().shut()

    def open(self) -> None:
        super().open()
        self._path.with_name("away").rename(self._path)


@pytest.mark.slow
@pytest.mark.parametrize("way", [Gate, SocketGate])
@pytest.mark.skipif(not SERVER.startswith("postgres"), reason="CREDENZA_TEST_DATABASE_URL names no PostgreSQL")
def test_a_database_that_goes_away_for_ten_seconds_loses_nothing(environment, post_office, way):
    rows = 1000
    run(environment, "prepare", str(rows))
    direct = urlsplit(environment["CREDENZA_DATABASE_URL"])
    gate = way(direct.hostname, direct.port or 5432)
    worker = begin(environment | {"CREDENZA_DATABASE_URL": gate.address(direct).geturl()})
    wait_until(lambda: json.loads(run(environment, "report"))["awards"] > 0)
    gate.shut()
    time.sleep(10)
    gate.open()
    assert worker.wait(timeout=300) == 0
    all_is_done(environment, post_office, rows, repeats=1)


@pytest.mark.skipif(not SERVER.startswith("postgres"), reason="CREDENZA_TEST_DATABASE_URL names no PostgreSQL")
def test_what_a_process_began_of_which_no_trace_is_left_is_done_by_the_others(environment, post_office):
    import psycopg

    rows = 600
    run(environment, "prepare", str(rows))
    first = begin(environment)
    with psycopg.connect(environment["CREDENZA_DATABASE_URL"], autocommit=True) as database:
        begun = "SELECT 1 FROM dbos.workflow_status WHERE name = 'issue-chunk' AND status = 'PENDING'"
        wait_until(lambda: database.execute(begun).fetchone(), pause=0.01, times=6000)
        first.send_signal(signal.SIGKILL)
        first.wait()
        database.execute("DELETE FROM issuance_worker")
    assert begin(environment).wait(timeout=300) == 0
    all_is_done(environment, post_office, rows, repeats=1)


def wait_until(condition, *, pause=0.5, times=60) -> None:
    for _ in range(times):
        if condition():
            return
        time.sleep(pause)
    raise AssertionError("it did not come to pass")


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


@pytest.mark.django_db
def test_a_machine_whose_clock_is_wrong_is_not_taken_for_dead(monkeypatch):
    from datetime import timedelta

    from django.utils import timezone

    from credenza.service.issuance.models import Worker
    from credenza.service.jobs import sweeping as jobs

    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() - timedelta(hours=1))
    jobs._seen("slow")
    monkeypatch.setattr(timezone, "now", right)
    assert abs(Worker.objects.get(executor_id="slow").seen_at - right()) < timedelta(minutes=1)
