"""How far a batch is: how many are sealed, mailed, bounced, claimed; and the same of each recipient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from credenza.service.issuance import batches
from credenza.service.issuance.models import Award, Batch, BatchRow, Delivery, DeliveryState, RowState

PEOPLE_A_PAGE = 50


@dataclass(frozen=True)
class People:
    """One page of recipients; ``next_after`` is the row number after which the next begins, or None."""

    rows: list[BatchRow]
    next_after: int | None


def numbers(batch: Batch) -> dict[str, Any]:
    """The numbers of a batch: rows by state, letters by state, and claimed awards."""
    rows = batches.numbers(batch)
    letters = Delivery.objects.filter(award__batch=batch).order_by().values_list("state").annotate(n=Count("pk"))
    found = {state.value: 0 for state in DeliveryState} | dict(letters)
    claimed = Award.objects.filter(batch=batch).aggregate(n=Count("pk", filter=Q(claimed_at__isnull=False)))["n"]
    wanted = rows[RowState.GOOD] + rows[RowState.ISSUED]
    return {**rows, **found, "claimed": claimed, "wanted": wanted, "letters": sum(found.values())}


def people(batch: Batch, *, after: int) -> People:
    """Recipients by their row numbers; each row has ``letter``, the state of the newest letter, or None."""
    newest = Delivery.objects.filter(award=OuterRef("award")).order_by("-created_at").values("state")[:1]
    listed = batch.rows.filter(number__gt=after).select_related("award").annotate(letter=Subquery(newest))
    found = list(listed.order_by("number")[: PEOPLE_A_PAGE + 1])
    more = len(found) > PEOPLE_A_PAGE
    shown = found[:PEOPLE_A_PAGE]
    return People(shown, shown[-1].number if more else None)
