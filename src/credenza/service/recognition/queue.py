"""The cases of a desk as evaluators look through them: by what waits, whose they are, and words."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation, User
from credenza.service.issuance.models import DeliveryState
from credenza.service.recognition import casework
from credenza.service.recognition.models import Case, CaseLetter

_LOST = (DeliveryState.FAILED, DeliveryState.BOUNCED)
_LONGEST, _WORDS = 100, 5


class View(TextChoices):
    """What of the queue is looked at."""

    OPEN = "open", _("Open")
    MINE = "mine", _("Mine")
    SUGGESTED = "suggested", _("A rule would recognise")
    FLAGGED = "flagged", _("Flagged")
    DECIDED = "decided", _("Decided")
    ALL = "all", _("All")


def cases(organisation: Organisation, view: View, *, person: User, words: str = "") -> QuerySet[Case]:
    """The cases of this view, the most urgent first, else the newest; ``words`` are of the title or the applicant.

    ``unmailed`` of a case says that a letter about it did not arrive.
    """
    lost = CaseLetter.objects.filter(case=OuterRef("pk"), state__in=_LOST)
    found = Case.objects.filter(organisation=organisation).annotate(unmailed=Exists(lost))
    if view in (View.DECIDED, View.ALL):
        order = F("received_at").desc()
        found = found.filter(state__in=["decided", "decided-on-appeal"]) if view is View.DECIDED else found
    else:
        order = F("deadline").asc(nulls_last=True)
        found = found.filter(state__in=casework.OPEN_STATES)
    if view is View.MINE:
        found = found.filter(assessor=person)
    if view is View.SUGGESTED:
        found = found.filter(suggested_by__gt="")
    if view is View.FLAGGED:
        found = found.filter(is_flagged=True)
    for word in words[:_LONGEST].split()[:_WORDS]:
        found = found.filter(title__icontains=word) | found.filter(applicant_name__icontains=word)
    return found.select_related("requirement", "assessor").defer("data", "core").order_by(order, "received_at", "pk")
