"""The server that workers are forked from: it imports what they need while the command still reads and checks."""

from __future__ import annotations

from multiprocessing import forkserver, get_all_start_methods, get_context
from multiprocessing.context import BaseContext

_FORKS = "forkserver" in get_all_start_methods()


def start(module: str) -> None:
    """Begin to import a module in the server, where the system has one; ``worker_context`` forks from it later."""
    if _FORKS:
        forkserver.set_forkserver_preload([module])
        forkserver.ensure_running()


def worker_context() -> BaseContext:
    """How workers start: a fork of the clean server takes a tenth of the time of a new process.

    A fork of this process would not be safe, for it has threads.
    """
    return get_context("forkserver" if _FORKS else "spawn")
