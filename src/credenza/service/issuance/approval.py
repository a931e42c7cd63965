"""Who lets a checked class list go: a second person where the organisation works with four eyes."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from credenza.errors import Conflict, Refused
from credenza.service.accounts import audit, second_person
from credenza.service.accounts.models import User
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance.models import Batch, BatchState, RowState
from credenza.service.jobs.waking import wake


def approve(batch: Batch, *, edition: int, actor: User, mail: bool, language: str) -> None:
    """Start issuing; where the organisation works with four eyes, by somebody else than who made the class list.

    ``edition`` is the one that this person looked at.

    Raises:
        Refused: ``four-eyes``, ``class-list-empty``, ``definition-not-published``. Conflict: ``batch-started``,
            ``changed-since-seen``: somebody has said anew what the columns hold.
    """
    if not batch.corrects:  # a correction is of what the award was made from, whatever is offered today
        _require_offered(batch)
    with transaction.atomic():
        now = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if now.state != BatchState.CHECKED:
            raise Conflict("batch-started", "This class list was started or cancelled already.")
        second_person.require_seen(edition, now.edition, changed_by=now.mapped_by)
        second_person.require_second(batch.organisation, actor, makers(now))
        if not now.rows.filter(state=RowState.GOOD).exists():
            raise Refused("class-list-empty", "There is no row that can be issued.")
        now.approved_by, now.mail, now.language = actor, mail, language[:2]
        now.save(update_fields=["approved_by", "mail", "language"])
        audit.record(batch.organisation, "batch.approved", actor=actor, subject=batch.id, rows=batch.rows_total)
        _start(now, after=BatchState.CHECKED)
    batch.refresh_from_db()


def _require_offered(batch: Batch) -> None:
    version = DefinitionVersion.objects.select_related("definition").get(pk=batch.version_id)
    if not version.is_offered:
        message = "This version of the micro-credential is not in the catalogue any more: upload the class list again."
        raise Refused("definition-not-published", message)


def makers(batch: Batch) -> tuple[UUID | None, ...]:
    """Who is no second person: whoever uploaded the class list or said what its columns hold."""
    return batch.created_by_id, batch.mapped_by_id


def go_on(batch: Batch, *, actor: User) -> None:
    """Start a batch again that was approved, and then stopped by a problem.

    Raises:
        Conflict: ``batch-started``: it is not stopped.
    """
    with transaction.atomic():
        _start(batch, after=BatchState.STOPPED)
        audit.record(batch.organisation, "batch.resumed", actor=actor, subject=batch.id)


def _start(batch: Batch, *, after: BatchState) -> None:
    """Let a batch run that is in this state; the work begins when the caller's transaction is committed."""
    ready = Batch.objects.filter(pk=batch.pk, state=after)
    now = timezone.now()
    if not ready.update(state=BatchState.RUNNING, run=F("run") + 1, started_at=now, problem=""):
        raise Conflict("batch-started", "This class list was started or cancelled already.")
    batch.refresh_from_db()
    transaction.on_commit(wake)
