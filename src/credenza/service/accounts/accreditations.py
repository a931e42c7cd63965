"""The accreditations of an organisation: kept in its record, and so in every credential that it issues from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from credenza.errors import Conflict, MalformedInput
from credenza.record import Accreditation
from credenza.record import Organisation as OrganisationRecord
from credenza.record.authoring import read_organisation
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User

MOST = 50


def find(organisation: Organisation, id: str) -> Accreditation | None:
    """The accreditation with this id."""
    return next((one for one in organisation.as_record.accreditations if one.id == id), None)


def keep(organisation: Organisation, form: Mapping[str, Any], *, actor: User, instead_of: str | None) -> Accreditation:
    """Keep what ``accreditations`` of ``organisation.toml`` would say: in the place of the one with an id, or as a new one.

    Raises:
        MalformedInput: ``organisation-invalid`` with every problem, ``accreditation-dates``.
        Conflict: ``accreditation-exists``, ``accreditation-gone``, ``accreditations-too-many``.
    """
    read = {"id": organisation.record["id"], "legal_name": "-", "accreditations": [dict(form)]}
    (made,) = read_organisation(read).accreditations
    if made.valid_from is not None and made.valid_until is not None and made.valid_until < made.valid_from:
        raise MalformedInput("accreditation-dates", "The accreditation must end after it begins.")
    with transaction.atomic():
        record = _locked(organisation)
        ours = list(record.accreditations)
        ids = [one.id for one in ours]
        if instead_of is not None and instead_of not in ids:
            raise Conflict("accreditation-gone", "Somebody has taken this accreditation away.")
        if made.id in ids and made.id != instead_of:
            raise Conflict("accreditation-exists", "There is an accreditation with this address already.")
        if instead_of is None and len(ours) >= MOST:
            raise Conflict("accreditations-too-many", "An organisation has fifty accreditations at most.")
        if instead_of is None:
            ours.append(made)
        else:
            ours[ids.index(instead_of)] = made
        _store(organisation, record, ours)
        audit.record(organisation, "accreditation.kept", actor=actor, subject=made.id)
    return made


def take_away(organisation: Organisation, id: str, *, actor: User) -> None:
    """Say of an accreditation no more; what was issued with it keeps it.

    Raises:
        Conflict: ``accreditation-gone``.
    """
    with transaction.atomic():
        record = _locked(organisation)
        left = [one for one in record.accreditations if one.id != id]
        if len(left) == len(record.accreditations):
            raise Conflict("accreditation-gone", "Somebody has taken this accreditation away.")
        _store(organisation, record, left)
        audit.record(organisation, "accreditation.taken-away", actor=actor, subject=id)


def _locked(organisation: Organisation) -> OrganisationRecord:
    """What the organisation says of itself now; nobody else changes it before this transaction ends."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk).as_record


def _store(organisation: Organisation, record: OrganisationRecord, ours: list[Accreditation]) -> None:
    changed = record.model_copy(update={"accreditations": tuple(ours)})
    organisation.record = changed.model_dump(mode="json", exclude_none=True)
    organisation.save(update_fields=["record"])
