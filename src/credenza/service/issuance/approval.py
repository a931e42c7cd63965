"""Who lets a checked class list go: a second person where the organisation works with four eyes."""

from __future__ import annotations

from django.db import transaction

from credenza.errors import Conflict, Refused
from credenza.service.accounts import audit
from credenza.service.accounts.models import User
from credenza.service.issuance import jobs
from credenza.service.issuance.models import Batch, BatchState, RowState


def approve(batch: Batch, *, actor: User, mail: bool, language: str) -> None:
    """Start issuing; where the organisation works with four eyes, by somebody else than who uploaded.

    Raises:
        Refused: ``four-eyes``, ``class-list-empty``. Conflict: ``batch-started``.
    """
    if batch.organisation.four_eyes and batch.created_by_id == actor.pk:
        raise Refused("four-eyes", "Somebody else than the person who uploaded the class list must approve it.")
    if not batch.rows.filter(state=RowState.GOOD).exists():
        raise Refused("class-list-empty", "There is no row that can be issued.")
    with transaction.atomic():
        changed = Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKED)
        if not changed.update(approved_by=actor, mail=mail, language=language[:2]):
            raise Conflict("batch-started", "This class list was started or cancelled already.")
        audit.record(batch.organisation, "batch.approved", actor=actor, subject=batch.id, rows=batch.rows_total)
        jobs.start(batch)
    batch.refresh_from_db()


def go_on(batch: Batch, *, actor: User) -> None:
    """Start a batch again that was stopped by a problem.

    Raises:
        Conflict: ``batch-started``.
    """
    with transaction.atomic():
        jobs.start(batch)
        audit.record(batch.organisation, "batch.resumed", actor=actor, subject=batch.id)
