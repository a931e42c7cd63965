"""Awards in lists and on their own pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from credenza.service.accounts.models import Organisation
from credenza.service.drawing import drawn
from credenza.service.issuance.models import Award

register = template.Library()


@register.simple_tag
def award_rows(awards: Iterable[Award], organisation: Organisation, now: datetime, may_choose: bool) -> SafeString:
    """Awards as rows of a table; each has its ``title``."""
    return drawn(
        "award_rows.html", {"awards": awards, "organisation": organisation, "now": now, "may_choose": may_choose}
    )


@register.simple_tag
def award_state(award: Award, now: datetime) -> SafeString:
    """How an award stands."""
    return drawn("award_state.html", {"award": award, "now": now})
