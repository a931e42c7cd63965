"""The audit trail as a file that lies elsewhere: with its digests, by which anybody can check the chain."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from credenza.service.accounts.models import AuditEvent, Organisation
from credenza.service.csv_cells import plain
from credenza.service.downloads import CSV

COLUMNS = ("number", "at", "actor", "action", "subject", "detail", "previous_digest", "digest")


def events_of(organisation: Organisation, action: str) -> QuerySet[AuditEvent]:
    """The events whose action begins so."""
    events = AuditEvent.objects.filter(organisation=organisation)
    return events.filter(action__startswith=action) if action else events


def export(organisation: Organisation, action: str) -> StreamingHttpResponse:
    """The events in their order as CSV, written while they are read."""
    response = StreamingHttpResponse(_lines(events_of(organisation, action).order_by("number")), content_type=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{organisation.slug}.csv"'
    return response


class _Echo:
    """Hands a written line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _lines(events: QuerySet[AuditEvent]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for one in events.iterator(chunk_size=2000):
        told = {name: getattr(one, name) for name in COLUMNS}
        told |= {"at": one.at.isoformat(), "detail": json.dumps(one.detail, ensure_ascii=False, sort_keys=True)}
        yield writer.writerow([plain(cell) for cell in told.values()])
