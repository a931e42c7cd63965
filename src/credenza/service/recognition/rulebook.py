"""What an institution asks for and the rules by which it recognises: written in forms or TOML, kept, withdrawn."""

from __future__ import annotations

import json
import tomllib
import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from credenza.errors import Conflict, MalformedInput
from credenza.recognition.policy import read_policies
from credenza.recognition.requirement_file import read_requirement
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.recognition import reconsidering
from credenza.service.recognition.models import Policy, Requirement

Written = TypeVar("Written", Requirement, Policy)
LARGEST_FILE = 500_000


def write_requirement(
    organisation: Organisation, form: Mapping[str, Any], *, actor: User | str,
    instead_of: Requirement | None = None, edition: int | None = None,
) -> Requirement:  # fmt: skip
    """A requirement from what ``requirement.toml`` holds; without an id it is named by its page on this site.

    ``edition`` is that of ``instead_of`` as it was read before it was changed.

    Raises:
        MalformedInput: ``requirement-invalid``. Conflict: ``requirement-exists``, ``requirement-changed``.
    """
    row = instead_of or Requirement(organisation=organisation)
    plain = _plain(form) | {"id": row.uri or form.get("id") or f"{settings.CREDENZA.public_base}/recognition/{row.pk}"}
    record = read_requirement(plain)
    row.uri, row.title, row.purpose = record.id, record.title.best("en")[:500], record.purpose.value
    return _write(row, plain, record.model_dump(mode="json"), edition, actor, "requirement")


def write_policy(
    organisation: Organisation, form: Mapping[str, Any], *, actor: User | str,
    instead_of: Policy | None = None, edition: int | None = None,
) -> Policy:  # fmt: skip
    """A rule from what ``policy.toml`` holds; the organisation is its owner, whatever the data says.

    Raises:
        MalformedInput: ``policy-invalid``. Conflict: ``policy-exists``, ``policy-changed``.
    """
    row = instead_of or Policy(organisation=organisation)
    name = row.uri or form.get("id") or f"{organisation.base_url}/recognition/rules/{uuid.uuid4()}"
    plain = _plain(form) | {"id": name, "owner": organisation.name}
    (record,) = read_policies(plain)
    row.uri, row.title = record.id, record.title.best("en")[:500]
    return _write(row, plain, record.model_dump(mode="json", exclude_unset=True), edition, actor, "policy")


def import_toml(organisation: Organisation, data: bytes, *, actor: User) -> list[Requirement | Policy]:
    """Requirements and rules from a file: one requirement, one rule, or ``[[requirements]]`` and ``[[policies]]``; all or none.

    Raises:
        MalformedInput: ``toml-invalid``, ``file-too-large``, ``requirement-invalid``, ``policy-invalid``.
        Conflict: ``requirement-exists``, ``policy-exists``.
    """
    if len(data) > LARGEST_FILE:
        raise MalformedInput("file-too-large", "The file is larger than any rule book (500 kB).")
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise MalformedInput("toml-invalid", f"The file is not TOML: {error}.") from error
    several = {"requirements": content.get("requirements"), "policies": content.get("policies")}
    if "when" in content:
        several = {"requirements": [], "policies": [content]}
    elif "purpose" in content:
        several = {"requirements": [content], "policies": []}
    made: list[Requirement | Policy] = []
    with transaction.atomic():
        made += [write_requirement(organisation, one, actor=actor) for one in _tables(several["requirements"])]
        made += [write_policy(organisation, one, actor=actor) for one in _tables(several["policies"])]
    if not made:
        raise MalformedInput("toml-invalid", "The file holds neither a requirement nor a rule.")
    return made


def withdraw(row: Requirement | Policy, *, actor: User) -> None:
    """Take it out of use; what was decided by it stays as it is."""
    kind = "requirement" if isinstance(row, Requirement) else "policy"
    with transaction.atomic():
        if type(row).objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
            audit.record(row.organisation, f"{kind}.withdrawn", actor=actor, subject=row.uri)
            if isinstance(row, Policy):
                reconsidering.rule_changed(row)


def _write(
    row: Written, form: dict[str, Any], record: dict[str, Any], edition: int | None, actor: User | str, kind: str
) -> Written:
    row.form, row.record, row.changed_at = form, record, timezone.now()
    with transaction.atomic():
        if row._state.adding:
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError as error:
                raise Conflict(f"{kind}-exists", f"There is one with the id {row.uri} already.") from error
        else:
            names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
            values = {name: getattr(row, name) for name in names} | {"edition": row.edition + 1}
            if not type(row).objects.filter(pk=row.pk, edition=edition).update(**values):
                raise Conflict(f"{kind}-changed", "Somebody else changed this in the meantime. Look at it again first.")
            row.edition += 1
        audit.record(row.organisation, f"{kind}.written", actor=actor, subject=row.uri)
        if isinstance(row, Policy):
            reconsidering.rule_changed(row)
    return row


def _plain(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form as JSON keeps it: dates of TOML become ISO 8601 texts, decimals texts."""
    written = json.dumps(dict(form), default=str)
    if "\\u0000" in written:
        raise MalformedInput("toml-invalid", "A text holds a character that no text may hold (U+0000).")
    return dict(json.loads(written))


def _tables(value: Any) -> list[Mapping[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise MalformedInput("toml-invalid", "Requirements and policies are lists of tables.")
    return value
