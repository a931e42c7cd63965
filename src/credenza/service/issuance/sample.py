"""One credential of a class list as it will be, before anything is issued: nothing is sealed, no place is taken."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from credenza.adapters.certificate_printer import Printer
from credenza.issuing.awards import IssuingPlan, award_of
from credenza.ports.issuing import Reservation
from credenza.record import Award as AwardRecord
from credenza.record import Media
from credenza.record.class_list import Row
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import keys
from credenza.service.issuance.batches import StoredRows
from credenza.service.issuance.models import Batch, BatchRow, RowState
from credenza.service.issuance.sealers import STORED_FORMATS, as_awarded

_NOBODY = f"urn:uuid:{UUID(int=0)}"


def first(batch: Batch) -> BatchRow | None:
    """The first good row."""
    return batch.rows.filter(state=RowState.GOOD).order_by("number").first()


def award(batch: Batch) -> AwardRecord | None:
    """The award that the first good row would become."""
    row = first(batch)
    read = StoredRows(batch)(row) if row is not None else None
    return award_like(batch.version, read, batch.language) if isinstance(read, Row) else None


def award_like(version: DefinitionVersion, row: Row, language: str) -> AwardRecord:
    """The award that a row would become."""
    plan = _plan(version, language)
    return award_of(row, Reservation(_NOBODY, plan.issued, 0, 0, frozenset()), plan)


def picture(batch: Batch) -> Media | None:
    """The certificate of ``award``, as a picture."""
    made = award(batch)
    if made is None:
        return None
    seal = keys.current(batch.organisation, keys.KeyPurpose.SEAL)
    return Printer(_plan(batch.version, batch.language), test_seal=bool(seal and seal.is_test)).page(made)


def _plan(version: DefinitionVersion, language: str) -> IssuingPlan:
    organisation = version.definition.organisation
    now = timezone.now().replace(microsecond=0)
    issuer = keys.sealed_record(organisation)
    return IssuingPlan(
        as_awarded(version.as_record, issuer), issuer, STORED_FORMATS, organisation.base_url, now, language
    )
