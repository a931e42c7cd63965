"""Sealing and writing in this process or in several: the same chunks, the same bytes but for the salts and signatures.

A worker gets rows, for an award is four times as large, and writes what it sealed; only the names of the formats come
back. The ledger stays with the one process that reads the rows, and is told what was written after it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Protocol

from credenza.issuing.awards import IssuingPlan, award_of
from credenza.issuing.class_list import Order, Sealed, SubmitChunk, Wanted, Written
from credenza.issuing.worker_server import worker_context
from credenza.ports.issuing import CredentialSink


class SealChunk(Protocol):
    """Seals the awards of a chunk, each in the formats that are wanted of it."""

    def __call__(self, wanted: Wanted, /) -> Sealed: ...


MakeSealer = Callable[[], SealChunk]
_worker: Callable[[list[Order]], Written] | None = None


@contextmanager
def workers(make_sealer: MakeSealer, sink: CredentialSink, plan: IssuingPlan, count: int) -> Iterator[SubmitChunk]:
    """Submit chunks to ``count`` processes, each with a sealer and a copy of the sink; one does it in this process."""
    if count <= 1:
        seal = make_sealer()
        yield lambda orders: _done(_written(seal, sink, plan, orders))
        return
    context = worker_context()
    with ProcessPoolExecutor(count, mp_context=context, initializer=_start, initargs=(make_sealer, sink, plan)) as pool:
        yield lambda orders: pool.submit(_in_worker, orders)


def _written(seal: SealChunk, sink: CredentialSink, plan: IssuingPlan, orders: list[Order]) -> Written:
    wanted = [(award_of(row, reservation, plan), formats) for row, reservation, formats in orders]
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


def _start(make_sealer: MakeSealer, sink: CredentialSink, plan: IssuingPlan) -> None:
    global _worker
    _worker = partial(_written, make_sealer(), sink, plan)


def _in_worker(orders: list[Order]) -> Written:
    assert _worker is not None
    return _worker(orders)
