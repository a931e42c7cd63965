"""A database that came back from a backup: it is noticed before anything is done with it, and nothing is done twice.

A backup knows nothing of what came after it: places in status lists that were given away, letters that were sent, awards
of a class list that was running, revocations. So neither ``serve`` nor ``worker`` starts on a restored database until the
operator has said so (``credenza restored``). A copy for trying things out is noticed too: it writes to no learner.

PostgreSQL tells: a table that was restored has another number than the one that was backed up. With SQLite the operator
must think of it: a file does not know that it was copied.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Max

from credenza.errors import Conflict, MalformedInput, Refused
from credenza.service.accounts import audit
from credenza.service.accounts.models import AuditEvent, Organisation
from credenza.service.exchange.models import VcInstance
from credenza.service.issuance import chunks, mailing, places, status
from credenza.service.issuance.models import Award, Batch, BatchState, DeliveryState
from credenza.service.operations.models import DatabaseHome

LISTS_PASSED_OVER = 100
"""How many lists may have been begun since the backup: their numbers are not used again."""

_ACTOR = "operator"
_REASON = "Revoked before; written again after the database was restored from a backup."
_AGAIN: dict[str, Callable[[Award], None]] = {
    "award.revoked": lambda award: status.revoke(award, _REASON, actor=_ACTOR),
    "award.suspended": lambda award: status.suspend(award, actor=_ACTOR),
    "award.reinstated": lambda award: status.reinstate(award, actor=_ACTOR),
}


def settle() -> None:
    """Remember where the data lives, unless that is known."""
    place = _place()
    if place is not None and not DatabaseHome.objects.exists():
        DatabaseHome.objects.create(place=place)


def is_restored() -> bool:
    """Whether the data lived elsewhere before: it was restored from a backup, or it is a copy."""
    kept = DatabaseHome.objects.first()
    return kept is not None and kept.place != _place()


def refuse_restored() -> None:
    """Start on no database whose past is not cleared up.

    Raises:
        Refused: ``database-restored``.
    """
    if is_restored():
        raise Refused(
            "database-restored",
            "This database was restored from a backup, or is a copy. Read 'To restore' in docs/deployment, "
            "then run: credenza restored",
        )


def clear_up(trails: Iterable[Path]) -> Counter[str]:
    """Make what was restored safe to go on with, all or nothing; how much of what was done.

    New awards get places in new lists; what was running is stopped and what waited to be sent is not sent, because it may
    have been, before; everybody signs in again. ``trails`` are audit trails that were exported after the backup: what they
    say of revoking, suspending and reinstating is done again.

    Raises:
        MalformedInput: ``audit-trail-malformed``.
    """
    with transaction.atomic():
        done = Counter({"letters": _hold_letters(), "class lists": _stop_batches(), "sessions": _end_sessions()})
        for organisation in Organisation.objects.select_for_update(no_key=True):
            newest = organisation.status_lists.aggregate(newest=Max("number"))["newest"] or 0
            places.begin_list(organisation, newest + LISTS_PASSED_OVER)
            audit.record(organisation, "database.restored", actor=_ACTOR)
        VcInstance.objects.update(first_list=F("first_list") + LISTS_PASSED_OVER)
        for trail in trails:
            done += _again(trail)
        DatabaseHome.objects.all().delete()
        settle()
    return done


def _place() -> str | None:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier || '/' || %s::regclass::oid FROM pg_control_system()",
            [DatabaseHome._meta.db_table],
        )
        return str(cursor.fetchone()[0])


def _hold_letters() -> int:
    held = 0
    for kind in mailing.kinds():
        waiting = kind.model._default_manager.filter(state=DeliveryState.WAITING)
        held += waiting.update(
            state=DeliveryState.FAILED, problem="It waited when the backup was made, and may have been sent since."
        )
    return held


def _stop_batches() -> int:
    running = list(Batch.objects.filter(state=BatchState.RUNNING).select_related("organisation"))
    for batch in running:
        chunks.stop(batch, "It was running when the backup was made, and may have ended since. Look before it goes on.")
    return len(running)


def _end_sessions() -> int:
    return int(Session.objects.all().delete()[0])


def _again(trail: Path) -> Counter[str]:
    """What one exported audit trail says and this database does not know."""
    done: Counter[str] = Counter()
    with trail.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = csv.DictReader(file)
        if not {"action", "subject", "digest"} <= set(lines.fieldnames or ()):
            raise MalformedInput("audit-trail-malformed", f"{trail} is no audit trail as the console exports it.")
        for line in lines:
            if line["action"] in _AGAIN and not AuditEvent.objects.filter(digest=line["digest"]).exists():
                done[_do_again(line["action"], line["subject"])] += 1
    return done


def _do_again(action: str, subject: str) -> str:
    try:
        award = Award.objects.select_related("organisation").filter(pk=subject).first()
    except (ValidationError, ValueError):
        award = None
    if award is None:
        return "awards that this database does not know"
    try:
        _AGAIN[action](award)
    except Conflict:
        return "awards whose status was so already"
    return "awards whose status was set again"
