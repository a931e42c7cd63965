"""The life of a class list: read, mapped, checked, approved, issued chunk by chunk, finished; or cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from credenza.adapters import spreadsheets
from credenza.errors import Conflict, MalformedInput, Refused
from credenza.issuing.awards import claim_of
from credenza.record.class_list import BadRow, Cell, Row, columns, guess_columns, missing_columns, refuse_columns
from credenza.record.class_list_row import EXTRA_COLUMN, RowReader
from credenza.record.form import Problem
from credenza.service.accounts import audit, second_person
from credenza.service.accounts.models import User
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import correcting
from credenza.service.issuance.issuing import held_by, standing_awards
from credenza.service.issuance.models import Batch, BatchRow, BatchState, RowState

MOST_ROWS = 50_000
LARGEST_FILE = 12_000_000
KEPT = timedelta(days=30)
_LONGEST_CELL = 600
_AT_ONCE = 500
OPEN = (BatchState.UPLOADED, BatchState.CHECKED)


def upload(version: DefinitionVersion, data: bytes, file_name: str, *, actor: User) -> Batch:
    """A class list read from a file, its columns guessed from their names.

    Raises:
        MalformedInput: as ``adapters.spreadsheets.read_bytes``, ``spreadsheet-too-many-rows``, ``class-list-empty``.
        Refused: ``definition-not-published``.
    """
    sheet = spreadsheets.read_bytes(data, file_name)
    header = [str(plain(cell) or "") for cell in sheet.header]
    return _create(version, header, sheet.rows, file_name=file_name, source="file", actor=actor)


def from_records(version: DefinitionVersion, records: Sequence[Mapping[str, Cell]], *, actor: User | None) -> Batch:
    """A class list that a machine sends: each record names its cells as the columns are named; it is checked at once.

    Raises:
        MalformedInput: ``class-list-column-unknown``, ``class-list-column-missing`` and as ``upload``.
    """
    header = list(dict.fromkeys(key for record in records for key in record))
    _require_columns(header)
    rows = ((number, [record.get(key) for key in header]) for number, record in enumerate(records, start=1))
    with transaction.atomic():
        batch = _create(version, header, rows, file_name="", source="api", actor=actor)
        map_columns(batch, dict(enumerate(header)), edition=batch.edition, actor=actor)
    return batch


def is_column(key: str) -> bool:
    """Whether a class list may have this column."""
    return any(one.key == key for one in columns()) or EXTRA_COLUMN.match(key) is not None


def require_known(keys: Iterable[str]) -> None:
    """Raises MalformedInput ``class-list-column-unknown`` with each of them."""
    refuse_columns(_unknown(keys))


def _require_columns(keys: Sequence[str]) -> None:
    twice = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
    chosen = [Problem(key, "class-list-column-twice", f"Two columns are chosen for {key!r}.") for key in twice]
    refuse_columns([*chosen, *_unknown(keys), *missing_columns(keys)])


def _unknown(keys: Iterable[str]) -> list[Problem]:
    unknown = [key[:80] for key in keys if not is_column(key)]
    return [Problem(key, "class-list-column-unknown", f"The column {key!r} is not known.") for key in unknown]


def _create(
    version: DefinitionVersion,
    header: list[str],
    rows: Iterable[tuple[int, Sequence[Cell]]],
    *,
    file_name: str,
    source: str,
    actor: User | None,
) -> Batch:
    if not version.is_offered:
        raise Refused("definition-not-published", "Only a published micro-credential can be issued.")
    guessed = {str(place): key for place, key in guess_columns(header).items()}
    batch = Batch(
        organisation=version.definition.organisation,
        version=version,
        source=source,
        file_name=file_name[:255],
        mapping={"header": header, "places": guessed},
        created_by=actor,
    )
    kept = [
        BatchRow(batch=batch, number=number, state=RowState.GOOD, cells=[plain(cell) for cell in cells])
        for number, cells in bounded(rows)
    ]
    if not kept:
        raise MalformedInput("class-list-empty", "The class list has a header, but no learners.")
    batch.rows_total = len(kept)
    with transaction.atomic():
        batch.save()
        BatchRow.objects.bulk_create(kept, batch_size=_AT_ONCE)
    return batch


def bounded(rows: Iterable[tuple[int, Sequence[Cell]]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows that are not empty, and no more than a class list holds.

    Raises:
        MalformedInput: ``spreadsheet-too-many-rows``.
    """
    found = 0
    for number, cells in rows:
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        found += 1
        if found > MOST_ROWS:
            raise MalformedInput("spreadsheet-too-many-rows", f"A class list holds at most {MOST_ROWS:,} learners.")
        yield number, cells


