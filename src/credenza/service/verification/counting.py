"""How often awards of this site are checked by others: a number for their issuer, and nothing of who asked."""

from __future__ import annotations

import uuid

from credenza.service.issuance import counts
from credenza.service.verification import own_site
from credenza.verifying.report import VerificationReport

_URN = "urn:uuid:"


def count(report: VerificationReport) -> None:
    """Count the check of an award of ours that is sealed by its issuer, whether it still stands or not."""
    award = report.award
    if award is None or report.check("proof").outcome != "passed" or report.check("issuer").outcome == "failed":
        return
    organisation = own_site.organisation_of(award.issuer.id)  # another issuer may name whatever award it likes
    try:
        key = uuid.UUID((award.id or "").removeprefix(_URN))
    except ValueError:
        return
    if organisation is not None:
        counts.add_one(counts.VERIFIED, award=key, organisation=organisation)
