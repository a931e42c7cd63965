"""Awards: issued one by one, found, read, downloaded, and changed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from credenza.record import MicroCredential
from credenza.record.class_list import Row
from credenza.record.class_list_row import RowReader
from credenza.service.accounts import audit
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.answers import (
    AwardOut,
    BatchOut,
    FullAwardOut,
    award_out,
    award_values,
    batch_out,
    full_award_out,
    whole,
)
from credenza.service.api.v1.bodies import AwardIn, Cell, ReasonIn, RenewIn, ReplaceIn
from credenza.service.downloads import as_file
from credenza.service.issuance import afterwards, batches, correcting, issuing, registry
from credenza.service.issuance.documents import document
from credenza.service.issuance.models import Award, Batch
from credenza.service.issuance.offered import offered

router = Router(tags=["Awards"])
State = Literal["", *registry.STATES]


class AwardsOut(Schema):
    """A page of awards; ``next`` is the value of ``after`` for the next one, or empty."""

    awards: list[AwardOut]
    next: str


@router.post("/awards", response={201: AwardOut, 202: BatchOut}, summary="Issue one", **scoped(scopes.ISSUE))
def issue(request: HttpRequest, body: AwardIn) -> Status[Any]:
    """Issue one award: sealed and stored when the answer comes (201).

    Where a second person must approve, it waits for one as a class list of one row (202).
    """
    caller = request.auth
    version = offered(caller.organisation, body.definition)
    with idempotency.attempt(request) as attempt:
        if caller.organisation.four_eyes:
            with transaction.atomic():
                batch = batches.from_records(version, [body.learner], actor=caller.person)
                return attempt.answer(202, batch_out(batch))
        issuing.issue_one(
            version,
            _row(body.learner, version.as_record),
            actor=caller.person,
            language=body.language,
            mail=body.mail,
            settle=lambda award: attempt.answer(201, award_out(award)),
        )
        return attempt.given


@router.get("/awards", response=AwardsOut, summary="Find awards", **scoped(scopes.AWARDS_READ))
def find(
    request: HttpRequest,
    q: Annotated[str, Field(max_length=200)] = "",
    definition: UUID | None = None,
    state: State = "",
    since: date | None = None,
    until: date | None = None,
    after: Annotated[str, Field(max_length=100)] = "",
) -> HttpResponse:
    """Awards, the newest first, fifty a page; ``q`` is a name's beginning, an e-mail address or an id."""
    wanted = registry.Search(words=q, definition=definition, state=state, since=since, until=until)
    page = registry.page(request.auth.organisation, wanted, after=after)
    return whole({"awards": [award_values(one) for one in page.awards], "next": page.next_key})


@router.get("/awards/{award}", response=FullAwardOut, summary="Read an award", **scoped(scopes.AWARDS_READ))
def read(request: HttpRequest, award: UUID) -> FullAwardOut:
    """An award with its record and its state."""
    return full_award_out(_award(request, award))


@router.get(
    "/awards/{award}/documents/{name}", response=None, summary="Download a document", **scoped(scopes.AWARDS_READ)
)
def download(request: HttpRequest, award: UUID, name: str) -> HttpResponse:
    """The sealed bytes in a format: elm, open-badge, sd-jwt-vc, pdf, badge-png, badge-svg."""
    found = _award(request, award)
    made = document(found, name)
    audit.record(found.organisation, "award.downloaded", actor=request.auth.person, subject=found.id, format=name)
    return as_file(made.data, f"credential-{found.id}.{made.extension}", made.media_type)


@router.post("/awards/{award}/revoke", response=FullAwardOut, summary="Revoke", **scoped(scopes.AWARD))
def revoke(request: HttpRequest, award: UUID, body: ReasonIn) -> Status[Any]:
    """Withdraw for good; the learner is told why."""
    return _change(request, award, lambda found: afterwards.revoke(found, body.reason, actor=request.auth.person))


@router.post("/awards/{award}/suspend", response=FullAwardOut, summary="Suspend", **scoped(scopes.AWARD))
def suspend(request: HttpRequest, award: UUID) -> Status[Any]:
    """Take out of force for the time being; the learner is told."""
    return _change(request, award, lambda found: afterwards.suspend(found, actor=request.auth.person))


@router.post("/awards/{award}/reinstate", response=FullAwardOut, summary="Reinstate", **scoped(scopes.AWARD))
def reinstate(request: HttpRequest, award: UUID) -> Status[Any]:
    """Put in force again; the learner is told."""
    return _change(request, award, lambda found: afterwards.reinstate(found, actor=request.auth.person))


@router.post("/awards/{award}/resend", response=FullAwardOut, summary="Send again", **scoped(scopes.AWARD))
def resend(request: HttpRequest, award: UUID) -> Status[Any]:
    """Mail a new claim link; older ones work no more."""
    return _change(request, award, lambda found: afterwards.resend(found, actor=request.auth.person))


@router.post(
    "/awards/{award}/replace", response={201: FullAwardOut, 202: BatchOut}, summary="Correct", **scoped(scopes.AWARD)
)
def replace(request: HttpRequest, award: UUID, body: ReplaceIn) -> Status[Any]:
    """Issue a corrected award in place of this one, which is revoked; cells that are not named stay as they are.

    Where a second person must approve, it waits for one as a class list of one row (202).
    """
    found = _award(request, award)
    batches.require_known(body.learner)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        made = correcting.correct(found, body.learner, reason=body.reason, actor=request.auth.person)
        return _corrected(attempt, made)


@router.post(
    "/awards/{award}/renew", response={201: FullAwardOut, 202: BatchOut}, summary="Renew", **scoped(scopes.AWARD)
)
def renew(request: HttpRequest, award: UUID, body: RenewIn) -> Status[Any]:
    """Issue the same award anew with a new last day; the one before is revoked.

    Where a second person must approve, it waits for one as a class list of one row (202).
    """
    found = _award(request, award)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        return _corrected(attempt, correcting.renew(found, body.valid_until, actor=request.auth.person))


def _corrected(attempt: idempotency.Attempt, made: Award | Batch) -> Status[Any]:
    if isinstance(made, Batch):
        return attempt.answer(202, batch_out(made))
    return attempt.answer(201, full_award_out(made))


def _change(request: HttpRequest, award: UUID, change: Callable[[Award], None]) -> Status[Any]:
    found = _award(request, award)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        change(found)
        found.refresh_from_db()
        return attempt.answer(200, full_award_out(found))


def _row(cells: Mapping[str, Cell], definition: MicroCredential) -> Row:
    """The learner as a row of a class list.

    Raises:
        MalformedInput: ``class-list-column-unknown``, ``learner-invalid`` with every problem.
    """
    batches.require_known(cells)
    return issuing.require_good(RowReader(cells, definition, timezone.now().date(), {}).read(1))


def _award(request: HttpRequest, award: UUID) -> Award:
    mine = request.auth.organisation.awards.select_related("version__definition", "organisation", "replaced_by")
    return get_object_or_404(mine, pk=award)