def plain(cell: Cell) -> str | int | float | bool | None:
    """A cell as JSON: dates as ISO 8601, texts without what no database takes, and not longer than any cell may be."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta) or (isinstance(cell, float) and cell - cell != 0):
        return str(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= 2**53:
        return str(cell)
    if isinstance(cell, str):
        return cell.replace("\x00", "").encode("utf-8", "replace").decode()[:_LONGEST_CELL]
    return cell


def map_columns(batch: Batch, places: Mapping[int, str], *, edition: int, actor: User | None) -> None:
    """Say what the columns hold, and check every row with that; whoever says it is no second person any more.

    ``edition`` is that of the class list which was read before.

    Raises:
        MalformedInput: ``class-list-column-missing``, ``class-list-column-twice``, ``class-list-column-unknown``.
        Conflict: ``batch-started``, ``changed-since-seen``, ``batch-corrects``: what corrects awards says by itself what
            its columns hold.
    """
    if batch.corrects:
        raise Conflict("batch-corrects", "The columns of corrections are known.")
    _require_columns(list(places.values()))
    with transaction.atomic():
        now = _lock(batch, OPEN)
        second_person.require_seen(edition, now.edition, changed_by=now.mapped_by)
        batch.mapping = batch.mapping | {"places": {str(place): key for place, key in sorted(places.items())}}
        _check(batch)
        batch.state, batch.mapped_by, batch.edition = BatchState.CHECKED, actor, F("edition") + 1
        batch.save(update_fields=["mapping", "mapped_by", "state", "rows_total", "edition"])
    batch.refresh_from_db(fields=["edition"])


def _check(batch: Batch) -> None:
    rows = list(batch.rows.order_by("number"))
    reader = StoredRows(batch)
    good: list[tuple[BatchRow, Row]] = []
    for row in rows:
        read = reader(row)
        if isinstance(read, Row):
            good.append((row, read))
        else:
            row.state, row.problems = RowState.BAD, [asdict(one) for one in read.problems]
    for start in range(0, len(good), _AT_ONCE):
        _mark_duplicates(batch.version, good[start : start + _AT_ONCE])
    batch.rows.all().delete()
    for row in rows:
        row.pk = None
    BatchRow.objects.bulk_create(rows, batch_size=_AT_ONCE)


def _mark_duplicates(version: DefinitionVersion, good: Sequence[tuple[BatchRow, Row]]) -> None:
    claims = [claim_of(read) for _, read in good]
    standing = standing_awards(version, claims)
    for (row, _), claim in zip(good, claims, strict=True):
        award = held_by(claim, standing)
        row.state, row.problems = RowState.GOOD, []
        if award is not None:
            row.state = RowState.DUPLICATE
            row.award = award


class StoredRows:
    """Reads stored rows of one batch; remembers the learners of the rows before."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._definition = batch.version.as_record
        self._today = batch.created_at.date()
        self._seen: dict[tuple[str, ...], int] = {}

    def __call__(self, row: BatchRow) -> Row | BadRow:
        if self._batch.corrects:
            return correcting.row_of(row)
        return RowReader(row.by_column, self._definition, self._today, self._seen).read(row.number)


def cancel(batch: Batch, *, actor: User) -> None:
    """Give a class list up before it is started; its rows are deleted.

    Raises:
        Conflict: ``batch-started``.
    """
    with transaction.atomic():
        _lock(batch, (*OPEN, BatchState.STOPPED))
        batch.rows.all().delete()
        batch.state = BatchState.CANCELLED
        batch.save(update_fields=["state"])
        audit.record(batch.organisation, "batch.cancelled", actor=actor, subject=batch.id)


def forget_old(now: datetime | None = None) -> int:
    """Delete what rows hold that nobody mended or issued for a month; how many rows were emptied."""
    before = (now or timezone.now()) - KEPT
    old = Batch.objects.filter(created_at__lt=before).exclude(state=BatchState.RUNNING)
    Batch.objects.filter(created_at__lt=before, state__in=OPEN).update(state=BatchState.CANCELLED)
    return BatchRow.objects.filter(batch__in=old).exclude(cells=[], problems=[]).update(cells=[], problems=[])


def numbers(batch: Batch) -> dict[str, int]:
    """How many rows are in each state."""
    found = dict(batch.rows.order_by().values_list("state").annotate(n=Count("pk")))
    return {state.value: found.get(state.value, 0) for state in RowState}


def _lock(batch: Batch, states: Sequence[str]) -> Batch:
    now = Batch.objects.select_for_update(no_key=True).filter(pk=batch.pk, state__in=states).first()
    if now is None:
        raise Conflict("batch-started", "This class list was started or cancelled already.")
    return now
