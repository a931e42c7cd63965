"""Many awards changed by one request: sent again, suspended, reinstated, revoked, renewed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.responses import Status

from credenza.errors import MalformedInput, Refused
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.answers import BatchOut, batches_out
from credenza.service.api.v1.bodies import ChangeIn
from credenza.service.issuance import changing

router = Router(tags=["Awards"])


class RefusedOut(Schema):
    """An award that was not changed, and why."""

    award: UUID
    code: str
    detail: str


class ChangedOut(Schema):
    """Which awards were changed and which not; ``waiting`` are renewals that wait for a second person, as class lists."""

    done: list[UUID]
    refused: list[RefusedOut]
    waiting: list[BatchOut]


@router.post("/award-changes", response=ChangedOut, summary="Change many", **scoped(scopes.AWARD))
def change(request: HttpRequest, body: ChangeIn) -> Status[Any]:
    """Change up to two hundred awards, each in a transaction of its own; the learners are told.

    Repeated after a failure it does nothing twice: what is done is refused the second time, but letters go out again.
    """
    value = _value(body)
    mine = request.auth.organisation.awards.select_related("version__definition", "organisation")
    found = list(mine.filter(pk__in=set(body.awards)).order_by("pk"))
    if len(found) != len(set(body.awards)):
        raise Http404
    with idempotency.attempt(request) as attempt:
        changed = changing.change(found, body.do, value, actor=request.auth.person)
        refused = [RefusedOut(award=one.pk, code=why.code, detail=why.message) for one, why in changed.refused]
        done = [one.pk for one in changed.done]
        return attempt.answer(200, ChangedOut(done=done, refused=refused, waiting=batches_out(changed.waiting)))


def _value(body: ChangeIn) -> str:
    if body.do == "revoke" and not body.reason.strip():
        raise Refused("reason-missing", "Say why the credential is revoked: the learner is told.")
    if body.do == changing.RENEW:
        if body.valid_until is None:
            raise MalformedInput("date-missing", "Say until when the renewed credentials are valid (valid_until).")
        return body.valid_until.isoformat()
    return body.reason
