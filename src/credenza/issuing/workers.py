"""Sealing in this process or in several: the same chunks, the same bytes but for the salts and signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Protocol

from credenza.issuing.class_list import Sealed, SubmitChunk, Wanted


class SealChunk(Protocol):
    """Seals the awards of a chunk, each in the formats that are wanted of it."""

    def __call__(self, wanted: Wanted, /) -> Sealed: ...


MakeSealer = Callable[[], SealChunk]
_sealer: SealChunk | None = None


@contextmanager
def workers(make_sealer: MakeSealer, count: int) -> Iterator[SubmitChunk]:
    """Submit chunks to ``count`` processes, each with a sealer of its own; one seals in this process."""
    if count <= 1:
        seal = make_sealer()
        yield lambda wanted: _done(seal(wanted))
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_start, initargs=(make_sealer,)) as pool:
        yield lambda wanted: pool.submit(_seal, wanted)


def _done(sealed: Sealed) -> Future[Sealed]:
    future: Future[Sealed] = Future()
    future.set_result(sealed)
    return future


def _start(make_sealer: MakeSealer) -> None:
    global _sealer
    _sealer = make_sealer()


def _seal(wanted: Wanted) -> Sealed:
    assert _sealer is not None
    return _sealer(wanted)
