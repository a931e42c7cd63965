"""Class lists: uploaded as rows or as a file, checked, approved, watched, and their rows to be mended."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import override
from ninja import File, Form, Router, UploadedFile
from ninja.responses import Status
from pydantic import Field

from credenza.errors import CredenzaError
from credenza.service.accounts.access import CLASS_LIST_READERS
from credenza.service.accounts.models import User
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.answers import BatchOut, RowOut, batch_out, batches_out, row_out
from credenza.service.api.v1.bodies import ApproveIn, BatchIn, ColumnsIn, Language, Offset
from credenza.service.api.v1.uploads import uploaded
from credenza.service.downloads import XLSX, as_file
from credenza.service.issuance import approval, batches, class_list_columns, corrections
from credenza.service.issuance.models import Batch, BatchState, RowState
from credenza.service.issuance.offered import offered

router = Router(tags=["Class lists"])
Limit = Annotated[int, Field(ge=1, le=500)]
_READING = scoped(scopes.AWARDS_READ, *CLASS_LIST_READERS)


@router.get(
    "/definitions/{definition}/class-list.xlsx", response=None, summary="Empty class list", **scoped(scopes.ISSUE)
)
def template(request: HttpRequest, definition: UUID, language: Language = "en") -> HttpResponse:
    """A class list to fill in, with the choices of what has a list; its columns are known in every language."""
    version = offered(request.auth.organisation, definition)
    with override(language):
        return as_file(class_list_columns.template(version.as_record), "class-list.xlsx", XLSX)


@router.post("/batches", response={201: BatchOut}, summary="Upload rows", **scoped(scopes.ISSUE))
def create(request: HttpRequest, body: BatchIn) -> Status[BatchOut]:
    """A class list as rows, checked at once; what is wrong with a row is told by the rows of the class list."""
    caller = request.auth
    version = offered(caller.organisation, body.definition)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        batch = batches.from_records(version, body.rows, actor=caller.person)
        return attempt.answer(201, batch_out(batch))


@router.post("/batches/file", response={201: BatchOut}, summary="Upload a file", **scoped(scopes.ISSUE))
def upload(request: HttpRequest, definition: Form[UUID], file: File[UploadedFile]) -> Status[BatchOut]:
    """A class list as XLSX, ODS or CSV; checked at once where its columns are known by their names."""
    caller = request.auth
    data, fingerprint = uploaded(file, str(definition))
    version = offered(caller.organisation, definition)
    with idempotency.attempt(request, fingerprint=fingerprint) as attempt, transaction.atomic():
        batch = batches.upload(version, data, file.name or "", actor=caller.person)
        _map_where_known(batch, caller.person)
        return attempt.answer(201, batch_out(batch))


def _map_where_known(batch: Batch, person: User) -> None:
    """Check at once where every column that is needed was found; else it stays ``uploaded`` until columns are named."""
    try:
        places = {int(place): key for place, key in batch.mapping["places"].items()}
        batches.map_columns(batch, places, edition=batch.edition, actor=person)
    except CredenzaError:
        return


@router.get("/batches", response=list[BatchOut], summary="List class lists", **_READING)
def index(
    request: HttpRequest,
    state: BatchState | None = None,
    offset: Offset = 0,
    limit: Annotated[int, Field(ge=1, le=100)] = 30,
) -> list[BatchOut]:
    """Class lists, the newest first."""
    found = request.auth.organisation.batches.select_related("version").order_by("-created_at", "pk")
    found = found.filter(state=state) if state is not None else found
    return batches_out(list(found[offset : offset + limit]))


@router.get("/batches/{batch}", response=BatchOut, summary="Watch a class list", **_READING)
def read(request: HttpRequest, batch: UUID) -> BatchOut:
    """Its state and its numbers: rows by state, letters by state, claimed awards."""
    return batch_out(batch_of(request, batch))


@router.get("/batches/{batch}/rows", response=list[RowOut], summary="Read rows", **_READING)
def rows(
    request: HttpRequest,
    batch: UUID,
    state: RowState | None = None,
    after: Annotated[int, Field(ge=0, le=10_000_000)] = 0,
    limit: Limit = 100,
) -> list[RowOut]:
    """Rows in their order, from the one after the number ``after``."""
    found = batch_of(request, batch).rows.filter(number__gt=after).order_by("number")
    found = found.filter(state=state) if state is not None else found
    return [row_out(one) for one in found[:limit]]


@router.get(
    "/batches/{batch}/to-mend.xlsx",
    response=None,
    summary="Rows to be mended",
    **_READING,
)
def to_mend(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The bad rows as a spreadsheet that says what to mend; mended, it is uploaded as a new class list."""
    made = corrections.sheet(batch_of(request, batch))
    if made is None:
        raise Http404
    return as_file(made, "to-mend.xlsx", XLSX)


@router.put("/batches/{batch}/columns", response=BatchOut, summary="Name the columns", **scoped(scopes.ISSUE))
def columns(request: HttpRequest, batch: UUID, body: ColumnsIn) -> BatchOut:
    """Say what the columns of a file hold, and check every row with that; refused where somebody has since ``edition``."""
    found = batch_of(request, batch)
    batches.map_columns(found, body.columns, edition=body.edition, actor=request.auth.person)
    return batch_out(found)


@router.post(
    "/batches/{batch}/approve", response={202: BatchOut}, summary="Approve and start", **scoped(scopes.ISSUE_APPROVE)
)
def approve(request: HttpRequest, batch: UUID, body: ApproveIn) -> Status[BatchOut]:
    """Start issuing what was looked at; where a second person must approve, no key of whoever uploaded it is one."""
    found = batch_of(request, batch)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        approval.approve(found, edition=body.edition, actor=request.auth.person, mail=body.mail, language=body.language)
        return attempt.answer(202, batch_out(found))


@router.post(
    "/batches/{batch}/resume", response={202: BatchOut}, summary="Resume", **scoped(scopes.ISSUE, *CLASS_LIST_READERS)
)
def resume(request: HttpRequest, batch: UUID) -> Status[BatchOut]:
    """Start a stopped class list again; rows that are issued stay so."""
    found = batch_of(request, batch)
    approval.go_on(found, actor=request.auth.person)
    return Status(202, batch_out(found))


@router.post("/batches/{batch}/cancel", response=BatchOut, summary="Cancel", **scoped(scopes.ISSUE))
def cancel(request: HttpRequest, batch: UUID) -> BatchOut:
    """Give a class list up before it is started."""
    found = batch_of(request, batch)
    batches.cancel(found, actor=request.auth.person)
    return batch_out(found)


def batch_of(request: HttpRequest, batch: UUID) -> Batch:
    """The class list of the caller's organisation."""
    mine = request.auth.organisation.batches.select_related("version__definition__organisation", "organisation")
    return get_object_or_404(mine, pk=batch)
