"""The steps of a case: (case, event, time) to the case that follows, or the refusal of an event that must not be.

received -> information requested -> under assessment -> [second reading] -> decided -> appealed -> decided on appeal;
withdrawn from anywhere before the end. Nothing is decided while a flag is open, but for a refusal because of it.

Nothing is decided on an old verification either: whoever decides verifies first (``check_again``).

Codes refused: ``case-step-impossible``, ``case-flagged``, ``case-check-old``, ``case-same-reader``,
``case-not-assessor``, ``case-clock-wrong``, ``flag-unknown``, ``flag-needs-verification``,
and those of ``decision.require_fair``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from credenza.errors import Refused
from credenza.recognition import case_events as events
from credenza.recognition.case import Case, CasePolicy, Entry, Recognised, SecondReading, State
from credenza.recognition.clock import Pause
from credenza.recognition.comparison import ComparisonSheet
from credenza.recognition.decision import RecognitionDecision, RecognitionOutcome, require_fair
from credenza.recognition.flags import (
    BY_CHECK,
    BY_PERSON,
    UNFIT,
    Flag,
    FlagKind,
    flags_of_person,
    flags_of_report,
    is_clean,
)
from credenza.recognition.person import Assertion, Possession
from credenza.record import Learner
from credenza.record.text import Frozen
from credenza.verifying.report import VerificationReport
from credenza.verifying.verified import VerifiedCredential

SYSTEM = "system"
OLDEST_CHECK = timedelta(days=1)
"""A decision rests on a verification that is no older."""
BEFORE_DECISION = frozenset({State.RECEIVED, State.INFORMATION_REQUESTED, State.UNDER_ASSESSMENT, State.SECOND_READING})
Change: TypeAlias = dict[str, Any]


def open_case(
    verified: VerifiedCredential,
    *,
    case_id: str,
    digest: str,
    applicant: Learner,
    requirement_id: str,
    now: datetime,
    policy: CasePolicy,
    sheet: ComparisonSheet | None = None,
    asserted: Sequence[Assertion] = (),
    possession: Possession | None = None,
) -> Case:
    """A new case of an applicant with a verified credential; a credential of another person is flagged at once.

    Information counts as complete until the office asks for more, and the clock runs. ``digest`` is of the file shown.
    """
    now = _to_second(now)
    case = Case(
        id=case_id,
        state=State.RECEIVED,
        policy=policy,
        applicant=applicant,
        asserted=tuple(asserted),
        possession=possession,
        credential=Recognised(award=verified.award, digest=digest),
        requirement_id=requirement_id,
        sheet=sheet,
        received_at=now,
        complete_at=now,
        checked_at=verified.checked_at,
        history=(Entry(at=now, by=SYSTEM, what=State.RECEIVED),),
    )
    match = case.matched(verified.award.learner)
    found = [
        *flags_of_person(match),
        *flags_of_report(verified.report, digest=digest, expected_digest=digest),
    ]
    return _flagged(_changed(case, {"person": match}), found, now)


def check_again(case: Case, report: VerificationReport, *, digest: str, now: datetime) -> Case:
    """The case after a new verification: what fails now is flagged, and a fault that is mended is lifted."""
    now = _to_second(now)
    found = dict(flags_of_report(report, digest=digest, expected_digest=case.credential.digest))
    if not found and is_clean(report):
        for kind in sorted({one.kind for one in case.open_flags} & BY_CHECK):
            case = _lifted(case, kind, SYSTEM, "A new verification found seal and status good.", now)
    return _flagged(_changed(case, {"checked_at": now}), found.items(), now)


def compare_again(
    case: Case, verified: VerifiedCredential, sheet: ComparisonSheet, *, asserted: Sequence[Assertion],
    possession: Possession | None, now: datetime,
) -> Case:  # fmt: skip
    """The case with a new comparison; the applicant may show more of the credential now, and more be known of the person.

    That can settle whose it is: another person's is flagged, and a doubt that has gone is lifted.

    Raises:
        Refused: ``case-other-credential``.
    """
    if verified.award.id != case.credential.award.id:
        raise Refused("case-other-credential", "This is not the credential that the case was opened with.")
    now = _to_second(now)
    credential = case.credential.model_copy(update={"award": verified.award})
    known = {"asserted": tuple(asserted), "possession": possession}
    compared = _changed(case, {"credential": credential, "sheet": sheet} | known)
    match = compared.matched(verified.award.learner)
    if match == case.person:
        return compared
    compared, found = _changed(compared, {"person": match}), dict(flags_of_person(match))
    doubtful = FlagKind.PERSON_DOUBTFUL in {one.kind for one in case.open_flags}
    if doubtful and FlagKind.PERSON_DOUBTFUL not in found:
        because = "What is known now tells whose it is."
        compared = _lifted(compared, FlagKind.PERSON_DOUBTFUL, SYSTEM, because, now)
    return _flagged(compared, found.items(), now)


def step(case: Case, event: events.CaseEvent, *, now: datetime) -> Case:
    """The case after an event.

    Raises:
        Refused: with one of the codes above; the case stays as it was.
    """
    now = _to_second(now)
    if case.history and now < case.history[-1].at:
        raise Refused("case-clock-wrong", "The time lies before the last thing that happened to this case.")
    states, take = _STEPS[type(event)]
    if case.state not in states:
        raise Refused("case-step-impossible", f"A case that is {case.state} cannot {event.kind}.")
    change = take(case, event, now)
    if isinstance(event, events.LiftFlag):
        return _lifted(case, event.flag, event.by, event.because, now)
    note = next((getattr(event, name) for name in ("note", "grounds", "to") if hasattr(event, name)), "")
    entry = Entry(at=now, by=event.by, what=event.kind, note=note)
    if change.get("state", case.state) not in BEFORE_DECISION:
        change["suggestion"] = None
    return _changed(case, change | {"history": (*case.history, entry)})


def _request(case: Case, event: events.RequestInformation, now: datetime) -> Change:
    """Asked before the assessment, information was not complete and the clock starts anew; later it is paused."""
    change: Change = {"state": State.INFORMATION_REQUESTED, "questions": event.questions}
    if case.assessor is None:
        return change | {"complete_at": None}
    return change | {"pauses": (*case.pauses, Pause(since=now))}


def _receive(case: Case, _event: events.ReceiveInformation, now: datetime) -> Change:
    change: Change = {"state": State.RECEIVED, "questions": ()}
    if case.complete_at is None:
        return change | {"complete_at": now}
    return change | {"pauses": (*case.pauses[:-1], Pause(since=case.pauses[-1].since, until=now))}


def _add(_case: Case, _event: events.AddEvidence, _now: datetime) -> Change:
    return {}


def _start(_case: Case, event: events.StartAssessment, _now: datetime) -> Change:
    return {"state": State.UNDER_ASSESSMENT, "assessor": event.by}


def _assign(_case: Case, event: events.Assign, _now: datetime) -> Change:
    return {"state": State.UNDER_ASSESSMENT, "assessor": event.to}


def _propose(case: Case, event: events.Propose, now: datetime) -> Change:
    if event.by != case.assessor:
        raise Refused("case-not-assessor", "Only the assessor of the case proposes its decision.")
    decision = _decidable(case, event.decision, event.by, now)
    rule = case.policy.second_reading
    full = decision.outcome is RecognitionOutcome.FULL
    if rule is SecondReading.ALWAYS or (rule is SecondReading.UNLESS_FULL and not full):
        return {"state": State.SECOND_READING, "proposal": decision}
    return {"state": State.DECIDED, "decision": decision, "proposal": None}


def _confirm(case: Case, event: events.Confirm, now: datetime) -> Change:
    assert case.proposal is not None
    if event.by in (case.proposal.decided_by, case.assessor):
        raise Refused("case-same-reader", "The second reader is another person than the assessor.")
    proposal = case.proposal.model_copy(update={"decided_at": now})
    _decidable(case, proposal, proposal.decided_by, now)
    return {"state": State.DECIDED, "decision": proposal, "proposal": None}


def _return(_case: Case, _event: events.Return, _now: datetime) -> Change:
    return {"state": State.UNDER_ASSESSMENT, "proposal": None}


def _appeal(_case: Case, event: events.Appeal, _now: datetime) -> Change:
    return {"state": State.APPEALED, "grounds_of_appeal": event.grounds}


def _decide_appeal(case: Case, event: events.DecideAppeal, now: datetime) -> Change:
    if event.by in case.took_part:
        raise Refused("case-same-reader", "An appeal is decided by somebody who had no part in the first decision.")
    return {"state": State.DECIDED_ON_APPEAL, "decision_on_appeal": _decidable(case, event.decision, event.by, now)}


def _withdraw(case: Case, _event: events.Withdraw, _now: datetime) -> Change:
    """An appeal that is withdrawn leaves the first decision standing."""
    return {"state": State.DECIDED if case.decision else State.WITHDRAWN, "proposal": None}


def _lift(case: Case, event: events.LiftFlag, _now: datetime) -> Change:
    if event.flag not in {one.kind for one in case.open_flags}:
        raise Refused("flag-unknown", f"The case has no open flag {event.flag}.")
    if event.flag not in BY_PERSON:
        raise Refused("flag-needs-verification", "Only a new verification lifts this flag.")
    return {}


def _decidable(case: Case, decision: RecognitionDecision, by: str, now: datetime) -> RecognitionDecision:
    """The decision, if it is fair and no flag forbids it; who made it and when is what the case knows."""
    open_kinds = {one.kind for one in case.open_flags}
    unfit = bool(open_kinds & UNFIT)
    if now - case.checked_at > OLDEST_CHECK:
        raise Refused("case-check-old", "The credential was verified too long ago; verify it again before deciding.")
    if open_kinds and not (unfit and decision.outcome is RecognitionOutcome.NOT):
        named = ", ".join(sorted(open_kinds))
        raise Refused("case-flagged", f"The case is flagged ({named}) and cannot be decided.", flags=sorted(open_kinds))
    require_fair(decision, credential_stands=not unfit)
    return decision.model_copy(update={"decided_by": by, "decided_at": now})


def _flagged(case: Case, found: Iterable[tuple[FlagKind, str]], now: datetime) -> Case:
    known = {one.kind for one in case.open_flags}
    new = [Flag(kind=kind, reason=reason, raised_at=now) for kind, reason in found if kind not in known]
    entries = [Entry(at=now, by=SYSTEM, what=f"flagged: {one.kind}", note=one.reason) for one in new]
    return _changed(case, {"flags": (*case.flags, *new), "history": (*case.history, *entries)})


def _lifted(case: Case, kind: FlagKind, by: str, because: str, now: datetime) -> Case:
    update = {"lifted_at": now, "lifted_by": by, "lifted_because": because}
    flags = tuple(one.model_copy(update=update) if one.kind is kind and one.open else one for one in case.flags)
    entry = Entry(at=now, by=by, what=f"flag lifted: {kind}", note=because)
    return _changed(case, {"flags": flags, "history": (*case.history, entry)})


def _to_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _changed(case: Case, change: Change) -> Case:
    return case.model_copy(update=change)


_STEPS: dict[type[Frozen], tuple[frozenset[State], Callable[[Case, Any, datetime], Change]]] = {
    events.RequestInformation: (frozenset({State.RECEIVED, State.UNDER_ASSESSMENT}), _request),
    events.ReceiveInformation: (frozenset({State.INFORMATION_REQUESTED}), _receive),
    events.AddEvidence: (frozenset({State.RECEIVED, State.UNDER_ASSESSMENT}), _add),
    events.StartAssessment: (frozenset({State.RECEIVED}), _start),
    events.Assign: (frozenset({State.RECEIVED, State.UNDER_ASSESSMENT}), _assign),
    events.Propose: (frozenset({State.UNDER_ASSESSMENT}), _propose),
    events.Confirm: (frozenset({State.SECOND_READING}), _confirm),
    events.Return: (frozenset({State.SECOND_READING}), _return),
    events.Appeal: (frozenset({State.DECIDED}), _appeal),
    events.DecideAppeal: (frozenset({State.APPEALED}), _decide_appeal),
    events.Withdraw: (BEFORE_DECISION | {State.APPEALED}, _withdraw),
    events.LiftFlag: (frozenset(State) - {State.WITHDRAWN}, _lift),
}
