"""Rows of class lists that name a learner who is to be forgotten: never mended, issued before, or not issued yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from credenza.record import Learner
from credenza.record.class_list_row import RowReader
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.versions import folded
from credenza.service.issuance.models import BatchRow, BatchState, RowState

_ERASED = {"where": "", "code": "row-erased", "message": "The learner had their data erased.", "suggestion": None}


def forget_addresses(addresses: Collection[str]) -> int:
    """Empty the rows, of any organisation, that hold one of these addresses, which are the person's own."""
    holds = Q()
    for address in addresses:
        holds |= Q(text__icontains=address) | Q(text__icontains=json.dumps(address)[1:-1])
    found = _kept().annotate(text=Cast("cells", TextField())).filter(holds) if addresses else ()
    wanted = {folded(one) for one in addresses}
    return _empty(row for row in found if wanted & _texts(row))


def forget_learner(organisation: Organisation, learner: Learner) -> int:
    """Empty the rows of an organisation that name this learner, unless they say another day of birth."""
    rows = _kept().filter(batch__organisation=organisation).select_related("batch__version")
    return _empty(row for row in rows.iterator(chunk_size=1000) if _is_of(row, learner))


def _kept() -> QuerySet[BatchRow]:
    """Rows that hold cells; those that are being issued at this moment are emptied by that, and become awards."""
    return BatchRow.objects.exclude(cells=[]).exclude(batch__state=BatchState.RUNNING)


def _texts(row: BatchRow) -> set[str]:
    return {folded(str(cell)) for cell in row.cells if cell is not None}


def _is_of(row: BatchRow, learner: Learner) -> bool:
    texts = _texts(row)
    if learner.email is not None and folded(learner.email) in texts:
        return True
    parts = [folded(one) for one in (learner.given_name, learner.family_name) if one]
    split = len(parts) == 2 and texts.issuperset(parts)
    if not split and folded(learner.name or "") not in texts:
        return False
    reader = RowReader(row.by_column, row.batch.version.as_record, row.batch.created_at.date(), {})
    return reader.birth_date() in (None, learner.birth_date)


def _empty(rows: Iterable[BatchRow]) -> int:
    found = [row.pk for row in rows]
    for start in range(0, len(found), 500):
        some = BatchRow.objects.filter(pk__in=found[start : start + 500])
        some.exclude(state=RowState.GOOD).update(cells=[], problems=[_ERASED])
        some.filter(state=RowState.GOOD).update(cells=[], problems=[_ERASED], state=RowState.BAD)
    return len(found)
