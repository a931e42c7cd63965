"""An accreditation in words, for the console and for the page of what an organisation offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credenza.record import Accreditation
from credenza.trust.accreditation import NEGATIVE_DECISIONS


@dataclass(frozen=True)
class ShownAccreditation:
    """``link`` is the address of the decision or report where a person can open it; ``limits`` say what it covers."""

    id: str
    title: str
    kind: str
    agency: str
    dates: str
    limits: tuple[str, ...]
    link: str
    in_force: bool


def shown(one: Accreditation) -> ShownAccreditation:
    """The accreditation in the reader's language."""
    language = get_language() or "en"
    levels = ", ".join(f"{_('EQF')} {level.notation}" for level in one.eqf_levels)
    fields = ", ".join(field.label(language) for field in one.fields)
    countries = ", ".join(place.label(language) for place in one.jurisdictions)
    links = (link for link in (one.report, one.homepage, one.id) if link and link.startswith(("https://", "http://")))
    return ShownAccreditation(
        id=one.id,
        title=one.title.best(language),
        kind=one.kind.label(language),
        agency=one.agency.legal_name.best(language),
        dates=_dates(one.valid_from, one.valid_until),
        limits=tuple(limit for limit in (levels, fields, countries) if limit),
        link=next(links, ""),
        in_force=one.in_force(timezone.now()) and (one.status or "").casefold() not in NEGATIVE_DECISIONS,
    )


def _dates(begins: datetime | None, ends: datetime | None) -> str:
    if begins and ends:
        return _("from %(day)s until %(end)s") % {"day": date_format(begins), "end": date_format(ends)}
    if begins:
        return _("from %(day)s") % {"day": date_format(begins)}
    return _("until %(day)s") % {"day": date_format(ends)} if ends else _("without an end")
