"""Awards to ELMO 1.7, decisions on recognition to ELMO 2.0; the element order is that of the official schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lxml import etree

from credenza.document.elmo.names import ELMO, EXTENSION, LEARNER_TYPES, child, tag
from credenza.document.elmo.transcript import Attachment, ResultOfRecognition
from credenza.document.elmo.write_report import ReportWriter, write_texts
from credenza.errors import MalformedInput, Refused
from credenza.record import Award, Learner, Organisation
from credenza.record.instant import to_text

_UNWRITABLE = "elmo-unwritable"


def to_document(award: Award, *, generated: datetime, sealed: Sequence[Attachment] = ()) -> etree._Element:
    """One award as ELMO 1.7, unsigned, with its sealed credentials attached and its parts inside (hasPart)."""
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
        _write_learner(child(root, "learner"), awards[0].learner)
        for issuer in {award.issuer.id: award.issuer for award in awards}.values():
            report = ReportWriter(child(root, "report"), issuer)
            theirs = [award for award in awards if award.issuer.id == issuer.id]
            for award in theirs:
                report.award(award, (sealed or {}).get(award.id, ()))
            report.finish(max((one.issued for one in theirs if one.issued), default=generated))
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
        _write_learner(child(root, "learner"), learner, second_version=True)
        report = ReportWriter(child(root, "report"), authority)
        for result in results:
            _write_result(child(report.element, "resultOfRecognition"), result, generated)
        report.finish(generated)
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


def _root(generated: datetime) -> etree._Element:
    namespaces = {None: ELMO, "mc": EXTENSION}
    root = etree.Element(tag("elmo"), nsmap=namespaces)  # type: ignore[arg-type]  # the stubs know no default namespace
    child(root, "generatedDate", to_text(generated))
    return root


def _refuse_several_learners(learners: Sequence[Learner]) -> None:
    births = {one.birth_date for one in learners if one.birth_date is not None}
    students = {one.esi.casefold() for one in learners if one.esi is not None}
    if len(births) > 1 or len(students) > 1:
        raise Refused("elmo-several-learners", "An ELMO file is about one learner; these awards are of several.")


def _write_learner(element: etree._Element, learner: Learner, *, second_version: bool = False) -> None:
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


def _write_result(element: etree._Element, result: ResultOfRecognition, generated: datetime) -> None:
    write_texts(element, "title", result.title)
    if result.description is not None:
        write_texts(element, "description", result.description)
    child(element, "status", result.status.value)
    if result.decision_date is not None:
        child(element, "decisionDate", result.decision_date.isoformat())
    for award in result.basis:
        basis = ReportWriter(child(child(element, "recognitionBasis"), "recognitionReport"), award.issuer)
        basis.award(award)
        basis.finish(award.issued or generated)
    for one in result.counted:
        unit = child(child(element, "recognitionResult"), "learningOpportunitySpecification")
        child(unit, "identifier", one.id, type="local")
        write_texts(unit, "title", one.title)
        child(child(unit, "specifies"), "learningOpportunityInstance")
    for pair in result.mapping:
        mapping = child(child(element, "recognitionMapping"), "mapping")
        for name, ids in (("fromMapping", pair.recognised), ("toMapping", pair.counted_as)):
            side = child(mapping, name)
            for one_id in ids:
                child(side, "ref", one_id)
