"""The accreditations of the organisation."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from credenza.record import Accreditation
from credenza.service.accounts import accreditations
from credenza.service.api import scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.bodies import Edition, Strict, example

router = Router(tags=["Organisation"])
_PATH = "/organisation/accreditations"
Id = Annotated[str, Field(max_length=500)]


class AccreditationIn(Strict):
    """An accreditation with the members that ``accreditations`` has in ``organisation.toml``; its ``id`` names it.

    With a change goes the ``edition`` that was read before it; without one it is a new accreditation.
    """

    model_config = example(
        {
            "form": {
                "id": "https://register.example/decision/17",
                "type": "institutional-quality-assurance",
                "title": {"en": "Institutional review"},
                "agency": {"id": "https://agency.example", "legal_name": "Quality agency"},
                "valid_from": "2024-01-01",
                "valid_until": "2030-12-31",
                "eqf_levels": ["6", "7"],
                "fields": ["06"],
                "jurisdictions": ["IE"],
            }
        }
    )

    form: dict[str, Any]
    edition: Edition | None = None


class AccreditationOut(Schema):
    """An accreditation as credentials say it."""

    id: str
    edition: str
    record: dict[str, Any]


@router.get(_PATH, response=list[AccreditationOut], summary="List accreditations", **scoped(scopes.READ))
def index(request: HttpRequest) -> list[AccreditationOut]:
    """What the organisation says of its accreditations, with dates and limits."""
    return [_out(one) for one in request.auth.organisation.as_record.accreditations]


@router.put(_PATH, response=AccreditationOut, summary="Keep an accreditation", **scoped(scopes.ADMIN))
def put(request: HttpRequest, body: AccreditationIn) -> AccreditationOut:
    """Add one, or change the one with this ``id``; refused where somebody has changed it since ``edition``.

    What is issued from now on says so. The agency's ``decision``, for which the form has no member, stays as it is.
    """
    caller = request.auth
    made = accreditations.read(caller.organisation, body.form)
    if body.edition is None:
        accreditations.add(caller.organisation, made, actor=caller.person)
        return _out(made)
    before = accreditations.find(caller.organisation, made.id)
    if before is not None:
        made = made.model_copy(update={"decision": before.decision})
    accreditations.change(caller.organisation, made.id, made, edition=body.edition, actor=caller.person)
    return _out(made)


@router.delete(_PATH, response={204: None}, summary="Take an accreditation away", **scoped(scopes.ADMIN))
def take_away(request: HttpRequest, id: Id) -> Status[None]:
    """Name it no more; what was issued with it keeps it."""
    caller = request.auth
    if accreditations.find(caller.organisation, id) is None:
        raise Http404
    accreditations.take_away(caller.organisation, id, actor=caller.person)
    return Status(204, None)


def _out(one: Accreditation) -> AccreditationOut:
    return AccreditationOut(
        id=one.id, edition=accreditations.edition(one), record=one.model_dump(mode="json", exclude_none=True)
    )
