"""The sealers of definitions: what all awards of one version, issuer, language and pair of keys have in common is made once.

What is remembered is never wrong: all that a sealer depends on is in its key, and read from the database each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from threading import Lock
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from credenza.adapters.badge_baker import Baker
from credenza.adapters.certificate_printer import Printer
from credenza.issuing.awards import IssuingPlan
from credenza.issuing.sealing import CLR, ELM, OPEN_BADGE, SD_JWT_VC, Sealer
from credenza.record import Award as AwardRecord
from credenza.record import AwardPart, Media, MicroCredential
from credenza.record import Organisation as OrganisationRecord
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import keys
from credenza.service.issuance.models import DisplayPage, SigningKey
from credenza.stacking.larger_award import with_parts

STORED_FORMATS = (ELM, OPEN_BADGE, SD_JWT_VC)
"""What is sealed and kept for every award, and a learner record (CLR) too for one with parts; PDF and badges are drawn
from these when somebody asks."""

_MOST = 64
_OF_TODAY = ("legal_name", "other_names", "accreditations")
_known: dict[tuple[object, ...], Sealing] = {}
_lock = Lock()


@dataclass(frozen=True)
class Sealing:
    """How awards of one version are sealed: the plan, the sealer that follows it, and the page that each shows.

    ``alike`` is what their stored records have in common, as JSON.
    """

    plan: IssuingPlan
    sealer: Sealer
    page: DisplayPage
    alike: dict[str, Any]

    def at(self, now: datetime) -> Sealing:
        """The same for awards that are issued now."""
        plan = replace(self.plan, issued=now.astimezone(UTC).replace(microsecond=0))
        return replace(self, plan=plan, sealer=self.sealer.at(plan.issued))

    def stored_record(self, award: AwardRecord) -> dict[str, Any]:
        """The award's record as JSON; the sealed bytes of parts are kept with the documents."""
        without = {"micro_credential": True, "issuer": True, "parts": {"__all__": {"sealed"}}}
        return self.alike | award.model_dump(mode="json", exclude_none=True, exclude=without)


def sealing_of(
    organisation: Organisation, version: DefinitionVersion, language: str, parts: Sequence[AwardPart] = ()
) -> Sealing:
    """How this version is sealed now, with the organisation's keys of now.

    Raises:
        Refused: ``key-missing``.
    """
    found = keys.in_force(organisation)
    if parts:
        return _make(organisation, version, language, found, parts).at(timezone.now())
    issuer = organisation.base_url, orjson.dumps(organisation.record)
    signing = tuple((one.pk, one.purpose, one.certificates) for one in found.values())
    key = (version.pk, version.edition, language, issuer, signing, settings.CREDENZA.time_stamp_url)
    known = _known.get(key)
    if known is None:
        known = _make(organisation, version, language, found, ())
        transaction.on_commit(partial(_remember, key, known))  # not before its page is stored for good
    return known.at(timezone.now())


def _remember(key: tuple[object, ...], sealing: Sealing) -> None:
    with _lock:
        while len(_known) >= _MOST:
            del _known[next(iter(_known))]
        _known[key] = sealing


def _make(
    organisation: Organisation,
    version: DefinitionVersion,
    language: str,
    found: dict[str, SigningKey],
    parts: Sequence[AwardPart],
) -> Sealing:
    issuer = keys.sealed_record(organisation, found)
    offered = as_awarded(version.as_record, issuer)
    definition = with_parts(offered, parts) if parts else offered
    formats = (*STORED_FORMATS, CLR) if parts else STORED_FORMATS
    plan = IssuingPlan(definition, issuer, formats, organisation.base_url, timezone.now(), language)
    sealing_keys = keys.sealing_keys(organisation, found)
    test_seal = found[keys.KeyPurpose.SEAL].is_test
    page = _stored_page(version, language, issuer, test_seal)
    media = Media(media_type=page.media_type, content=page.content)
    sealer = Sealer(plan, sealing_keys, printer=Printer(plan, test_seal=test_seal), baker=Baker(), page=media)
    alike = {
        "micro_credential": definition.model_dump(mode="json", exclude_none=True),
        "issuer": issuer.model_dump(mode="json", exclude_none=True),
    }
    return Sealing(plan, sealer, page, alike)


def as_awarded(definition: MicroCredential, issuer: OrganisationRecord) -> MicroCredential:
    """The definition with the names and accreditations that its awarding body has now, not when it was published."""
    body = definition.awarding_body
    if body.id != issuer.id:
        return definition
    now = body.model_copy(update={name: getattr(issuer, name) for name in _OF_TODAY})
    return definition if now == body else definition.model_copy(update={"awarding_body": now})


def _stored_page(version: DefinitionVersion, language: str, issuer: OrganisationRecord, test_seal: bool) -> DisplayPage:
    drawn_from = (str(version.pk), str(version.edition), language, issuer.model_dump_json(), str(test_seal))
    key = hashlib.sha256("\n".join(drawn_from).encode()).hexdigest()
    known = DisplayPage.objects.filter(pk=key).first()
    if known is not None:
        return known
    media = _drawn(version.pk, version.edition, language, drawn_from[3], test_seal)
    drawn = {"media_type": media.media_type, "content": media.content}
    return DisplayPage.objects.get_or_create(key=key, defaults=drawn)[0]


@lru_cache(maxsize=_MOST)
def _drawn(version_id: object, edition: int, language: str, issuer: str, test_seal: bool) -> Media:
    """The display page of a version, drawn once (Europass demands a page inside every credential)."""
    version = DefinitionVersion.objects.get(pk=version_id)
    record = OrganisationRecord.model_validate_json(issuer)
    plan = IssuingPlan(version.as_record, record, STORED_FORMATS, "", timezone.now(), language)
    return Printer(plan, test_seal=test_seal).batch_page()
