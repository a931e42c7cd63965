"""Does a claimed accreditation cover this award? The rule of European Digital Credentials, applied to the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from credenza.finding import Finding, failed, not_checked, passed
from credenza.record import Accreditation, Award

_NONE_CLAIMED = not_checked("accreditation-none-claimed", "The credential claims no accreditation.")


def accreditation_finding(award: Award | None, *, now: datetime) -> Finding:
    """One accreditation that covers the award is enough; that a register confirms it is not looked up here."""
    if award is None or not award.micro_credential.all_quality_assurance:
        return _NONE_CLAIMED
    objections: list[Finding] = []
    for accreditation in award.micro_credential.all_quality_assurance:
        objection = next(_objections(accreditation, award, award.issued or now), None)
        if objection is None:
            agency = accreditation.agency.legal_name.best("en")
            reason = f"As stated in the credential, {accreditation.title.best('en')!r} by {agency} covers this award."
            return passed("accreditation-covers", reason)
        objections.append(objection)
    return objections[0]


def _objections(accreditation: Accreditation, award: Award, at: datetime) -> Iterator[Finding]:
    definition = award.micro_credential
    if not accreditation.in_force(at):
        yield failed("accreditation-not-in-force", "The accreditation was not in force when the credential was issued.")
    holders = {None, award.issuer.id, definition.awarding_body.id}
    if accreditation.organisation_id not in holders:
        yield failed("accreditation-other-organisation", "The accreditation is of another organisation.")
    if accreditation.qualification_id not in (None, definition.id):
        yield _outside("programme")
    levels = {level.uri for level in accreditation.eqf_levels}
    if levels and (definition.eqf_level is None or definition.eqf_level.uri not in levels):
        yield _outside("EQF level")
    if accreditation.fields and not _within_fields(accreditation, award):
        yield _outside("field of study")
    places = {place.uri for place in accreditation.jurisdictions}
    country = definition.awarding_body.country
    if places and (country is None or country.uri not in places):
        yield _outside("country")
    kinds = {kind.uri for kind in accreditation.credential_types}
    if kinds and (definition.kind is None or definition.kind.uri not in kinds):
        yield _outside("type of credential")


def _within_fields(accreditation: Accreditation, award: Award) -> bool:
    """A field lies within a limit that it equals or is part of: ISCED-F 0542 within 05."""
    limits = tuple(field.notation for field in accreditation.fields)
    return any(field.notation.startswith(limits) for field in award.micro_credential.fields)


def _outside(limit: str) -> Finding:
    return failed("accreditation-outside-limits", f"The accreditation does not cover this award's {limit}.")
