"""Accreditation: whether an organisation was allowed to award what it awarded.

The rule of European Digital Credentials' accredited profile: the award lies inside the accreditation's dates, was made
by the accredited organisation, and keeps to every limit that the accreditation states. Whether it is itself
in a public register (DEQAR, QDR) is asked elsewhere.

Codes found: ``accreditation-covers``, ``accreditation-none-claimed``, ``accreditation-not-in-force``,
``accreditation-other-organisation``, ``accreditation-outside-limits``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from credenza.finding import Finding, failed, not_checked, passed

_ISCED_CODE = "http://data.europa.eu/snb/isced-f/"


@dataclass(frozen=True)
class AccreditationLimits:
    """An accreditation and its limits, terms as URIs, days included; an empty limit limits nothing.

    ``limit_fields`` are ISCED-F fields, each covering the narrower fields below it. ``review_due`` does not end it.
    """

    id: str
    decision: str | None
    organisation_ids: frozenset[str]
    valid_from: date | None = None
    valid_until: date | None = None
    review_due: date | None = None
    limit_qualifications: frozenset[str] = frozenset()
    limit_credential_types: frozenset[str] = frozenset()
    limit_eqf_levels: frozenset[str] = frozenset()
    limit_fields: frozenset[str] = frozenset()
    limit_jurisdictions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Awarded:
    """What was awarded, by whom and when, in the same terms. None means that the credential does not say."""

    awarded_on: date
    organisation_ids: frozenset[str]
    qualification: str | None = None
    credential_type: str | None = None
    eqf_level: str | None = None
    fields: frozenset[str] = frozenset()
    jurisdiction: str | None = None


NEGATIVE_DECISIONS = frozenset({"denied", "negative", "withdrawn"})


def judge(awarded: Awarded, accreditations: Iterable[AccreditationLimits]) -> Finding:
    """Whether one of the claimed accreditations covers the award; otherwise what keeps the nearest from covering it."""
    failures = []
    for accreditation in accreditations:
        wrong = next(_against(awarded, accreditation), None)
        if wrong is None:
            reason = "As the credential states it, the awarding organisation was accredited for this award."
            return passed("accreditation-covers", reason)
        failures.append(wrong)
    if not failures:
        return not_checked("accreditation-none-claimed", "The credential claims no accreditation of the award.")
    return max(failures, key=lambda finding: _NEARNESS.index(finding.code))


_NEARNESS = ("accreditation-other-organisation", "accreditation-not-in-force", "accreditation-outside-limits")


def _against(awarded: Awarded, accreditation: AccreditationLimits) -> Iterator[Finding]:
    """What speaks against, in the order in which a reader would ask."""
    if not awarded.organisation_ids & accreditation.organisation_ids:
        reason = "The accreditation was given to another organisation than the one that made the award."
        yield failed("accreditation-other-organisation", reason)
    if accreditation.decision is not None and accreditation.decision.lower() in NEGATIVE_DECISIONS:
        yield failed("accreditation-not-in-force", "The accreditation was refused or withdrawn.")
    if accreditation.valid_from is not None and awarded.awarded_on < accreditation.valid_from:
        reason = f"The award was made before the accreditation began ({accreditation.valid_from:%Y-%m-%d})."
        yield failed("accreditation-not-in-force", reason)
    if accreditation.valid_until is not None and awarded.awarded_on > accreditation.valid_until:
        reason = f"The award was made after the accreditation ended ({accreditation.valid_until:%Y-%m-%d})."
        yield failed("accreditation-not-in-force", reason)
    for name in _outside(awarded, accreditation):
        yield failed("accreditation-outside-limits", f"The accreditation does not cover the {name} of this award.")


def _outside(awarded: Awarded, accreditation: AccreditationLimits) -> Iterator[str]:
    """The names of the limits that the award does not keep, or does not show that it keeps."""
    if not _within(awarded.qualification, accreditation.limit_qualifications):
        yield "qualification"
    if not _within(awarded.credential_type, accreditation.limit_credential_types):
        yield "type of credential"
    if not _within(awarded.eqf_level, accreditation.limit_eqf_levels):
        yield "EQF level"
    if accreditation.limit_fields and not _all_covered(awarded.fields, accreditation.limit_fields):
        yield "field of education"
    if not _within(awarded.jurisdiction, accreditation.limit_jurisdictions):
        yield "country"


def _within(value: str | None, limit: Collection[str]) -> bool:
    return not limit or value in limit


def _all_covered(fields: Collection[str], limits: Collection[str]) -> bool:
    return bool(fields) and all(any(_covers(limit, field) for limit in limits) for field in fields)


def _covers(limit: str, field: str) -> bool:
    """Whether an ISCED-F field is the limit or lies below it: 0613 lies below 061 and 06."""
    limit_code, code = limit.removeprefix(_ISCED_CODE), field.removeprefix(_ISCED_CODE)
    same_scheme = (limit_code == limit) == (code == field)
    return field == limit or (same_scheme and limit_code.isdigit() and code.isdigit() and code.startswith(limit_code))
