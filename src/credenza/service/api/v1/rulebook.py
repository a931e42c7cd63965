"""What a recognition desk works by: requirements, rules, settings, its register, its table of levels, its statistics."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from ninja.errors import Throttled
from ninja.responses import Status
from pydantic import Field

from credenza.recognition.deqar import QualityReport
from credenza.recognition.statistics import DecisionStatistics
from credenza.service.accounts.models import Role
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped, taking
from credenza.service.api.v1.bodies import Limit, Offset
from credenza.service.api.v1.periods import asked
from credenza.service.api.v1.rulebook_shapes import (
    AddressIn,
    DeskIn,
    DeskOut,
    ImportedOut,
    LevelOut,
    PolicyChangeIn,
    PolicyIn,
    ReportOut,
    RequirementChangeIn,
    RequirementIn,
    RuleOut,
    rule_out,
)
from credenza.service.downloads import CSV, as_file
from credenza.service.periods import moments
from credenza.service.recognition import desks, precedents, reconsidering, registers, rulebook
from credenza.service.recognition.models import Desk, Policy, Requirement
from credenza.service.verification.rate_limits import over_limit

router = Router(tags=["Recognition: the desk"])
Kind = type[Requirement] | type[Policy]
_IMPORTS_A_MINUTE = 10


@router.get(
    "/recognition/requirements", response=list[RuleOut], summary="List requirements", **scoped(scopes.RECOGNITION_READ)
)
def requirements(request: HttpRequest) -> list[RuleOut]:
    """What the desk asks: each is what learners can apply for."""
    return _listed(request, Requirement)


@router.post(
    "/recognition/requirements", response={201: RuleOut}, summary="Write a requirement", **scoped(scopes.RULES)
)
def write_requirement(request: HttpRequest, body: RequirementIn) -> Status[Any]:
    """A new requirement with the members of ``requirement.toml`` (see the guide for recognition desks)."""
    with idempotency.attempt(request) as attempt, transaction.atomic():
        row = rulebook.write_requirement(request.auth.organisation, body.form, actor=request.auth.person)
        return attempt.answer(201, rule_out(row))


@router.get(
    "/recognition/requirements/{requirement}", response=RuleOut, summary="Read a requirement",
    **scoped(scopes.RECOGNITION_READ),
)  # fmt: skip
def read_requirement(request: HttpRequest, requirement: UUID) -> RuleOut:
    """One requirement; withdrawn ones too."""
    return rule_out(_rule(request, Requirement, requirement))


@router.put(
    "/recognition/requirements/{requirement}", response=RuleOut, summary="Change a requirement", **scoped(scopes.RULES)
)
def put_requirement(request: HttpRequest, requirement: UUID, body: RequirementChangeIn) -> RuleOut:
    """Write it anew; refused where somebody has changed it since ``edition``. What was decided by it stays."""
    row, caller = _standing(request, Requirement, requirement), request.auth
    made = rulebook.write_requirement(
        caller.organisation, body.form, actor=caller.person, instead_of=row, edition=body.edition
    )
    return rule_out(made)


@router.post(
    "/recognition/requirements/{requirement}/withdraw", response={204: None}, summary="Withdraw a requirement",
    **scoped(scopes.RULES),
)  # fmt: skip
def withdraw_requirement(request: HttpRequest, requirement: UUID) -> Status[None]:
    """Take it out of use; nobody can apply for it any more."""
    rulebook.withdraw(_rule(request, Requirement, requirement), actor=request.auth.person)
    return Status(204, None)


@router.get("/recognition/policies", response=list[RuleOut], summary="List rules", **scoped(scopes.RECOGNITION_READ))
def policies(request: HttpRequest) -> list[RuleOut]:
    """The rules by which the desk recognises without a person."""
    return _listed(request, Policy)


@router.post("/recognition/policies", response={201: RuleOut}, summary="Write a rule", **scoped(scopes.RULES))
def write_policy(request: HttpRequest, body: PolicyIn) -> Status[Any]:
    """A new rule with the members of ``policy.toml`` (see the guide for recognition desks)."""
    with idempotency.attempt(request) as attempt, transaction.atomic():
        row = rulebook.write_policy(request.auth.organisation, body.form, actor=request.auth.person)
        return attempt.answer(201, rule_out(row))


@router.get(
    "/recognition/policies/{policy}", response=RuleOut, summary="Read a rule", **scoped(scopes.RECOGNITION_READ)
)
def read_policy(request: HttpRequest, policy: UUID) -> RuleOut:
    """One rule; withdrawn ones too."""
    return rule_out(_rule(request, Policy, policy))


@router.put("/recognition/policies/{policy}", response=RuleOut, summary="Change a rule", **scoped(scopes.RULES))
def put_policy(request: HttpRequest, policy: UUID, body: PolicyChangeIn) -> RuleOut:
    """Write it anew; refused where somebody has changed it since ``edition``."""
    row, caller = _standing(request, Policy, policy), request.auth
    made = rulebook.write_policy(
        caller.organisation, body.form, actor=caller.person, instead_of=row, edition=body.edition
    )
    return rule_out(made)


@router.post(
    "/recognition/policies/{policy}/withdraw", response={204: None}, summary="Withdraw a rule", **scoped(scopes.RULES)
)
def withdraw_policy(request: HttpRequest, policy: UUID) -> Status[None]:
    """Take it out of use; it decides nothing more."""
    rulebook.withdraw(_rule(request, Policy, policy), actor=request.auth.person)
    return Status(204, None)


@router.post(
    "/recognition/decide-open", response={202: ImportedOut}, summary="Let the rules decide open cases",
    **scoped(scopes.RULES, Role.OWNER),
)  # fmt: skip
def decide_open(request: HttpRequest) -> Status[Any]:
    """The rules decide the cases that they would recognise (``suggested_by``) and nobody has taken; only an owner may."""
    with idempotency.attempt(request) as attempt, transaction.atomic():
        count = reconsidering.let_rules_decide(request.auth.organisation, actor=request.auth.person)
        return attempt.answer(202, ImportedOut(count=count))


@router.post(
    "/recognition/rulebook", response={201: ImportedOut}, summary="Import requirements and rules",
    **taking(scopes.RULES, "application/toml", "One requirement, one rule, or [[requirements]] and [[policies]]."),
)  # fmt: skip
def import_rulebook(request: HttpRequest) -> Status[Any]:
    """Requirements and rules as TOML, the body itself: all of them are taken over, or none."""
    with idempotency.attempt(request) as attempt, transaction.atomic():
        made = rulebook.import_toml(request.auth.organisation, request.body, actor=request.auth.person)
        return attempt.answer(201, ImportedOut(count=len(made)))


@router.get("/recognition/desk", response=DeskOut, summary="Read the settings", **scoped(scopes.RECOGNITION_READ))
def read_desk(request: HttpRequest) -> DeskOut:
    """Whether learners may apply, and how the desk works."""
    return _desk_out(desks.desk_of(request.auth.organisation))


@router.put("/recognition/desk", response=DeskOut, summary="Change the settings", **scoped(scopes.RULES))
def put_desk(request: HttpRequest, body: DeskIn) -> DeskOut:
    """Open or close the desk, and say how it works; refused where somebody has changed it since ``edition``."""
    caller = request.auth
    return _desk_out(desks.configure(caller.organisation, actor=caller.person, **body.model_dump()))


@router.get(
    "/recognition/register", response=list[ReportOut], summary="Search the register", **scoped(scopes.RECOGNITION_READ)
)
def register(
    request: HttpRequest, q: Annotated[str, Field(max_length=200)] = "", offset: Offset = 0, limit: Limit = 50
) -> list[ReportOut]:
    """The imported reports of quality assurance that hold every word: number, agency, institution, programme."""
    found = registers.search(request.auth.organisation, q)[offset : offset + limit]
    return [
        ReportOut(source=one.source, imported_at=one.imported_at, report=QualityReport.model_validate(one.record))
        for one in found
    ]


@router.post(
    "/recognition/register", response={201: ImportedOut}, summary="Import reports",
    **taking(scopes.RULES, "application/json", "One report, a list of reports, or a page of the DEQAR web API."),
)  # fmt: skip
def import_register(request: HttpRequest) -> Status[Any]:
    """Reports in the shape of DEQAR, the body itself; one that is here already is replaced."""
    _not_too_often(request)
    caller = request.auth
    count = registers.import_reports(caller.organisation, request.body, source="API", actor=caller.person)
    return Status(201, ImportedOut(count=count))


@router.post(
    "/recognition/register/fetch", response={201: ImportedOut}, summary="Fetch reports", **scoped(scopes.RULES)
)
def fetch_register(request: HttpRequest, body: AddressIn) -> Status[Any]:
    """Fetch the reports at an address, page after page; never one within a private network."""
    _not_too_often(request)
    count = registers.fetch_and_import(request.auth.organisation, body.address, actor=request.auth.person)
    return Status(201, ImportedOut(count=count))


@router.get(
    "/recognition/levels", response=list[LevelOut], summary="Read national levels", **scoped(scopes.RECOGNITION_READ)
)
def levels(request: HttpRequest, country: Annotated[str, Field(pattern=r"^[A-Za-z]{2}$")]) -> list[LevelOut]:
    """The levels of a country's frameworks, each with who says to which EQF level it belongs; null is unknown."""
    return [LevelOut.from_orm(one) for one in desks.levels_of(request.auth.organisation).of_country(country)]


