"""A pathway from draft to publication: save, check, submit, approve or return, begin a new version, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from credenza.errors import Conflict, CredenzaError, MalformedInput, Refused
from credenza.record.form import Problem
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.catalogue.models import Definition, VersionState
from credenza.service.pathways import offers
from credenza.service.pathways.models import Pathway, PathwayVersion
from credenza.stacking.feasibility import Obstacle, find_obstacles
from credenza.stacking.pathway import Pathway as PathwayRecord
from credenza.stacking.pathway import PathwayKind

_LONGEST = 3.0


@dataclass(frozen=True)
class Draft:
    """What a designer filled in: the form of the core, the larger award, and how it is told and issued."""

    form: Mapping[str, Any]
    award: Definition | None
    description: str = ""
    automatic: bool = False


@dataclass(frozen=True)
class Judged:
    """What a draft comes to: the pathway where it can be read, what is wrong, and what keeps learners from completing it."""

    record: PathwayRecord | None
    problems: Sequence[Problem]
    obstacles: Sequence[Obstacle]

    @property
    def ready(self) -> bool:
        return self.record is not None and not any(one.fatal for one in self.obstacles)


def judge(version: PathwayVersion) -> Judged:
    """Whether it can be read, and completed with what the catalogue offers."""
    try:
        record = version.as_record
    except MalformedInput as error:
        return Judged(None, error.detail.get("problems", ()), ())
    others = offers.published_pathways(exclude=version.pathway_id)
    try:
        found = find_obstacles(record, catalogue=offers.definitions_for(record), others=others, longest=_LONGEST)
    except CredenzaError as error:
        found = (Obstacle(record.root.id, error.code, True, error.message, ""),)
    return Judged(record, (), found)


def begin(organisation: Organisation, *, actor: User) -> PathwayVersion:
    """A new pathway with a first draft, which accepts the organisation's own recognition decisions."""
    with transaction.atomic():
        pathway = Pathway.objects.create(organisation=organisation)
        blank = {"kind": PathwayKind.ELECTIVE.value, "recognised_by": [organisation.as_record.id]}
        version = PathwayVersion.objects.create(pathway=pathway, number=1, form=blank, author=actor)
        audit.record(organisation, "pathway.begun", actor=actor, subject=pathway.id)
    return version


def begin_version(pathway: Pathway, *, actor: User) -> PathwayVersion:
    """A new draft from the newest version.

    Raises:
        Conflict: ``draft-present``: a draft is open already.
    """
    with transaction.atomic():
        Pathway.objects.select_for_update().get(pk=pathway.pk)
        newest = pathway.versions.order_by("-number").first()
        if newest is None or newest.state in (VersionState.DRAFT, VersionState.AWAITING_APPROVAL):
            raise Conflict("draft-present", "A new version of this is being written already.")
        kept = {name: getattr(newest, name) for name in ("form", "award", "description", "automatic", "title")}
        version = PathwayVersion.objects.create(pathway=pathway, number=newest.number + 1, author=actor, **kept)
        audit.record(pathway.organisation, "pathway.begun", actor=actor, subject=pathway.id, number=version.number)
    return version


def save(version: PathwayVersion, draft: Draft, *, edition: int, actor: User) -> None:
    """Keep a draft; ``edition`` is the one that the designer had before them.

    Raises:
        Refused: ``award-of-others``. Conflict: ``draft-changed``, ``not-a-draft``.
    """
    if draft.award is not None and draft.award.organisation_id != version.pathway.organisation_id:
        raise Refused("award-of-others", "The larger award must be one of your own organisation.")
    changes = {
        "form": dict(draft.form),
        "award": draft.award,
        "description": draft.description.strip()[:5000],
        "automatic": draft.automatic,
        "title": _title(draft.form),
        "author": actor,
        "changed_at": timezone.now(),
    }
    mine = PathwayVersion.objects.filter(pk=version.pk, edition=edition, state=VersionState.DRAFT)
    if not mine.update(edition=edition + 1, **changes):
        _refuse_change(version)
    version.refresh_from_db()


