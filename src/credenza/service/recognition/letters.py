"""Letters about a case: to the applicant what the desk did, to the desk what the applicant did.

A letter says that something happened and where to read it, and nothing about the credential or the reasons. A mail server
that is away stops no case: everything is on the case's page.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from credenza.service.accounts.models import Role
from credenza.service.recognition.models import Case

_log = logging.getLogger(__name__)
APPLIED, DECIDED = "apply", "decided"
_TO_APPLICANT = frozenset({APPLIED, DECIDED, "request-information", "assign", "start-assessment"})
_TO_DESK = frozenset({APPLIED, "receive-information", "appeal", "withdraw"})


def send(case: Case, action: str, *, decided: bool = False) -> None:
    """Send what an action asks for; ``decided`` where it ended in a new decision."""
    told = DECIDED if decided else action
    if told in _TO_APPLICANT and case.applicant is not None:
        _to_applicant(case, told)
    if action in _TO_DESK and not (action == APPLIED and decided):
        _to_desk(case, action)


def _to_applicant(case: Case, action: str) -> None:
    assert case.applicant is not None
    link = f"{settings.SITE_URL}/recognition/cases/{case.pk}"
    _send(case, f"applicant_{action}", link, [case.applicant.email], case.applicant.language)


def _to_desk(case: Case, action: str) -> None:
    link = f"{settings.SITE_URL}/console/{case.organisation.slug}/recognition/cases/{case.pk}"
    if case.assessor is not None:
        people = [case.assessor]
    else:
        members = case.organisation.memberships.filter(role=Role.EVALUATOR).select_related("user")
        people = [one.user for one in members]
    for person in people:
        _send(case, f"desk_{action}", link, [person.email], person.language)


def _send(case: Case, name: str, link: str, to: list[str], language: str) -> None:
    with translation.override(language if language in dict(settings.LANGUAGES) else "en"):
        context = {"kind": name, "organisation": case.organisation, "link": link}
        text = render_to_string("recognition/mail/letter.txt", context).strip()
    subject, _blank, body = text.partition("\n")
    try:
        send_mail(subject.strip()[:200], body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, to)
    except OSError:  # smtplib's errors are OSErrors too
        _log.warning("a letter about a recognition case could not be sent", extra={"kind": name})
