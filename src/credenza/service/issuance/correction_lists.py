"""Corrections and renewals of many awards by a class list that names each award by its number.

The sheet can be had filled in. What it says otherwise than an award is what changes; columns that it does not have, and
rows that say nothing new, leave the awards as they are. From there on it goes the way of every class list: the rows to be
mended, a second person where there must be one, the durable job (``correcting``, ``approval``, ``chunks``).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override

from credenza.adapters import spreadsheets
from credenza.adapters.class_list_template import write_filled
from credenza.errors import CredenzaError, MalformedInput
from credenza.issuing.awards import claim_of
from credenza.record.class_list import BadRow, Cell, Row, columns, known_columns
from credenza.record.form import Problem
from credenza.service.accounts import audit
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import Organisation, User
from credenza.service.issuance import afterwards, batches, correcting, issuing
from credenza.service.issuance.class_list_columns import label
from credenza.service.issuance.models import Award, Batch, BatchRow, BatchState, RowState

AWARD = "award"
MOST_FILLED = 10_000
CORRECTED = "Corrected: a new credential takes its place."
_NAMES = frozenset({AWARD, "award id", "credential"})
_ID = re.compile(r"(?:\A|[:/])([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?\Z", re.IGNORECASE)
_AT_ONCE = 500


def filled(awards: QuerySet[Award]) -> bytes:
    """A class list (XLSX) that says what these awards say, each with its number; erased and revoked ones are left out.

    Raises:
        MalformedInput: ``awards-too-many``.
    """
    standing = awards.filter(erased_at=None, revoked_at=None).select_related("version").order_by("learner_name", "pk")
    if standing.count() > MOST_FILLED:
        raise MalformedInput("awards-too-many", f"Choose {MOST_FILLED:,} awards at most.")
    versions = {one.version_id: one.version for one in standing.only("version").distinct()[:_AT_ONCE]}
    most = max((len(one.as_record.assessments) for one in versions.values()), default=1)
    extra = [f"{name}_{number}" for number in range(2, min(most, 9) + 1) for name in ("grade", "supervision")]
    keys = [*(one.key for one in columns()), *extra]

    def rows() -> Iterator[list[Cell]]:
        for award in standing.iterator(chunk_size=_AT_ONCE):
            cells = correcting.cells_of(award)
            yield [str(award.pk), *(cells.get(key) for key in keys)]

    out = BytesIO()
    heads = [label(AWARD), *(label(one.key) for one in columns()), *extra]
    write_filled(heads, rows(), out, sheet_name=gettext("Class list"))
    return out.getvalue()


def upload(organisation: Organisation, data: bytes, file_name: str, *, reason: str, actor: User) -> Batch:
    """Corrections from a file, checked at once.

    Raises:
        MalformedInput: as ``adapters.spreadsheets.read_bytes``, ``class-list-column-missing`` (no award numbers, or
            nothing besides), ``class-list-column-unknown``, ``class-list-column-twice``, ``class-list-empty``,
            ``spreadsheet-too-many-rows``, ``awards-unknown``: none of the numbers is of an award of this organisation.
    """
    sheet = spreadsheets.read_bytes(data, file_name)
    header = ["" if cell is None else str(cell) for cell in sheet.header]
    place = next((at for at, name in enumerate(header) if _plain_name(name) in _names()), None)
    if place is None:
        raise MalformedInput(
            "class-list-column-missing", f"There is no column {label(AWARD)!r}, which names the awards."
        )
    places = known_columns([None if at == place else cell for at, cell in enumerate(header)])
    rows = (
        (number, _cell(cells, place), {key: _cell(cells, at) for at, key in places.items()})
        for number, cells in batches.bounded(sheet.rows)
    )
    return _create(organisation, header, place, places, rows, reason=reason, file_name=file_name, actor=actor)


def from_records(
    organisation: Organisation, records: Sequence[Mapping[str, Cell]], *, reason: str, actor: User
) -> Batch:
    """Corrections that a machine sends: each names its ``award`` and the cells to be corrected; None empties one.

    Raises:
        MalformedInput: as ``upload``.
    """
    keys = list(dict.fromkeys(key for record in records for key in record if key != AWARD))
    places = known_columns([None, *keys])
    rows = (
        (number, record.get(AWARD), {key: batches.plain(record[key]) for key in keys if key in record})
        for number, record in enumerate(records, start=1)
    )
    return _create(organisation, [label(AWARD), *keys], 0, places, rows, reason=reason, file_name="", actor=actor)


def _create(
    organisation: Organisation,
    header: Sequence[str],
    place: int,
    places: Mapping[int, str],
    rows: Iterable[tuple[int, Cell, dict[str, Cell]]],
    *,
    reason: str,
    file_name: str,
    actor: User,
) -> Batch:
    if not places:
        raise MalformedInput("class-list-column-missing", "There is no column that says anything of the awards.")
    batch = Batch(
        organisation=organisation,
        corrects=True,
        reason=(reason.strip() or CORRECTED)[:500],
        source="file" if file_name else "api",
        file_name=file_name[:255],
        mapping={"header": list(header), "places": {str(at): key for at, key in places.items()}, AWARD: place},
        state=BatchState.CHECKED,
        created_by=actor,
    )
    with transaction.atomic():
        lock(organisation)  # of two who correct the same award at once one is told
        kept = list(_Checker(organisation, batch, rows).rows())
        if not kept:
            raise MalformedInput("class-list-empty", "The class list has a header, but no awards.")
        known = next((row.award for row in kept if row.award is not None), None)
        if known is None:
            raise MalformedInput("awards-unknown", "None of these numbers is of an award of yours.")
        batch.version, batch.rows_total = known.version, len(kept)
        batch.save(force_insert=True)
        BatchRow.objects.bulk_create(kept, batch_size=_AT_ONCE)
        audit.record(organisation, "batch.correction-asked", actor=actor, subject=batch.id, rows=len(kept))
    return batch


class _Checker:
    """Finds the award of each row, and says what is wrong with the row, or that it says nothing new."""

    def __init__(
        self, organisation: Organisation, batch: Batch, rows: Iterable[tuple[int, Cell, dict[str, Cell]]]
    ) -> None:
        self._batch, self._width = batch, len(batch.mapping["header"])
        self._awards = organisation.awards.select_related("version__definition__organisation", "organisation")
        self._given = list(rows)
        self._ids = {number: _id_of(named) for number, named, _ in self._given}
        self._first: dict[uuid.UUID, int] = {}
        self._numbers = {found: number for number, found in reversed(self._ids.items()) if found is not None}
        self._standing_still: set[uuid.UUID] = set()

    def rows(self) -> Iterator[BatchRow]:
        for start in range(0, len(self._given), _AT_ONCE):
            some = self._given[start : start + _AT_ONCE]
            wanted = {found for number, _, _ in some if (found := self._ids[number]) is not None}
            awards = self._awards.in_bulk(wanted)
            waiting = correcting.under_way(awards)
            read = [self._row(number, named, cells, awards, waiting) for number, named, cells in some]
            self._refuse_others(read)
            yield from read

    def _row(
        self,
        number: int,
        named: Cell,
        cells: dict[str, Cell],
        awards: Mapping[uuid.UUID, Award],
        waiting: frozenset[uuid.UUID],
    ) -> BatchRow:
        found = self._ids[number]
        award = awards.get(found) if found is not None else None
        row = BatchRow(batch=self._batch, number=number, state=RowState.GOOD, award=award)
        before = correcting.cells_of(award) if award is not None and award.record is not None else {}
        row.cells = [None] * self._width
        row.cells[self._batch.mapping[AWARD]] = batches.plain(named)
        for place, key in self._batch.mapping["places"].items():
            row.cells[int(place)] = cells.get(key, before.get(key))
        problems = list(self._problems(row, found, waiting))
        if problems:
            row.state, row.problems = RowState.BAD, [asdict(one) for one in problems]
        elif not correcting.changes(award, cells) or _says_the_same(row):
            row.state = RowState.DUPLICATE
        return row

    def _problems(self, row: BatchRow, found: uuid.UUID | None, waiting: frozenset[uuid.UUID]) -> Iterator[Problem]:
        award = row.award
        if found is None or award is None:
            yield Problem(AWARD, "award-unknown", "There is no award of yours with this number.")
            return
        first = self._first.setdefault(found, row.number)
        if first != row.number:
            yield Problem(AWARD, "award-twice", f"Row {first} corrects this award already.")
            return
        try:
            afterwards.refuse_replacing(award)
        except CredenzaError as error:
            yield Problem(AWARD, error.code, error.message)
            return
        if found in waiting:
            yield Problem(AWARD, "correction-waits", "A correction of this award waits for a second person already.")
            return
        read = correcting.row_of(row)
        yield from read.problems if isinstance(read, BadRow) else ()

    def _refuse_others(self, rows: Sequence[BatchRow]) -> None:
        """A learner who has another award of the same gets no second one, unless a row before makes way.

        So learners do not change places by corrections: each would be led on from their own award to the other's.
        """
        self._standing_still |= {row.award_id for row in rows if row.state != RowState.GOOD and row.award_id}
        read = [(row, correcting.row_of(row)) for row in rows if row.state == RowState.GOOD]
        claims = [(row, claim_of(one)) for row, one in read if isinstance(one, Row)]
        standing: dict[tuple[uuid.UUID, str], Award] = {}
        for version in {row.award.version for row, _ in claims}:
            some = [claim for row, claim in claims if row.award.version_id == version.pk]
            found = issuing.standing_awards(version, some)
            standing |= {(version.pk, key): award for key, award in found.items()}
        for row, claim in claims:
            had = [standing.get((row.award.version_id, key)) for key in claim.learner_keys]
            problem = self._in_the_way(row, {one.pk for one in had if one is not None} - {row.award_id})
            if problem is not None:
                self._standing_still.add(row.award_id)
                row.state, row.problems = RowState.BAD, [asdict(problem)]

    def _in_the_way(self, row: BatchRow, others: Collection[uuid.UUID]) -> Problem | None:
        for other in others:
            number = self._numbers.get(other)
            if number is None:
                return Problem("", "award-exists", "This learner has this micro-credential already.")
            if number > row.number or other in self._standing_still:
                message = (
                    f"This learner has the award of row {number}. Where learners changed places,"
                    " revoke their awards and issue them anew: a correction would lead each to the award of the other."
                )
                return Problem("", "learners-exchanged", message)
        return None


def _says_the_same(row: BatchRow) -> bool:
    """Whether what is written otherwise, such as a date, comes to the same."""
    assert row.award is not None
    return correcting.row_of(row) == correcting.corrected(row.award, {}, row.number)


def _id_of(named: Cell) -> uuid.UUID | None:
    found = _ID.search(str(named or "").strip())
    return uuid.UUID(found[1]) if found else None


@cache
def _names() -> frozenset[str]:
    """What the column of awards may be called: as a list that was filled in here calls it, in any language."""
    labels = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            labels.add(_plain_name(label(AWARD)))
    return _NAMES | labels


def _plain_name(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("*", " ").split())


def _cell(cells: Sequence[Cell], place: int) -> Cell:
    return batches.plain(cells[place]) if place < len(cells) else None
