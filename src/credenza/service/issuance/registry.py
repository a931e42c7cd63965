"""The awards of an organisation, searched and paged so that it stays quick with a million of them.

Pages follow a key (when issued, then id), never a count. Names are found by how they begin, in either order, through an
index; the organisation's id stands before the name in that index, so that no other organisation's names are walked. One
statement finds which awards a page shows, and reads of those only what a list says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.record import Learner
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.versions import folded
from credenza.service.issuance.models import Award, Delivery, DeliveryState

A_PAGE = 50
_MOST_FOUND = 1000
_KEY_LENGTH = 240
_NEWEST_FIRST = ("-issued_at", "-id")
_NOT_LISTED = ("record", "family_key", "given_key", "content_digest")

STATES = {
    "valid": _("Valid"),
    "claimed": _("Claimed"),
    "unclaimed": _("Not claimed yet"),
    "suspended": _("Suspended"),
    "revoked": _("Revoked"),
    "expired": _("Expired"),
    "expiring": _("About to expire"),
    "bounced": _("Mail came back"),
}
SOON, LATELY = timedelta(days=30), timedelta(days=30)
"""So long before its end an award is about to expire; so long a letter that came back is news."""


@dataclass(frozen=True)
class Search:
    """What is asked for; each part may be left out."""

    words: str = ""
    definition: UUID | None = None
    state: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Page:
    """One page of awards, and the key after which the next begins."""

    awards: list[Award]
    next_key: str


def name_keys(organisation_id: UUID, learner: Learner) -> dict[str, str]:
    """The values of ``family_key`` and ``given_key`` for a learner."""
    full = learner.name or ""
    family, given = learner.family_name or full, learner.given_name or ""
    start = organisation_id.hex
    in_order = [f"{family} {given}", f"{given} {family}" if given else full]
    keys = [f"{start} {' '.join(folded(name).split())}"[:_KEY_LENGTH] for name in in_order]
    return {"family_key": keys[0], "given_key": keys[1]}


def page(organisation: Organisation, search: Search, *, after: str = "") -> Page:
    """A page of the awards that are asked for, the newest first; each with its ``title``, and whether it has parts inside."""
    found = matching(organisation, search)
    key = _read_key(after)
    if key is not None:
        at, last = key
        found = found.filter(issued_at__lte=at).filter(Q(issued_at__lt=at) | Q(id__lt=last))
    shown_or_next = found.order_by(*_NEWEST_FIRST).values("pk")[: A_PAGE + 1]
    parts = Coalesce(ExpressionWrapper(Q(record__parts__0__isnull=False), BooleanField()), False)
    found = organisation.awards.filter(pk__in=shown_or_next).defer(*_NOT_LISTED)
    listed = list(found.annotate(title=F("version__title"), with_parts=parts).order_by(*_NEWEST_FIRST))
    shown = listed[:A_PAGE]
    more = len(listed) > A_PAGE
    return Page(shown, f"{shown[-1].issued_at.isoformat()}_{shown[-1].id}" if more else "")


def matching(organisation: Organisation, search: Search) -> QuerySet[Award]:
    """All awards that are asked for."""
    found = organisation.awards.all()
    if search.words.strip():
        found = found.filter(pk__in=_ids_by_words(organisation, search.words.strip()[:200]))
    if search.definition is not None:
        found = found.filter(definition_id=search.definition)
    if search.since is not None:
        found = found.filter(issued_at__gte=_midnight(search.since))
    if search.until is not None and search.until < date.max:
        found = found.filter(issued_at__lt=_midnight(search.until) + timedelta(days=1))
    return found.filter(_state(organisation, search.state))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _state(organisation: Organisation, state: str) -> Q:
    now = timezone.now()
    lost = lost_letters(organisation).values("award")
    return {
        "valid": Q(revoked_at=None, suspended_at=None),
        "claimed": Q(claimed_at__isnull=False),
        "unclaimed": Q(claimed_at=None, revoked_at=None),
        "suspended": Q(suspended_at__isnull=False, revoked_at=None),
        "revoked": Q(revoked_at__isnull=False),
        "expired": Q(valid_until__lt=now, revoked_at=None),
        "expiring": Q(valid_until__gte=now, valid_until__lt=now + SOON, revoked_at=None),
        "bounced": Q(pk__in=lost),
    }.get(state, Q())


def lost_letters(organisation: Organisation) -> QuerySet[Delivery]:
    """The letters of late that came back, or could not be sent."""
    lost = (DeliveryState.BOUNCED, DeliveryState.FAILED)
    since = timezone.now() - LATELY
    return Delivery.objects.filter(award__organisation=organisation, state__in=lost, created_at__gt=since)


def _ids_by_words(organisation: Organisation, words: str) -> list[UUID] | QuerySet[Award] | RawSQL:
    """The awards with this id, e-mail address, or beginning of a name in either order; of each a thousand at most."""
    try:
        return [UUID(words.removeprefix("urn:uuid:"))]
    except ValueError:
        pass
    if "@" in words:
        found = Award.objects.filter(email__in={words, words.lower()}, organisation=organisation)
        return found.values("pk")[:_MOST_FOUND]
    return _named(f"{organisation.pk.hex} {' '.join(folded(words).split())}"[:_KEY_LENGTH])


def _named(start: str) -> RawSQL:
    """The awards whose learner's name begins so, asked in the way that each database answers from its index."""
    begins, values = "{0} LIKE %s", (connection.ops.prep_for_like_query(start) + "%",)
    if connection.vendor == "sqlite":
        begins, values = "{0} >= %s AND {0} < %s", (start, start + "\U0010ffff")
    sides = (
        f"SELECT id FROM (SELECT id FROM issuance_award WHERE {begins.format(field)} LIMIT {_MOST_FOUND}) {field}"  # noqa: S608 - both names are ours
        for field in ("family_key", "given_key")
    )
    return RawSQL(" UNION ALL ".join(sides), values * 2)  # noqa: S611 - what is searched is a value, not SQL


def _read_key(key: str) -> tuple[datetime, UUID] | None:
    at, _underscore, last = key.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), UUID(last)) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
