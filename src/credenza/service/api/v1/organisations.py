"""The organisation, its people, its keys, its audit trail, its statistics."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import override
from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field

from credenza.service.accounts import audit, audit_export, logo, people
from credenza.service.accounts.access import roles_of
from credenza.service.accounts.models import Organisation, User
from credenza.service.accounts.provisioning import change_organisation, edition
from credenza.service.accounts.work_queue import waiting
from credenza.service.api import scopes
from credenza.service.api.access import scoped, taking
from credenza.service.api.v1.bodies import InvitationIn, Language, OrganisationIn, RoleIn, SecondFactorIn
from credenza.service.api.v1.organisation_shapes import (
    ChainOut,
    CountOut,
    EventOut,
    InvitationOut,
    MemberOut,
    OrganisationOut,
    WaitingOut,
)
from credenza.service.api.v1.periods import asked
from credenza.service.downloads import CSV, as_file
from credenza.service.issuance import statistics

router = Router(tags=["Organisation"])
_MOST_BROKEN = 1000


def _out(organisation: Organisation) -> OrganisationOut:
    return OrganisationOut(
        slug=organisation.slug,
        name=organisation.name,
        country=organisation.country,
        four_eyes=organisation.four_eyes,
        second_factor=organisation.second_factor,
        did=organisation.record["id"],
        record=organisation.record,
        edition=edition(organisation),
    )


@router.get("/organisation", response=OrganisationOut, summary="Read the organisation", **scoped(scopes.READ))
def read_organisation(request: HttpRequest) -> OrganisationOut:
    """The organisation to which the API key belongs."""
    return _out(request.auth.organisation)


@router.put("/organisation", response=OrganisationOut, summary="Change the organisation", **scoped(scopes.ADMIN))
def put_organisation(request: HttpRequest, body: OrganisationIn) -> OrganisationOut:
    """The organisation as it will stand in credentials from now on; its legal name, logo and accreditations stay.

    Refused where somebody has changed it since ``edition``.
    """
    caller = request.auth
    stays = caller.organisation.as_record.logo
    change_organisation(
        caller.organisation, body.form, edition=body.edition, four_eyes=body.four_eyes, actor=caller.person, logo=stays
    )
    return _out(caller.organisation)


@router.put(
    "/organisation/logo", response=OrganisationOut, summary="Change the logo",
    **taking(scopes.ADMIN, "image/png", "A PNG (or JPEG) of 200 kB at most."),
)  # fmt: skip
def put_logo(request: HttpRequest) -> OrganisationOut:
    """A picture, the body itself; certificates and credentials show it from now on."""
    caller = request.auth
    logo.set_logo(caller.organisation, logo.redrawn(request.body), actor=caller.person)
    return _out(caller.organisation)


@router.delete("/organisation/logo", response={204: None}, summary="Take the logo away", **scoped(scopes.ADMIN))
def take_logo_away(request: HttpRequest) -> Status[None]:
    """Show none from now on."""
    caller = request.auth
    logo.set_logo(caller.organisation, None, actor=caller.person)
    return Status(204, None)


@router.put("/people/second-factor", response=OrganisationOut, summary="Demand a second factor", **scoped(scopes.ADMIN))
def put_second_factor(request: HttpRequest, body: SecondFactorIn) -> OrganisationOut:
    """Let nobody without a second factor into the console's pages, or let them in again.

    Whoever made the key needs one themselves.
    """
    caller = request.auth
    people.demand_second_factor(caller.organisation, body.demanded, actor=caller.person)
    caller.organisation.refresh_from_db(fields=["second_factor"])
    return _out(caller.organisation)


@router.get("/waiting", response=list[WaitingOut], summary="Read the work queue", **scoped(scopes.READ))
def read_waiting(request: HttpRequest, language: Language = "en") -> list[Any]:
    """What waits for the person behind the key, the urgent first, as the console's first page has it."""
    caller = request.auth
    with override(language):
        return waiting(caller.organisation, roles_of(caller.person, caller.organisation), caller.person)


