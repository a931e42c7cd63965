"""A pathway on its way to learners: what a draft comes to, and whether anybody could complete it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.record.form import Problem
from credenza.service.accounts.models import Organisation, User
from credenza.service.catalogue import publishing
from credenza.service.catalogue.draft_forms import told_problems
from credenza.service.catalogue.models import Definition, VersionState
from credenza.service.pathways import offers
from credenza.service.pathways.forms import PathwayForm
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
    def told_problems(self) -> list[tuple[str, str | None]]:
        """What is wrong, as the designer's form calls its fields."""
        return told_problems(self.problems, PathwayForm)

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


def digest(version: PathwayVersion) -> str:
    """What names exactly the content that a person sees, and the version of the larger award that it leads to."""
    award = version.award.published_id if version.award is not None else None
    seen = [version.form, version.title, version.description, version.automatic, str(version.award_id), str(award)]
    return f"{version.edition}-{hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()}"


def begin(organisation: Organisation, *, actor: User) -> PathwayVersion:
    """A new pathway with a first draft, which accepts the organisation's own recognition decisions."""
    blank = {"kind": PathwayKind.ELECTIVE.value, "recognised_by": [organisation.as_record.id]}
    return publishing.begin(PathwayVersion(pathway=Pathway(organisation=organisation), form=blank), actor=actor)


def save(version: PathwayVersion, draft: Draft, *, edition: int, actor: User) -> None:
    """Keep a draft, as ``publishing.keep``.

    Raises:
        Refused: ``award-of-others``. Conflict: as ``publishing.keep``.
    """
    if draft.award is not None and draft.award.organisation_id != version.pathway.organisation_id:
        raise Refused("award-of-others", "The larger award must be one of your own organisation.")
    version.form, version.award, version.automatic = dict(draft.form), draft.award, draft.automatic
    version.description, version.title = draft.description.strip()[:5000], _title(draft.form)
    publishing.keep(version, PathwayVersion.CONTENT, edition=edition, actor=actor)


def submit(version: PathwayVersion, *, actor: User) -> None:
    """Ask a second person to approve.

    Raises:
        Refused: ``pathway-not-possible``, ``award-not-published``. Conflict: as ``publishing.lock``.
    """
    _require_ready(version)  # not under the lock: it may take seconds, and of another edition the lock tells
    with transaction.atomic():
        publishing.lock(version, VersionState.DRAFT)
        publishing.submit(version, actor=actor)


def approve(version: PathwayVersion, *, seen: str, actor: User) -> None:
    """Publish it exactly as it was ``seen`` (its ``digest``); the version before is superseded.

    Raises:
        Refused, Conflict: as ``publishing.lock`` and ``publishing.publish``. Refused: ``pathway-not-possible``,
            ``award-not-published``.
    """
    _require_ready(version)
    with transaction.atomic():
        publishing.lock(version, VersionState.AWAITING_APPROVAL)
        publishing.publish(version, seen=seen, digest=digest(version), actor=actor)


def _require_ready(version: PathwayVersion) -> None:
    award = version.award
    if award is None or award.published_id is None or award.withdrawn_at is not None:
        raise Refused("award-not-published", "Choose a published micro-credential of yours as the larger award.")
    if not judge(version).ready:
        raise Refused("pathway-not-possible", "Nobody could complete this pathway: see what stands in the way.")


def _title(form: Mapping[str, Any]) -> str:
    title = form.get("title") or ""
    return (title if isinstance(title, str) else str(title.get("en") or next(iter(title.values()), "")))[:500]
