"""The rows of a class list that are to be mended, as a spreadsheet that says what to mend."""

from __future__ import annotations

from io import BytesIO

from django.utils.translation import gettext as _

from credenza.adapters.class_list_corrections import SheetWords, write_sheet
from credenza.record.class_list import BadRow
from credenza.record.form import Problem
from credenza.service.issuance.models import Batch, RowState
from credenza.service.issuance.told_problems import told_problem


def sheet(batch: Batch) -> bytes | None:
    """The bad rows as XLSX, or None where there are none (any more)."""
    bad = list(batch.rows.filter(state=RowState.BAD).exclude(cells=[]).order_by("number"))
    if not bad:
        return None
    places = {int(place): key for place, key in batch.mapping["places"].items()}
    if batch.corrects and "award" in batch.mapping:
        places[batch.mapping["award"]] = "award"
    told = [BadRow(row.number, tuple(told_problem(Problem(**problem)) for problem in row.problems)) for row in bad]
    out = BytesIO()
    write_sheet(batch.mapping["header"], places, ((row.number, row.cells) for row in bad), told, out, _words())
    return out.getvalue()


def _words() -> SheetWords:
    return SheetWords(
        sheet=_("To mend"),
        advice=_("What to mend"),
        row=_("Row {number}: {what}"),
        meant=_("Did you mean {suggestion}?"),
    )
