"""Sealing and writing in this process or in several: the same chunks, the same bytes but for the salts and signatures.

The one process that reads the rows keeps the ledger. Workers get rows, for an award is four times as large, and write
what they seal; all that comes back is that it was done. Each worker gets an equal portion of every chunk, so that all
have work from the first chunk on and end together. A worker is forked where that is safe (it shares what was
imported), talks through one pipe, and ends when the pipe does: also where this process was killed.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Protocol

from credenza.errors import Unreachable
from credenza.issuing.awards import IssuingPlan, award_of
from credenza.issuing.class_list import Order, Sealed, SubmitChunk, Wanted
from credenza.ports.issuing import CredentialSink

_FORKS = sys.platform == "linux"
_DIED = "A process that seals was ended from outside. Issue the list again: it goes on where it stopped."
_CONTEXT = get_context("fork") if _FORKS else get_context("spawn")


class SealChunk(Protocol):
    """Seals the awards of a chunk, each in the formats that are wanted of it."""

    def __call__(self, wanted: Wanted, /) -> Sealed: ...


MakeSealer = Callable[[], SealChunk]


@contextmanager
def workers(make_sealer: MakeSealer, sink: CredentialSink, plan: IssuingPlan, count: int) -> Iterator[SubmitChunk]:
    """Submit chunks to ``count`` processes, each with a sealer and a copy of the sink; one does it in this process.

    Enter it before this process starts threads or opens the ledger, for its workers are forked at once.
    """
    if count <= 1:
        write = partial(_write, make_sealer(), sink, plan)
        yield lambda orders: _finished(write(orders))
        return
    gc.freeze()  # what was imported stays shared: no collection touches it, here or in a worker
    at_work: list[_Worker] = []
    try:
        for _ in range(count):
            at_work.append(_Worker(make_sealer, sink, plan, at_work))
        yield partial(_share, at_work)
    except BaseException:
        for worker in at_work:
            worker.process.terminate()
        raise
    finally:
        for worker in at_work:
            worker.pipe.close()
        for worker in at_work:
            worker.process.join()


def _finished(_: None) -> Callable[[], None]:
    return lambda: None


def _share(at_work: Sequence[_Worker], orders: list[Order]) -> Callable[[], None]:
    busy = at_work[: len(orders)]
    for place, worker in enumerate(busy):
        worker.send(orders[place :: len(busy)])

    def wait() -> None:
        for worker in busy:
            worker.wait()

    return wait


class _Worker:
    """A process that seals and writes the portions that it is sent, one after the other."""

    def __init__(self, make_sealer: MakeSealer, sink: CredentialSink, plan: IssuingPlan, before: list[_Worker]) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        foreign = [self.pipe, *(one.pipe for one in before)] if _FORKS else []
        job = (make_sealer, sink, plan, theirs, foreign)
        self.process = _CONTEXT.Process(target=_work, args=job, daemon=True)
        self.process.start()
        theirs.close()

    def send(self, portion: list[Order]) -> None:
        with suppress(OSError):  # it ended: ``wait`` says why
            self.pipe.send(portion)

    def wait(self) -> None:
        """Until the oldest portion is written.

        Raises:
            Unreachable: ``worker-died``; and whatever kept the worker from sealing or writing it.
        """
        try:
            failed: BaseException | None = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise Unreachable("worker-died", _DIED) from error
        if failed is not None:
            raise failed


def _work(
    make_sealer: MakeSealer, sink: CredentialSink, plan: IssuingPlan, pipe: Connection, foreign: list[Connection]
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C only the first process tells
    for other in foreign:
        other.close()
    try:
        write = partial(_write, make_sealer(), sink, plan)
        for portion in _portions(pipe):
            write(portion)
            pipe.send(None)
    except Exception as error:  # noqa: BLE001 - whatever it is, the first process tells it
        with suppress(OSError):
            pipe.send(error)


def _portions(pipe: Connection) -> Iterator[list[Order]]:
    first_process = os.getppid()
    with suppress(EOFError, OSError):
        while os.getppid() == first_process:
            yield pipe.recv()


def _write(seal: SealChunk, sink: CredentialSink, plan: IssuingPlan, orders: list[Order]) -> None:
    wanted = [(award_of(row, reservation, plan), formats) for row, reservation, formats in orders]
    for (award, _), files in zip(wanted, seal(wanted), strict=True):
        for name, data in files.items():
            sink.write(award, name, data)
