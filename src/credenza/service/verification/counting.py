"""How often awards of this site are checked by others: a number for their issuer, and nothing of who asked."""

from __future__ import annotations

import uuid

from credenza.record import Award as AwardRecord
from credenza.service.issuance import counts
from credenza.service.issuance.models import Award
from credenza.verifying.report import VerificationReport

_URN = "urn:uuid:"


def count(report: VerificationReport) -> None:
    """Count the check of an award of ours that is sealed by its issuer, whether it still stands or not."""
    award = report.award
    if award is None or report.check("proof").outcome != "passed" or report.check("issuer").outcome == "failed":
        return
    version = _version_of(award)
    if version is not None:
        counts.add(*version, counts.VERIFIED)


def _version_of(award: AwardRecord) -> tuple[object, object] | None:
    """The ids of the organisation and the version of an award of ours; another issuer may name whatever id it likes."""
    try:
        key = uuid.UUID((award.id or "").removeprefix(_URN))
    except ValueError:
        return None
    columns = ("organisation_id", "version_id", "organisation__record__id")
    found = Award.objects.filter(pk=key).values_list(*columns).first()
    return found[:2] if found is not None and found[2] == award.issuer.id else None
