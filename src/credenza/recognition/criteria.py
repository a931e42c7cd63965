"""The seven criteria of evaluators, each graded with its evidence from the credential, its report, or a register."""

from __future__ import annotations

from collections.abc import Sequence

from credenza.recognition.evidence import Criterion, Evidence, Graded, of_report
from credenza.recognition.levels import LevelComparison, LevelResult
from credenza.recognition.outcomes import OutcomesComparison
from credenza.recognition.register import RegisterAnswer, RegisterOutcome
from credenza.recognition.requirement import Quality, Requirement, Verification
from credenza.recognition.workloads import WorkloadComparison, WorkloadResult
from credenza.record import Accreditation, Award, Concept
from credenza.verifying.report import STATUS_NOT_USED, Verdict
from credenza.verifying.verified import VerifiedCredential

_LEVEL_MEETS = {LevelResult.EQUAL: True, LevelResult.HIGHER: True, LevelResult.LOWER: False}
_WORKLOAD_MEETS = {WorkloadResult.SUFFICIENT: True, WorkloadResult.INSUFFICIENT: False}
_IDENTIFIED = {"supervised-with-id": "strong", "unsupervised-with-id": "substantial", "unsupervised-without-id": "none"}


def quality(
    claims: Sequence[Accreditation], answers: Sequence[RegisterAnswer] | None, verified: VerifiedCredential,
    asked: Requirement,
) -> Graded:  # fmt: skip
    """Quality assurance: strong only where a register bears the claim out; a claim alone is weak."""
    kinds = {one.uri for one in asked.quality_kinds}
    told = [Evidence(place="micro_credential.quality_assurance", says=_claim(one)) for one in claims]
    told += [Evidence(place=one.source, says=f"{one.outcome}: {one.reason}") for one in answers or ()]
    told += of_report(verified, "accreditation")
    standing = [
        answer
        for claim, answer in zip(claims, answers or (), strict=False)
        if answer.outcome is RegisterOutcome.CHECKED and (not kinds or claim.kind.uri in kinds)
    ]
    claimed = [one for one in claims if not kinds or one.kind.uri in kinds]
    contradicted = [one for one in answers or () if one.outcome is RegisterOutcome.CONTRADICTED]
    if contradicted and not standing:
        grade, reason = Quality.NONE, f"The register speaks against the claim: {contradicted[0].reason}"
    elif any(not one.conditions and one.obligatory is not False for one in standing):
        grade, reason = Quality.STRONG, "A register confirms the quality assurance."
    elif standing:
        grade, reason = Quality.SUBSTANTIAL, "A register confirms it, with conditions or as voluntary."
    elif claimed:
        grade, reason = Quality.WEAK, "Quality assurance is claimed; no register confirmed it."
    else:
        grade, reason = Quality.NONE, "The credential claims no quality assurance of the kind that counts."
    least = asked.quality or (Quality.WEAK if kinds else None)
    meets = None if least is None or not claims else _at_least(grade, least, tuple(Quality))
    return Graded(criterion=Criterion.QUALITY_ASSURANCE, grade=grade, meets=meets, reason=reason, evidence=tuple(told))


def verification(verified: VerifiedCredential, asked: Requirement) -> Graded:
    """How far the file could be verified: who sealed it, that nobody changed it, and that it still stands."""
    report = verified.report
    proof, issuer, status = report.check("proof"), report.check("issuer"), report.check("status")
    stands = status.outcome == "passed" or status.code == STATUS_NOT_USED
    if proof.outcome != "passed":
        grade, reason = Verification.NONE, "The seal could not be checked."
    elif report.verdict is Verdict.VERIFIED:
        grade, reason = Verification.SECURE, "The seal, its owner and the status were checked and stand."
    elif issuer.outcome in ("passed", "warning") and stands:
        grade, reason = Verification.SOME, "The seal stands; who is behind it is not fully vouched for."
    else:
        grade, reason = Verification.LIMITED, "The seal stands; the issuer or the status could not be checked."
    least = asked.verification
    meets = None if least is None else _at_least(grade, least, tuple(Verification))
    told = of_report(verified, "proof", "issuer", "validity", "status", "owner")
    return Graded(criterion=Criterion.VERIFICATION, grade=grade, meets=meets, reason=reason, evidence=told)


def level(compared: LevelComparison) -> Graded:
    """The level through the EQF."""
    meets = _LEVEL_MEETS.get(compared.result)
    return Graded(
        criterion=Criterion.LEVEL,
        grade=compared.result,
        meets=meets,
        reason=compared.reason,
        evidence=compared.evidence,
    )


