"""Letters about a case: to the applicant what the desk did, to the desk what the applicant did and when time runs out.

A letter says that something happened and where to read it, and nothing about the credential or the reasons. It is written
in the transaction of what it tells about, and sent by the jobs that send all mail; the case's page says what became of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from credenza.recognition.case import State
from credenza.service.accounts.models import Role, User
from credenza.service.issuance.mailing import Kind
from credenza.service.jobs.waking import wake
from credenza.service.recognition.models import Case, CaseLetter

APPLIED, DECIDED = "apply", "decided"
DUE, OVERDUE = "desk_due", "desk_overdue"
SOON = timedelta(days=14)
_TO_APPLICANT = frozenset({APPLIED, DECIDED, "request-information", "assign", "start-assessment"})
_TO_DESK = frozenset({APPLIED, "receive-information", "add-evidence", "appeal", "withdraw"})
_RUNNING = [State.RECEIVED.value, State.UNDER_ASSESSMENT.value, State.SECOND_READING.value]


def write(case: Case, action: str, *, decided: bool = False) -> None:
    """Let the letters wait that an action asks for, in its transaction; ``decided`` where it ended in a new decision."""
    told = DECIDED if decided else action
    made = []
    if told in _TO_APPLICANT and case.applicant is not None:
        made.append(CaseLetter(case=case, recipient=case.applicant, kind=f"applicant_{told}"))
    if action in _TO_DESK and not (action == APPLIED and decided):
        made += [CaseLetter(case=case, recipient=one, kind=f"desk_{action}") for one in _at_the_desk(case)]
    _wait(made)


def warn_of_deadlines(now: datetime) -> None:
    """Tell the desk once of each decision that is due within two weeks, and once of each that is overdue."""
    for kind, before in ((OVERDUE, now), (DUE, now + SOON)):
        running = Case.objects.filter(state__in=_RUNNING, deadline__lt=before)
        if kind == DUE:
            running = running.filter(deadline__gte=now)
        untold = running.exclude(letters__kind=kind).select_related("organisation", "assessor").defer("core", "data")
        for case in untold:
            _wait([CaseLetter(case=case, recipient=one, kind=kind) for one in _at_the_desk(case)])


def _wait(made: list[CaseLetter]) -> None:
    CaseLetter.objects.bulk_create(made)
    transaction.on_commit(wake)


def _at_the_desk(case: Case) -> list[User]:
    """Who has the case; else all evaluators, and where there are none the owners."""
    if case.assessor is not None:
        return [case.assessor]
    members = case.organisation.memberships.select_related("user")
    found = members.filter(role=Role.EVALUATOR) or members.filter(role=Role.OWNER)
    return [one.user for one in found]


def _obstacle(letter: CaseLetter) -> str:
    return "" if letter.recipient.email and letter.recipient.is_active else "The account has no address any more."


def _message(letter: CaseLetter) -> EmailMessage:
    case, person = letter.case, letter.recipient
    inside = f"/console/{case.organisation.slug}" if letter.kind.startswith("desk_") else ""
    context = {
        "kind": letter.kind,
        "organisation": case.organisation,
        "link": f"{settings.SITE_URL}{inside}/recognition/cases/{case.pk}",
    }
    with translation.override(person.language if person.language in dict(settings.LANGUAGES) else "en"):
        text = render_to_string("recognition/mail/letter.txt", context).strip()
    subject, _blank, body = text.partition("\n")
    return EmailMessage(
        " ".join(subject.split())[:200],
        body.strip() + "\n",
        settings.DEFAULT_FROM_EMAIL,
        [person.email],
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
    )


KIND = Kind(CaseLetter, ("case__organisation", "recipient"), _obstacle, _message)
