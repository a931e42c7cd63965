"""Corrections and renewals of many awards by a class list that names each award by its number.

The sheet can be had filled in. What it says otherwise than an award is what changes; columns that it does not have, and
rows that say nothing new, leave the awards as they are; learners may change places between rows. From there on it goes the
way of every class list: the rows to be mended, a second person where there must be one, the durable job (``correcting``,
``approval``, ``chunks``).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
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
from credenza.service.catalogue.versions import folded
from credenza.service.issuance import afterwards, batches, correcting
from credenza.service.issuance.class_list_columns import label
from credenza.service.issuance.models import Award, Batch, BatchRow, BatchState, RowState

AWARD = "award"
MOST_FILLED = 10_000
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
        reason=(reason.strip() or correcting.CORRECTED)[:500],
        source="file" if file_name else "api",
        file_name=file_name[:255],
        mapping={"header": list(header), "places": {str(at): key for at, key in places.items()}, AWARD: place},
        state=BatchState.CHECKED,
        created_by=actor,
    )
    with transaction.atomic():
        lock(organisation)  # of two who correct the same award at once one is told
        kept = _Checker(organisation, batch, rows).rows()
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
        self._learners: dict[uuid.UUID, dict[tuple[str, ...], int]] = {}
        self._read: dict[uuid.UUID, tuple[BatchRow, Row]] = {}  # by the award that is to be corrected

    def rows(self) -> list[BatchRow]:
        rows: list[BatchRow] = []
        for start in range(0, len(self._given), _AT_ONCE):
            some = self._given[start : start + _AT_ONCE]
            awards = self._awards.in_bulk({found for number, _, _ in some if (found := self._ids[number]) is not None})
            waiting = correcting.under_way(awards)
            rows += [self._row(number, named, cells, awards, waiting) for number, named, cells in some]
        self._refuse_others()
        return rows

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
        problem = self._problem(row, waiting)
        if problem is not None or award is None:
            _refuse(row, problem)
        else:
            self._compare(row, award, correcting.said_otherwise(before, cells))
        return row

    def _problem(self, row: BatchRow, waiting: frozenset[uuid.UUID]) -> Problem | None:
        if row.award is None:
            return Problem(AWARD, "award-unknown", "There is no award of yours with this number.")
        first = self._first.setdefault(row.award.pk, row.number)
        if first != row.number:
            return Problem(AWARD, "award-twice", f"Row {first} corrects this award already.")
        try:
            afterwards.refuse_replacing(row.award)
        except CredenzaError as error:
            return Problem(AWARD, error.code, error.message)
        if row.award.pk in waiting:
            return Problem(AWARD, "correction-waits", "A correction of this award waits for a second person already.")
        return None

    def _compare(self, row: BatchRow, award: Award, changed: Mapping[str, Cell]) -> None:
        if not changed:
            row.state = RowState.DUPLICATE
            return
        seen = self._learners.setdefault(award.definition_id, {})
        read = correcting.corrected(award, changed, row.number, seen=seen)
        if isinstance(read, BadRow):
            _refuse(row, *read.problems)
        elif replace(read, number=1) == afterwards.row_of(award, valid_until=award.valid_until):
            row.state = RowState.DUPLICATE  # a date that is written otherwise comes to the same
        else:
            self._read[award.pk] = row, read

    def _refuse_others(self) -> None:
        """A learner who has another award of the same gets no second one, unless that one is corrected with this."""
        held: dict[uuid.UUID, set[uuid.UUID]] = {}
        read = list(self._read.values())
        for start in range(0, len(read), _AT_ONCE):
            claims = [(row.award, claim_of(one)) for row, one in read[start : start + _AT_ONCE]]
            held |= {own: others for own, others in correcting.held_by_others(claims).items() if others}
        for own, others in held.items():
            _refuse_address(*self._read[own], [self._read[one][0].award for one in others if one in self._read])
        self._forget_bad()
        while stuck := [own for own, others in held.items() if own in self._read and others - self._read.keys()]:
            for own in stuck:
                row, _ = self._read[own]
                numbers = [self._first[one] for one in held[own] if one in self._first and one not in self._read]
                _refuse(row, _held_already(numbers))
            self._forget_bad()

    def _forget_bad(self) -> None:
        """What is not corrected makes way for nobody."""
        self._read = {own: one for own, one in self._read.items() if one[0].state == RowState.GOOD}


def _refuse(row: BatchRow, *problems: Problem) -> None:
    row.state, row.problems = RowState.BAD, [asdict(one) for one in problems]


def _held_already(numbers: Sequence[int]) -> Problem:
    if not numbers:
        return Problem("", "award-exists", "This learner has this micro-credential already.")
    message = f"This learner has the award of row {numbers[0]}, which does not make way."
    return Problem("", "award-exists", message)


def _refuse_address(row: BatchRow, read: Row, others: Sequence[Award]) -> None:
    """Whoever takes an award over is not written to at the address of whoever had it: the letter lets them claim it."""
    address = (read.learner.email or "").casefold()
    taken_over = [other for other in others if folded(other.learner_name) == folded(read.learner.name or "")]
    if address and any(address == row.award.email.casefold() != other.email.casefold() for other in taken_over):
        message = "This e-mail address is of the learner whose award it was: say that of the learner who gets it."
        _refuse(row, Problem("email", "email-of-another", message))


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