def workload(compared: WorkloadComparison) -> Graded:
    """The workload in ECTS."""
    told = (Evidence(place="micro_credential.workload", says=compared.has.conversion),)
    meets = _WORKLOAD_MEETS.get(compared.result)
    return Graded(
        criterion=Criterion.WORKLOAD, grade=compared.result, meets=meets, reason=compared.reason, evidence=told
    )


def outcomes(compared: OutcomesComparison, asked: Requirement) -> Graded:
    """The outcomes: full, substantial, partial or none are confirmed; suggestions confirm nothing."""
    confirmed, possible = compared.confirmed, compared.with_suggestions
    told = tuple(
        Evidence(place="micro_credential.learning_outcomes", says=f"{one.has} ({one.basis}, {one.score})")
        for one in compared.matches
        if one.has is not None
    )
    if confirmed is None or possible is None:
        reason = "No learning outcomes are asked."
        return Graded(
            criterion=Criterion.LEARNING_OUTCOMES, grade="not-asked", meets=None, reason=reason, evidence=told
        )
    least = float(asked.least_share)
    grade = "full" if confirmed == 1 else "substantial" if confirmed >= least else "partial" if confirmed else "none"
    meets = True if confirmed >= least else None if possible >= least else False
    reason = f"{confirmed:.0%} of the outcomes asked are confirmed."
    if possible > confirmed:
        reason = f"{confirmed:.0%} of the outcomes asked are confirmed, {possible:.0%} if a person agrees with the suggestions."
    return Graded(criterion=Criterion.LEARNING_OUTCOMES, grade=grade, meets=meets, reason=reason, evidence=told)


def testing(award: Award, asked: Requirement) -> Graded:
    """Whether the outcomes were assessed, and how."""
    stated = [one.kind for one in award.micro_credential.assessments if one.kind is not None]
    graded = [one.grade.best("en") for one in award.results if one.grade is not None]
    told = [Evidence(place="micro_credential.assessments", says=one.label("en")) for one in stated]
    told += [Evidence(place="results.grade", says=one) for one in graded]
    accepted = {one.uri for one in asked.assessments}
    if not award.micro_credential.assessments:
        grade, reason = "none", "The credential names no assessment."
    elif graded:
        grade, reason = "strong", "The outcomes were assessed, and the result is stated."
    elif stated:
        grade, reason = "substantial", "The type of assessment is stated, the result is not."
    else:
        grade, reason = "weak", "An assessment is named, not its type."
    meets = any(one.uri in accepted for one in stated) if accepted and stated else None
    if meets is False and stated:
        reason = f"{reason} Accepted are only: {'; '.join(one.label('en') for one in asked.assessments)}."
    return Graded(criterion=Criterion.TESTING, grade=grade, meets=meets, reason=reason, evidence=tuple(told))


def identification(award: Award, asked: Requirement) -> Graded:
    """Whether the learner's identity was verified in the assessment; the least of several assessments counts."""
    stated = _supervision(award)
    told = tuple(Evidence(place="results.supervision", says=one.label("en")) for one in stated)
    scale = ("strong", "substantial", "weak", "none")
    grades = [_IDENTIFIED.get(one.notation, "weak") for one in stated]
    grade = max(grades, key=scale.index) if grades else "unknown"
    reason = f"Supervision: {'; '.join(one.says for one in told)}." if told else "The credential does not say."
    accepted = {one.uri for one in asked.supervision}
    meets = None if not accepted or not stated else all(one.uri in accepted for one in stated)
    return Graded(criterion=Criterion.IDENTIFICATION, grade=grade, meets=meets, reason=reason, evidence=told)


def _supervision(award: Award) -> list[Concept]:
    """How each assessment was supervised: as the learner's result says, else as the definition says."""
    results = {one.assessment: one.supervision for one in award.results}
    planned = [one.supervision for one in award.micro_credential.assessments]
    found = [results.get(index) or supervision for index, supervision in enumerate(planned)]
    found += [supervision for index, supervision in results.items() if index >= len(planned)]
    return list(dict.fromkeys(one for one in found if one is not None))


def _at_least(grade: str, least: str, scale: Sequence[str]) -> bool:
    return scale.index(grade) <= scale.index(least)


def _claim(one: Accreditation) -> str:
    reference = f", {one.reference.kind.value.upper()} {one.reference.value}" if one.reference else ""
    return f"{one.kind.label('en')}: {one.title.best('en')}, {one.agency.legal_name.best('en')}{reference}"
