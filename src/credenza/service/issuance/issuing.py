"""Rows to sealed awards: reserved and sealed in one transaction, so that an award exists whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from credenza.adapters.badge_baker import Baker
from credenza.adapters.certificate_printer import Printer
from credenza.issuing.awards import IssuingPlan, award_of, claim_of
from credenza.issuing.sealing import ELM, OPEN_BADGE, SD_JWT_VC, Sealer
from credenza.ports.issuing import Claimed, Reservation
from credenza.record import Award as AwardRecord
from credenza.record.class_list import Row
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import keys, places
from credenza.service.issuance.models import Award, Batch, LearnerKey, SealedDocument

STORED_FORMATS = (ELM, OPEN_BADGE, SD_JWT_VC)
"""What is sealed and kept for every award; PDF and badges are drawn from these when somebody asks."""


@dataclass(frozen=True)
class Already:
    """A row whose learner has a standing award of this micro-credential already."""

    row: Row
    award: Award


def issue_rows(
    version: DefinitionVersion, rows: Sequence[Row], *, batch: Batch | None, language: str = "en"
) -> tuple[list[tuple[Row, Award]], list[Already]]:
    """Seal an award for each row whose learner has none yet; all of them are stored, or none.

    Raises:
        Refused: ``key-missing``.
    """
    organisation = version.definition.organisation
    sealer, plan = sealer_of(organisation, version, language, timezone.now())
    claims = [claim_of(row) for row in rows]
    with transaction.atomic():
        Organisation.objects.select_for_update().only("pk").get(pk=organisation.pk)
        standing = _standing(version, claims)
        fresh: list[tuple[Row, Claimed]] = []
        already: list[Already] = []
        for row, claim in zip(rows, claims, strict=True):
            known = next((standing[key] for key in claim.learner_keys if key in standing), None)
            if known is not None:
                already.append(Already(row, known))
            else:
                fresh.append((row, claim))
        made = _seal(fresh, plan, sealer, version, batch)
    return made, already


def sealer_of(
    organisation: Organisation, version: DefinitionVersion, language: str, now: datetime
) -> tuple[Sealer, IssuingPlan]:
    """The sealer of this version, with the organisation's keys of now, and the plan it follows."""
    issuer = keys.sealed_record(organisation)
    moment = now.astimezone(UTC).replace(microsecond=0)
    plan = IssuingPlan(version.as_record, issuer, STORED_FORMATS, organisation.base_url, moment, language)
    sealing = keys.sealing_keys(organisation)
    test_seal = bool((seal := keys.current(organisation, keys.KeyPurpose.SEAL)) and seal.is_test)
    printer = Printer(plan, test_seal=test_seal)
    page = _batch_page(str(version.id), language, issuer.model_dump_json(), test_seal)
    return Sealer(plan, sealing, printer=printer, baker=Baker(), page=page), plan


@lru_cache(maxsize=64)
def _batch_page(version_id: str, language: str, issuer: str, test_seal: bool):  # type: ignore[no-untyped-def]
    """The display page of a version, drawn once (Europass demands a page inside every credential)."""
    from credenza.record import Organisation as OrganisationRecord

    version = DefinitionVersion.objects.get(pk=version_id)
    record = OrganisationRecord.model_validate_json(issuer)
    plan = IssuingPlan(version.as_record, record, STORED_FORMATS, "", timezone.now(), language)
    return Printer(plan, test_seal=test_seal).batch_page()


def _standing(version: DefinitionVersion, claims: Sequence[Claimed]) -> dict[str, Award]:
    wanted = [key for claim in claims for key in claim.learner_keys]
    found = LearnerKey.objects.filter(definition=version.definition, digest__in=wanted).select_related("award")
    return {key.digest: key.award for key in found}


def _seal(
    fresh: Sequence[tuple[Row, Claimed]],
    plan: IssuingPlan,
    sealer: Sealer,
    version: DefinitionVersion,
    batch: Batch | None,
) -> list[tuple[Row, Award]]:
    taken = places.take(version.definition.organisation, len(fresh))
    records: list[AwardRecord] = []
    for (row, _), place in zip(fresh, taken, strict=True):
        reservation = Reservation(f"urn:uuid:{uuid.uuid4()}", plan.issued, place.list_number, place.index, frozenset())
        records.append(award_of(row, reservation, plan))
    sealed = sealer([(record, plan.formats) for record in records])
    awards = [_award(record, row, claim, version, batch) for record, (row, claim) in zip(records, fresh, strict=True)]
    Award.objects.bulk_create(awards)
    LearnerKey.objects.bulk_create(
        LearnerKey(definition=version.definition, digest=key, award=award)
        for award, (_, claim) in zip(awards, fresh, strict=True)
        for key in claim.learner_keys
    )
    SealedDocument.objects.bulk_create(
        SealedDocument(award=award, format=name, data=data)
        for award, files in zip(awards, sealed, strict=True)
        for name, data in files.items()
    )
    return [(row, award) for (row, _), award in zip(fresh, awards, strict=True)]


def _award(record: AwardRecord, row: Row, claim: Claimed, version: DefinitionVersion, batch: Batch | None) -> Award:
    place = record.status[0]
    return Award(
        id=uuid.UUID(record.id.removeprefix("urn:uuid:")),
        organisation=version.definition.organisation,
        definition=version.definition,
        version=version,
        batch=batch,
        record=record.model_dump(mode="json", exclude_none=True),
        learner_name=record.learner.name or "",
        email=row.learner.email or "",
        content_digest=claim.content,
        list_number=int(place.list_url.rsplit("-", 1)[1]) - 1,
        list_index=place.index,
        issued_at=record.issued,
        valid_until=record.valid_until,
        sealed_at=timezone.now(),
    )
