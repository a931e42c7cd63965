"""Looking for work: what is to be done is enqueued, dead processes are taken over from, and what is old is deleted."""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import socket
import threading
import time
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections, connection, connections
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from credenza.service.api import idempotency
from credenza.service.api.webhooks import sending
from credenza.service.issuance import batches, mailing
from credenza.service.issuance.models import Batch, BatchState, Worker
from credenza.service.jobs import waking, workflows
from credenza.service.recognition import letters as desk_letters
from credenza.service.recognition import marks
from credenza.service.verification import trusted_lists

SWEEP_EVERY, PATIENCE = 0.5, timedelta(minutes=1)
BEAT_EVERY, TIDY_EVERY = timedelta(seconds=3), timedelta(hours=1)
_log = logging.getLogger(__name__)


def launch() -> bool:
    """Begin to work in this process; False where another process has the one data folder already (SQLite)."""
    global _running
    if _running is not None:
        return True
    lock = None
    if connection.vendor == "sqlite":
        lock = _lock()
        if lock is None:
            return False
    executor = "local" if lock else f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    if lock is None:
        _seen(executor)
    workflows.launch(_system_database(), executor)
    _running = Sweeper(executor, lock)
    _running.thread.start()
    return True


def shut_down() -> None:
    """Stop working; what is not done is done after the next launch."""
    global _running
    if _running is None:
        return
    running, _running = _running, None
    running.stop()


class Sweeper:
    """Finds what is to be done, shows that this process is alive, and takes over from dead ones."""

    def __init__(self, executor: str, lock: IO[str] | None) -> None:
        self._executor, self._lock = executor, lock
        self._stopping = threading.Event()
        self._next_beat = self._next_tidying = time.monotonic()  # no step of the clock makes it wait
        self._lost: set[str] = set()
        self._failing = False
        self.thread = threading.Thread(target=self._run, name="credenza-sweeper", daemon=True)

    def stop(self) -> None:
        self._stopping.set()
        waking.wake()
        self.thread.join(timeout=10)
        workflows.shut_down()
        if self._lock is not None:
            self._lock.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._sweep()
            except Exception as error:  # noqa: BLE001 - whatever it is, work must go on when it has passed
                if not self._failing:  # once, not twice a second
                    _log.warning("Looking for work failed; trying again until it works.", exc_info=error)
                self._failing = True
                connections.close_all()
            else:
                if self._failing:
                    _log.warning("Looking for work works again.")
                self._failing = False
            waking.wait(SWEEP_EVERY)
            close_old_connections()
        connections.close_all()

    def _sweep(self) -> None:
        running = list(Batch.objects.filter(state=BatchState.RUNNING).only("id", "run"))
        for batch in running:
            if not workflows.enqueue_batch(str(batch.id), batch.run):
                Batch.objects.filter(pk=batch.pk, run=batch.run).update(run=F("run") + 1)  # it failed: a new attempt
        now = timezone.now()
        if mailing.is_due(now - PATIENCE if running else now):  # sealing first, as long as no letter waits long
            workflows.enqueue_mail(self._executor)
        if sending.due().exists():
            workflows.enqueue_webhooks(self._executor)
        if marks.due().exists():
            workflows.enqueue_rules(self._executor)
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + BEAT_EVERY.total_seconds()
            if self._lock is None:
                self._beat()
            self._resume_lost()
        if time.monotonic() >= self._next_tidying:
            self._next_tidying = time.monotonic() + TIDY_EVERY.total_seconds()
            batches.forget_old()
            idempotency.forget_old()
            sending.forget_old()
            SessionStore.clear_expired()
            desk_letters.warn_of_deadlines(now)
            if trusted_lists.are_due(now):
                workflows.enqueue_trusted_lists(self._executor)

    def _beat(self) -> None:
        """Show that this process is alive, and take over what was begun by processes that are not.

        Each is seen before it begins anything (``launch``), and who lives is asked for last: nobody living is taken for dead.
        """
        _seen(self._executor)
        Worker.objects.filter(seen_at__lt=Now() - Worker.DEAD_AFTER).delete()
        begun_by = workflows.begun_by()
        dead = begun_by.difference(Worker.objects.values_list("executor_id", flat=True))
        if dead:
            workflows.take_over(dead)

    def _resume_lost(self) -> None:
        """Do again what this process has let go of: what is lost at two beats, so not only on its way to begin or to end."""
        lost = workflows.lost_by(self._executor)
        workflows.resume(lost & self._lost)
        self._lost = lost


def _seen(executor: str) -> None:
    """By the database's clock: a machine whose own is wrong is not taken for dead, nor takes others for it."""
    Worker.objects.update_or_create(executor_id=executor, defaults={"seen_at": Now()})


_running: Sweeper | None = None


def _lock() -> IO[str] | None:
    """The lock of the data folder; the system lets go of it when the process ends, however it ends."""
    file = (settings.CREDENZA.data_dir / "jobs.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _system_database() -> str:
    """Where DBOS keeps its workflows: a file beside ours, or a schema of its own in our PostgreSQL database."""
    from sqlalchemy import URL

    used = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings.CREDENZA.data_dir / 'jobs.sqlite3'}"
    url = URL.create(
        "postgresql",
        used["USER"] or None,
        used["PASSWORD"] or None,
        used["HOST"] or None,
        int(used["PORT"]) if used["PORT"] else None,
        used["NAME"],
        {key: str(value) for key, value in used["OPTIONS"].items() if isinstance(value, str)},
    )
    return url.render_as_string(hide_password=False)
