"""Automatic decisions: every rule is put to a comparison, and the one that holds says so in the decision.

Where rules disagree, none decides: a person does, and is told which rules they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from credenza.errors import Refused
from credenza.recognition.case import Case, Entry, State, Suggestion
from credenza.recognition.case_steps import BEFORE_DECISION, OLDEST_CHECK
from credenza.recognition.comparison import ComparisonSheet
from credenza.recognition.decision import RecognitionDecision, RecognitionOutcome, require_fair
from credenza.recognition.evidence import Criterion
from credenza.recognition.flags import flags_of_report
from credenza.recognition.person import PersonMatch, Same
from credenza.recognition.policy import Policy, RuleOutcome, When
from credenza.recognition.requirement import Quality, Verification
from credenza.record import Award
from credenza.record.text import Frozen
from credenza.verifying.verified import VerifiedCredential

_YEAR = timedelta(days=365.25)


class Held(Frozen):
    """One rule put to one credential: whether it holds, and what each of its conditions found."""

    policy_id: str
    holds: bool
    found: tuple[str, ...]
    lacking: tuple[str, ...]


class RuleResult(Frozen):
    """What the rules come to: a decision, or the reason why a person decides; ``conflict`` names rules that disagree."""

    decision: RecognitionDecision | None
    reason: str
    rules: tuple[Held, ...]
    conflict: tuple[str, ...] = ()


def apply_rules(
    verified: VerifiedCredential, sheet: ComparisonSheet, policies: Sequence[Policy], *, now: datetime,
    person: PersonMatch | None = None,
) -> RuleResult:  # fmt: skip
    """Put every rule that is in force, and meant for this requirement, to a comparison.

    ``person`` is how the applicant was matched with the learner; None where nobody applies, as in a trial of rules.

    Raises:
        Refused: ``sheet-foreign`` where the sheet is of another credential or verification.
    """
    if (sheet.credential_id, sheet.checked_at, sheet.verdict) != (
        verified.award.id,
        verified.checked_at,
        verified.report.verdict,
    ):
        raise Refused("sheet-foreign", "The comparison sheet is not of this verification.")
    meant = [one for one in policies if _in_force(one, now) and _meant(one, sheet)]
    held = tuple(_put(one, verified.award, sheet, person, now) for one in meant)
    holding = [one for one, found in zip(meant, held, strict=True) if found.holds]
    if not holding:
        return RuleResult(decision=None, reason="No rule holds.", rules=held)
    grants = {(one.outcome, one.counts_as, one.conditions) for one in holding}
    if len(grants) > 1:
        names = tuple(one.id for one in holding)
        reason = f"The rules {' and '.join(names)} disagree, so a person decides."
        return RuleResult(decision=None, reason=reason, rules=held, conflict=names)
    if holding[0].outcome is RuleOutcome.A_PERSON:
        reason = f"The rule {holding[0].id} leaves it to a person."
        return RuleResult(decision=None, reason=reason, rules=held)
    if now - verified.checked_at > OLDEST_CHECK:
        return RuleResult(decision=None, reason="The credential was verified too long ago.", rules=held)
    if next(flags_of_report(verified.report, digest="", expected_digest=""), None):
        return RuleResult(decision=None, reason="Whether the credential still stands is not known.", rules=held)
    return _decided(holding[0], held, sheet, now)


def decide_by_rule(case: Case, verified: VerifiedCredential, policies: Sequence[Policy], *, now: datetime) -> Case:
    """The case decided by a rule where one holds and no flag is open; otherwise its history says why a person decides.

    Raises:
        Refused: ``sheet-foreign``; ``case-step-impossible`` where an assessor has it already.
    """
    now = max(now.replace(microsecond=0), case.history[-1].at)
    if case.state is not State.RECEIVED or case.assessor is not None:
        raise Refused("case-step-impossible", f"A case that is {case.state} is not decided by a rule.")
    result = apply_rules(verified, _sheet_of(case, verified), policies, now=now, person=case.person)
    decision = result.decision
    if case.open_flags or decision is None:
        flagged = ", ".join(one.kind for one in case.open_flags)
        note = f"The case is flagged: {flagged}." if flagged else result.reason
        entry = Entry(at=now, by="system", what="for-a-person", note=note)
        return case.model_copy(update={"history": (*case.history, entry)})
    entry = Entry(at=now, by=decision.decided_by, what="decided-by-rule", note=decision.rule or "")
    update = {"state": State.DECIDED, "decision": decision, "suggestion": None, "history": (*case.history, entry)}
    return case.model_copy(update=update)


def suggest_by_rule(case: Case, verified: VerifiedCredential, policies: Sequence[Policy], *, now: datetime) -> Case:
    """A case that a person decides, with the rule that would recognise it now; nothing is decided.

    A rule found for the first time, and one that holds no longer, are written in the history. A case that is flagged, or
    decided, has no suggestion.

    Raises:
        Refused: ``sheet-foreign``.
    """
    now = max(now.replace(microsecond=0), case.history[-1].at)
    decision = None
    if case.state in BEFORE_DECISION and not case.open_flags:
        decision = apply_rules(verified, _sheet_of(case, verified), policies, now=now, person=case.person).decision
    before = case.suggestion.policy_id if case.suggestion else None
    rule = decision.rule if decision is not None else None
    suggestion = Suggestion(policy_id=rule, decision=decision) if decision is not None and rule else None
    if rule == before:
        return case if suggestion is None else case.model_copy(update={"suggestion": suggestion})
    what = "rule-would-recognise" if rule else "rule-holds-no-longer"
    entry = Entry(at=now, by="system", what=what, note=rule or before or "")
    return case.model_copy(update={"suggestion": suggestion, "history": (*case.history, entry)})


def _sheet_of(case: Case, verified: VerifiedCredential) -> ComparisonSheet:
    if case.sheet is None or verified.award != case.credential.award:
        raise Refused("sheet-foreign", "The case has no comparison sheet of this credential.")
    return case.sheet


def _decided(policy: Policy, held: tuple[Held, ...], sheet: ComparisonSheet, now: datetime) -> RuleResult:
    found = next(one.found for one in held if one.policy_id == policy.id)
    decision = RecognitionDecision(
        outcome=RecognitionOutcome(policy.outcome.value),
        reasons=f"By the rule ‘{policy.title.best('en')}’ of {policy.owner}: {'; '.join(found)}.",
        decided_by=policy.owner,
        decided_at=now,
        counts_as=policy.counts_as,
        differences=() if policy.outcome is RuleOutcome.FULL else sheet.differences,
        conditions=policy.conditions if policy.outcome is RuleOutcome.WITH_CONDITIONS else (),
        appeal=policy.appeal,
        rule=policy.id,
    )
    try:
        require_fair(decision)
    except Refused as error:
        return RuleResult(decision=None, reason=f"The rule {policy.id} cannot decide: {error.message}", rules=held)
    return RuleResult(decision=decision, reason=decision.reasons, rules=held)


def _in_force(policy: Policy, now: datetime) -> bool:
    begun = policy.valid_from is None or policy.valid_from <= now
    return begun and (policy.valid_until is None or now <= policy.valid_until)


def _meant(policy: Policy, sheet: ComparisonSheet) -> bool:
    return not policy.requirements or sheet.requirement_id in policy.requirements


def _put(policy: Policy, award: Award, sheet: ComparisonSheet, person: PersonMatch | None, now: datetime) -> Held:
    conditions = list(_conditions(policy.when, award, sheet, now))
    if person is not None and policy.outcome is not RuleOutcome.A_PERSON:
        enough = person.same is Same.YES and person.assurance.reaches(policy.when.applicant)
        conditions.append((enough, f"the applicant's identity is {person.assurance}"))
    if policy.outcome is RuleOutcome.A_PERSON and "verification" not in policy.when.model_fields_set:
        del conditions[0]  # what is left to a person is so however it was verified
    found = tuple(told for holds, told in conditions if holds)
    lacking = tuple(told for holds, told in conditions if not holds)
    return Held(policy_id=policy.id, holds=not lacking, found=found, lacking=lacking)


def _conditions(when: When, award: Award, sheet: ComparisonSheet, now: datetime) -> Iterator[tuple[bool, str]]:
    """Each stated condition: whether it is shown to hold, and what was found."""
    quality = sheet.graded(Criterion.QUALITY_ASSURANCE).grade
    verification = sheet.graded(Criterion.VERIFICATION).grade
    least = when.verification
    yield _at_least(verification, least, tuple(Verification)), f"verification is {verification}"
    if when.accredited:
        yield quality in (Quality.STRONG, Quality.SUBSTANTIAL), f"quality assurance is {quality}"
    if when.quality is not None:
        yield _at_least(quality, when.quality, tuple(Quality)), f"quality assurance is {quality}"
    if when.least_eqf is not None:
        level = sheet.level.has
        yield level is not None and level >= when.least_eqf, f"the EQF level is {level or 'unknown'}"
    if when.least_ects is not None:
        ects = sheet.workload.has.least
        yield ects is not None and ects >= when.least_ects, f"the workload is {sheet.workload.has.conversion}"
    if when.least_outcomes is not None:
        share = sheet.outcomes.confirmed
        told = "unknown" if share is None else f"{share:.0%}"
        yield share is not None and share >= when.least_outcomes, f"of the outcomes asked, {told} are confirmed"
    if when.identity_verified:
        grade = sheet.graded(Criterion.IDENTIFICATION).grade
        yield grade in ("strong", "substantial"), f"verification of identity is {grade}"
    if when.requirement_fulfilled:
        yield sheet.fulfilled, "the requirement is fulfilled" if sheet.fulfilled else "the requirement is not fulfilled"
    yield from _origin(when, award, sheet)
    if when.most_years_old is not None:
        made = award.awarded or award.issued
        fresh = made is not None and timedelta(0) <= now - made <= _YEAR * float(when.most_years_old)
        yield fresh, f"the award is of {made:%Y-%m-%d}" if made else "the date of the award is unknown"


def _origin(when: When, award: Award, sheet: ComparisonSheet) -> Iterator[tuple[bool, str]]:
    body = award.micro_credential.awarding_body.id
    if when.providers:
        known = body in when.providers and award.issuer.id in when.providers
        yield known, f"the provider is {sheet.awarding_body}"
    if when.definitions:
        yield sheet.definition_id in when.definitions, f"the micro-credential is {sheet.title}"
    if when.countries:
        yield sheet.country in {one.notation for one in when.countries}, f"the country is {sheet.country or 'unknown'}"


def _at_least(grade: str, least: str, scale: Sequence[str]) -> bool:
    return scale.index(grade) <= scale.index(least)
