"""Rows to sealed awards: sealed first, then stored in one transaction, so that an award exists whole or not at all."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from credenza.adapters.badge_baker import Baker
from credenza.adapters.certificate_printer import Printer
from credenza.errors import Conflict
from credenza.issuing.awards import IssuingPlan, award_of, claim_of
from credenza.issuing.sealing import CLR, ELM, OPEN_BADGE, SD_JWT_VC, Sealer
from credenza.ports.issuing import Claimed, Reservation
from credenza.record import Award as AwardRecord
from credenza.record import AwardPart, Media
from credenza.record import Organisation as OrganisationRecord
from credenza.record.class_list import Row
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import counts, keys, places, registry
from credenza.service.issuance.models import Award, Batch, Delivery, LearnerKey, SealedDocument
from credenza.stacking.larger_award import with_parts

STORED_FORMATS = (ELM, OPEN_BADGE, SD_JWT_VC)
"""What is sealed and kept for every award, and a learner record (CLR) too for one with parts; PDF and badges are drawn
from these when somebody asks."""

issued = Signal()
"""Sent with ``organisation`` and ``awards`` in the transaction that stores them."""


@dataclass(frozen=True)
class Already:
    """A row whose learner has a standing award of this micro-credential already."""

    row: Row
    award: Award


@dataclass(frozen=True)
class Draft:
    """A row with its award, sealed in every format, before it is stored."""

    row: Row
    claim: Claimed
    award: Award
    files: Mapping[str, bytes]


def issue_rows(
    version: DefinitionVersion, rows: Sequence[Row], *, batch: Batch | None, language: str = "en", mail: bool = False
) -> tuple[list[tuple[Row, Award]], list[Already]]:
    """Seal an award for each row whose learner has none yet; all of them are stored, or none.

    With ``mail``, a message to each learner waits to be sent (see ``issuance.mailing``).

    Raises:
        Refused: ``key-missing``.
    """
    drafts, already = prepare(version, rows, batch=batch, language=language)
    with transaction.atomic():
        made, late = store(version, drafts, mail=mail)
    return made, [*already, *late]


def issue_one(
    version: DefinitionVersion,
    row: Row,
    *,
    actor: User | str,
    language: str,
    mail: bool,
    settle: Callable[[Award], object] | None = None,
    parts: Sequence[AwardPart] = (),
) -> Award:
    """Seal and store one award, written into the audit trail: from a form, or a machine's request.

    What ``settle`` stores is stored with the award, or not at all. ``parts`` are the sealed awards inside a larger one.

    Raises:
        Refused: ``key-missing``. Conflict: ``award-exists``: the learner has a standing award already.
    """
    drafts, already = prepare(version, [row], batch=None, language=language, parts=parts)
    with transaction.atomic():
        made, late = store(version, drafts, mail=mail)
        if not made:
            standing = [*already, *late][0].award
            raise Conflict("award-exists", "This learner has this micro-credential already.", award=str(standing.id))
        award = made[0][1]
        audit.record(award.organisation, "award.issued", actor=actor, subject=award.id)
        if settle is not None:
            settle(award)
    return award


def prepare(
    version: DefinitionVersion,
    rows: Sequence[Row],
    *,
    batch: Batch | None,
    language: str = "en",
    instead_of: Award | None = None,
    parts: Sequence[AwardPart] = (),
) -> tuple[list[Draft], list[Already]]:
    """Seal the rows whose learners have no award yet, and store nothing: the slow part, which holds no lock.

    Places in the status list are taken for good; one that is not used in the end does no harm. ``instead_of`` is an award
    that the caller revokes before it stores the new one; ``parts`` are the sealed awards inside each of these.

    Raises:
        Refused: ``key-missing``.
    """
    organisation = version.definition.organisation
    sealer, plan = sealer_of(organisation, version, language, timezone.now(), parts)
    claims = [claim_of(row) for row in rows]
    standing = {key: award for key, award in standing_awards(version, claims).items() if award != instead_of}
    known = [next((standing[key] for key in claim.learner_keys if key in standing), None) for claim in claims]
    already = [Already(row, award) for row, award in zip(rows, known, strict=True) if award is not None]
    fresh = [(row, claim) for row, claim, award in zip(rows, claims, known, strict=True) if award is None]
    return _seal(fresh, plan, sealer, version, batch, parts), already


def store(
    version: DefinitionVersion, drafts: Sequence[Draft], *, mail: bool
) -> tuple[list[tuple[Row, Award]], list[Already]]:
    """Store what was sealed, with its messages and counts, within the caller's transaction.

    The organisation is locked until that ends, so that of two who award the same learner one wins.
    """
    organisation = version.definition.organisation
    lock(organisation)
    standing = standing_awards(version, [draft.claim for draft in drafts])
    good: list[Draft] = []
    already: list[Already] = []
    for draft in drafts:
        known = next((standing[key] for key in draft.claim.learner_keys if key in standing), None)
        if known is not None:
            already.append(Already(draft.row, known))
            continue
        good.append(draft)
        standing.update(dict.fromkeys(draft.claim.learner_keys, draft.award))
    _keep(version, good, mail)
    return [(draft.row, draft.award) for draft in good], already


def lock(organisation: Organisation) -> None:
    """Let nobody else award anything of this organisation until the caller's transaction ends."""
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=organisation.pk)


