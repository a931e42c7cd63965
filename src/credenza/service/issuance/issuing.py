"""Rows to sealed awards: sealed first, then stored in one transaction, so that an award exists whole or not at all."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import CharField, UUIDField
from django.dispatch import Signal

from credenza.errors import Conflict, MalformedInput
from credenza.issuing.awards import award_of, claim_of
from credenza.ports.issuing import Claimed, Reservation
from credenza.record import Award as AwardRecord
from credenza.record import AwardPart
from credenza.record.class_list import BadRow, Row
from credenza.service.accounts import audit
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import User
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import counts, places, registry
from credenza.service.issuance.models import Award, Batch, Delivery, LearnerKey, SealedDocument
from credenza.service.issuance.sealers import Sealing, sealing_of
from credenza.service.prepared import Prepared, Slot
from credenza.service.storing import insert

_FEW = 8
_STANDING = Prepared(
    lambda: LearnerKey.objects.filter(
        definition=Slot("definition", UUIDField()), digest__in=[Slot(f"digest_{n}", CharField()) for n in range(_FEW)]
    ).select_related("award")
)

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
    documents: Sequence[SealedDocument]


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
        award = only(made, [*already, *late])
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
    instead_of: Collection[uuid.UUID] = (),
    parts: Sequence[AwardPart] = (),
) -> tuple[list[Draft], list[Already]]:
    """Seal the rows whose learners have no award yet, and store nothing: the slow part, which holds no lock.

    Places in the status list are taken for good; one that is not used in the end does no harm. ``instead_of`` are awards
    that the caller revokes before it stores the new ones; ``parts`` are the sealed awards inside each of these.

    Raises:
        Refused: ``key-missing``.
    """
    organisation = version.definition.organisation
    sealing = sealing_of(organisation, version, language, parts)
    claims = [claim_of(row) for row in rows]
    found = standing_awards(version, claims)
    standing = {key: award for key, award in found.items() if award.pk not in instead_of}
    known = [held_by(claim, standing) for claim in claims]
    already = [Already(row, award) for row, award in zip(rows, known, strict=True) if award is not None]
    fresh = [(row, claim) for row, claim, award in zip(rows, claims, known, strict=True) if award is None]
    return _seal(fresh, sealing, version, batch, parts), already


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
        known = held_by(draft.claim, standing)
        if known is not None:
            already.append(Already(draft.row, known))
            continue
        good.append(draft)
        standing.update(dict.fromkeys(draft.claim.learner_keys, draft.award))
    _keep(version, good, mail)
    return [(draft.row, draft.award) for draft in good], already


def standing_awards(version: DefinitionVersion, claims: Sequence[Claimed]) -> dict[str, Award]:
    """The standing awards of these learners, by the digests that tell them apart."""
    wanted = [key for claim in claims for key in claim.learner_keys]
    if 0 < len(wanted) <= _FEW:
        slots = {f"digest_{n}": wanted[min(n, len(wanted) - 1)] for n in range(_FEW)}
        found: Iterable[LearnerKey] = _STANDING.all(definition=version.definition_id, **slots)
    else:
        found = LearnerKey.objects.filter(definition=version.definition, digest__in=wanted).select_related("award")
    return {key.digest: key.award for key in found}


def held_by(claim: Claimed, standing: Mapping[str, Award]) -> Award | None:
    """The award among those of ``standing_awards`` that this learner has."""
    return next((standing[key] for key in claim.learner_keys if key in standing), None)


def require_good(read: Row | BadRow) -> Row:
    """Raises MalformedInput ``learner-invalid`` with every problem."""
    if isinstance(read, BadRow):
        raise MalformedInput("learner-invalid", "The learner's data cannot be issued as it is.", problems=read.problems)
    return read


def only(made: Sequence[tuple[Row, Award]], already: Sequence[Already]) -> Award:
    """The one award that was to be stored.

    Raises:
        Conflict: ``award-exists``: the learner has a standing award already.
    """
    if not made:
        message = "This learner has this micro-credential already."
        raise Conflict("award-exists", message, award=str(already[0].award.id))
    return made[0][1]


def _seal(
    fresh: Sequence[tuple[Row, Claimed]],
    sealing: Sealing,
    version: DefinitionVersion,
    batch: Batch | None,
    parts: Sequence[AwardPart],
) -> list[Draft]:
    organisation, plan = version.definition.organisation, sealing.plan
    taken = [places.take_one(organisation)] if len(fresh) == 1 else places.take(organisation, len(fresh))
    records: list[AwardRecord] = []
    for (row, _), place in zip(fresh, taken, strict=True):
        reservation = Reservation(f"urn:uuid:{uuid.uuid4()}", plan.issued, place.list_number, place.index, frozenset())
        records.append(award_of(row, reservation, plan).model_copy(update={"parts": tuple(parts)}))
    sealed = sealing.sealer([(record, plan.formats) for record in records])
    return [
        Draft(row, claim, award, [SealedDocument.of(award, name, data, sealing.page) for name, data in files.items()])
        for (row, claim), record, files in zip(fresh, records, sealed, strict=True)
        for award in (_award(record, row, claim, sealing.stored_record(record), version, batch),)
    ]


def _keep(version: DefinitionVersion, drafts: Sequence[Draft], mail: bool) -> None:
    insert(draft.award for draft in drafts)
    insert(
        LearnerKey(definition=version.definition, digest=key, award=draft.award)
        for draft in drafts
        for key in draft.claim.learner_keys
    )
    insert(document for draft in drafts for document in draft.documents)
    if mail:
        insert(Delivery(award=draft.award) for draft in drafts if draft.award.email)
    for country, n in Counter(_country(draft.row) for draft in drafts).items():
        counts.count(version, counts.ISSUED, n, country=country)
    issued.send(Award, organisation=version.definition.organisation, awards=[draft.award for draft in drafts])


def _country(row: Row) -> str:
    """The learner's country, where the row says it."""
    national = row.learner.national_id
    return national.country.notation if national and national.country else ""


def _award(
    record: AwardRecord,
    row: Row,
    claim: Claimed,
    stored_record: dict[str, Any],
    version: DefinitionVersion,
    batch: Batch | None,
) -> Award:
    place = record.status[0]
    return Award(
        id=uuid.UUID(record.id.removeprefix("urn:uuid:")),
        organisation=version.definition.organisation,
        definition=version.definition,
        version=version,
        batch=batch,
        record=stored_record,
        learner_name=record.learner.name or "",
        **registry.name_keys(version.definition.organisation_id, record.learner),
        email=(row.learner.email or "").lower(),
        content_digest=claim.content,
        list_number=int(place.list_url.rsplit("-", 1)[1]) - 1,
        list_index=place.index,
        issued_at=record.issued,
        valid_until=record.valid_until,
    )
