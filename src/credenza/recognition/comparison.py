"""The comparison sheet: a verified credential beside what the evaluator asks, and nothing decided yet.

What the credential does not say is a question to ask, not a difference: the burden of proof of a substantial difference
lies with the authority (Lisbon Recognition Convention, article VI.1; the fair-recognition recommendation).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from credenza.recognition import criteria
from credenza.recognition.evidence import Criterion, Difference, Graded, SubstantialDifference
from credenza.recognition.levels import LevelComparison, LevelResult, compare_levels
from credenza.recognition.outcomes import OutcomesComparison, TextMatcher, compare_outcomes
from credenza.recognition.register import QualityRegister, RegisterAnswer
from credenza.recognition.requirement import Purpose, Requirement
from credenza.recognition.workloads import WorkloadComparison, WorkloadResult, compare_workloads
from credenza.record import Award, Concept
from credenza.record.text import Frozen
from credenza.verifying.verified import VerifiedCredential
from credenza.vocabulary.frameworks import Frameworks, frameworks


class ComparisonSheet(Frozen):
    """Everything an evaluator needs on one sheet.

    ``criteria`` are seven, in the order of ``Criterion``; ``register`` has the answer to each claim of quality
    assurance, None where no register was at hand; ``questions`` are what the credential does not say.
    """

    credential_id: str
    definition_id: str
    title: str
    awarding_body: str
    country: str | None
    learner: str | None
    requirement_id: str
    requirement_title: str
    purpose: Purpose
    checked_at: datetime
    verdict: str
    level: LevelComparison
    workload: WorkloadComparison
    outcomes: OutcomesComparison
    register_answers: tuple[RegisterAnswer, ...] | None
    criteria: tuple[Graded, ...]
    differences: tuple[SubstantialDifference, ...]
    questions: tuple[str, ...]

    def graded(self, criterion: Criterion) -> Graded:
        return next(one for one in self.criteria if one.criterion is criterion)

    @property
    def fulfilled(self) -> bool:
        """Whether all that is asked is met, nothing is open and no difference was found."""
        return not self.differences and not self.questions and all(one.meets is not False for one in self.criteria)


def compare(
    verified: VerifiedCredential,
    asked: Requirement,
    *,
    matcher: TextMatcher | None = None,
    register: QualityRegister | None = None,
    national: Frameworks | None = None,
    language: str = "en",
) -> ComparisonSheet:
    """Compare a verified credential with a requirement; texts are told in ``language`` where they have it."""
    award = verified.award
    offered = award.micro_credential
    claims = offered.all_quality_assurance
    answers = tuple(register.answer(one, award) for one in claims) if register is not None else None
    level = compare_levels(offered, asked, national or frameworks())
    workload = compare_workloads(offered, asked)
    outcomes = compare_outcomes(offered, asked, matcher=matcher, language=language)
    graded = (
        criteria.quality(claims, answers, verified, asked),
        criteria.verification(verified, asked),
        criteria.level(level),
        criteria.outcomes(outcomes, asked),
        criteria.workload(workload),
        criteria.testing(award, asked),
        criteria.identification(award, asked),
    )
    country = offered.awarding_body.country or award.issuer.country
    return ComparisonSheet(
        credential_id=award.id,
        definition_id=offered.id,
        title=offered.title.best(language),
        awarding_body=offered.awarding_body.legal_name.best(language),
        country=country.notation if country else None,
        learner=award.learner.name,
        requirement_id=asked.id,
        requirement_title=asked.title.best(language),
        purpose=asked.purpose,
        checked_at=verified.checked_at,
        verdict=verified.report.verdict.value,
        level=level,
        workload=workload,
        outcomes=outcomes,
        register_answers=answers,
        criteria=graded,
        differences=tuple(_differences(award, asked, level, workload, graded)),
        questions=tuple(_questions(award, asked, level, workload, graded)),
    )


def _differences(
    award: Award, asked: Requirement, level: LevelComparison, workload: WorkloadComparison, graded: tuple[Graded, ...]
) -> Iterator[SubstantialDifference]:
    by_name = {one.criterion: one for one in graded}
    if level.result in (LevelResult.LOWER, LevelResult.CONTRADICTORY):
        certain = level.result is LevelResult.LOWER
        yield SubstantialDifference(kind=Difference.LEVEL, certain=certain, reason=level.reason)
    if workload.result in (WorkloadResult.INSUFFICIENT, WorkloadResult.BORDERLINE):
        certain = workload.result is WorkloadResult.INSUFFICIENT
        yield SubstantialDifference(kind=Difference.WORKLOAD, certain=certain, reason=workload.reason)
    for criterion in (Criterion.QUALITY_ASSURANCE, Criterion.TESTING, Criterion.IDENTIFICATION):
        if by_name[criterion].meets is False:
            yield SubstantialDifference(kind=Difference.QUALITY, certain=True, reason=by_name[criterion].reason)
    fields = award.micro_credential.fields
    if asked.fields and fields and not _overlap(asked.fields, fields):
        told, wanted = ("; ".join(one.label("en") for one in some) for some in (fields, asked.fields))
        yield SubstantialDifference(
            kind=Difference.PROFILE, certain=True, reason=f"The field is {told}; asked is {wanted}."
        )
    learned = by_name[Criterion.LEARNING_OUTCOMES]
    if asked.learning_outcomes and award.micro_credential.learning_outcomes and not learned.meets:
        certain = learned.meets is False
        yield SubstantialDifference(kind=Difference.LEARNING_OUTCOMES, certain=certain, reason=learned.reason)


def _questions(
    award: Award, asked: Requirement, level: LevelComparison, workload: WorkloadComparison, graded: tuple[Graded, ...]
) -> Iterator[str]:
    by_name = {one.criterion: one for one in graded}
    if level.result is LevelResult.UNKNOWN:
        yield "What is the level in terms of the European Qualifications Framework?"
    if workload.result is WorkloadResult.UNKNOWN:
        yield "How much work, in ECTS or hours, does it take?"
    if asked.fields and not award.micro_credential.fields:
        yield "What field of education is it in?"
    if asked.learning_outcomes and not award.micro_credential.learning_outcomes:
        yield "What are the learning outcomes?"
    if (asked.quality or asked.quality_kinds) and by_name[Criterion.QUALITY_ASSURANCE].meets is None:
        yield "Who assures the quality, and where is that registered?"
    if asked.supervision and by_name[Criterion.IDENTIFICATION].meets is None:
        yield "Was the learner's identity verified in the assessment?"
    if asked.assessments and by_name[Criterion.TESTING].meets is None:
        yield "What type of assessment was it?"
    if by_name[Criterion.VERIFICATION].meets is False:
        yield f"Can the credential be verified further? {by_name[Criterion.VERIFICATION].reason}"


def _overlap(asked: tuple[Concept, ...], has: tuple[Concept, ...]) -> bool:
    """Whether a field asked is a field of the award, or lies above or below it in ISCED-F."""
    return any(
        one.scheme == other.scheme
        and (other.notation.startswith(one.notation) or one.notation.startswith(other.notation))
        for one in asked
        for other in has
    )
