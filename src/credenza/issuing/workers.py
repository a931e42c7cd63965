"""Sealing and writing in this process or in several: the same chunks, the same bytes but for the salts and signatures.

A worker writes what it sealed, for making a file takes nearly as long as sealing one; only the names of the formats
come back. The ledger stays with the one process that reads the rows, and is told what was written after it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from typing import Protocol

from credenza.issuing.class_list import Sealed, SubmitChunk, Wanted, Written
from credenza.ports.issuing import CredentialSink


class SealChunk(Protocol):
    """Seals the awards of a chunk, each in the formats that are wanted of it."""

    def __call__(self, wanted: Wanted, /) -> Sealed: ...


MakeSealer = Callable[[], SealChunk]
_sealer: SealChunk | None = None


@contextmanager
def workers(make_sealer: MakeSealer, sink: CredentialSink, count: int) -> Iterator[SubmitChunk]:
    """Submit chunks to ``count`` processes, each with a sealer and a copy of the sink; one does it in this process."""
    if count <= 1:
        seal = make_sealer()
        yield lambda wanted: _done(_written(seal, sink, wanted))
        return
    # A fork of a clean server, which has imported what a sealer needs, starts in a tenth of the time of a new process;
    # a fork of this process would not be safe, for it has threads.
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    context.set_forkserver_preload([_module_of(make_sealer)])
    with ProcessPoolExecutor(count, mp_context=context, initializer=_start, initargs=(make_sealer,)) as pool:
        yield lambda wanted: pool.submit(_in_worker, sink, wanted)


def _module_of(make_sealer: MakeSealer) -> str:
    function = make_sealer.func if isinstance(make_sealer, partial) else make_sealer
    return function.__module__


def _written(seal: SealChunk, sink: CredentialSink, wanted: Wanted) -> Written:
    written = []
    for (award, _), files in zip(wanted, seal(wanted), strict=True):
        for name, data in files.items():
            sink.write(award, name, data)
        written.append(tuple(files))
    return written


def _done(written: Written) -> Future[Written]:
    future: Future[Written] = Future()
    future.set_result(written)
    return future


def _start(make_sealer: MakeSealer) -> None:
    global _sealer
    _sealer = make_sealer()


def _in_worker(sink: CredentialSink, wanted: Wanted) -> Written:
    assert _sealer is not None
    return _written(_sealer, sink, wanted)
