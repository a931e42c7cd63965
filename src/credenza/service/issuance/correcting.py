"""Letting an award say something else: a corrected or renewed one takes its place.

Where the organisation works with four eyes, corrections wait for a second person as a class list does, and go the same way
(``approval``, ``chunks``): each row of it points at its award, and its cells are what is to be said instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from credenza.errors import Conflict, CredenzaError, MalformedInput, Refused
from credenza.issuing.awards import claim_of
from credenza.ports.issuing import Claimed
from credenza.record.class_list import BadRow, Cell, Row
from credenza.record.class_list_row import RowReader
from credenza.record.form import Problem
from credenza.service.accounts import audit
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import User
from credenza.service.issuance import afterwards, issuing
from credenza.service.issuance.documents import refuse_erased
from credenza.service.issuance.models import Award, Batch, BatchRow, BatchState, RowState

CORRECTED = "Corrected: a new credential takes its place."
_RENEWED = "Renewed: a new credential takes its place."
_NUMBER = re.compile(r"_[2-9]\Z")
_COLUMNS = {
    "results": {"grade", "supervision"},
    "awarded": {"awarded"},
    "valid_until": {"valid_until"},
    "identifiers": {"certificate_number"},
    "evidence": {"evidence_url"},
}
_ELSEWHERE = set().union(*_COLUMNS.values())
_UNDER_WAY = (BatchState.CHECKED, BatchState.RUNNING, BatchState.STOPPED)


def correct(award: Award, cells: Mapping[str, Cell], *, reason: str, actor: User) -> Award | Batch:
    """The award that takes the place of this one, or the correction that waits for a second person.

    ``cells`` are those of a class list that are to be corrected, by their names; None empties one.

    Raises:
        MalformedInput: ``learner-invalid`` with every problem, ``nothing-changed``. Refused, Conflict: as ``ask`` and
            ``afterwards.replace``.
    """
    refuse_erased(award)
    changed = changes(award, cells)
    if not changed:
        raise MalformedInput("nothing-changed", "The award says all of this already.")
    row = issuing.require_good(corrected(award, changed))
    if award.organisation.four_eyes:
        return ask([award], [changed], reason=reason, actor=actor)
    return afterwards.replace(award, row, reason, actor=actor)


def renew(award: Award, valid_until: date, *, actor: User) -> Award | Batch:
    """The same award anew with another end, or what waits for a second person.

    Raises:
        Refused: ``date-impossible``, and as ``correct``.
    """
    return correct(award, _until(valid_until), reason=_RENEWED, actor=actor)


def ask_to_renew(
    awards: Sequence[Award], valid_until: date, *, actor: User
) -> tuple[list[Batch], list[tuple[Award, CredenzaError]]]:
    """One class list for each version, of the awards that can be renewed; and why the others cannot.

    Raises:
        Refused: ``date-impossible``. Conflict: ``correction-waits``: somebody was quicker.
    """
    cells, refused = _until(valid_until), []
    by_version: dict[UUID, list[Award]] = {}
    for award in awards:
        try:
            _refuse(award)
        except CredenzaError as error:
            refused.append((award, error))
        else:
            by_version.setdefault(award.version_id, []).append(award)
    with transaction.atomic():
        asked = [ask(some, [cells] * len(some), reason=_RENEWED, actor=actor) for some in by_version.values()]
    return asked, refused


def _until(day: date) -> dict[str, Cell]:
    if day <= timezone.now().date():
        raise Refused("date-impossible", "The renewed credential would have expired already.")
    return {"valid_until": day.isoformat()}


def ask(awards: Sequence[Award], cells: Sequence[Mapping[str, Cell]], *, reason: str, actor: User) -> Batch:
    """Let corrections of awards of one version wait for a second person; each names the same cells.

    Raises:
        Refused: ``award-erased``, ``award-with-parts``. Conflict: ``credential-revoked``, ``correction-waits``.
    """
    version, header = awards[0].version, sorted(cells[0])
    with transaction.atomic():
        lock(version.definition.organisation)
        for award in awards:
            _refuse(award)
        batch = Batch.objects.create(
            organisation=version.definition.organisation,
            version=version,
            corrects=True,
            reason=reason[:500],
            source="form",
            mapping={"header": header, "places": {str(place): key for place, key in enumerate(header)}},
            state=BatchState.CHECKED,
            rows_total=len(awards),
            created_by=actor,
        )
        BatchRow.objects.bulk_create(
            BatchRow(batch=batch, number=n, state=RowState.GOOD, cells=[one[key] for key in header], award=award)
            for n, (award, one) in enumerate(zip(awards, cells, strict=True), start=1)
        )
        audit.record(batch.organisation, "batch.correction-asked", actor=actor, subject=batch.id, rows=len(awards))
    return batch


def _refuse(award: Award) -> None:
    afterwards.refuse_replacing(award)
    if waiting(award) is not None:
        raise Conflict("correction-waits", "A correction of this award waits for a second person already.")


def waiting(award: Award) -> Batch | None:
    """The corrections that this award is in, where they are not done yet."""
    mine = award.rows.filter(state=RowState.GOOD, batch__corrects=True, batch__state__in=_UNDER_WAY)
    found = mine.select_related("batch").first()
    return found.batch if found else None


def under_way(awards: Collection[UUID]) -> frozenset[UUID]:
    """Which of these awards are in corrections that are not done yet."""
    rows = BatchRow.objects.filter(state=RowState.GOOD, batch__corrects=True, batch__state__in=_UNDER_WAY)
    return frozenset(rows.filter(award__in=list(awards)).values_list("award", flat=True))


def replace_rows(batch: Batch, rows: Iterable[BatchRow]) -> int:
    """Replace the awards of these rows; how many were replaced. Learners change places all together, or none does.

    Raises:
        Refused: ``key-missing``.
    """
    return sum(_settle(batch, row) for row in rows)


def _settle(batch: Batch, row: BatchRow) -> int:
    while together := _together(batch, row):
        if done := _replace(batch, together):
            return done
    return 0


def _together(batch: Batch, row: BatchRow) -> dict[BatchRow, Row | BadRow]:
    """This row, and those whose awards must make way for its learner; none where it is settled already."""
    waiting = batch.rows.filter(state=RowState.GOOD).select_related("award__version__definition", "award__organisation")
    found: dict[BatchRow, Row | BadRow] = {}
    new = list(waiting.filter(pk=row.pk))
    while new:
        found |= {one: row_of(one) for one in new}
        readable = [(one, found[one]) for one in new if isinstance(found[one], Row)]
        held = set().union(*held_by_others([(one.award, claim_of(read)) for one, read in readable]).values())
        new = list(waiting.filter(award__in=held - {one.award_id for one in found}).order_by("number"))
    return found


def held_by_others(claims: Sequence[tuple[Award, Claimed]]) -> dict[UUID, set[UUID]]:
    """By the award that is to be corrected: the other standing awards of its corrected learner."""
    standing: dict[tuple[UUID, str], UUID] = {}
    for version in {award.version for award, _ in claims}:
        some = [claim for award, claim in claims if award.version_id == version.pk]
        standing |= {(version.pk, key): one.pk for key, one in issuing.standing_awards(version, some).items()}
    return {
        award.pk: {standing[award.version_id, key] for key in claim.learner_keys if (award.version_id, key) in standing}
        - {award.pk}
        for award, claim in claims
    }


def _replace(batch: Batch, together: Mapping[BatchRow, Row | BadRow]) -> int:
    """Replace the awards of these rows, and say how many; 0 where some of them were settled otherwise."""
    unreadable = {row: read for row, read in together.items() if isinstance(read, BadRow)}
    for row, read in unreadable.items():
        _set_bad([row], read.problems)
    if unreadable:
        return 0
    mine = BatchRow.objects.filter(pk__in=[row.pk for row in together], state=RowState.GOOD)
    corrections = [(row.award, read) for row, read in together.items()]
    try:
        with transaction.atomic():
            made = afterwards.replace_together(
                corrections, batch.reason, actor=batch.approved_by or "system", batch=batch
            )
            for row, new in zip(together, made, strict=True):
                mine.filter(pk=row.pk).update(state=RowState.ISSUED, award=new, cells=[], problems=[])
    except CredenzaError as error:
        if error.code == "key-missing":
            raise
        if mine.count() == len(together):
            _set_bad(together, [Problem("", error.code, error.message)])
        return 0
    return len(made)


def _set_bad(rows: Iterable[BatchRow], problems: Iterable[Problem]) -> None:
    mine = BatchRow.objects.filter(pk__in=[row.pk for row in rows], state=RowState.GOOD)
    mine.update(state=RowState.BAD, problems=[asdict(one) for one in problems])


def row_of(row: BatchRow) -> Row | BadRow:
    """What a stored row of corrections is to say."""
    try:
        afterwards.refuse_replacing(row.award)
    except CredenzaError as error:
        return BadRow(row.number, (Problem("", error.code, error.message),))
    return corrected(row.award, changes(row.award, row.by_column), row.number)


def corrected(
    award: Award, changed: Mapping[str, Cell], number: int = 1, *, seen: dict[tuple[str, ...], int] | None = None
) -> Row | BadRow:
    """The row of a class list that says the award with these cells changed; all else stays exactly as it is.

    ``seen`` remembers the learners of the rows before.
    """
    before = afterwards.row_of(award, valid_until=award.valid_until)
    cells = cells_of(award) | changed
    reader = RowReader(cells, award.version.as_record, timezone.now().date(), {} if seen is None else seen)
    read = reader.read(number)
    if isinstance(read, BadRow):
        return read
    touched = {_NUMBER.sub("", key) for key in changed}
    kept = {name: getattr(before, name) for name, columns in _COLUMNS.items() if not touched & columns}
    if touched <= _ELSEWHERE:
        kept["learner"] = before.learner
    return replace(read, **kept)


def changes(award: Award, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Those of the cells that say something else than the award does."""
    return said_otherwise(cells_of(award), cells)


