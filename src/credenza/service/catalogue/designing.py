"""A micro-credential on its way to the catalogue: what its form comes to, and whether that may be published."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from credenza.errors import MalformedInput, Refused
from credenza.record import MicroCredential
from credenza.record.annex_i import ElementFinding, Severity, check_definition
from credenza.record.form import Problem
from credenza.service.accounts.models import Organisation, User
from credenza.service.catalogue import publishing
from credenza.service.catalogue.draft_forms import told_problems
from credenza.service.catalogue.form_values import texts
from credenza.service.catalogue.forms import DefinitionForm, authored, initial_of
from credenza.service.catalogue.models import Definition, DefinitionVersion, VersionState
from credenza.service.catalogue.versions import describe, record_of

_KEPT = ("form", "record", "title", "search_text", "eqf", "ects", "hours", "languages", "modes", "fields")


@dataclass(frozen=True)
class Judged:
    """What a form comes to: the micro-credential where it can be made, what is wrong, and what Annex I finds."""

    record: MicroCredential | None
    problems: tuple[Problem, ...]
    findings: tuple[ElementFinding, ...]

    @property
    def told_problems(self) -> list[tuple[str, str | None]]:
        """What is wrong in sentences that call a field as its label does, each with what was probably meant."""
        return told_problems(self.problems, DefinitionForm)

    @property
    def ready(self) -> bool:
        """Whether it may be published: it can be made, and no mandatory element is missing."""
        return self.record is not None and not any(one.severity is Severity.ERROR for one in self.findings)


def digest(version: DefinitionVersion, judged: Judged) -> str:
    """What names exactly the content that a person sees: the form with the organisation as it is today."""
    seen = judged.record.model_dump_json() if judged.record is not None else ""
    return f"{version.edition}-{hashlib.sha256(seen.encode()).hexdigest()}"


def judge(definition: Definition, form: Mapping[str, Any]) -> Judged:
    """What a designer's form comes to now."""
    try:
        record = record_of(definition, authored(form))
    except MalformedInput as error:
        return Judged(None, tuple(error.detail.get("problems", ())), ())
    return Judged(record, (), check_definition(record))


def begin(organisation: Organisation, *, actor: User) -> DefinitionVersion:
    """A new micro-credential with an empty first draft."""
    definition = Definition(organisation=organisation)
    return publishing.begin(DefinitionVersion(definition=definition), actor=actor)


def save(version: DefinitionVersion, form: Mapping[str, Any], *, edition: int, actor: User) -> Judged:
    """Keep a draft, as ``publishing.keep``.

    Raises:
        MalformedInput: ``definition-form-malformed``: not even the pages for it could be filled in. Conflict: as there.
    """
    _require_shape(form)
    judged = judge(version.definition, form)
    version.form = dict(form)
    if judged.record is not None:
        describe(version, judged.record)
    else:
        version.record = None
        version.title = next(iter(texts(form.get("title")).values()), "")[:500]
    publishing.keep(version, _KEPT, edition=edition, actor=actor)
    return judged


def _require_shape(form: Mapping[str, Any]) -> None:
    """A draft may lack much and hold wrong terms; but texts are texts, and lists are lists."""
    try:
        main, parts = initial_of(form)
        sound = all(isinstance(one, str) for one in main["title"].values()) and isinstance(parts, dict)
    except (TypeError, AttributeError, ValueError, KeyError):
        sound = False
    if not sound:
        raise MalformedInput(
            "definition-form-malformed", "The form does not have the members that a micro-credential has."
        )


def submit(version: DefinitionVersion, *, actor: User) -> None:
    """Ask a second person to approve.

    Raises:
        Refused: ``definition-below-standard``. Conflict: as ``publishing.lock``.
    """
    with transaction.atomic():
        publishing.lock(version, VersionState.DRAFT)
        _require_ready(version)
        publishing.submit(version, actor=actor)


def approve(version: DefinitionVersion, *, seen: str, actor: User) -> None:
    """Publish it in the catalogue exactly as it was ``seen`` (its ``digest``); the version before is superseded.

    Raises:
        Refused, Conflict: as ``publishing.lock`` and ``publishing.publish``. Refused: ``definition-below-standard``: the
            organisation has changed since.
    """
    with transaction.atomic():
        publishing.lock(version, VersionState.AWAITING_APPROVAL)
        judged = _require_ready(version)
        record = judged.record.model_dump(mode="json", exclude_none=True)
        publishing.publish(version, seen=seen, digest=digest(version, judged), actor=actor, record=record)


def _require_ready(version: DefinitionVersion) -> Judged:
    judged = judge(version.definition, version.form)
    if not judged.ready:
        message = "Something that the European standard demands is still missing: see what is marked beside the fields."
        raise Refused("definition-below-standard", message)
    return judged
