"""The accreditations of an organisation: kept in its record, and so in every credential that it issues from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from credenza.errors import Conflict, MalformedInput
from credenza.record import Accreditation
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
        ours = list(_locked(organisation).as_record.accreditations)
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
        _store(organisation, ours)
        audit.record(organisation, "accreditation.kept", actor=actor, subject=made.id)
    return made


def take_away(organisation: Organisation, id: str, *, actor: User) -> None:
    """Say of an accreditation no more; what was issued with it keeps it.

    Raises:
        Conflict: ``accreditation-gone``.
    """
    with transaction.atomic():
        ours = _locked(organisation).as_record.accreditations
        left = [one for one in ours if one.id != id]
        if len(left) == len(ours):
            raise Conflict("accreditation-gone", "Somebody has taken this accreditation away.")
        _store(organisation, left)
        audit.record(organisation, "accreditation.taken-away", actor=actor, subject=id)


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _store(organisation: Organisation, ours: list[Accreditation]) -> None:
    record = _locked(organisation).as_record.model_copy(update={"accreditations": tuple(ours)})
    organisation.record = record.model_dump(mode="json", exclude_none=True)
    organisation.save(update_fields=["record"])
