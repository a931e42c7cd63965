"""What waits for a member of an organisation: the first thing that the console shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credenza.service.accounts.access import AWARD_CHANGERS, may
from credenza.service.accounts.models import Organisation, Role, User
from credenza.service.catalogue.models import DefinitionVersion, VersionState
from credenza.service.issuance import keys, registry
from credenza.service.issuance.models import Batch, BatchRow, BatchState, KeyPurpose, RowState
from credenza.service.pathways.models import AwardRequest, PathwayVersion, RequestState

V = TypeVar("V", DefinitionVersion, PathwayVersion)
SOON = timedelta(days=30)
UNCLAIMED_AFTER = timedelta(days=7)
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Waiting:
    """One kind of work, how much of it there is, and where it is done."""

    title: str
    sentence: str
    count: int
    address: str
    icon: str
    urgent: bool = False

    @property
    def number(self) -> str:
        """The count as it is shown; what is more than anybody counts is not counted to the end."""
        return _number(self.count)


def waiting(organisation: Organisation, roles: frozenset[str], user: User) -> list[Waiting]:
    """What waits for this member with these roles, the urgent first."""
    found = [one for one in _all(organisation, roles, user) if one.count]
    return sorted(found, key=lambda one: not one.urgent)


def _all(organisation: Organisation, roles: frozenset[str], user: User) -> Iterator[Waiting]:
    base = f"/console/{organisation.slug}"
    if may(roles, Role.ISSUER):
        yield from _keys(organisation, base)
    if may(roles, Role.DESIGNER, Role.ISSUER):
        versions = DefinitionVersion.objects.filter(definition__organisation=organisation)
        count = _to_approve(versions, organisation, user).count()
        sentence = ngettext(
            "%(n)s definition waits for a second person.", "%(n)s definitions wait for a second person.", count
        )
        address = f"{base}/definitions?state=awaiting-approval"
        yield Waiting(_("To approve"), sentence % {"n": count}, count, address, "check", urgent=True)
        yield from _pathways(organisation, roles, base, user)
        yield _returned(versions, user, f"{base}/definitions?state=draft")
    if may(roles, *AWARD_CHANGERS):
        yield from _batches(organisation, base)
        yield from _awards(organisation, base)
    if may(roles, Role.EVALUATOR):
        yield from _cases(organisation, base)


def _pathways(organisation: Organisation, roles: frozenset[str], base: str, user: User) -> Iterator[Waiting]:
    versions = PathwayVersion.objects.filter(pathway__organisation=organisation)
    count = _to_approve(versions, organisation, user).count()
    yield _returned(versions, user, f"{base}/pathways")
    sentence = ngettext("%(n)s pathway waits for a second person.", "%(n)s pathways wait for a second person.", count)
    yield Waiting(_("Pathways"), sentence % {"n": count}, count, f"{base}/pathways", "layers", urgent=True)
    if may(roles, Role.ISSUER):
        asked = AwardRequest.objects.filter(version__pathway__organisation=organisation, state=RequestState.OPEN)
        count = asked.count()
        sentence = ngettext("%(n)s learner asks for a larger award.", "%(n)s learners ask for a larger award.", count)
        yield Waiting(_("Larger awards"), sentence % {"n": count}, count, f"{base}/pathways", "award", urgent=True)


def _to_approve(versions: QuerySet[V], organisation: Organisation, user: User) -> QuerySet[V]:
    """What this member may approve: where four eyes are asked for, nothing of their own."""
    asked = versions.filter(state=VersionState.AWAITING_APPROVAL)
    return asked.exclude(author=user).exclude(submitted_by=user) if organisation.four_eyes else asked


def _returned(versions: QuerySet[V], user: User, address: str) -> Waiting:
    """What a second person gave back to this member, with a note."""
    count = versions.filter(state=VersionState.DRAFT, author=user).exclude(review_note="").count()
    sentence = ngettext("%(n)s draft came back with a note.", "%(n)s drafts came back with a note.", count)
    return Waiting(_("To be written anew"), sentence % {"n": count}, count, address, "edit", urgent=True)


def _cases(organisation: Organisation, base: str) -> Iterator[Waiting]:
    cases, address = organisation.recognition_cases, f"{base}/recognition"
    new = cases.filter(state__in=("received", "appealed", "second-reading")).count()
    sentence = ngettext("%(n)s case waits for somebody.", "%(n)s cases wait for somebody.", new)
    yield Waiting(_("Recognition"), sentence % {"n": new}, new, address, "scales", urgent=True)
    late = cases.filter(
        state__in=("received", "under-assessment", "second-reading"), deadline__lt=timezone.now() + SOON
    ).count()
    sentence = ngettext("%(n)s case is due within a month.", "%(n)s cases are due within a month.", late)
    yield Waiting(_("Decisions due"), sentence % {"n": late}, late, address, "clock", urgent=True)


def _keys(organisation: Organisation, base: str) -> Iterator[Waiting]:
    seal = keys.current(organisation, KeyPurpose.SEAL)
    address = f"{base}/keys"
    if seal is None:
        yield Waiting(
            _("No seal"), _("Nothing can be issued before a seal is imported."), 1, address, "key", urgent=True
        )
    elif seal.valid_until is not None and seal.valid_until < timezone.now() + SOON:
        sentence = _("Your seal ends on %(day)s: import the next one before that.")
        yield Waiting(
            _("Seal ends soon"), sentence % {"day": date_format(seal.valid_until)}, 1, address, "key", urgent=True
        )
    elif seal.is_test:
        yield Waiting(
            _("Test seal"), _("You issue with a test seal. It is worth nothing: import a real one."), 1, address, "key"
        )


def _batches(organisation: Organisation, base: str) -> Iterator[Waiting]:
    batches = Batch.objects.filter(organisation=organisation)
    waits = batches.filter(state=BatchState.CHECKED)
    ready = waits.filter(corrects=False).count()
    sentence = ngettext("%(n)s class list is checked and waits.", "%(n)s class lists are checked and wait.", ready)
    yield Waiting(_("To issue"), sentence % {"n": ready}, ready, f"{base}/issue", "plus", urgent=True)
    asked = waits.filter(corrects=True).count()
    sentence = ngettext(
        "%(n)s correction waits for a second person.", "%(n)s corrections wait for a second person.", asked
    )
    yield Waiting(_("Corrections"), sentence % {"n": asked}, asked, f"{base}/issue", "edit", urgent=True)
    bad = _count(
        BatchRow.objects.filter(
            batch__organisation=organisation,
            batch__state=BatchState.FINISHED,
            batch__finished_at__gt=timezone.now() - SOON,
            state=RowState.BAD,
        )
    )
    sentence = ngettext("%(n)s row could not be issued.", "%(n)s rows could not be issued.", bad)
    yield Waiting(_("Rows to mend"), sentence % {"n": _number(bad)}, bad, f"{base}/issue", "warning")


def _awards(organisation: Organisation, base: str) -> Iterator[Waiting]:
    before = timezone.now() - UNCLAIMED_AFTER
    unclaimed = _count(organisation.awards.free().filter(claimed_at=None, issued_at__lt=before))
    sentence = ngettext(
        "%(n)s award has not been claimed for a week.", "%(n)s awards have not been claimed for a week.", unclaimed
    )
    yield Waiting(
        _("Unclaimed"), sentence % {"n": _number(unclaimed)}, unclaimed, f"{base}/awards?state=unclaimed", "mail"
    )
    lost = _count(registry.lost_letters(organisation))
    sentence = ngettext("%(n)s message did not arrive.", "%(n)s messages did not arrive.", lost)
    yield Waiting(_("Mail came back"), sentence % {"n": _number(lost)}, lost, f"{base}/awards?state=bounced", "mail")
    ending = _count(registry.matching(organisation, registry.Search(state="expiring")))
    sentence = ngettext("%(n)s award ends within a month.", "%(n)s awards end within a month.", ending)
    yield Waiting(
        _("About to expire"), sentence % {"n": _number(ending)}, ending, f"{base}/awards?state=expiring", "clock"
    )


def _count(found: QuerySet[Any]) -> int:
    """How many there are, up to one more than ``MOST_COUNTED``: with a million awards it takes as long as with a few."""
    return found.order_by()[: MOST_COUNTED + 1].count()


def _number(count: int) -> str:
    return str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"
