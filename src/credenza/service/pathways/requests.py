"""Asking for the larger award: the learner asks, an issuer approves (or the pathway does by itself), it is issued once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from credenza.errors import Conflict, Refused
from credenza.record.class_list import Row
from credenza.service.accounts import audit
from credenza.service.accounts.models import User
from credenza.service.issuance import counts
from credenza.service.issuance.issuing import issue_one
from credenza.service.issuance.models import Award
from credenza.service.pathways.learning import Look, look
from credenza.service.pathways.models import AwardRequest, Pathway, PathwayVersion, RequestState
from credenza.service.wallet import holding
from credenza.stacking.larger_award import learner_of, parts_inside, require_issuable

PATHWAY = "pathway"
"""Who acts in the audit trail where a pathway issues by itself."""
_OPEN = "You have asked for it already: the provider will answer."


def ask(version: PathwayVersion, learner: User) -> AwardRequest:
    """Ask for the larger award, and show the provider what counts; issued at once where the pathway says so and nothing
    is in doubt.

    Raises:
        Refused: ``pathway-withdrawn``, ``pathway-incomplete``. Conflict: ``request-open``, ``award-exists``.
    """
    if not Pathway.objects.filter(published=version, withdrawn_at=None).exists():
        raise Refused("pathway-withdrawn", "This pathway is not offered any more.")
    _refuse_second(version, learner)
    found = look(version, learner, now=timezone.now())
    if not found.progress.complete:
        raise Refused("pathway-incomplete", found.progress.sentences()[0])
    try:
        with transaction.atomic():
            request = AwardRequest.objects.create(version=version, learner=learner, credentials=found.counted)
            audit.record(version.pathway.organisation, "pathway.asked", actor="learner", subject=request.id)
    except IntegrityError as error:
        raise Conflict("request-open", _OPEN) from error
    if version.automatic and found.anchored and not found.progress.doubts:
        issue(request, actor=PATHWAY)
    return request


def issue(request: AwardRequest, *, actor: User | str, also: Callable[[], object] | None = None) -> Award:
    """Issue the larger award into the learner's wallet, on what is verified now; of two who do, one wins.

    ``also`` is done in the transaction that stores the award.

    Raises:
        Refused: ``own-request``, ``pathway-incomplete``, ``stack-in-doubt`` (only where no person decides),
            ``award-not-published``, ``key-missing``. Conflict: ``request-decided``, ``award-exists``.
    """
    version, learner = request.version, request.learner
    if actor == learner:
        raise Refused("own-request", "Nobody approves their own request.")
    found = look_at(request)
    definition = version.award.published if version.award is not None else None
    if definition is None:
        raise Refused("award-not-published", "The larger award is not in the catalogue any more.")
    require_issuable(found.progress, definition.as_record, accept_doubts=actor != PATHWAY)
    if actor == PATHWAY and not found.anchored:
        raise Refused("stack-in-doubt", "A person must look at this first: nothing shows whose credentials these are.")
    row = Row(1, learner_of(found.progress).model_copy(update={"email": learner.email}))
    award = issue_one(
        definition,
        row,
        actor=actor,
        language=definition.as_record.title.languages[0][:2],
        mail=False,
        settle=lambda made: _settle(request, made, actor, also),
        parts=parts_inside(found.progress, [one.sealed for one in found.own]),
    )
    request.refresh_from_db()
    return award


def decline(request: AwardRequest, note: str, *, actor: User) -> None:
    """Say no, with the reason that the learner is told.

    Raises:
        Refused: ``reason-missing``. Conflict: ``request-decided``.
    """
    if not note.strip():
        raise Refused("reason-missing", "Say why: the learner is told.")
    with transaction.atomic():
        _decide(request, {"state": RequestState.DECLINED, "note": note.strip()[:2000], "decided_by": actor})
        audit.record(request.version.pathway.organisation, "pathway.declined", actor=actor, subject=request.id)
    request.refresh_from_db()


def look_at(request: AwardRequest) -> Look:
    """What the learner showed, verified now; nothing else of the wallet."""
    return look(request.version, request.learner, now=timezone.now(), only=request.credentials, public=False)


def doubts(found: Look) -> list[tuple[str, str]]:
    """What a person should look at: the title of the credential (empty where it is about all), and why."""
    titles = [one.held.title for one in found.own]
    told = [(titles[one.place] if one.place < len(titles) else "", one.reason.text) for one in found.progress.doubts]
    if not found.anchored:
        told.append(
            ("", gettext("All of these were brought along as files: nothing shows that they are this person's."))
        )
    return told


def standing_award(version: PathwayVersion, learner: User) -> Award | None:
    """The larger award that the learner holds already."""
    held = Award.objects.filter(definition=version.award_id, holder=learner, revoked_at=None, erased_at=None)
    return held.order_by("-issued_at").first()


def _refuse_second(version: PathwayVersion, learner: User) -> None:
    if standing_award(version, learner) is not None:
        raise Conflict("award-exists", "You hold this award already.")
    if AwardRequest.objects.filter(
        version__pathway=version.pathway_id, learner=learner, state=RequestState.OPEN
    ).exists():
        raise Conflict("request-open", _OPEN)


def _settle(request: AwardRequest, award: Award, actor: User | str, also: Callable[[], object] | None) -> None:
    """Within the transaction that stores the award: the request is decided, and the award is in the wallet."""
    learner = request.learner
    _decide(request, {"state": RequestState.ISSUED, "award": award, "decided_by": actor if actor != PATHWAY else None})
    Award.objects.filter(pk=award.pk).update(holder=learner, claimed_at=timezone.now())
    award.refresh_from_db()
    holding.keep(learner, award)
    counts.count(award.version, counts.CLAIMED, country=learner.country)
    audit.record(award.organisation, "pathway.awarded", actor=actor, subject=request.id, award=str(award.id))
    if also is not None:
        also()


def _decide(request: AwardRequest, changes: Mapping[str, Any]) -> None:
    open_one = AwardRequest.objects.filter(pk=request.pk, state=RequestState.OPEN)
    if not open_one.update(decided_at=timezone.now(), **changes):
        raise Conflict("request-decided", "Somebody else has decided this request already.")