def said_otherwise(before: Mapping[str, Cell], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Those of the cells that say something else than the cells before."""
    return {key: value for key, value in cells.items() if _text(value) != _text(before.get(key))}


def cells_of(award: Award) -> dict[str, Cell]:
    """The cells of a class list that say what this award says."""
    record = award.as_record
    learner = record.learner
    numbers = {one.kind.value: one.value for one in (*learner.identifiers, *record.identifiers)}
    national = learner.national_id
    cells = {
        "given_name": learner.given_name,
        "family_name": learner.family_name,
        "full_name": learner.full_name,
        "birth_date": learner.birth_date and learner.birth_date.isoformat(),
        "national_id": national and national.value,
        "national_id_country": national and national.country and national.country.notation,
        "esi": learner.esi,
        "learner_did": learner.id,
        "email": award.email,
        "student_number": numbers.get("student-number"),
        "certificate_number": numbers.get("certificate-number"),
        "awarded": record.awarded and record.awarded.date().isoformat(),
        "valid_until": record.valid_until and record.valid_until.date().isoformat(),
        "evidence_url": next((one.url for one in record.evidence if one.url), None),
    }
    for result in record.results:
        suffix = f"_{result.assessment + 1}" if result.assessment else ""
        cells[f"grade{suffix}"] = result.grade.best(record.language) if result.grade else None
        cells[f"supervision{suffix}"] = result.supervision.notation if result.supervision else None
    return {key: value for key, value in cells.items() if value}


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()
