"""Does a claimed accreditation cover this award? The record put to the rule of ``trust.accreditation``."""

from __future__ import annotations

from datetime import datetime

from credenza.finding import Finding, not_checked
from credenza.record import Accreditation, Award
from credenza.trust.accreditation import AccreditationLimits, Awarded, judge


def accreditation_finding(award: Award | None, *, now: datetime) -> Finding:
    """One accreditation that covers the award is enough; whether a register confirms it is not looked up here."""
    if award is None:
        return not_checked("accreditation-none-claimed", "The credential claims no accreditation of the award.")
    definition = award.micro_credential
    holders = frozenset({award.issuer.id, definition.awarding_body.id})
    level, kind, country = definition.eqf_level, definition.kind, definition.awarding_body.country
    awarded = Awarded(
        awarded_on=(award.awarded or award.issued or now).date(),
        organisation_ids=holders,
        qualification=definition.id,
        credential_type=kind.uri if kind else None,
        eqf_level=level.uri if level else None,
        fields=frozenset(field.uri for field in definition.fields),
        jurisdiction=country.uri if country else None,
    )
    return judge(awarded, [_limits(one, holders) for one in definition.all_quality_assurance])


def _limits(one: Accreditation, holders: frozenset[str]) -> AccreditationLimits:
    """An accreditation that names no organisation is that of the organisation, or the programme, it is stated of."""
    return AccreditationLimits(
        id=one.id,
        decision=one.status,
        organisation_ids=frozenset({one.organisation_id}) if one.organisation_id else holders,
        valid_from=one.valid_from.date() if one.valid_from else None,
        valid_until=one.valid_until.date() if one.valid_until else None,
        review_due=one.review_date.date() if one.review_date else None,
        limit_qualifications=frozenset({one.qualification_id}) if one.qualification_id else frozenset(),
        limit_credential_types=frozenset(kind.uri for kind in one.credential_types),
        limit_eqf_levels=frozenset(level.uri for level in one.eqf_levels),
        limit_fields=frozenset(field.uri for field in one.fields),
        limit_jurisdictions=frozenset(place.uri for place in one.jurisdictions),
    )
