"""The one way to publication, for micro-credentials and for pathways: a draft, a second person, a new version.

Whether a draft is fit for it, each kind judges itself (``catalogue.designing``, ``pathways.designing``), under the lock
that ``lock`` takes.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from credenza.errors import Conflict
from credenza.service.accounts import audit, second_person
from credenza.service.accounts.models import User
from credenza.service.catalogue.versioned import Version, Versioned, VersionState

V = TypeVar("V", bound=Version)


def begin(version: V, *, actor: User) -> V:
    """Store a first draft, and what it is a draft of."""
    with transaction.atomic():
        version.whole.save(force_insert=True)
        return _store_draft(version, actor)


def begin_next(whole: Versioned, kind: type[V], *, actor: User) -> V:
    """A new draft from the newest version; what points at the versions before keeps pointing at them.

    Raises:
        Conflict: ``draft-present``: a draft is open already.
    """
    with transaction.atomic():
        type(whole).objects.select_for_update(no_key=True).get(pk=whole.pk)
        newest = kind.objects.filter(**{kind.KIND: whole}).order_by("-number").first()
        if newest is None or newest.state in (VersionState.DRAFT, VersionState.AWAITING_APPROVAL):
            raise Conflict("draft-present", "A new version of this is being written already.")
        content = {name: getattr(newest, name) for name in kind.CONTENT}
        return _store_draft(kind(**{kind.KIND: whole}, number=newest.number + 1, **content), actor)


def _store_draft(version: V, actor: User) -> V:
    version.author = actor
    version.save(force_insert=True)
    _record(version, "begun", actor)
    return version


def keep(version: Version, names: tuple[str, ...], *, edition: int, actor: User) -> None:
    """Store these fields of a draft; ``edition`` is the one that the designer had before them.

    Raises:
        Conflict: ``draft-changed``: a colleague has saved meanwhile; ``not-a-draft``.
    """
    changes = {name: getattr(version, name) for name in names} | {"author": actor, "changed_at": timezone.now()}
    found = type(version).objects.filter(pk=version.pk, state=VersionState.DRAFT, edition=edition)
    if not found.update(edition=edition + 1, **changes):
        _refuse(version, VersionState.DRAFT)
    version.refresh_from_db()


def lock(version: Version, state: VersionState) -> None:
    """Let nobody else change it until the caller's transaction ends; it is read anew, with all that it points at.

    Raises:
        Conflict: ``draft-changed``: it is another edition by now; ``not-a-draft``: it is in another state.
    """
    found = type(version).objects.select_for_update(no_key=True).filter(pk=version.pk, state=state)
    if not found.filter(edition=version.edition).exists():
        _refuse(version, state)
    version.refresh_from_db()


def discard(version: Version, *, actor: User) -> None:
    """Throw a draft away; a first draft takes along what it was a draft of.

    Raises:
        Conflict: ``draft-changed``, ``not-a-draft``.
    """
    whole = version.whole
    with transaction.atomic():
        lock(version, VersionState.DRAFT)
        _record(version, "discarded", actor)
        type(version).objects.filter(pk=version.pk).delete()
        if not type(version).objects.filter(**{version.KIND: whole}).exists():
            type(whole).objects.filter(pk=whole.pk).delete()


def submit(version: Version, *, actor: User) -> None:
    """Let a locked draft, fit to be published, wait for a second person."""
    _move(version, VersionState.AWAITING_APPROVAL, submitted_by=actor)
    _record(version, "submitted", actor)


def give_back(version: Version, note: str, *, actor: User) -> None:
    """Return it to its author with a note of what to change.

    Raises:
        Conflict: ``draft-changed``, ``not-a-draft``.
    """
    with transaction.atomic():
        lock(version, VersionState.AWAITING_APPROVAL)
        _move(version, VersionState.DRAFT, review_note=note.strip()[:2000])
        _record(version, "returned", actor)


def publish(version: Version, *, seen: str, digest: str, actor: User, **changes: object) -> None:
    """Put a locked version on offer, exactly as it was ``seen``; the version before is superseded.

    Raises:
        Refused: ``four-eyes``: whoever wrote or submitted it cannot approve it too.
        Conflict: ``changed-since-seen``: its ``digest`` is another one now.
    """
    changed_by = None if seen.startswith(f"{version.edition}-") else version.author
    second_person.require_seen(seen, digest, changed_by=changed_by)
    second_person.require_second(version.whole.organisation, actor, version.makers)
    before = type(version).objects.filter(**{version.KIND: version.whole}, state=VersionState.PUBLISHED)
    before.update(state=VersionState.SUPERSEDED)
    now = timezone.now()
    _move(version, VersionState.PUBLISHED, approved_by=actor, published_at=now, review_note="", **changes)
    type(version.whole).objects.filter(pk=version.whole.pk).update(published=version, withdrawn_at=None)
    _record(version, "published", actor)


def withdraw(whole: Versioned, *, actor: User) -> None:
    """Offer it no more; what was awarded stays valid.

    Raises:
        Conflict: ``not-published``.
    """
    with transaction.atomic():
        offered = type(whole).objects.filter(pk=whole.pk, withdrawn_at=None, published__isnull=False)
        if not offered.update(withdrawn_at=timezone.now()):
            raise Conflict("not-published", "This is not on offer.")
        audit.record(whole.organisation, f"{whole._meta.model_name}.withdrawn", actor=actor, subject=whole.pk)


def _move(version: Version, after: VersionState, **changes: object) -> None:
    """One step of a locked version."""
    for name, value in {"state": after, **changes}.items():
        setattr(version, name, value)
    version.save(update_fields=["state", *changes])


def _record(version: Version, verb: str, actor: User) -> None:
    action = f"{version.KIND}.{verb}"
    audit.record(version.whole.organisation, action, actor=actor, subject=version.pk, number=version.number)


def _refuse(version: Version, expected: VersionState) -> None:
    state = VersionState(type(version).objects.values_list("state", flat=True).get(pk=version.pk))
    if state == expected:
        raise Conflict("draft-changed", "A colleague has changed this meanwhile. Open it again to see what.")
    raise Conflict("not-a-draft", f"Somebody else was quicker: it is “{state.label}” now.")
