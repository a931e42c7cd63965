"""Correcting or renewing many awards at once: a class list whose rows name the awards by their numbers."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form, Query, Router, UploadedFile
from ninja.responses import Status
from pydantic import Field

from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.answers import BatchOut, batch_out
from credenza.service.api.v1.bodies import MOST_ROWS, Cell, Strict, example
from credenza.service.api.v1.uploads import uploaded
from credenza.service.downloads import XLSX, as_file
from credenza.service.issuance import correction_lists

router = Router(tags=["Class lists"])
Reason = Annotated[str, Field(max_length=500)]


class CorrectionsIn(Strict):
    """Awards by their ids (``award``), each with the cells that are to be corrected; null empties one.

    A new ``valid_until`` renews an award. What is not named stays as it is.
    """

    model_config = example(
        {
            "reason": "The names were not complete.",
            "rows": [{"award": "5b1f0c1e-8f5c-4f0e-9a35-6d9f2c1f7a11", "family_name": "Pérez García"}],
        }
    )

    rows: Annotated[list[dict[str, Cell]], Field(min_length=1, max_length=MOST_ROWS)]
    reason: Reason = ""


@router.post("/corrections", response={201: BatchOut}, summary="Correct or renew many", **scoped(scopes.AWARD))
def create(request: HttpRequest, body: CorrectionsIn) -> Status[Any]:
    """Corrections as rows, checked at once; they wait to be approved as class lists do (``/batches/{batch}/approve``).

    Rows that say nothing new are ``duplicate``. Approved, each award is replaced in a durable job: a new one is issued, the
    one before is revoked and points at it, and the learner is told.
    """
    caller = request.auth
    with idempotency.attempt(request) as attempt, transaction.atomic():
        batch = correction_lists.from_records(
            caller.organisation, body.rows, reason=body.reason, actor=caller.person
        )  # fmt: skip
        return attempt.answer(201, batch_out(batch))


@router.post("/corrections/file", response={201: BatchOut}, summary="Upload corrections", **scoped(scopes.AWARD))
def upload(request: HttpRequest, file: File[UploadedFile], reason: Form[Reason] = "") -> Status[Any]:
    """The same as XLSX, ODS or CSV, with a column ``Award number``."""
    caller = request.auth
    data, fingerprint = uploaded(file, reason)
    with idempotency.attempt(request, fingerprint=fingerprint) as attempt, transaction.atomic():
        batch = correction_lists.upload(
            caller.organisation, data, file.name or "", reason=reason, actor=caller.person
        )  # fmt: skip
        return attempt.answer(201, batch_out(batch))


@router.get(
    "/corrections/awards.xlsx", response=None, summary="Awards as a class list to correct",
    **scoped(scopes.AWARDS_READ),
)  # fmt: skip
def filled(
    request: HttpRequest,
    award: Annotated[list[UUID], Query(max_length=200)] = [],  # noqa: B006 - a default that nobody changes
    batch: UUID | None = None,
) -> HttpResponse:
    """The awards that are named, or those of a class list, as a sheet that is filled in with what they say."""
    organisation = request.auth.organisation
    awards = organisation.awards.filter(pk__in=award)
    if batch is not None:
        awards = organisation.awards.filter(batch=get_object_or_404(organisation.batches, pk=batch))
    return as_file(correction_lists.filled(awards), "awards.xlsx", XLSX)
