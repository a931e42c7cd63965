"""Awards to ELMO 1.7, decisions on recognition to ELMO 2.0; the element order is that of the official schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from lxml import etree

from credenza.document.elmo import record_xml
from credenza.document.elmo.names import COUNTRIES, ELMO, EXTENSION, LANGUAGE, LEARNER_TYPES, child, tag
from credenza.document.elmo.transcript import Attachment, ResultOfRecognition
from credenza.errors import MalformedInput, Refused
from credenza.record import Award, Concept, Learner, MicroCredential, Organisation, Text
from credenza.record.instant import to_text
from credenza.record.micro_credential import ECTS

_UNWRITABLE = "elmo-unwritable"


def to_document(award: Award, *, generated: datetime, sealed: Sequence[Attachment] = ()) -> etree._Element:
    """One award as ELMO 1.7, unsigned, with its sealed credentials attached."""
    return to_transcript((award,), generated=generated, sealed={award.id: sealed})


def to_transcript(
    awards: Sequence[Award], *, generated: datetime, sealed: Mapping[str, Sequence[Attachment]] | None = None
) -> etree._Element:
    """Several awards of one learner, or a wallet, as ELMO 1.7: one report for each issuer.

    ``sealed`` are the files to attach to an award, by its id.

    Raises:
        Refused: ``elmo-several-learners`` where two awards state different birth dates or student identifiers.
        MalformedInput: ``elmo-nothing-to-write``, ``elmo-unwritable`` for characters that XML cannot carry.
    """
    if not awards:
        raise MalformedInput("elmo-nothing-to-write", "ELMO needs at least one award.")
    _refuse_several_learners([award.learner for award in awards])
    root = _root(generated)
    try:
        _learner(root, awards[0].learner)
        for issuer in {award.issuer.id: award.issuer for award in awards}.values():
            _report(root, issuer, [one for one in awards if one.issuer.id == issuer.id], generated, sealed or {})
    except ValueError as error:
        raise MalformedInput(_UNWRITABLE, "The record has characters that XML cannot carry.") from error
    return root


def to_recognition(
    learner: Learner, results: Sequence[ResultOfRecognition], *, authority: Organisation, generated: datetime
) -> etree._Element:
    """Decisions on recognition by one authority about one learner as ELMO 2.0.

    Raises:
        MalformedInput: ``elmo-unwritable``.
    """
    root = _root(generated)
    try:
        _learner(root, learner, second_version=True)
        report = child(root, "report")
        _issuer(report, authority)
        for result in results:
            _result_of_recognition(report, result, generated)
        child(report, "issueDate", to_text(generated))
    except ValueError as error:
        raise MalformedInput(_UNWRITABLE, "The record has characters that XML cannot carry.") from error
    return root


def to_bytes(document: etree._Element) -> bytes:
    """The document as XML in UTF-8: the bytes that are kept, signed or sent."""
    return etree.tostring(document, encoding="utf-8", xml_declaration=True)


def learner_names(learner: Learner) -> tuple[str, str]:
    """Given names and family name as ELMO shows them: a name that is only known whole is not cut in two."""
    if learner.given_name is None and learner.family_name is None:
        return "", learner.full_name or ""
    return learner.given_name or "", learner.family_name or ""


def result_label(award: Award) -> str | None:
    """The grades as one line, in the award's own language."""
    grades = [one.grade.best(award.language) for one in award.results if one.grade is not None]
    return "; ".join(dict.fromkeys(grades)) or None


def eqf_level(definition: MicroCredential) -> Concept | None:
    """The EQF level, where it is one of the eight official ones."""
    level = definition.eqf_level
    return level if level is not None and level.term is not None and "/snb/eqf/" in level.uri else None


def _root(generated: datetime) -> etree._Element:
    root = etree.Element(tag("elmo"), nsmap={None: ELMO, "mc": EXTENSION})  # type: ignore[dict-item]  # stubs know no default
    child(root, "generatedDate", to_text(generated))
    return root


def _refuse_several_learners(learners: Sequence[Learner]) -> None:
    births = {one.birth_date for one in learners if one.birth_date is not None}
    students = {one.esi.casefold() for one in learners if one.esi is not None}
    if len(births) > 1 or len(students) > 1:
        raise Refused("elmo-several-learners", "An ELMO file is about one learner; these awards are of several.")


def _learner(root: etree._Element, learner: Learner, *, second_version: bool = False) -> None:
    element = child(root, "learner")
    known = (*learner.identifiers, *((learner.national_id,) if learner.national_id else ()))
    for one in known:
        child(element, "identifier", one.value, type=LEARNER_TYPES.get(one.kind, one.kind.value))
    given, family = learner_names(learner)
    child(element, "givenNames", given)
    child(element, "familyName", family)
    if second_version:
        child(element, "alternativeName", learner.full_name or "")
    if learner.birth_date is not None:
        child(element, "dateOfBirth" if second_version else "bday", learner.birth_date.isoformat())


def _report(
    root: etree._Element,
    issuer: Organisation,
    awards: Sequence[Award],
    generated: datetime,
    sealed: Mapping[str, Sequence[Attachment]],
) -> None:
    report = child(root, "report")
    _issuer(report, issuer)
    schemes: dict[Text, str] = {}
    files: list[tuple[str, Attachment]] = []
    for award in awards:
        attached = [(f"{award.id}#{number}", one) for number, one in enumerate(sealed.get(award.id, ()), 1)]
        files += attached
        _specification(report, award, schemes, [ref for ref, _ in attached])
    child(report, "issueDate", to_text(max((one.issued for one in awards if one.issued), default=generated)))
    for description, local_id in schemes.items():
        _texts(child(report, "gradingScheme", localId=local_id), "description", description)
    for ref, one in files:
        _attachment(report, ref, one)


