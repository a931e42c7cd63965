"""How far a batch is: how many are sealed, mailed, bounced, claimed; and the same of each recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery, Value

from credenza.service.issuance.models import Award, Batch, BatchRow, Delivery, DeliveryState, RowState

PEOPLE_A_PAGE = 50


@dataclass(frozen=True)
class People:
    """One page of recipients; ``next_after`` is the row number after which the next begins, or None."""

    rows: list[BatchRow]
    next_after: int | None


def numbers(batch: Batch) -> dict[str, int]:
    """The numbers of a batch: rows by state, letters by state, and claimed awards."""
    return numbers_of([batch])[batch.pk]


def numbers_of(several: Sequence[Batch]) -> dict[UUID, dict[str, int]]:
    """The numbers of each of these batches, with three questions for all of them."""
    states = (*RowState.values, *DeliveryState.values, "claimed")
    found = {batch.pk: dict.fromkeys(states, 0) for batch in several}
    claimed = Award.objects.filter(batch__in=several, claimed_at__isnull=False).annotate(what=Value("claimed"))
    for counted, batch, what in (
        (BatchRow.objects.filter(batch__in=several), "batch", "state"),
        (Delivery.objects.filter(award__batch__in=several), "award__batch", "state"),
        (claimed, "batch", "what"),
    ):
        for key, name, n in counted.order_by().values_list(batch, what).annotate(n=Count("pk")):
            found[key][name] = n
    for one in found.values():
        one["wanted"] = one[RowState.GOOD] + one[RowState.ISSUED]
        one["letters"] = sum(one[state] for state in DeliveryState.values)
    return found


def people(batch: Batch, *, after: int) -> People:
    """Recipients by their row numbers; each row has ``letter``, the state of the newest letter, or None."""
    newest = Delivery.objects.filter(award=OuterRef("award")).order_by("-created_at").values("state")[:1]
    listed = batch.rows.filter(number__gt=after).select_related("award").annotate(letter=Subquery(newest))
    found = list(listed.order_by("number")[: PEOPLE_A_PAGE + 1])
    more = len(found) > PEOPLE_A_PAGE
    shown = found[:PEOPLE_A_PAGE]
    return People(shown, shown[-1].number if more else None)
