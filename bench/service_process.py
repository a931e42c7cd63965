"""The service that is measured: its database, its settings, its one process, and what fills it."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

HERE = Path(__file__).parent
COMMAND = str(Path(sys.executable).with_name("credenza"))


def cpu_seconds(process: psutil.Process) -> float:
    """What the process and its children have used."""
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """One process that answers, on the first core that this one may use."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    core = min(os.sched_getaffinity(0))
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port, psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """The address of an empty database on this server, gone afterwards; what is committed is written to the log."""
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment_of(folder: str, url: str) -> dict[str, str]:
    """The settings of production, with keys of their own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CREDENZA_", "DJANGO_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "credenza.service.settings",
        "CREDENZA_SECRET_KEY": secrets.token_urlsafe(48),
        "CREDENZA_KEY_ENCRYPTION_KEY": base64.b64encode(os.urandom(32)).decode(),
        "CREDENZA_SITE_URL": "https://credentials.example.org",
        "CREDENZA_DATABASE_URL": url,
        "CREDENZA_DATA_DIR": folder,
        "CREDENZA_MAIL_URL": "smtp://127.0.0.1:9",
        "CREDENZA_TRUSTED_PROXIES": "1",
    }


def done_inside(environment: dict[str, str], verb: str, *numbers: int) -> dict[str, Any]:
    """What ``service_site`` answers, run with the service's own settings."""
    command = [sys.executable, str(HERE / "service_site.py"), verb, *(str(one) for one in numbers)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
