"""What happens to an award after it was issued: sent again, suspended, reinstated, revoked, replaced.

Each change is made in one transaction with its letter; of two people who change the same award one wins, and the other gets
a ``Conflict``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from credenza.errors import Conflict, Refused
from credenza.record.class_list import Row
from credenza.service.accounts import audit
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import User
from credenza.service.issuance import counts, issuing, letters, status
from credenza.service.issuance.documents import refuse_erased
from credenza.service.issuance.models import Award, Batch


def resend(award: Award, *, actor: User) -> None:
    """Mail a new claim link; older links work no more.

    Raises:
        Conflict: ``award-claimed``, ``credential-revoked``. Refused: ``email-unknown``.
    """
    with transaction.atomic():
        now = Award.objects.select_for_update(no_key=True).get(pk=award.pk)
        if now.revoked_at is not None:
            raise Conflict("credential-revoked", "A revoked credential is not sent again.")
        if now.claimed_at is not None:
            raise Conflict("award-claimed", "The learner has this credential in a wallet already.")
        if letters.write_to(now) is None:
            raise Refused("email-unknown", "No e-mail address of the learner is known.")
        audit.record(award.organisation, "award.resent", actor=actor, subject=award.id)


def revoke(award: Award, reason: str, *, actor: User) -> None:
    """Withdraw for good, with a reason that the learner is told.

    Raises:
        Refused: ``reason-missing``. Conflict: ``credential-revoked``.
    """
    if not reason.strip():
        raise Refused("reason-missing", "Say why the credential is revoked: the learner is told.")
    with transaction.atomic():
        status.revoke(award, reason.strip(), actor=actor)
        counts.count(award.version, counts.REVOKED)
        letters.write_to(award, letters.REVOKED)


def suspend(award: Award, *, actor: User) -> None:
    """Take out of force for the time being; the learner is told.

    Raises:
        Conflict: ``credential-revoked``, ``credential-suspended``.
    """
    with transaction.atomic():
        status.suspend(award, actor=actor)
        letters.write_to(award, letters.SUSPENDED)


def reinstate(award: Award, *, actor: User) -> None:
    """Put in force again; the learner is told.

    Raises:
        Conflict: ``credential-revoked``, ``credential-not-suspended``.
    """
    with transaction.atomic():
        status.reinstate(award, actor=actor)
        letters.write_to(award, letters.REINSTATED)


def replace(award: Award, row: Row, reason: str, *, actor: User | str, batch: Batch | None = None) -> Award:
    """Issue a corrected award in place of this one, which is revoked and points at the new one.

    Raises:
        Conflict, Refused: as ``replace_together``.
    """
    (new,) = replace_together([(award, row)], reason, actor=actor, batch=batch)
    return new


def replace_together(
    corrections: Sequence[tuple[Award, Row]], reason: str, *, actor: User | str, batch: Batch | None = None
) -> list[Award]:
    """Issue corrected awards in place of these, all or none; learners may change places between them.

    Whether a second person must approve it, ``correcting`` sees to; ``batch`` are the corrections that they were in.

    Raises:
        Conflict: ``credential-revoked``, ``award-exists``: a corrected learner has another award already.
        Refused: ``award-erased``, ``award-with-parts``, ``key-missing``.
    """
    leaving = [award.pk for award, _ in corrections]
    sealed = []
    for award, row in corrections:
        refuse_replacing(award)
        language = award.as_record.language
        sealed.append(issuing.prepare(award.version, [row], batch=batch, language=language, instead_of=leaving))
    with transaction.atomic():
        _lock_all([award for award, _ in corrections])
        for award, _ in corrections:
            status.revoke(award, reason.strip() or "Replaced by a corrected credential.", actor=actor)
        made = [
            _put_in_place(award, drafts, already, actor=actor)
            for (award, _), (drafts, already) in zip(corrections, sealed, strict=True)
        ]
    for award, _ in corrections:
        award.refresh_from_db()
    return made


def _lock_all(awards: Sequence[Award]) -> None:
    """All locks of these awards of one organisation, before the first of them is changed (see ``accounts.locks``)."""
    organisation = awards[0].organisation
    lock(organisation)
    mine = Award.objects.filter(pk__in=[award.pk for award in awards])
    list(mine.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    lists = organisation.status_lists.filter(number__in={award.list_number for award in awards})
    list(lists.select_for_update(no_key=True).order_by("number").values_list("pk"))


def _put_in_place(
    award: Award, drafts: Sequence[issuing.Draft], already: Sequence[issuing.Already], *, actor: User | str
) -> Award:
    made, late = issuing.store(award.version, drafts, mail=False)
    new = issuing.only(made, [*already, *late])
    Award.objects.filter(pk=award.pk).update(replaced_by=new)
    letters.write_to(new, letters.REPLACEMENT)
    audit.record(award.organisation, "award.replaced", actor=actor, subject=award.id, by=str(new.id))
    return new


def row_of(award: Award, *, valid_until: datetime | None) -> Row:
    """The row of a class list that this award could have come from."""
    record = award.as_record
    return Row(1, record.learner, record.results, record.awarded, valid_until, record.identifiers, record.evidence)


def refuse_replacing(award: Award) -> None:
    """Raises Refused ``award-erased``, ``award-with-parts``, Conflict ``credential-revoked``."""
    refuse_erased(award)
    if award.record.get("parts"):
        message = "It was made of other credentials: revoke it, and the learner can ask for it on the pathway again."
        raise Refused("award-with-parts", message)
    if award.revoked_at is not None:
        raise Conflict("credential-revoked", "This credential is revoked already.")
