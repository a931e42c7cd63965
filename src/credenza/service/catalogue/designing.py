"""From draft to catalogue: save, submit, approve or return, publish, begin a new version, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from credenza.errors import Conflict, MalformedInput, Refused
from credenza.record import MicroCredential
from credenza.record.annex_i import ElementFinding, Severity, check_definition
from credenza.record.form import Problem
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.catalogue.forms import authored
from credenza.service.catalogue.models import Definition, DefinitionVersion, VersionState
from credenza.service.catalogue.versions import describe, record_of


@dataclass(frozen=True)
class Judged:
    """What a form comes to: the micro-credential where it can be made, what is wrong, and what Annex I finds."""

    record: MicroCredential | None
    problems: tuple[Problem, ...]
    findings: tuple[ElementFinding, ...]

    @property
    def ready(self) -> bool:
        """Whether it may be published: it can be made, and no mandatory element is missing."""
        return self.record is not None and not any(one.severity is Severity.ERROR for one in self.findings)


def judge(definition: Definition, form: Mapping[str, Any]) -> Judged:
    """What a designer's form comes to now."""
    try:
        record = record_of(definition, authored(form))
    except MalformedInput as error:
        return Judged(None, tuple(error.detail.get("problems", ())), ())
    return Judged(record, (), check_definition(record))


def begin(organisation: Organisation, *, actor: User) -> DefinitionVersion:
    """A new definition with an empty first draft."""
    with transaction.atomic():
        definition = Definition.objects.create(organisation=organisation)
        version = DefinitionVersion.objects.create(definition=definition, number=1, author=actor)
        audit.record(organisation, "definition.begun", actor=actor, subject=definition.id)
    return version


def begin_version(definition: Definition, *, actor: User) -> DefinitionVersion:
    """A new draft from the newest version; awards keep pointing at the version that they were made from.

    Raises:
        Conflict: ``draft-present``: a draft is open already.
    """
    with transaction.atomic():
        Definition.objects.select_for_update().get(pk=definition.pk)
        newest = definition.versions.order_by("-number").first()
        if newest is not None and newest.state in (VersionState.DRAFT, VersionState.AWAITING_APPROVAL):
            raise Conflict("draft-present", "A new version of this is being written already.")
        number, form, title = (newest.number + 1, newest.form, newest.title) if newest else (1, {}, "")
        version = DefinitionVersion.objects.create(
            definition=definition, number=number, form=form, title=title, author=actor
        )
        audit.record(definition.organisation, "version.begun", actor=actor, subject=version.id)
    return version


def save(version: DefinitionVersion, form: Mapping[str, Any], *, edition: int, actor: User) -> Judged:
    """Keep a draft; ``edition`` is the one that the designer had before them.

    Raises:
        Conflict: ``draft-changed``: a colleague has saved meanwhile; ``not-a-draft``.
    """
    judged = judge(version.definition, form)
    version.form, version.changed_at, version.author = dict(form), timezone.now(), actor
    if judged.record is not None:
        describe(version, judged.record)
    else:
        version.record = None
        version.title = next(iter((form.get("title") or {}).values()), "")[:500]
    kept = ("form", "changed_at", "author", "record", "title", "search_text", "eqf", "ects", "hours", "languages", "modes",
            "fields")  # fmt: skip
    with transaction.atomic():
        mine = DefinitionVersion.objects.filter(pk=version.pk, edition=edition, state=VersionState.DRAFT)
        if not mine.update(edition=edition + 1, **{name: getattr(version, name) for name in kept}):
            _refuse_change(version)
    version.edition = edition + 1
    return judged


def submit(version: DefinitionVersion, *, actor: User) -> None:
    """Ask a second person to approve.

    Raises:
        Refused: ``definition-below-standard``. Conflict: ``not-a-draft``.
    """
    judged = judge(version.definition, version.form)
    if not judged.ready:
        message = "Something that the European standard demands is still missing: see what is marked beside the fields."
        raise Refused("definition-below-standard", message)
    _move(version, VersionState.DRAFT, VersionState.AWAITING_APPROVAL, submitted_by=actor, submitted_at=timezone.now())
    audit.record(version.definition.organisation, "version.submitted", actor=actor, subject=version.id)


def give_back(version: DefinitionVersion, note: str, *, actor: User) -> None:
    """Return it to its author with a note of what to change.

    Raises:
        Conflict: ``not-awaiting-approval``.
    """
    _move(version, VersionState.AWAITING_APPROVAL, VersionState.DRAFT, review_note=note.strip()[:2000])
    audit.record(version.definition.organisation, "version.returned", actor=actor, subject=version.id)


def approve(version: DefinitionVersion, *, actor: User) -> None:
    """Publish it in the catalogue; the version before is superseded.

    Raises:
        Refused: ``four-eyes``: whoever wrote or submitted it cannot approve it too; ``definition-below-standard``: the
            organisation has changed since. Conflict: ``not-awaiting-approval``.
    """
    organisation = version.definition.organisation
    if organisation.four_eyes and actor.pk in (version.submitted_by_id, version.author_id):
        raise Refused("four-eyes", "Another person than its author must approve it.")
    if not judge(version.definition, version.form).ready:
        raise Refused(
            "definition-below-standard", "Something that the European standard demands is missing: send it back."
        )
    record = record_of(version.definition, authored(version.form))  # with the organisation as it is today
    with transaction.atomic():
        _move(
            version, VersionState.AWAITING_APPROVAL, VersionState.PUBLISHED,
            approved_by=actor, published_at=timezone.now(), review_note="",
            record=record.model_dump(mode="json", exclude_none=True),
        )  # fmt: skip
        others = version.definition.versions.filter(state=VersionState.PUBLISHED).exclude(pk=version.pk)
        others.update(state=VersionState.SUPERSEDED)
        Definition.objects.filter(pk=version.definition_id).update(published=version, withdrawn_at=None)
        audit.record(organisation, "definition.published", actor=actor, subject=version.id, number=version.number)


def withdraw(definition: Definition, *, actor: User) -> None:
    """Take it out of the catalogue; what was awarded stays valid.

    Raises:
        Conflict: ``not-published``.
    """
    with transaction.atomic():
        published = Definition.objects.filter(pk=definition.pk, withdrawn_at=None, published__isnull=False)
        if not published.update(withdrawn_at=timezone.now()):
            raise Conflict("not-published", "This is not in the catalogue.")
        audit.record(definition.organisation, "definition.withdrawn", actor=actor, subject=definition.id)


def _move(version: DefinitionVersion, before: VersionState, after: VersionState, **changes: Any) -> None:
    """One step, taken by one person only."""
    if not DefinitionVersion.objects.filter(pk=version.pk, state=before).update(state=after, **changes):
        _refuse_change(version)
    version.refresh_from_db()


def _refuse_change(version: DefinitionVersion) -> None:
    now = DefinitionVersion.objects.get(pk=version.pk)
    if now.state == VersionState.DRAFT and version.state == VersionState.DRAFT:
        raise Conflict(
            "draft-changed", "A colleague has saved this draft meanwhile. Open it again to see their changes."
        )
    raise Conflict("not-a-draft", f"Somebody else was quicker: it is “{VersionState(now.state).label}” now.")
