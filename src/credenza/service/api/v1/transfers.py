"""Exchange: what the organisation allows, results that learners fetched by EMREX, and Erasmus Without Paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router
from ninja.errors import Throttled
from ninja.responses import Status

from credenza.errors import MalformedInput
from credenza.service.accounts.models import Organisation, Role
from credenza.service.api import idempotency, scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1 import transfer_shapes as shapes
from credenza.service.api.v1.bodies import Limit, Offset
from credenza.service.downloads import as_file
from credenza.service.exchange import settings_form
from credenza.service.exchange.emrex import client
from credenza.service.exchange.emrex.listing import registry_entry
from credenza.service.exchange.ewp import fetching, transcripts
from credenza.service.exchange.models import EmrexFetch, FetchState, Mobility
from credenza.service.recognition.identities import expected_of
from credenza.service.verification.rate_limits import over_limit

router = Router(tags=["Exchange"])
_UNSEEN = (FetchState.WAITING, FetchState.ANSWERED)
_FETCHES_A_MINUTE = 20


@router.get(
    "/transfer", response=shapes.TransferOut, summary="Read the settings of exchange", **scoped(scopes.TRANSFER)
)
def read(request: HttpRequest) -> shapes.TransferOut:
    """What the organisation allows, and what registries need to know of it."""
    return _settings_out(request.auth.organisation)


@router.put("/transfer", response=shapes.TransferOut, summary="Change the settings of exchange", **scoped(scopes.ADMIN))
def change(request: HttpRequest, body: shapes.TransferIn) -> shapes.TransferOut:
    """Say where students may take their results, whether learners may fetch some for us, and whether we are an EWP node.

    Refused where somebody has changed it since ``edition``.
    """
    caller = request.auth
    values = body.model_dump(exclude={"edition"}) | {"client_hosts": "\n".join(body.client_hosts)}
    form = settings_form.TransferForm(values, instance=settings_form.settings_of(caller.organisation))
    if not form.is_valid():
        told = "; ".join(str(one) for errors in form.errors.values() for one in errors)
        raise MalformedInput("transfer-settings-invalid", told)
    settings_form.save(form, edition=body.edition, actor=caller.person)
    return _settings_out(caller.organisation)


@router.get(
    "/transfer/emrex", response=list[shapes.FetchOut], summary="List fetched results",
    **scoped(scopes.TRANSFER, Role.EVALUATOR),
)  # fmt: skip
def fetches(request: HttpRequest, state: FetchState | None = None, offset: Offset = 0, limit: Limit = 50) -> list[Any]:
    """Results that learners fetched for us, the newest first; those in ``doubt`` wait for a decision."""
    found = request.auth.organisation.emrex_fetches.exclude(state__in=_UNSEEN).order_by("-created_at", "pk")
    found = found.filter(state=state) if state is not None else found
    return [_fetch_out(one) for one in found.select_related("learner")[offset : offset + limit]]


@router.post(
    "/transfer/emrex/{fetch}/decide", response=shapes.FetchOut, summary="Decide whose results they are",
    **scoped(scopes.TRANSFER, Role.EVALUATOR),
)  # fmt: skip
def decide(request: HttpRequest, fetch: UUID, body: shapes.FetchDecisionIn) -> Status[Any]:
    """Whether results in doubt are of the learner who fetched them; only then they come into the wallet."""
    mine = request.auth.organisation.emrex_fetches.select_related("learner", "organisation")
    found = get_object_or_404(mine, pk=fetch)
    with idempotency.attempt(request) as attempt, transaction.atomic():
        decided = client.decide(found, same=body.same, evaluator=request.auth.person)
        return attempt.answer(200, _fetch_out(decided))


@router.get(
    "/transfer/mobilities", response=list[shapes.MobilityOut], summary="List mobilities",
    **scoped(scopes.TRANSFER, Role.REGISTRAR),
)  # fmt: skip
def mobilities(request: HttpRequest, offset: Offset = 0, limit: Limit = 50) -> list[shapes.MobilityOut]:
    """The mobilities whose transcripts may be asked for by Erasmus Without Paper, the newest first."""
    found = request.auth.organisation.mobilities.prefetch_related("awards").order_by("-modified_at", "pk")
    return [_mobility_out(one) for one in found[offset : offset + limit]]


@router.post(
    "/transfer/mobilities", response={201: shapes.MobilityOut}, summary="Add a mobility",
    **scoped(scopes.TRANSFER, Role.REGISTRAR),
)  # fmt: skip
def add(request: HttpRequest, body: shapes.MobilityIn) -> Status[Any]:
    """Let the sending institution fetch a transcript of these awards of one student."""
    caller, wanted = request.auth, set(body.awards)
    awards = list(caller.organisation.awards.in_force().filter(pk__in=wanted))
    if len(awards) != len(wanted):
        raise Http404
    about = {"omobility_id": body.omobility_id, "sending_institution": body.sending_institution, "esi": body.esi}
    with idempotency.attempt(request) as attempt, transaction.atomic():
        made = transcripts.add_mobility(caller.organisation, **about, awards=awards, actor=caller.person)
        return attempt.answer(201, _mobility_out(made))


@router.get(
    "/transfer/transcripts", response=list[shapes.TranscriptOut], summary="List transcripts", **scoped(scopes.TRANSFER)
)
def received(request: HttpRequest, offset: Offset = 0, limit: Limit = 50) -> list[Any]:
    """Transcripts of our own students that other institutions sent, the newest first."""
    found = request.auth.organisation.received_transcripts.defer("document").order_by("-received_at", "pk")
    return list(found[offset : offset + limit])


@router.post(
    "/transfer/transcripts/fetch", response=shapes.CameOut, summary="Fetch transcripts", **scoped(scopes.TRANSFER)
)
def fetch_transcripts(request: HttpRequest, body: shapes.ReceivingIn) -> shapes.CameOut:
    """Ask another institution's node for all transcripts of our students that are ready."""
    caller = request.auth
    if over_limit("api-ewp-fetch", str(caller.organisation.pk), a_minute=_FETCHES_A_MINUTE):
        raise Throttled(wait=60)
    return shapes.CameOut(count=fetching.fetch(caller.organisation, body.receiving, actor=caller.person))


