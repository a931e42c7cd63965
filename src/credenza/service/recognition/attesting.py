"""A decision as a credential that the learner keeps: sealed first, then stored with the case in one transaction."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from django.db import transaction
from django.utils import timezone

from credenza.adapters.badge_baker import Baker
from credenza.adapters.certificate_printer import Printer
from credenza.document import elmo
from credenza.errors import Refused
from credenza.issuing.awards import IssuingPlan, status_references
from credenza.issuing.sealing import Sealer
from credenza.proof.xml_signature import sign_enveloped
from credenza.recognition.attestation import Issue, award_of_decision, definition_of_decision, result_of_recognition
from credenza.recognition.case import Case as CoreCase
from credenza.recognition.decision import RecognitionDecision
from credenza.record import MicroCredential, Text
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import Definition, DefinitionVersion, VersionState
from credenza.service.issuance import keys, places, registry, status
from credenza.service.issuance.models import Award, KeyPurpose, SealedDocument
from credenza.service.issuance.sealers import STORED_FORMATS
from credenza.service.recognition.models import Case, DecisionSeries
from credenza.service.wallet import holding


@dataclass(frozen=True)
class SealedDecision:
    """A decision sealed in every format, not stored yet."""

    award: Award
    files: Mapping[str, bytes]


def seal(core: CoreCase, case: Case) -> SealedDecision:
    """Seal the decision that stands in a case, with the organisation's keys of now; nothing is stored.

    Raises:
        Refused: ``key-missing``, and those of ``recognition.decision.require_fair``.
    """
    decision, sheet, organisation = core.final, core.sheet, case.organisation
    assert decision is not None
    assert sheet is not None
    now = timezone.now().astimezone(UTC).replace(microsecond=0)
    authority, sealing = keys.sealed_record(organisation), keys.sealing_keys(organisation)
    (place,) = places.take(organisation, 1)
    references = status_references(organisation.base_url, place.list_number, place.index)
    issue = Issue(f"urn:uuid:{uuid.uuid4()}", authority, now, references)
    record = award_of_decision(decision, core.credential, sheet, issue)
    definition = definition_of_decision(decision, core.credential.award, sheet, authority)
    plan = IssuingPlan(definition, definition.awarding_body, STORED_FORMATS, organisation.base_url, now)
    printer = Printer(plan, test_seal=_by_test_seal(organisation))
    (files,) = Sealer(plan, sealing, printer=printer, baker=Baker())([(record, STORED_FORMATS)])
    series = _series_of(organisation)
    award = Award(
        id=uuid.UUID(record.id.removeprefix("urn:uuid:")),
        organisation=organisation,
        definition=series.definition,
        version=series.version,
        record=record.model_dump(mode="json", exclude_none=True),
        learner_name=record.learner.name or "",
        **registry.name_keys(organisation.id, record.learner),
        email=case.applicant.email.lower() if case.applicant else "",
        content_digest=hashlib.sha256(decision.model_dump_json().encode()).hexdigest(),
        list_number=place.list_number,
        list_index=place.index,
        issued_at=now,
        holder=case.applicant,
        claimed_at=now if case.applicant else None,
    )
    return SealedDecision(award, files)


def store(sealed: SealedDecision, case: Case) -> None:
    """Store the credential and put it into the learner's wallet; the one that it replaces is revoked.

    Within the caller's transaction, which changes the case.
    """
    before = case.sealed
    sealed.award.save(force_insert=True)
    SealedDocument.objects.bulk_create(
        SealedDocument.of(sealed.award, name, data) for name, data in sealed.files.items()
    )
    Case.objects.filter(pk=case.pk).update(sealed=sealed.award)
    if case.applicant is not None:
        holding.keep(case.applicant, sealed.award)
    if before is not None and before.revoked_at is None:
        status.revoke(before, "Replaced by the decision on appeal", actor="recognition")
        Award.objects.filter(pk=before.pk).update(replaced_by=sealed.award)


def elmo_of(case: Case) -> bytes:
    """The decision as ELMO 2.0 ``resultOfRecognition``, signed by the organisation's seal.

    Raises:
        Refused: ``case-not-decided``; ``key-missing`` where the organisation has no seal any more.
    """
    core = case.as_core
    decision: RecognitionDecision | None = core.final
    if decision is None:
        raise Refused("case-not-decided", "Nothing is decided yet.")
    organisation, award = case.organisation, core.credential.award
    result = result_of_recognition(decision, award)
    made = elmo.to_recognition(
        award.learner, [result], authority=keys.sealed_record(organisation), generated=timezone.now()
    )
    key = keys.current(organisation, KeyPurpose.SEAL)
    if key is None:
        raise Refused("key-missing", "The organisation has no seal to sign the decision with.")
    return sign_enveloped(made, keys.open_key(key))


def _series_of(organisation: Organisation) -> DecisionSeries:
    """Where the organisation's decisions are counted; made with the first one, and never in the catalogue."""
    found = DecisionSeries.objects.filter(organisation=organisation).select_related("definition", "version").first()
    if found is not None:
        return found
    with transaction.atomic():
        lock(organisation)
        found = DecisionSeries.objects.filter(organisation=organisation).first()
        return found or _new_series(organisation)


def _new_series(organisation: Organisation) -> DecisionSeries:
    definition = Definition.objects.create(organisation=organisation, withdrawn_at=timezone.now())
    title = Text({"en": "Decision on recognition", "de": "Entscheidung über die Anerkennung"})
    record = MicroCredential(id=definition.uri, title=title, awarding_body=organisation.as_record)
    version = DefinitionVersion.objects.create(
        definition=definition,
        number=1,
        state=VersionState.SUPERSEDED,
        title=title.best("en"),
        record=record.model_dump(mode="json", exclude_none=True),
    )
    return DecisionSeries.objects.create(organisation=organisation, definition=definition, version=version)


def _by_test_seal(organisation: Organisation) -> bool:
    key = keys.current(organisation, KeyPurpose.SEAL)
    return key is not None and key.is_test
