"""The accreditations of an organisation: kept in its record, and so in every credential that it issues from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from credenza.errors import Conflict, MalformedInput
from credenza.record import Accreditation
from credenza.record import Organisation as OrganisationRecord
from credenza.record.authoring import read_organisation
from credenza.service import editions
from credenza.service.accounts import audit
from credenza.service.accounts.locks import locked
from credenza.service.accounts.models import Organisation, User

MOST = 50


def find(organisation: Organisation, id: str) -> Accreditation | None:
    """The accreditation with this id."""
    return next((one for one in organisation.as_record.accreditations if one.id == id), None)


def edition(one: Accreditation) -> str:
    """The edition of an accreditation, which whoever changes it gives back."""
    return editions.edition_of(_said(one))


def read(organisation: Organisation, form: Mapping[str, Any]) -> Accreditation:
    """What an item of ``accreditations`` of ``organisation.toml`` says.

    Raises:
        MalformedInput: ``organisation-invalid`` with every problem, ``accreditation-dates``.
    """
    written = {"id": organisation.record["id"], "legal_name": "-", "accreditations": [dict(form)]}
    (made,) = read_organisation(written).accreditations
    if made.valid_from is not None and made.valid_until is not None and made.valid_until < made.valid_from:
        raise MalformedInput("accreditation-dates", "The accreditation must end after it begins.")
    return made


def add(organisation: Organisation, made: Accreditation, *, actor: User) -> None:
    """Name one more accreditation from now on.

    Raises:
        Conflict: ``accreditation-exists``, ``accreditations-too-many``.
    """
    with transaction.atomic():
        record = locked(organisation).as_record
        _require_new(made.id, record.accreditations)
        if len(record.accreditations) >= MOST:
            raise Conflict("accreditations-too-many", "An organisation has fifty accreditations at most.")
        _keep(organisation, record, [*record.accreditations, made], made, actor)


def change(organisation: Organisation, before: str, made: Accreditation, *, edition: str, actor: User) -> None:
    """Let one take the place of the one with the id ``before``, which was read in this edition.

    Raises:
        Conflict: ``accreditation-exists``, ``accreditation-gone``, ``accreditation-changed``.
    """
    with transaction.atomic():
        record = locked(organisation).as_record
        now = next((one for one in record.accreditations if one.id == before), None)
        if now is None:
            raise Conflict("accreditation-gone", "Somebody has taken this accreditation away.")
        editions.require_read("accreditation-changed", edition, _said(now))
        if made.id != before:
            _require_new(made.id, record.accreditations)
        ours = [made if one is now else one for one in record.accreditations]
        _keep(organisation, record, ours, made, actor)


def _said(one: Accreditation) -> dict[str, Any]:
    return one.model_dump(mode="json", exclude_none=True)


def _require_new(id: str, ours: Iterable[Accreditation]) -> None:
    if any(one.id == id for one in ours):
        raise Conflict("accreditation-exists", "There is an accreditation with this address already.")


def _keep(
    organisation: Organisation, record: OrganisationRecord, ours: list[Accreditation], made: Accreditation, actor: User
) -> None:
    _store(organisation, record, ours)
    audit.record(organisation, "accreditation.kept", actor=actor, subject=made.id)


def take_away(organisation: Organisation, id: str, *, actor: User) -> None:
    """Say of an accreditation no more; what was issued with it keeps it.

    Raises:
        Conflict: ``accreditation-gone``.
    """
    with transaction.atomic():
        record = locked(organisation).as_record
        left = [one for one in record.accreditations if one.id != id]
        if len(left) == len(record.accreditations):
            raise Conflict("accreditation-gone", "Somebody has taken this accreditation away.")
        _store(organisation, record, left)
        audit.record(organisation, "accreditation.taken-away", actor=actor, subject=id)


def _store(organisation: Organisation, record: OrganisationRecord, ours: list[Accreditation]) -> None:
    changed = record.model_copy(update={"accreditations": tuple(ours)})
    organisation.record = changed.model_dump(mode="json", exclude_none=True)
    organisation.save(update_fields=["record"])
