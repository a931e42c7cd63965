"""What the API gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.utils import timezone
from ninja import Schema
from ninja.responses import NinjaJSONEncoder

from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import progress
from credenza.service.issuance.documents import formats_of
from credenza.service.issuance.models import Award, Batch, BatchRow

_AS_ELSEWHERE = NinjaJSONEncoder().default
"""Moments in the form that all other answers have."""


class KeyOut(Schema):
    """The public part of a key or seal; ``signs_now`` is true of the one of its purpose with which is signed."""

    id: UUID
    fragment: str
    purpose: str
    is_test: bool
    public_jwk: dict[str, Any]
    certificates: str
    signs_now: bool
    created_at: datetime
    valid_until: datetime | None
    retired_at: datetime | None


class VersionOut(Schema):
    """A version of a definition, as lists show it."""

    id: UUID
    definition: UUID
    number: int
    state: str
    title: str
    eqf: int | None
    ects: float | None
    changed_at: datetime
    published_at: datetime | None


class FullVersionOut(VersionOut):
    """A version with its form, and what the European standard says to it; ``digest`` names exactly this content."""

    edition: int
    digest: str
    form: dict[str, Any]
    record: dict[str, Any] | None
    review_note: str
    ready: bool
    problems: list[dict[str, Any]]
    findings: list[dict[str, Any]]


class DefinitionOut(Schema):
    """A definition with its newest version."""

    id: UUID
    uri: str
    published_version: UUID | None
    withdrawn_at: datetime | None
    newest: VersionOut | None


class BatchOut(Schema):
    """A class list and how far it is; one that ``corrects`` replaces the awards that its rows name."""

    id: UUID
    definition: UUID
    version: UUID
    state: str
    source: str
    file_name: str
    header: list[str]
    columns: dict[str, str]
    edition: int
    corrects: bool
    reason: str
    rows_total: int
    numbers: dict[str, int]
    problem: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RowOut(Schema):
    """A row: its cells by their columns until it is issued, what is wrong with it, and the award that it became.

    A row of corrections names the award that is to be replaced until then.
    """

    number: int
    state: str
    cells: dict[str, Any]
    problems: list[dict[str, Any]]
    award: UUID | None


class AwardOut(Schema):
    """An award, its state, and where its documents are."""

    id: UUID
    credential: str
    definition: UUID
    version: UUID
    batch: UUID | None
    state: str
    learner: str
    email: str
    issued_at: datetime
    valid_until: datetime | None
    claimed_at: datetime | None
    suspended_at: datetime | None
    revoked_at: datetime | None
    revocation_reason: str
    replaced_by: UUID | None
    erased_at: datetime | None
    documents: dict[str, str]


class LetterOut(Schema):
    """A letter to a learner: ``waiting``, ``sent``, ``bounced`` or ``failed``, and why it did not arrive."""

    kind: str
    state: str
    problem: str
    created_at: datetime
    sent_at: datetime | None


class FullAwardOut(AwardOut):
    """An award with its record, and the letters to its learner, the first first."""

    record: dict[str, Any] | None
    letters: list[LetterOut]


def whole(answer: dict[str, Any]) -> HttpResponse:
    """A long answer, written as it is: to read each of its parts once more would take longer than to find them."""
    written = orjson.dumps(answer, default=_AS_ELSEWHERE, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return HttpResponse(written, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def version_out(version: DefinitionVersion) -> VersionOut:
    return VersionOut(
        id=version.pk,
        definition=version.definition_id,
        number=version.number,
        state=version.state,
        title=version.title,
        eqf=version.eqf,
        ects=version.ects,
        changed_at=version.changed_at,
        published_at=version.published_at,
    )


def batches_out(several: Sequence[Batch]) -> list[BatchOut]:
    numbers = progress.numbers_of(several)
    return [_batch_out(one, numbers[one.pk]) for one in several]


def batch_out(batch: Batch) -> BatchOut:
    return batches_out([batch])[0]


def _batch_out(batch: Batch, numbers: dict[str, int]) -> BatchOut:
    return BatchOut(
        id=batch.id,
        definition=batch.version.definition_id,
        version=batch.version_id,
        state=batch.state,
        source=batch.source,
        file_name=batch.file_name,
        header=batch.mapping.get("header", []),
        columns=batch.mapping.get("places", {}),
        edition=batch.edition,
        corrects=batch.corrects,
        reason=batch.reason,
        rows_total=batch.rows_total,
        numbers=numbers,
        problem=batch.problem,
        created_at=batch.created_at,
        started_at=batch.started_at,
        finished_at=batch.finished_at,
    )


def row_out(row: BatchRow) -> RowOut:
    return RowOut(number=row.number, state=row.state, cells=row.by_column, problems=row.problems, award=row.award_id)


def award_out(award: Award) -> AwardOut:
    return AwardOut(**award_values(award))


def full_award_out(award: Award) -> FullAwardOut:
    letters = [LetterOut.from_orm(one) for one in award.deliveries.order_by("created_at", "pk")]
    return FullAwardOut(**award_values(award), record=award.record, letters=letters)


def state_of(award: Award) -> str:
    """``revoked``, ``suspended``, ``expired`` or ``valid``."""
    if award.revoked_at is not None:
        return "revoked"
    if award.suspended_at is not None:
        return "suspended"
    return "expired" if award.valid_until is not None and award.valid_until < timezone.now() else "valid"


def award_values(award: Award) -> dict[str, Any]:
    """The members of an ``AwardOut``."""
    base = f"/api/v1/awards/{award.id}/documents/"
    return {
        "id": award.id,
        "credential": award.urn,
        "definition": award.definition_id,
        "version": award.version_id,
        "batch": award.batch_id,
        "state": state_of(award),
        "learner": award.learner_name,
        "email": award.email,
        "issued_at": award.issued_at,
        "valid_until": award.valid_until,
        "claimed_at": award.claimed_at,
        "suspended_at": award.suspended_at,
        "revoked_at": award.revoked_at,
        "revocation_reason": award.revocation_reason,
        "replaced_by": award.replaced_by_id,
        "erased_at": award.erased_at,
        "documents": {} if award.erased_at else {name: base + name for name in formats_of(award)},
    }