def sealer_of(
    organisation: Organisation,
    version: DefinitionVersion,
    language: str,
    now: datetime,
    parts: Sequence[AwardPart] = (),
) -> tuple[Sealer, IssuingPlan]:
    """The sealer of this version, with the organisation's keys of now, and the plan it follows."""
    found = keys.in_force(organisation)
    issuer = keys.sealed_record(organisation, found)
    moment = now.astimezone(UTC).replace(microsecond=0)
    definition = with_parts(version.as_record, parts) if parts else version.as_record
    formats = (*STORED_FORMATS, CLR) if parts else STORED_FORMATS
    plan = IssuingPlan(definition, issuer, formats, organisation.base_url, moment, language)
    sealing = keys.sealing_keys(organisation, found)
    test_seal = found[keys.KeyPurpose.SEAL].is_test
    printer = Printer(plan, test_seal=test_seal)
    page = _batch_page(str(version.id), language, issuer.model_dump_json(), test_seal)
    return Sealer(plan, sealing, printer=printer, baker=Baker(), page=page), plan


@lru_cache(maxsize=64)
def _batch_page(version_id: str, language: str, issuer: str, test_seal: bool) -> Media:
    """The display page of a version, drawn once (Europass demands a page inside every credential)."""
    version = DefinitionVersion.objects.get(pk=version_id)
    record = OrganisationRecord.model_validate_json(issuer)
    plan = IssuingPlan(version.as_record, record, STORED_FORMATS, "", timezone.now(), language)
    return Printer(plan, test_seal=test_seal).batch_page()


def standing_awards(version: DefinitionVersion, claims: Sequence[Claimed]) -> dict[str, Award]:
    """The standing awards of these learners, by the digests that tell them apart."""
    wanted = [key for claim in claims for key in claim.learner_keys]
    found = LearnerKey.objects.filter(definition=version.definition, digest__in=wanted).select_related("award")
    return {key.digest: key.award for key in found}


def _seal(
    fresh: Sequence[tuple[Row, Claimed]],
    plan: IssuingPlan,
    sealer: Sealer,
    version: DefinitionVersion,
    batch: Batch | None,
    parts: Sequence[AwardPart],
) -> list[Draft]:
    organisation = version.definition.organisation
    taken = [places.take_one(organisation)] if len(fresh) == 1 else places.take(organisation, len(fresh))
    records: list[AwardRecord] = []
    for (row, _), place in zip(fresh, taken, strict=True):
        reservation = Reservation(f"urn:uuid:{uuid.uuid4()}", plan.issued, place.list_number, place.index, frozenset())
        records.append(award_of(row, reservation, plan).model_copy(update={"parts": tuple(parts)}))
    sealed = sealer([(record, plan.formats) for record in records])
    return [
        Draft(row, claim, _award(record, row, claim, version, batch), files)
        for (row, claim), record, files in zip(fresh, records, sealed, strict=True)
    ]


def _keep(version: DefinitionVersion, drafts: Sequence[Draft], mail: bool) -> None:
    Award.objects.bulk_create(draft.award for draft in drafts)
    LearnerKey.objects.bulk_create(
        LearnerKey(definition=version.definition, digest=key, award=draft.award)
        for draft in drafts
        for key in draft.claim.learner_keys
    )
    SealedDocument.objects.bulk_create(
        SealedDocument(award=draft.award, format=name, data=data)
        for draft in drafts
        for name, data in draft.files.items()
    )
    if mail:
        Delivery.objects.bulk_create(Delivery(award=draft.award) for draft in drafts if draft.award.email)
    for country, n in Counter(_country(draft.row) for draft in drafts).items():
        counts.count(version, counts.ISSUED, n, country=country)
    issued.send(Award, organisation=version.definition.organisation, awards=[draft.award for draft in drafts])


def _country(row: Row) -> str:
    """The learner's country, where the row says it."""
    national = row.learner.national_id
    return national.country.notation if national and national.country else ""


def _award(record: AwardRecord, row: Row, claim: Claimed, version: DefinitionVersion, batch: Batch | None) -> Award:
    place = record.status[0]
    return Award(
        id=uuid.UUID(record.id.removeprefix("urn:uuid:")),
        organisation=version.definition.organisation,
        definition=version.definition,
        version=version,
        batch=batch,
        record=record.model_dump(mode="json", exclude_none=True, exclude={"parts": {"__all__": {"sealed"}}}),
        learner_name=record.learner.name or "",
        **registry.name_keys(version.definition.organisation_id, record.learner),
        email=(row.learner.email or "").lower(),
        content_digest=claim.content,
        list_number=int(place.list_url.rsplit("-", 1)[1]) - 1,
        list_index=place.index,
        issued_at=record.issued,
        valid_until=record.valid_until,
        sealed_at=timezone.now(),
    )
