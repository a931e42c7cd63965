"""Who lets a checked class list go: a second person where the organisation works with four eyes."""

from __future__ import annotations

from django.db import transaction

from credenza.errors import Conflict, Refused
from credenza.service.accounts import audit
from credenza.service.accounts.models import User
from credenza.service.catalogue.models import DefinitionVersion, VersionState
from credenza.service.issuance import jobs
from credenza.service.issuance.models import Batch, BatchState, RowState


def approve(batch: Batch, *, actor: User, mail: bool, language: str) -> None:
    """Start issuing; where the organisation works with four eyes, by somebody else than who made the class list.

    Raises:
        Refused: ``four-eyes``, ``class-list-empty``, ``definition-not-published``. Conflict: ``batch-started``.
    """
    if not may_approve(batch, actor):
        raise Refused("four-eyes", "Somebody else than the person who uploaded the class list must approve it.")
    version = DefinitionVersion.objects.select_related("definition").get(pk=batch.version_id)
    if version.state != VersionState.PUBLISHED or version.definition.withdrawn_at is not None:
        message = "This version of the micro-credential is not in the catalogue any more: upload the class list again."
        raise Refused("definition-not-published", message)
    if not batch.rows.filter(state=RowState.GOOD).exists():
        raise Refused("class-list-empty", "There is no row that can be issued.")
    with transaction.atomic():
        changed = Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKED)
        if not changed.update(approved_by=actor, mail=mail, language=language[:2]):
            raise Conflict("batch-started", "This class list was started or cancelled already.")
        audit.record(batch.organisation, "batch.approved", actor=actor, subject=batch.id, rows=batch.rows_total)
        jobs.start(batch, after=BatchState.CHECKED)
    batch.refresh_from_db()


def may_approve(batch: Batch, person: User) -> bool:
    """Whether this person is a second one: neither uploaded the class list nor said what its columns hold."""
    return not batch.organisation.four_eyes or person.pk not in (batch.created_by_id, batch.mapped_by_id)


def go_on(batch: Batch, *, actor: User) -> None:
    """Start a batch again that was approved, and then stopped by a problem.

    Raises:
        Conflict: ``batch-started``: it is not stopped.
    """
    with transaction.atomic():
        jobs.start(batch, after=BatchState.STOPPED)
        audit.record(batch.organisation, "batch.resumed", actor=actor, subject=batch.id)