@router.get("/people", response=list[MemberOut], summary="List the people", **scoped(scopes.ADMIN))
def list_people(request: HttpRequest) -> list[MemberOut]:
    """The members with their roles."""
    members = request.auth.organisation.memberships.select_related("user").order_by("user__email", "role")
    found: dict[UUID, MemberOut] = {}
    for one in members:
        new = MemberOut(id=one.user.pk, name=one.user.name, email=one.user.email, roles=[])
        found.setdefault(one.user.pk, new).roles.append(one.role)
    return list(found.values())


@router.get(
    "/people/invitations", response=list[InvitationOut], summary="List open invitations", **scoped(scopes.ADMIN)
)
def invitations(request: HttpRequest) -> list[InvitationOut]:
    """Who was invited and has not joined yet, the newest first; at most a hundred."""
    return list(request.auth.organisation.invitations.filter(accepted_at=None).order_by("-created_at")[:100])


@router.post("/people/invitations", response={202: None}, summary="Invite somebody", **scoped(scopes.ADMIN))
def invite(request: HttpRequest, body: InvitationIn) -> Status[None]:
    """Mail an invitation, with which whoever holds that address can join."""
    people.invite(request.auth.organisation, body.email, body.role, actor=request.auth.person)
    return Status(202, None)


@router.post("/people/{person}/roles", response={204: None}, summary="Give a role", **scoped(scopes.ADMIN))
def give_role(request: HttpRequest, person: UUID, body: RoleIn) -> Status[None]:
    """Give a member one more role."""
    organisation = request.auth.organisation
    user = User.objects.filter(pk=person, memberships__organisation=organisation).distinct()
    people.give_role(organisation, get_object_or_404(user), body.role, actor=request.auth.person)
    return Status(204, None)


@router.delete("/people/{person}/roles/{role}", response={204: None}, summary="Take a role", **scoped(scopes.ADMIN))
def take_role(request: HttpRequest, person: UUID, role: str) -> Status[None]:
    """Take a role away; an organisation keeps its last owner."""
    membership = get_object_or_404(request.auth.organisation.memberships, user_id=person, role=role)
    people.take_role(membership, actor=request.auth.person)
    return Status(204, None)


@router.get("/audit", response=list[EventOut], summary="Read the audit trail", **scoped(scopes.AUDIT))
def audit_trail(
    request: HttpRequest,
    action: Annotated[str, Field(max_length=80)] = "",
    after: Annotated[int, Field(ge=0, lt=2**62)] = 0,
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
) -> list[EventOut]:
    """Events in their order, from the one after ``after``; their digests make a chain."""
    events = audit_export.events_of(request.auth.organisation, action).filter(number__gt=after)
    return list(events.order_by("number")[:limit])


@router.get("/audit.csv", response=None, summary="Export the audit trail", **scoped(scopes.AUDIT))
def audit_file(request: HttpRequest, action: Annotated[str, Field(max_length=80)] = "") -> StreamingHttpResponse:
    """All of it as CSV, with the digests by which anybody can check the chain: to be kept elsewhere."""
    return audit_export.export(request.auth.organisation, action)


@router.get("/audit/check", response=ChainOut, summary="Check the audit trail", **scoped(scopes.AUDIT))
def check_chain(request: HttpRequest) -> ChainOut:
    """Whether the chain is whole: the numbers of events that were changed, taken out or put in."""
    return ChainOut(broken=list(islice(audit.broken_links(request.auth.organisation), _MOST_BROKEN)))


@router.get("/statistics", response=list[CountOut], summary="Read the statistics", **scoped(scopes.READ))
def read_statistics(
    request: HttpRequest, since: Query[date | None] = None, until: Query[date | None] = None
) -> list[CountOut]:
    """How often something happened, by month, micro-credential and the learners' country; the last year where not said."""
    lines = statistics.lines(request.auth.organisation, *asked(since, until))
    return [CountOut(**asdict(line)) for line in lines]


@router.get("/statistics.csv", response=None, summary="Statistics as CSV", **scoped(scopes.READ))
def statistics_file(
    request: HttpRequest, since: Query[date | None] = None, until: Query[date | None] = None
) -> HttpResponse:
    """The same as a file for spreadsheets, with fields and levels."""
    lines = statistics.lines(request.auth.organisation, *asked(since, until))
    return as_file(statistics.as_csv(lines), "statistics.csv", CSV)
