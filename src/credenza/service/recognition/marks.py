"""Marks on open cases that a job has still to put to the rules; see ``reconsidering``, which does it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from credenza.recognition.case_steps import BEFORE_DECISION
from credenza.service.jobs.waking import wake
from credenza.service.recognition.models import Case, Reconsider


def undecided() -> QuerySet[Case]:
    """The cases that are not decided."""
    return Case.objects.filter(state__in=[one.value for one in BEFORE_DECISION])


def put_rules_again(cases: QuerySet[Case]) -> int:
    """Let a job put the rules to these cases, in the caller's transaction; how many these are."""
    count = cases.filter(reconsider="").update(reconsider=Reconsider.SUGGEST)
    if count:
        transaction.on_commit(wake)
    return count


def due() -> QuerySet[Case]:
    """The cases that a job has still to look at, the oldest first."""
    return Case.objects.filter(~Q(reconsider="")).order_by("received_at")
