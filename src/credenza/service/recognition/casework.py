"""What evaluators and applicants do with a case: verify again, take a step, and keep what comes of it.

Of two who act on the same case at once one wins: a change is stored only where the case is still as it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from credenza.errors import Conflict, Refused
from credenza.issuing.sealing import ELM
from credenza.recognition import case_events as events
from credenza.recognition.case import Case as CoreCase
from credenza.recognition.case import State, digest_of
from credenza.recognition.case_steps import BEFORE_DECISION, check_again, compare_again, step
from credenza.recognition.rules import suggest_by_rule
from credenza.service.accounts import audit
from credenza.service.accounts.models import User
from credenza.service.issuance.documents import document
from credenza.service.recognition import attesting, desks, identities, letters
from credenza.service.recognition.disclosure import disclosed
from credenza.service.recognition.models import Case
from credenza.service.verification import sources
from credenza.verifying.report import Verdict, VerificationReport
from credenza.verifying.verified import VerifiedCredential

APPLICANT = "applicant"
OPEN = (State.RECEIVED, State.INFORMATION_REQUESTED, State.UNDER_ASSESSMENT, State.SECOND_READING, State.APPEALED)
OPEN_STATES = tuple(one.value for one in OPEN)
_DECIDING = (events.Propose, events.Confirm, events.DecideAppeal)


def bytes_of(case: Case) -> bytes | None:
    """The exact sealed bytes that the case is about; None where the learner had them erased."""
    if case.data is not None:
        return bytes(case.data)
    try:
        return document(case.recognised, ELM).data if case.recognised is not None else None
    except Refused:
        return None


def verify_again(case: Case, *, now: datetime | None = None) -> tuple[Case, VerificationReport | None]:
    """The case after its credential was verified now: revoked, suspended or changed meanwhile, it is flagged.

    A case that is at its end, or that somebody changes in this moment, is left as it is.
    """
    report, _stored = _verify(case, now or timezone.now())
    return get(case.pk), report


def _verify(case: Case, now: datetime) -> tuple[VerificationReport | None, bool]:
    """Verify and keep what was found; and whether nobody else changed the case meanwhile."""
    data, core = bytes_of(case), case.as_core
    if data is None:
        return None, True
    judged = judge(core, case, data, shown=case.shown, now=now)
    report, checked = judged.report, judged.core
    if core.state not in OPEN:
        return report, True
    flags_changed, changed = checked.flags != core.flags, checked.history != core.history
    columns = columns_of(checked, now) | ({"edition": case.edition + 1} if changed else {})
    with transaction.atomic():
        stored = bool(Case.objects.filter(pk=case.pk, edition=case.edition).update(**columns))
        if stored and flags_changed:
            kinds = sorted(one.kind for one in checked.open_flags)
            audit.record(case.organisation, "recognition.flagged", actor="system", subject=case.pk, flags=kinds)
    return report, stored


@dataclass(frozen=True)
class Judged:
    """A case after a verification, that verification, and the credential as far as it is shown where it can be decided."""

    core: CoreCase
    report: VerificationReport
    verified: VerifiedCredential | None

    @property
    def for_rules(self) -> VerifiedCredential | None:
        """The credential where a rule may decide on it: nobody has taken the case yet."""
        return self.verified if self.core.state is State.RECEIVED and self.core.assessor is None else None


def judge(core: CoreCase, case: Case, data: bytes, *, shown: Collection[str], now: datetime) -> Judged:
    """Verify the credential of a case, flag what is wrong, compare it again and ask the rules; nothing is stored."""
    report, at = sources.check(data, now=now), max(now, core.history[-1].at)
    if core.state not in OPEN:
        return Judged(core, report, None)
    checked = check_again(core, report, digest=digest_of(data), now=at)
    if core.state not in BEFORE_DECISION or report.verdict is Verdict.FAILED or case.requirement is None:
        return Judged(checked.model_copy(update={"suggestion": None}), report, None)
    verified = VerifiedCredential.of_report(disclosed(report, shown), checked_at=now)
    sheet, asserted = desks.sheet_of(verified, case.requirement), identities.asserted_of(case.applicant)
    came = identities.possession_again(case, core.possession)
    checked = compare_again(checked, verified, sheet, asserted=asserted, possession=came, now=at)
    return Judged(suggest_by_rule(checked, verified, desks.rules_of(case.organisation), now=at), report, verified)


def take(
    case: Case, event: events.CaseEvent, *, actor: User | None, edition: int, also: Callable[[], Any] | None = None
) -> Case:
    """One step of a case; ``actor`` is None for the applicant, ``edition`` that of the page that the person saw.

    Whoever decides verifies first: a credential that no longer stands is flagged, and the decision refused. ``also`` is
    done in the transaction that keeps the step.

    Raises:
        Conflict: ``case-changed`` where somebody else was faster. Refused: ``own-case`` where somebody acts on their own
            application, or is given it, and as ``recognition.case_steps.step``.
    """
    if case.edition != edition:
        raise _changed()
    if actor is not None and case.applicant_id in (actor.pk, *_given_to(event)):
        raise Refused("own-case", "Nobody decides on their own application.")
    now = timezone.now()
    if isinstance(event, _DECIDING):
        _report, stored = _verify(case, now)
        if not stored:
            raise _changed()
        case = get(case.pk)
    core = step(case.as_core, event, now=max(now, case.as_core.history[-1].at))
    return keep(case, core, actor=actor, action=event.kind, also=also)


def _given_to(event: events.CaseEvent) -> Iterator[UUID]:
    if isinstance(event, events.Assign):
        yield UUID(event.to)


def keep(
    case: Case, core: CoreCase, *, actor: User | str | None, action: str, also: Callable[[], Any] | None = None,
    sealed: attesting.SealedDecision | None = None,
) -> Case:  # fmt: skip
    """Store what a case became; a decision that is new is sealed, unless it is already, and mailed to the applicant.

    Raises:
        Conflict: ``case-changed``. Refused: ``key-missing``.
    """
    if sealed is None and core.final is not None and core.final != case.as_core.final:
        sealed = attesting.seal(core, case)
    columns = columns_of(core, timezone.now()) | {"edition": case.edition + 1}
    with transaction.atomic():
        if not Case.objects.filter(pk=case.pk, edition=case.edition).update(**columns):
            raise _changed()
        if sealed is not None:
            attesting.store(sealed, case)
        if also is not None:
            also()
        outcome = {"outcome": core.final.outcome.value} if sealed is not None and core.final else {}
        if sealed is not None and core.final is not None and core.final.rule:
            outcome["rule"] = core.final.rule
        by = actor or "learner"
        audit.record(case.organisation, f"recognition.{action}", actor=by, subject=case.pk, **outcome)
        stored = get(case.pk)
        letters.write(stored, action, decided=sealed is not None)
    return stored


def columns_of(core: CoreCase, now: datetime) -> dict[str, Any]:
    """What lists and searches know of a case."""
    final, award = core.final, core.credential.award
    assessor = core.assessor
    return {
        "core": core.model_dump(mode="json"),
        "state": core.state.value,
        "outcome": final.outcome.value if final else "",
        "is_flagged": bool(core.open_flags),
        "suggested_by": core.suggestion.policy_id if core.suggestion else "",
        "deadline": core.clock(now).deadline,
        "decided_at": final.decided_at if final else None,
        "assessor_id": assessor,
        "title": award.micro_credential.title.best("en")[:500],
        "awarding_body": award.micro_credential.awarding_body.legal_name.best("en")[:300],
        "definition_uri": award.micro_credential.id[:500],
    }


def get(pk: Any) -> Case:
    """A case with all that its pages need."""
    related = ("organisation__recognition_desk", "requirement__organisation", "applicant", "recognised", "sealed")
    return Case.objects.select_related(*related).get(pk=pk)


def _changed() -> Conflict:
    return Conflict("case-changed", "Somebody else changed this case in the meantime. Look at it again first.")
