"""The Annex I check: does a micro-credential say all that the European standard asks, and say it well enough?

Council Recommendation 2022/C 243/02, Annex I. A finding is a judgement, never an error: element, severity, why it
matters and how to mend it. What is compared with a clock takes it as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from credenza.record.annex_i_tables import Element, ElementFinding, Severity, elements, findings
from credenza.record.award import Award, Learner
from credenza.record.concept import Concept, concept
from credenza.record.micro_credential import Assessment, MicroCredential
from credenza.record.organisation import REGISTERED, Identifier, IdentifierKind, Organisation
from credenza.record.text import UNSTATED
from credenza.vocabulary import eqf_of

__all__ = ["Element", "ElementFinding", "Severity", "check_award", "check_definition", "elements", "meets_standard"]

_COURSE_CODE = re.compile(r"[A-Z]{1,6}[-_ .]?\d{2,6}[A-Z]?(?:[-_.]\d+)?\Z")
_MOST_JUDGED = 64
_judged: dict[tuple[int, int], tuple[MicroCredential, Organisation, tuple[str, ...]]] = {}
_LONG_OUTCOME = 400
_HOURS_PER_ECTS = (25, 30)
_CYCLE_LEVELS = {"short-cycle": 5, "first-cycle": 6, "second-cycle": 7, "third-cycle": 8}
_FORMS = {
    IdentifierKind.PIC: re.compile(r"[1-9]\d{8}\Z"),
    IdentifierKind.ROR: re.compile(r"(https://ror\.org/)?0[a-hj-km-np-tv-z0-9]{6}\d{2}\Z"),
    IdentifierKind.ETER: re.compile(r"[A-Z]{2}\d{4}\Z"),
    IdentifierKind.EIDAS: re.compile(r"(VAT|NTR|PSD|LEI|[A-Z]{2}:)[A-Z]{2}-.+\Z"),
    IdentifierKind.SCHAC: re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+\Z"),
}


def check_definition(definition: MicroCredential) -> tuple[ElementFinding, ...]:
    """The findings about what is offered, before any learner is named; the awarding body stands for the issuer."""
    return _collect(_codes_of(definition, definition.awarding_body))


def check_award(award: Award, *, now: datetime) -> tuple[ElementFinding, ...]:
    """The findings about a whole credential, whatever format it was read from."""
    return _collect(_award_codes(award, now))


def meets_standard(found: tuple[ElementFinding, ...]) -> bool:
    """Whether no mandatory element is missing or wrong."""
    return not any(finding.severity is Severity.ERROR for finding in found)


def _collect(codes: Iterable[str]) -> tuple[ElementFinding, ...]:
    table = findings()
    found = {code: table[code] for code in codes}
    return tuple(sorted(found.values(), key=lambda finding: finding.element.number))


def _award_codes(award: Award, now: datetime) -> Iterator[str]:
    yield from _learner_codes(award.learner)
    yield from _definition_codes(award.micro_credential, award.issuer)
    yield from _date_codes(award, now)
    yield from _coverage_codes(award, now)
    graded = [result for result in award.results if result.grade is not None]
    assessments = award.micro_credential.assessments
    if any(r.assessment >= len(assessments) or assessments[r.assessment].grading_scheme is None for r in graded):
        yield "grade-without-scheme"


def _learner_codes(learner: Learner) -> Iterator[str]:
    if learner.name is None:
        yield "learner-name-missing"
    personal = {IdentifierKind.ESI, IdentifierKind.NATIONAL_ID, IdentifierKind.DID}
    identified = learner.birth_date or learner.national_id or (learner.id or "").startswith("did:")
    if not identified and not any(one.kind in personal for one in learner.identifiers):
        yield "learner-identification-missing"


def _definition_codes(definition: MicroCredential, issuer: Organisation) -> tuple[str, ...]:
    """The findings about a definition; the very same objects, which are frozen, are not judged twice.

    They are known by identity, which holds for as long as they are kept here.
    """
    key = id(definition), id(issuer)
    known = _judged.get(key)
    if known is None:
        if len(_judged) >= _MOST_JUDGED:
            _judged.clear()
        known = _judged[key] = definition, issuer, tuple(_codes_of(definition, issuer))
    return known[2]


def _codes_of(definition: MicroCredential, issuer: Organisation) -> Iterator[str]:
    yield from _title_codes(definition)
    yield from _place_codes(issuer)
    yield from _awarding_body_codes(definition.awarding_body)
    yield from _outcome_codes(definition)
    yield from _workload_codes(definition)
    yield from _level_codes(definition)
    yield from _assessment_codes(definition)
    yield from _participation_codes(definition)
    yield from _quality_codes(definition)
    if definition.prerequisites is None:
        yield "prerequisites-missing"
    if definition.stackability is None:
        yield "stackability-missing"
    if not definition.fields:
        yield "field-missing"


def _title_codes(definition: MicroCredential) -> Iterator[str]:
    title = definition.title
    if title == UNSTATED:
        yield "title-missing"
        return
    if all(_COURSE_CODE.match(text) for text in title.root.values()):
        yield "title-is-a-code"
    if "en" not in title.languages:
        yield "title-not-in-english"
    if not definition.languages:
        yield "language-of-instruction-missing"
    codes = {language.notation.lower() for language in definition.languages}
    if codes and not codes & {language.split("-")[0] for language in title.languages}:
        yield "title-not-in-language-of-instruction"


def _place_codes(issuer: Organisation) -> Iterator[str]:
    if issuer.country is None:
        yield "country-missing"
    elif not _is_of(issuer.country, "authority/country"):
        yield "country-unknown"
    regions = issuer.location.regions if issuer.location else ()
    if not regions:
        yield "region-missing"
    elif any(region.term is None for region in regions):
        yield "region-unknown"


def _awarding_body_codes(body: Organisation) -> Iterator[str]:
    if body.legal_name == UNSTATED:
        yield "awarding-body-name-missing"
    registered = [one for one in body.identifiers if one.kind in REGISTERED]
    if not registered:
        yield "awarding-body-identifier-missing"
    if any(not well_formed(one) for one in registered):
        yield "awarding-body-identifier-malformed"


def well_formed(identifier: Identifier) -> bool:
    """Whether an identifier has the form that its register gives; true for kinds of no known form."""
    form = _FORMS.get(identifier.kind)
    return form is None or form.match(identifier.value) is not None


def _outcome_codes(definition: MicroCredential) -> Iterator[str]:
    outcomes = definition.learning_outcomes
    if not outcomes:
        yield "learning-outcomes-a-paragraph" if definition.outcome_summary else "learning-outcomes-missing"
        return
    if len(outcomes) == 1 and len(outcomes[0].title.best("en")) > _LONG_OUTCOME:
        yield "learning-outcomes-a-paragraph"
    if not any(outcome.skills for outcome in outcomes):
        yield "learning-outcomes-no-skills"
    if not any(outcome.kind for outcome in outcomes):
        yield "learning-outcomes-no-kind"


def _workload_codes(definition: MicroCredential) -> Iterator[str]:
    hours, ects = definition.workload_hours, definition.ects
    if definition.workload is None and not definition.credits:
        yield "workload-missing"
        return
    if ects is None:
        yield "workload-no-ects"
    if definition.workload is not None and hours is None:
        yield "workload-not-in-hours"
    if hours is not None and ects is not None:
        least, most = (ects * per_credit for per_credit in _HOURS_PER_ECTS)
        if not least <= hours <= most:
            yield "workload-inconsistent"


def _level_codes(definition: MicroCredential) -> Iterator[str]:
    eqf, cycle, national = definition.eqf_level, definition.qf_ehea_cycle, definition.nqf_levels
    if eqf is None and cycle is None and not national:
        yield "level-missing"
        return
    no_eqf = eqf is not None and eqf.eqf is None
    if no_eqf or any(level.term is None for level in (cycle, *national) if level is not None):
        yield "level-unknown"
    if eqf is None:
        yield "level-eqf-missing"
    elif eqf.eqf is not None:
        if cycle is not None and str(_CYCLE_LEVELS.get(cycle.notation, eqf.notation)) != eqf.notation:
            yield "level-eqf-cycle-inconsistent"
        referenced = {eqf_of(level.uri) for level in national} - {None}
        if referenced and eqf.eqf not in referenced:
            yield "level-eqf-nqf-inconsistent"


def _assessment_codes(definition: MicroCredential) -> Iterator[str]:
    if not definition.assessments:
        yield "assessment-missing"
        return
    for assessment in definition.assessments:
        if assessment.kind is None:
            yield "assessment-type-missing"
        elif assessment.kind.term is None:
            yield "assessment-type-own-term"
    if all(assessment.supervision is None for assessment in definition.assessments):
        yield "supervision-missing"
    elif any(_is_supervised(one) and one.mode is None for one in definition.assessments):
        yield "supervision-place-missing"


def _is_supervised(assessment: Assessment) -> bool:
    return assessment.supervision == concept("supervision", "supervised-with-id")


def _participation_codes(definition: MicroCredential) -> Iterator[str]:
    if not definition.participation:
        yield "participation-missing"
    elif any(not _is_of(mode, "snb/learning-assessment/") for mode in definition.participation):
        yield "participation-unknown"


def _quality_codes(definition: MicroCredential) -> Iterator[str]:
    assurances = definition.all_quality_assurance
    if not assurances:
        yield "quality-assurance-missing"
        return
    if any(not _is_of(assurance.kind, "snb/accreditation/") for assurance in assurances):
        yield "quality-assurance-type-unknown"
    if all(assurance.reference is None for assurance in assurances):
        yield "quality-assurance-reference-missing"


def _coverage_codes(award: Award, now: datetime) -> Iterator[str]:
    at = award.issued or now
    assurances = award.micro_credential.all_quality_assurance
    if assurances and not any(assurance.in_force(at) for assurance in assurances):
        yield "quality-assurance-not-in-force"


def _date_codes(award: Award, now: datetime) -> Iterator[str]:
    if award.issued is None:
        yield "date-of-issuing-missing"
        return
    if award.issued > now:
        yield "date-of-issuing-in-future"
    earlier = [award.awarded, *(result.assessed for result in award.results)]
    if any(moment is not None and moment > award.issued for moment in earlier):
        yield "date-of-issuing-before-assessment"
    if award.valid_from and award.valid_until and award.valid_until <= award.valid_from:
        yield "validity-ends-before-it-begins"


def _is_of(concept: Concept, part_of_uri: str) -> bool:
    return concept.term is not None and part_of_uri in concept.uri
