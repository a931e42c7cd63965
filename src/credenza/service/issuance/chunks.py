"""One chunk of a batch: its awards, documents, letters, counts and row states are stored in one transaction, or nothing.

Whatever happens to the process, a row is ``good`` and has no award, or ``issued`` and has one; a chunk that is done again
finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict

from django.db import connection, transaction
from django.utils import timezone

from credenza.record.class_list import BadRow, Row
from credenza.service.accounts import audit
from credenza.service.issuance import batches, correcting, issuing
from credenza.service.issuance.models import Award, Batch, BatchRow, BatchState, RowState

SIZE = 200
_SETTLE = """
UPDATE issuance_batchrow SET state = %%s, cells = '[]', problems = '[]', award_id = settled.column2
FROM (VALUES %s) AS settled WHERE id = settled.column1
"""


def spans(batch: Batch) -> list[tuple[int, int]]:
    """The chunks that are left, each by its first and last row number."""
    left = list(batch.rows.filter(state=RowState.GOOD).order_by("number").values_list("number", flat=True))
    parts = [left[start : start + SIZE] for start in range(0, len(left), SIZE)]
    return [(part[0], part[-1]) for part in parts]


def issue(batch: Batch, first: int, last: int) -> int:
    """Issue the good rows from ``first`` to ``last`` that have no award yet; how many were issued.

    Raises:
        Refused: ``key-missing``.
    """
    waiting = batch.rows.filter(number__gte=first, number__lte=last, state=RowState.GOOD)
    if batch.corrects:
        return correcting.replace_rows(batch, waiting.order_by("number"))
    stored = {row.number: row for row in waiting}
    reader = batches.StoredRows(batch)
    read = [reader(row) for row in stored.values()]
    rows = [one for one in read if isinstance(one, Row)]
    drafts, already = issuing.prepare(batch.version, rows, batch=batch, language=batch.language)
    with transaction.atomic():
        still = set(waiting.select_for_update(no_key=True).order_by("number").values_list("number", flat=True))
        drafts = [draft for draft in drafts if draft.row.number in still]
        made, late = issuing.store(batch.version, drafts, mail=batch.mail)
        _settle(stored, still, RowState.ISSUED, [(row.number, award) for row, award in made])
        _settle(stored, still, RowState.DUPLICATE, [(one.row.number, one.award) for one in (*already, *late)])
        for bad in (one for one in read if isinstance(one, BadRow) and one.number in still):
            problems = [asdict(problem) for problem in bad.problems]
            BatchRow.objects.filter(pk=stored[bad.number].pk).update(state=RowState.BAD, problems=problems)
    return len(made)


def _settle(
    stored: Mapping[int, BatchRow], still: Set[int], state: RowState, settled: Sequence[tuple[int, Award]]
) -> None:
    """Give rows their awards and their state, and forget their cells."""
    values = [(stored[number].pk, award.pk) for number, award in settled if number in still]
    if not values:
        return
    key = Award._meta.pk
    pairs = [one for row, award in values for one in (row, key.get_db_prep_value(award, connection))]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE % ", ".join(["(%s, %s)"] * len(values)), [state.value, *pairs])


def finish(batch: Batch) -> None:
    """Close a batch all of whose rows are settled."""
    with transaction.atomic():
        running = Batch.objects.select_for_update(no_key=True).filter(pk=batch.pk, state=BatchState.RUNNING)
        if not running.exists() or batch.rows.filter(state=RowState.GOOD).exists():
            return
        running.update(state=BatchState.FINISHED, finished_at=timezone.now(), problem="")
        found = batches.numbers(batch)
        audit.record(batch.organisation, "batch.finished", actor="system", subject=batch.id, **found)


def stop(batch: Batch, problem: str) -> None:
    """Stop a batch that cannot go on; a person mends what is wrong and starts it again."""
    with transaction.atomic():
        running = Batch.objects.filter(pk=batch.pk, state=BatchState.RUNNING)
        if running.update(state=BatchState.STOPPED, problem=problem[:300]):
            audit.record(batch.organisation, "batch.stopped", actor="system", subject=batch.id)