def submit(version: PathwayVersion, *, actor: User) -> None:
    """Ask a second person to approve.

    Raises:
        Refused: ``pathway-not-possible``, ``award-not-published``. Conflict: ``not-a-draft``.
    """
    _require_ready(version)
    with transaction.atomic():
        _move(version, VersionState.DRAFT, VersionState.AWAITING_APPROVAL, submitted_by=actor)
        audit.record(version.pathway.organisation, "pathway.submitted", actor=actor, subject=version.id)


def give_back(version: PathwayVersion, note: str, *, actor: User) -> None:
    """Return it to its author with a note of what to change.

    Raises:
        Conflict: ``not-awaiting-approval``.
    """
    with transaction.atomic():
        _move(version, VersionState.AWAITING_APPROVAL, VersionState.DRAFT, review_note=note.strip()[:2000])
        audit.record(version.pathway.organisation, "pathway.returned", actor=actor, subject=version.id)


def approve(version: PathwayVersion, *, actor: User) -> None:
    """Publish it; the version before is superseded.

    Raises:
        Refused: ``four-eyes``: whoever wrote or submitted it cannot approve it too; ``pathway-not-possible``,
            ``award-not-published``. Conflict: ``not-awaiting-approval``.
    """
    organisation = version.pathway.organisation
    if organisation.four_eyes and actor.pk in (version.submitted_by_id, version.author_id):
        raise Refused("four-eyes", "Another person than its author must approve it.")
    _require_ready(version)
    with transaction.atomic():
        now = timezone.now()
        _move(
            version,
            VersionState.AWAITING_APPROVAL,
            VersionState.PUBLISHED,
            approved_by=actor,
            published_at=now,
            review_note="",
        )
        others = version.pathway.versions.filter(state=VersionState.PUBLISHED).exclude(pk=version.pk)
        others.update(state=VersionState.SUPERSEDED)
        Pathway.objects.filter(pk=version.pathway_id).update(published=version, withdrawn_at=None)
        audit.record(organisation, "pathway.published", actor=actor, subject=version.id, number=version.number)


def withdraw(pathway: Pathway, *, actor: User) -> None:
    """Offer it no more; what was awarded stays valid.

    Raises:
        Conflict: ``not-published``.
    """
    with transaction.atomic():
        published = Pathway.objects.filter(pk=pathway.pk, withdrawn_at=None, published__isnull=False)
        if not published.update(withdrawn_at=timezone.now()):
            raise Conflict("not-published", "This pathway is not offered.")
        audit.record(pathway.organisation, "pathway.withdrawn", actor=actor, subject=pathway.id)


def _require_ready(version: PathwayVersion) -> None:
    award = version.award
    if award is None or award.published_id is None or award.withdrawn_at is not None:
        raise Refused("award-not-published", "Choose a published micro-credential of yours as the larger award.")
    if not judge(version).ready:
        raise Refused("pathway-not-possible", "Nobody could complete this pathway: see what stands in the way.")


def _title(form: Mapping[str, Any]) -> str:
    title = form.get("title") or ""
    return (title if isinstance(title, str) else str(title.get("en") or next(iter(title.values()), "")))[:500]


def _move(version: PathwayVersion, before: VersionState, after: VersionState, **changes: Any) -> None:
    """One step, taken by one person only, on the edition that they looked at."""
    found = PathwayVersion.objects.filter(pk=version.pk, state=before, edition=version.edition)
    if not found.update(state=after, **changes):
        _refuse_change(version)
    version.refresh_from_db()


def _refuse_change(version: PathwayVersion) -> None:
    now = PathwayVersion.objects.get(pk=version.pk)
    if now.state == version.state:
        raise Conflict("draft-changed", "A colleague has changed this meanwhile. Open it again to see what.")
    raise Conflict("not-a-draft", f"Somebody else was quicker: it is “{VersionState(now.state).label}” now.")