def _issuer(report: etree._Element, issuer: Organisation) -> None:
    element = child(report, "issuer")
    if issuer.country is not None and issuer.country.notation in COUNTRIES:
        child(element, "country", issuer.country.notation)
    for one in issuer.identifiers:
        child(element, "identifier", one.value, type=one.kind.value)
    child(element, "identifier", issuer.id, type="uri")
    _texts(element, "title", issuer.legal_name)
    child(element, "url", issuer.homepage or "")


def _specification(parent: etree._Element, award: Award, schemes: dict[Text, str], refs: Sequence[str]) -> None:
    definition = award.micro_credential
    element = child(parent, "learningOpportunitySpecification")
    child(element, "identifier", definition.id, type="local")
    _texts(element, "title", definition.title)
    child(element, "type", "Course")
    field = next((one for one in definition.fields if "/snb/isced-f/" in one.uri and one.term), None)
    if field is not None:
        child(element, "iscedCode", field.notation)
    if definition.homepage is not None:
        child(element, "url", definition.homepage)
    for language, text in _descriptions(definition):
        child(element, "description", text, **{LANGUAGE: language})
    _instance(child(child(element, "specifies"), "learningOpportunityInstance"), award, schemes, refs)


def _instance(element: etree._Element, award: Award, schemes: dict[Text, str], refs: Sequence[str]) -> None:
    definition = award.micro_credential
    child(element, "identifier", award.id, type="local")
    awarded = award.awarded or award.issued
    if awarded is not None:
        child(element, "date", awarded.date().isoformat())
    child(element, "status", "passed")
    label = result_label(award)
    scheme = next((one.grading_scheme for one in definition.assessments if one.grading_scheme is not None), None)
    if label is not None and scheme is not None:
        local_id = schemes.setdefault(scheme.description or scheme.title, f"scheme-{len(schemes) + 1}")
        child(element, "gradingSchemeLocalId", local_id)
    if label is not None:
        child(element, "resultLabel", label)
    _credits_and_levels(element, definition)
    spoken = [one.notation for one in definition.languages if len(one.notation) == 2]
    if len(spoken) == len(definition.languages) == 1:
        child(element, "languageOfInstruction", spoken[0])
    if definition.workload_hours is not None:
        child(element, "engagementHours", f"{definition.workload_hours:f}")
    if refs:
        attachments = child(element, "attachments")
        for ref in refs:
            child(attachments, "ref", ref)
    record_xml.write(child(element, "extension"), "award", award)


def _credits_and_levels(element: etree._Element, definition: MicroCredential) -> None:
    for one in definition.credits:
        credit = child(element, "credit")
        child(credit, "scheme", "ects" if one.framework.uri == ECTS else one.framework.notation)
        child(credit, "value", f"{one.points:f}")
    levels = (("EQF", eqf_level(definition)), ("QF-EHEA", definition.qf_ehea_cycle))
    national = (("NQF", level) for level in definition.nqf_levels)
    for kind, stated in (*levels, *national):
        if stated is not None:
            level = child(element, "level")
            child(level, "type", kind)
            child(level, "description", stated.label("en"))
            child(level, "value", stated.notation)


def _descriptions(definition: MicroCredential) -> Iterator[tuple[str, str]]:
    """The description and the learning outcomes (Annex I, element 6) in each language that states any of them."""
    texts = [one for one in (definition.description, definition.outcome_summary) if one is not None]
    outcomes = [one.title for one in definition.learning_outcomes]
    for language in dict.fromkeys(language for text in (*texts, *outcomes) for language in text.languages):
        lines = [text.root[language] for text in texts if language in text.root]
        lines += [f"- {text.root[language]}" for text in outcomes if language in text.root]
        yield language, "\n".join(lines)


def _result_of_recognition(report: etree._Element, result: ResultOfRecognition, generated: datetime) -> None:
    element = child(report, "resultOfRecognition")
    _texts(element, "title", result.title)
    if result.description is not None:
        _texts(element, "description", result.description)
    child(element, "status", result.status.value)
    if result.decision_date is not None:
        child(element, "decisionDate", result.decision_date.isoformat())
    for award in result.basis:
        basis = child(child(element, "recognitionBasis"), "recognitionReport")
        _issuer(basis, award.issuer)
        schemes: dict[Text, str] = {}
        _specification(basis, award, schemes, ())
        child(basis, "issueDate", to_text(award.issued or generated))
        for description, local_id in schemes.items():
            _texts(child(basis, "gradingScheme", localId=local_id), "description", description)
    for one in result.counted:
        specification = child(child(element, "recognitionResult"), "learningOpportunitySpecification")
        child(specification, "identifier", one.id, type="local")
        _texts(specification, "title", one.title)
        child(child(specification, "specifies"), "learningOpportunityInstance")
    for pair in result.mapping:
        mapping = child(child(element, "recognitionMapping"), "mapping")
        for name, ids in (("fromMapping", pair.recognised), ("toMapping", pair.counted_as)):
            side = child(mapping, name)
            for one_id in ids:
                child(side, "ref", one_id)


def _attachment(report: etree._Element, ref: str, one: Attachment) -> None:
    element = child(report, "attachment")
    child(element, "identifier", ref, type="internal")
    if one.title is not None:
        _texts(element, "title", one.title)
    if one.kind is not None:
        child(element, "type", one.kind)
    child(element, "content", one.to_uri())


def _texts(parent: etree._Element, name: str, text: Text) -> None:
    for language, one in text.root.items():
        child(parent, name, one, **{LANGUAGE: language})
