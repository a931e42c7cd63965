"""Larger awards that no longer stand, because a part inside was withdrawn."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from credenza.service.accounts.models import User
from credenza.service.pathways.models import AwardRequest, RequestState


def broken_awards(learner: User) -> set[UUID]:
    """The larger awards of a learner of which an award inside, of this site, was revoked or suspended.

    What this site does not know (a part that was brought as a file) is found when the larger award itself is checked.
    """
    issued = AwardRequest.objects.filter(learner=learner, state=RequestState.ISSUED, award__isnull=False)
    made_of = {one.award_id: one.credentials for one in issued}
    parts = [held for credentials in made_of.values() for held in credentials]
    withdrawn = Q(award__revoked_at__isnull=False) | Q(award__suspended_at__isnull=False)
    found = {str(pk) for pk in learner.credentials.filter(withdrawn, pk__in=parts).values_list("pk", flat=True)}
    return {award for award, credentials in made_of.items() if award is not None and found & set(credentials)}