@router.put(
    "/recognition/levels", response=ImportedOut, summary="Replace the table of levels",
    **taking(scopes.RULES, "text/csv", "The columns uri,country,eqf,label,source."),
)  # fmt: skip
def put_levels(request: HttpRequest) -> ImportedOut:
    """The organisation's own table as CSV, the body itself, in place of the one before; it wins over the package's."""
    _not_too_often(request)
    caller = request.auth
    return ImportedOut(count=registers.import_levels(caller.organisation, request.body, actor=caller.person))


@router.get(
    "/recognition/statistics", response=DecisionStatistics, summary="Read the statistics of decisions",
    **scoped(scopes.RECOGNITION_READ),
)  # fmt: skip
def statistics(
    request: HttpRequest, since: Query[date | None] = None, until: Query[date | None] = None
) -> DecisionStatistics:
    """The cases that came in between two days (the last year where not said): outcomes, times, countries, levels."""
    return precedents.statistics(request.auth.organisation, *moments(*asked(since, until)), now=timezone.now())


@router.get("/recognition/statistics.csv", response=None, summary="Decisions as CSV", **scoped(scopes.RECOGNITION_READ))
def statistics_csv(
    request: HttpRequest, since: Query[date | None] = None, until: Query[date | None] = None
) -> HttpResponse:
    """One line a case, without anything that names a person."""
    data = precedents.as_csv(request.auth.organisation, *moments(*asked(since, until)), now=timezone.now())
    return as_file(data, "recognition.csv", CSV)


def _desk_out(desk: Desk) -> DeskOut:
    told = {name: getattr(desk, name) for name in Desk.SETTINGS}
    return DeskOut(**told, edition=desks.edition(desk))


def _listed(request: HttpRequest, kind: Kind) -> list[RuleOut]:
    mine = kind.objects.filter(organisation=request.auth.organisation, withdrawn_at=None)
    return [rule_out(one) for one in mine.order_by("title", "pk")]


def _rule(request: HttpRequest, kind: Kind, pk: UUID) -> Any:
    return get_object_or_404(kind, pk=pk, organisation=request.auth.organisation)


def _standing(request: HttpRequest, kind: Kind, pk: UUID) -> Any:
    return get_object_or_404(kind, pk=pk, organisation=request.auth.organisation, withdrawn_at=None)


def _not_too_often(request: HttpRequest) -> None:
    if over_limit("api-register", str(request.auth.organisation.pk), a_minute=_IMPORTS_A_MINUTE):
        raise Throttled(wait=60)
