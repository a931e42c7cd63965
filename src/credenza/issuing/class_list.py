"""Issuing a class list: every good row once, whatever was killed or run again before; every bad row comes back.

Rows are taken in chunks: reserved in the ledger, made into awards and sealed (here or by workers), written, and only
then marked as done.
A run that dies between two steps leaves reservations, which the next run seals with the same ids and places.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from credenza.issuing.awards import IssuingPlan, claim_of
from credenza.ports.issuing import IssuingLedger, Reservation
from credenza.record import Award
from credenza.record.class_list import BadRow, Row
from credenza.record.form import Problem

Wanted: TypeAlias = list[tuple[Award, tuple[str, ...]]]
Sealed: TypeAlias = list[dict[str, bytes]]
Order: TypeAlias = tuple[Row, Reservation, tuple[str, ...]]
"""A row, its reservation, and the formats that are still to be written of it."""
SubmitChunk: TypeAlias = Callable[[list[Order]], Callable[[], None]]
"""Begins to seal the awards of a chunk and to write them; what it returns waits until all are written."""

CHUNK = 200
IN_FLIGHT = 4


@dataclass(frozen=True)
class Issued:
    """A row whose credential exists now; ``formats`` are those that this run wrote, none where all existed.

    ``again`` says that it had been issued before, and was written again.
    """

    number: int
    credential_id: str
    formats: tuple[str, ...]
    again: bool = False


Outcome: TypeAlias = Issued | BadRow


def issue_class_list(
    rows: Iterable[Row | BadRow],
    *,
    plan: IssuingPlan,
    ledger: IssuingLedger,
    submit: SubmitChunk,
    again: bool = False,
) -> Iterator[Outcome]:
    """Issue row after row, with a few chunks begun before the first is waited for; outcomes in the order of rows.

    With ``again``, what was written before is sealed and written once more: the same credentials, for files that were lost.
    """
    pending: deque[_Chunk] = deque()
    remaining = iter(rows)
    while chunk_rows := list(islice(remaining, CHUNK)):
        pending.append(_begin(chunk_rows, plan=plan, ledger=ledger, submit=submit, again=again))
        if len(pending) >= IN_FLIGHT:
            yield from _complete(pending.popleft(), ledger=ledger)
    while pending:
        yield from _complete(pending.popleft(), ledger=ledger)


@dataclass(frozen=True)
class _Chunk:
    outcomes: list[Outcome]
    orders: list[Order]
    wait: Callable[[], None] | None


def _begin(
    rows: Sequence[Row | BadRow], *, plan: IssuingPlan, ledger: IssuingLedger, submit: SubmitChunk, again: bool
) -> _Chunk:
    claims = [claim_of(row) for row in rows if isinstance(row, Row)]
    reservations = iter(ledger.reserve(plan.definition.id, claims, issued=plan.issued, origin=plan.origin))
    outcomes: list[Outcome] = []
    orders: list[Order] = []
    for row in rows:
        if isinstance(row, BadRow):
            outcomes.append(row)
            continue
        reservation = next(reservations)
        missing = tuple(name for name in plan.formats if again or name not in reservation.done)
        problem = _in_the_way(reservation, missing)
        if problem is not None:
            outcomes.append(BadRow(row.number, (problem,)))
            continue
        written = bool(reservation.done) and again
        outcomes.append(Issued(row.number, reservation.credential_id, missing, written))
        if missing:
            orders.append((row, reservation, missing))
    return _Chunk(outcomes, orders, submit(orders) if orders else None)


def _complete(chunk: _Chunk, *, ledger: IssuingLedger) -> Iterator[Outcome]:
    if chunk.wait is not None:
        chunk.wait()
        ledger.finish((reservation.credential_id, formats) for _, reservation, formats in chunk.orders)
    yield from chunk.outcomes


def _in_the_way(reservation: Reservation, missing: Sequence[str]) -> Problem | None:
    if reservation.changed:
        return Problem(
            "",
            "already-issued",
            f"This learner already has this micro-credential with other content ({reservation.credential_id}):"
            " revoke that one first, or correct the row.",
        )
    if missing and reservation.altered:
        return Problem(
            "",
            "issued-otherwise",
            "This learner's credential was issued when the definition or the organisation said something else"
            f" ({reservation.credential_id}): put those files back as they were, or revoke it first.",
        )
    return None