@router.get(
    "/transfer/transcripts/{transcript}/document", response=None, summary="Download a transcript",
    **scoped(scopes.TRANSFER),
)  # fmt: skip
def document(request: HttpRequest, transcript: UUID) -> HttpResponse:
    """The transcript as it came (ELMO)."""
    found = get_object_or_404(request.auth.organisation.received_transcripts, pk=transcript)
    return as_file(bytes(found.document), f"transcript-{found.pk}.xml", "application/xml")


def _fetch_out(fetch: EmrexFetch) -> shapes.FetchOut:
    out = shapes.FetchOut.from_orm(fetch)
    if fetch.state == FetchState.DOUBT:
        learner = expected_of(fetch.learner).learner
        told = {"esi": fetch.learner.esi, "esi_confirmed": fetch.learner.esi_confirmed}
        out.expected = shapes.ExpectedOut(name=learner.name or "", birth_date=learner.birth_date, **told)
    return out


def _settings_out(organisation: Organisation) -> shapes.TransferOut:
    stored = settings_form.settings_of(organisation)
    return shapes.TransferOut(
        provides=stored.provides,
        client_hosts=stored.client_hosts.split(),
        decides=stored.decides,
        exchanges=stored.exchanges,
        edition=settings_form.edition(stored),
        registry_entry=registry_entry(organisation) if stored.provides else None,
        manifest=settings.SITE_URL + reverse("ewp_manifest", args=[organisation.slug]),
    )


def _mobility_out(stored: Mobility) -> shapes.MobilityOut:
    told = {name: getattr(stored, name) for name in ("id", "omobility_id", "sending_institution", "esi", "modified_at")}
    return shapes.MobilityOut(**told, awards=[one.pk for one in stored.awards.all()])
