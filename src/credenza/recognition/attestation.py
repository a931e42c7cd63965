"""The decision as an award that the learner keeps: sealed like any other, with a reference to what was recognised.

What was recognised is named by identifiers of the award (``record.recognition_decision``): the id of its credential, and
the SHA-256 of the exact file that was looked at. A grant carries over what the recognised learning says of itself; a
refusal grants nothing and carries nothing over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from credenza.document.elmo import Counted, RecognitionMapping, RecognitionStatus, ResultOfRecognition
from credenza.errors import Refused
from credenza.recognition.case import Recognised
from credenza.recognition.comparison import ComparisonSheet
from credenza.recognition.decision import RecognitionDecision, RecognitionOutcome, require_fair
from credenza.record import (
    Award,
    Concept,
    Credit,
    MicroCredential,
    Organisation,
    StatusReference,
    Text,
)
from credenza.record.micro_credential import ECTS
from credenza.record.recognition_decision import APPEAL, DECISION_KIND, Reference, identifiers_of

_OUTCOMES = {
    RecognitionOutcome.FULL: "in full",
    RecognitionOutcome.PARTIAL: "in part",
    RecognitionOutcome.WITH_CONDITIONS: "with conditions",
    RecognitionOutcome.NOT: "not recognised",
}
_STATUSES = {
    RecognitionOutcome.FULL: RecognitionStatus.POSITIVE,
    RecognitionOutcome.PARTIAL: RecognitionStatus.PARTIALLY_POSITIVE,
    RecognitionOutcome.WITH_CONDITIONS: RecognitionStatus.PARTIALLY_POSITIVE,
    RecognitionOutcome.NOT: RecognitionStatus.NEGATIVE,
}


@dataclass(frozen=True)
class Issue:
    """How the decision's credential is issued: its id, by whom, when, and where its status is published."""

    credential_id: str
    authority: Organisation
    issued: datetime
    status: tuple[StatusReference, ...] = ()


def award_of_decision(
    decision: RecognitionDecision, recognised: Recognised, sheet: ComparisonSheet, issue: Issue
) -> Award:
    """The award that says what was decided about a credential, for the learner whom the credential names.

    Raises:
        Refused: ``sheet-foreign`` where the sheet is of another credential, and those of ``require_fair``.
    """
    if sheet.credential_id != recognised.award.id:
        raise Refused("sheet-foreign", "The comparison sheet is not of this credential.")
    require_fair(decision, credential_stands=bool(decision.differences))
    grants = decision.outcome is not RecognitionOutcome.NOT
    definition = definition_of_decision(decision, recognised.award, sheet, issue.authority)
    return Award(
        id=issue.credential_id,
        micro_credential=definition,
        issuer=definition.awarding_body,
        learner=recognised.award.learner,
        issued=issue.issued,
        valid_from=issue.issued,
        awarded=decision.decided_at,
        results=recognised.award.results if grants else (),
        identifiers=identifiers_of(
            Reference(credential_id=recognised.award.id, digest=recognised.digest, outcome=decision.outcome)
        ),
        status=issue.status,
    )


def definition_of_decision(
    decision: RecognitionDecision, award: Award, sheet: ComparisonSheet, authority: Organisation
) -> MicroCredential:
    """What the decision grants, as a micro-credential of the authority's; the reasons are its further information.

    The authority's accreditations are of its teaching, and left out: they say nothing about its decisions.
    """
    original, grant = award.micro_credential, decision.counts_as
    members = {
        "id": grant.id if grant else sheet.requirement_id,
        "title": _title(decision, original),
        "awarding_body": authority.model_copy(update={"accreditations": ()}),
        "description": Text.of(_description(decision, award)),
        "kind": Concept(uri=DECISION_KIND, labels=Text.of("Decision on recognition")),
        "further_information": Text.of(_reasons(decision)),
        "languages": original.languages,
        "fields": original.fields,
    }
    if grant is None:
        return MicroCredential.model_validate(members)
    kept = ("eqf_level", "qf_ehea_cycle", "nqf_levels", "participation", "assessments")
    members |= {name: getattr(original, name) for name in kept}
    partly = decision.outcome is RecognitionOutcome.PARTIAL
    recognised = _recognised_outcomes(decision, sheet) if partly else range(len(original.learning_outcomes))
    members["learning_outcomes"] = tuple(
        one for place, one in enumerate(original.learning_outcomes) if place in recognised
    )
    members["credits"] = (Credit(framework=Concept(uri=ECTS), points=grant.ects),) if grant.ects else ()
    if not partly and grant.ects in (None, original.ects):
        members["workload"], members["credits"] = original.workload, original.credits
    return MicroCredential.model_validate(members)


def _recognised_outcomes(decision: RecognitionDecision, sheet: ComparisonSheet) -> set[int]:
    if decision.outcomes is not None:
        return set(decision.outcomes)
    return {one.place for one in sheet.outcomes.matches if one.firm and one.place is not None}


def result_of_recognition(decision: RecognitionDecision, award: Award) -> ResultOfRecognition:
    """The decision as ELMO 2.0 has it (``resultOfRecognition``): what it rests on, and what counts as what."""
    grant = decision.counts_as
    counted = (Counted(id=grant.id, title=grant.title),) if grant else ()
    mapping = (RecognitionMapping(recognised=(award.micro_credential.id,), counted_as=(grant.id,)),) if grant else ()
    return ResultOfRecognition(
        title=_title(decision, award.micro_credential),
        status=_STATUSES[decision.outcome],
        decision_date=decision.decided_at.date(),
        description=Text.of(_reasons(decision)),
        basis=(award,),
        counted=counted,
        mapping=mapping,
    )


def _title(decision: RecognitionDecision, original: MicroCredential) -> Text:
    about = f"Decision on “{original.title.best('en')}”: {_OUTCOMES[decision.outcome]}"
    grant = decision.counts_as
    return Text.of(f"{about}, as “{grant.title.best('en')}”" if grant else about)


def _description(decision: RecognitionDecision, award: Award) -> str:
    body = award.micro_credential.awarding_body.legal_name.best("en")
    granted = decision.counts_as.ects if decision.counts_as else None
    credits = f" It counts {granted.normalize():f} ECTS here." if granted else ""
    title = award.micro_credential.title.best("en")
    return f"Recognition of “{title}” of {body}: {_OUTCOMES[decision.outcome]}.{credits}"


def _reasons(decision: RecognitionDecision) -> str:
    told = [decision.reasons]
    told += [f"Substantial difference ({one.kind}): {one.reason}" for one in decision.differences]
    told += [f"Condition: {one}" for one in decision.conditions]
    told += [f"Decided by the rule {decision.rule}."] if decision.rule else []
    told += [f"{APPEAL}{decision.appeal}"] if decision.appeal else []
    return "\n".join(one.strip() for one in told)
