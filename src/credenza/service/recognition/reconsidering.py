"""Open cases under rules that changed: they are marked in the transaction of the change, and looked at by a job.

A new rule never decides an old case by itself: the evaluator is told which rule would recognise it. Where the owner asks,
the rules decide what nobody has taken yet, as they do when an application comes in.
"""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from credenza.errors import Conflict, CredenzaError
from credenza.recognition.case import State
from credenza.recognition.case_steps import BEFORE_DECISION
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.jobs.waking import wake
from credenza.service.recognition import casework, marks
from credenza.service.recognition.applying import decided_by_rule
from credenza.service.recognition.models import Case, Policy, Reconsider

_log = logging.getLogger(__name__)


def rule_changed(policy: Policy) -> None:
    """A rule was written or withdrawn: the cases that it covers, and those where it was suggested, are looked at again."""
    named = policy.record.get("requirements") or ()
    cases = marks.undecided().filter(organisation=policy.organisation)
    if named:
        cases = cases.filter(Q(requirement__uri__in=named) | Q(suggested_by=policy.uri))
    marks.put_rules_again(cases)


def let_rules_decide(organisation: Organisation, *, actor: User) -> int:
    """The owner's order: the rules decide the cases that they would recognise and nobody has taken; how many these are."""
    with transaction.atomic():
        count = would_be_recognised(organisation).update(reconsider=Reconsider.DECIDE)
        if count:
            audit.record(organisation, "recognition.rules-asked", actor=actor, cases=count)
            transaction.on_commit(wake)
    return count


def would_be_recognised(organisation: Organisation) -> QuerySet[Case]:
    """The cases that a rule would recognise and nobody has taken."""
    waiting = marks.undecided().filter(organisation=organisation, state=State.RECEIVED.value, assessor=None)
    return waiting.filter(suggested_by__gt="")


def run(limit: int) -> int:
    """Look at up to ``limit`` of the cases; how many were looked at."""
    rows = list(marks.due().values_list("pk", "reconsider")[:limit])
    for pk, wanted in rows:
        try:
            _reconsider(casework.get(pk), Reconsider(wanted))
        except Conflict:
            continue  # somebody changed it in this moment; it is still marked
        except CredenzaError as error:
            _log.warning("An open case could not be put to the rules again", extra={"code": error.code})
        except (DatabaseError, InterfaceError, OSError):
            raise  # it passes, and the job is done again
        except Exception:  # noqa: BLE001 - one case that cannot be read must not stop all others, again and again
            _log.exception("An open case could not be put to the rules again")
        Case.objects.filter(pk=pk, reconsider=wanted).update(reconsider="")
    return len(rows)


def _reconsider(case: Case, wanted: Reconsider) -> None:
    data, now = casework.bytes_of(case), timezone.now()
    if data is None or case.as_core.state not in BEFORE_DECISION:
        return
    judged = casework.judge(case.as_core, case, data, shown=case.shown, now=now)
    if wanted is Reconsider.DECIDE and judged.for_rules is not None:
        core, sealed = decided_by_rule(case, judged.core, judged.for_rules, now=now)
        if sealed is not None:
            casework.keep(case, core, actor="system", action="decided-by-rule", sealed=sealed)
            return
    if judged.core.history != case.as_core.history:
        casework.keep(case, judged.core, actor="system", action="reconsidered")
