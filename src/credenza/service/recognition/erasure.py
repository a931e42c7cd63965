"""An applicant's rights: a copy of every case (GDPR article 15), and erasure, which leaves only what names nobody (17)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from credenza.recognition import case_events as events
from credenza.recognition.case_steps import step
from credenza.record import Learner
from credenza.service.accounts import audit
from credenza.service.accounts.models import User
from credenza.service.recognition import casework
from credenza.service.recognition.models import Case


def told_to(user: User) -> list[dict[str, Any]]:
    """Everything that is kept of a person's applications."""
    mine = Case.objects.filter(applicant=user).select_related("organisation").order_by("received_at")
    return [
        {
            "asked_of": str(one.organisation),
            "shown": one.shown,
            "case": one.core,
            "answers": [
                {"at": answer.at, "text": answer.text, "files": [file.name for file in answer.files.all()]}
                for answer in one.answers.order_by("at")
            ],
        }
        for one in mine
    ]


def forget(user: User) -> None:
    """Take a person out of all cases; outcomes stay as precedents and statistics."""
    mine = Case.objects.select_for_update(of=("self",), no_key=True).filter(applicant=user)
    with transaction.atomic():
        for case in mine.select_related("organisation").order_by("organisation_id", "pk"):
            core = case.as_core
            if core.state in casework.OPEN:
                core = step(core, events.Withdraw(by=casework.APPLICANT), now=max(timezone.now(), core.history[-1].at))
            award = core.credential.award.model_copy(
                update={"learner": Learner(), "identifiers": (), "evidence": (), "results": (), "parts": ()}
            )
            nobody = {
                "applicant": Learner(),
                "asserted": (),
                "possession": None,
                "person": None,
                "credential": core.credential.model_copy(update={"award": award}),
                "grounds_of_appeal": "(erased)" if core.grounds_of_appeal else None,
                "questions": (),
                "sheet": core.sheet.model_copy(update={"learner": None}) if core.sheet else None,
            }
            erased = core.model_copy(update=nobody)
            case.answers.all().delete()
            columns = casework.columns_of(erased, timezone.now()) | {"edition": case.edition + 1}
            columns |= {"applicant": None, "applicant_name": "", "data": None, "recognised": None}
            Case.objects.filter(pk=case.pk).update(**columns)
            audit.record(case.organisation, "recognition.erased", actor="learner", subject=case.pk)
