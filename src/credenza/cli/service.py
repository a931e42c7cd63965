"""``credenza serve``, ``worker`` and what an operator does beside them: the web service, set up by its environment."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer

from credenza.errors import Refused, Unreachable

_SETTINGS = "credenza.service.settings"
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR})
P = ParamSpec("P")


def _plainly(command: Callable[P, None]) -> Callable[P, None]:
    """What an operator can mend (a database that is away, a disk that is full) ends the command with a sentence."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except OSError as error:
            if error.errno not in _UNWRITABLE:
                raise
            raise Refused(
                "data-folder-unwritable",
                f"{error.filename or 'A file'}: {error.strerror}. CREDENZA_DATA_DIR must have room, for this user.",
            ) from error
        except Exception as error:
            if "django" not in sys.modules:
                raise
            from django.db import OperationalError

            if not isinstance(error, OperationalError):
                raise
            said = str(error).splitlines()[0]
            raise Unreachable(
                "database-away", f"The database (CREDENZA_DATABASE_URL) does not answer: {said}"
            ) from error

    return run


@_plainly
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    processes: Annotated[int, typer.Option(help="How many processes answer requests (PostgreSQL).", min=1, max=64)] = 1,
    threads: Annotated[int, typer.Option(help="How many requests a process answers at a time.", min=1, max=64)] = 8,
    work: Annotated[
        bool | None,
        typer.Option("--work/--no-work", help="Do bulk jobs in this process too (with SQLite: yes, else no)."),
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="A demonstration on this machine: made-up people, keys and seals.")
    ] = False,
) -> None:
    """Serve the web service: console, wallet, verification page, catalogue and API."""
    if demo:
        os.environ.update(CREDENZA_MODE="demo", CREDENZA_SITE_URL=f"http://{host}:{port}")
        sys.stdout.write("Setting up the demonstration: a few seconds...\n")
        sys.stdout.flush()
    settings = _set_up()
    from django.core.management import call_command
    from django.db import connection

    if settings.SECURE_SSL_REDIRECT and not settings.SECURE_PROXY_SSL_HEADER:
        raise Refused(
            "settings-unsafe",
            "CREDENZA_TRUSTED_PROXIES must be 1 or more: only a proxy speaks https, and without one every page sends to itself.",
        )
    sqlite = connection.vendor == "sqlite"
    if sqlite and processes > 1:
        raise Refused(
            "settings-unsafe", "With SQLite one process serves; set CREDENZA_DATABASE_URL to PostgreSQL for more."
        )
    if sqlite or demo:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    _refuse_unfit()
    call_command("collectstatic", verbosity=0, interactive=False)
    if demo:
        from credenza.service.operations import demonstration

        demonstration.set_up()
        demonstration.tell(settings.SITE_URL)
    else:
        sys.stdout.write(f"Credenza on {settings.SITE_URL} (listening on {host}:{port})\n")
    sys.stdout.flush()
    os.environ["CREDENZA_JOBS_HERE"] = "1" if (sqlite if work is None else work) else "0"
    from credenza.service.operations import metrics

    with metrics.together() if processes > 1 else nullcontext():
        _granian(host, port, processes, threads, None if demo else settings.LOGGING)


@_plainly
def worker() -> None:
    """Do bulk jobs (PostgreSQL): start as many as you like, on as many machines as you like."""
    _set_up()
    import signal
    import threading

    from credenza.service.jobs import sweeping

    _refuse_unfit()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if not sweeping.launch():
        raise Refused("worker-elsewhere", "Another process works on this data folder already (SQLite takes one).")
    sys.stdout.write("Working. Ctrl+C ends after the current step.\n")
    sys.stdout.flush()
    stop.wait()
    sweeping.shut_down()


@_plainly
def migrate() -> None:
    """Bring the database to this version, and gather the static files."""
    _set_up()
    from django.core.management import call_command

    call_command("migrate", interactive=False)
    call_command("createcachetable")
    call_command("collectstatic", verbosity=0, interactive=False)
    from credenza.service.operations import restoring

    restoring.settle()


@_plainly
def restored(
    trails: Annotated[
        list[Path] | None,
        typer.Argument(help="Audit trails (CSV) that were exported after the backup.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Go on after a backup was restored: new places in status lists, nothing sent or issued twice, revoked again."""
    _set_up()
    from credenza.service.operations import restoring

    for what, number in sorted(restoring.clear_up(trails or []).items()):
        sys.stdout.write(f"{number:7} {what}\n")
    sys.stdout.write("New awards get places in new status lists. Start serve and worker now.\n")


@_plainly
def rekey() -> None:
    """Put all stored secrets under a new CREDENZA_KEY_ENCRYPTION_KEY; CREDENZA_FORMER_KEY_ENCRYPTION_KEY reads the old."""
    _set_up()
    from credenza.service.operations.rekeying import rekey as again

    sys.stdout.write(f"{again()} secrets are under the new key; the former one is needed no more.\n")


@_plainly
def createadmin(
    email: Annotated[str, typer.Argument(help="The operator's e-mail address.")],
) -> None:
    """Make an operator of the site, who can found organisations; asks for a password (or takes CREDENZA_ADMIN_PASSWORD)."""
    _set_up()
    from credenza.service.operations.operators import make_operator

    password = os.environ.get("CREDENZA_ADMIN_PASSWORD") or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    made = make_operator(email, password)
    sys.stdout.write(f"{made} can sign in now and found organisations under /console.\n")


def _refuse_unfit() -> None:
    """Start on no database that is of another version, was restored, or holds secrets that our key does not read."""
    from django.db import ProgrammingError

    from credenza.service.operations import rekeying, restoring

    try:
        restoring.refuse_restored()
        rekeying.refuse_unreadable()
    except ProgrammingError as error:
        raise Refused("database-behind", "The database is not of this version: run credenza migrate first.") from error


def _set_up() -> Any:
    """Django, with the environment checked; an unsafe setting ends the command with its name."""
    try:
        import django
    except ImportError as error:
        raise Refused("service-missing", "The web service is not installed: pip install credenza[service].") from error
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    from django.conf import settings

    django.setup()
    return settings


def _granian(host: str, port: int, processes: int, threads: int, logs: dict[str, Any] | None) -> None:
    import multiprocessing

    from granian.constants import Interfaces
    from granian.server import Server

    # Processes that answer start anew: a copy of this one would lack the threads that drew the demonstration's pages,
    # and wait for them for ever when it draws one itself.
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "credenza.service.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        backpressure=max(64, threads * 16),
        log_access=False,
        log_dictconfig=logs,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    )
    try:
        server.serve()
    except RuntimeError as error:
        said = str(error).splitlines()[0]
        raise Refused("address-unusable", f"Cannot listen on {host}:{port}: {said}.") from error
