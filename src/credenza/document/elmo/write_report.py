"""One report of an ELMO file: an issuer with the units of learning, the grading schemes and the files that go along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from lxml import etree

from credenza.document.elmo import record_xml
from credenza.document.elmo.names import COUNTRIES, LANGUAGE, child
from credenza.document.elmo.transcript import Attachment
from credenza.record import Award, AwardPart, Concept, MicroCredential, Organisation, Result, Text
from credenza.record.instant import to_text
from credenza.record.micro_credential import ECTS


class ReportWriter:
    """Fills a ``report`` or ``recognitionReport`` in the order of the schema: issuer, units, then ``finish``."""

    def __init__(self, report: etree._Element, issuer: Organisation) -> None:
        self.element = report
        self._schemes: dict[Text, str] = {}
        self._files: list[tuple[str, Attachment]] = []
        _write_issuer(child(report, "issuer"), issuer)

    def award(self, award: Award, files: Sequence[Attachment] = ()) -> None:
        """A unit of learning, with its parts inside, and the files that are linked to it."""
        refs = [self._file(f"{award.id}#{number}", one) for number, one in enumerate(files, 1)]
        unit, instance = self._unit(self.element, award, award.awarded or award.issued, award.language, refs)
        travelling = tuple(part.model_copy(update={"sealed": None}) for part in award.parts)
        record_xml.write(child(instance, "extension"), "award", award.model_copy(update={"parts": travelling}))
        for part in award.parts:
            sealed = [self._file(part.id, _sealed_part(part))] if part.sealed is not None else []
            self._unit(child(unit, "hasPart"), part, part.awarded, award.language, sealed)

    def finish(self, issued: datetime) -> None:
        """The date of the report, then what its units refer to."""
        child(self.element, "issueDate", to_text(issued))
        for description, local_id in self._schemes.items():
            write_texts(child(self.element, "gradingScheme", localId=local_id), "description", description)
        for ref, one in self._files:
            _write_attachment(child(self.element, "attachment"), ref, one)

    def _file(self, ref: str, one: Attachment) -> str:
        self._files.append((ref, one))
        return ref

    def _unit(
        self,
        parent: etree._Element,
        one: Award | AwardPart,
        awarded: datetime | None,
        language: str,
        refs: Sequence[str],
    ) -> tuple[etree._Element, etree._Element]:
        definition = one.micro_credential
        unit = child(parent, "learningOpportunitySpecification")
        _write_definition(unit, definition, "Module" if isinstance(one, Award) and one.parts else "Course")
        instance = child(child(unit, "specifies"), "learningOpportunityInstance")
        child(instance, "identifier", one.id, type="local")
        if awarded is not None:
            child(instance, "date", awarded.date().isoformat())
        child(instance, "status", "passed")
        self._write_result(instance, definition, result_label(one.results, language))
        _write_workload_and_level(instance, definition)
        if refs:
            attachments = child(instance, "attachments")
            for ref in refs:
                child(attachments, "ref", ref)
        return unit, instance

    def _write_result(self, instance: etree._Element, definition: MicroCredential, label: str | None) -> None:
        if label is None:
            return
        scheme = next((one.grading_scheme for one in definition.assessments if one.grading_scheme is not None), None)
        if scheme is not None:
            number = len(self._schemes) + 1
            local_id = self._schemes.setdefault(scheme.description or scheme.title, f"scheme-{number}")
            child(instance, "gradingSchemeLocalId", local_id)
        child(instance, "resultLabel", label)


def result_label(results: Sequence[Result], language: str) -> str | None:
    """The grades as one line in one language."""
    grades = [one.grade.best(language) for one in results if one.grade is not None]
    return "; ".join(dict.fromkeys(grades)) or None


def eqf_level(definition: MicroCredential) -> Concept | None:
    """The EQF level, where it is one of the eight official ones."""
    level = definition.eqf_level
    return level if level is not None and level.term is not None and "/snb/eqf/" in level.uri else None


def write_texts(parent: etree._Element, name: str, text: Text) -> None:
    """A text as one element for each language."""
    for language, one in text.root.items():
        child(parent, name, one, **{LANGUAGE: language})


def _sealed_part(part: AwardPart) -> Attachment:
    is_json = part.sealed_bytes.lstrip().startswith(b"{")
    media_type = "application/ld+json" if is_json else "application/octet-stream"
    return Attachment(part.sealed_bytes, media_type, part.micro_credential.title)


def _write_issuer(element: etree._Element, issuer: Organisation) -> None:
    if issuer.country is not None and issuer.country.notation in COUNTRIES:
        child(element, "country", issuer.country.notation)
    for one in issuer.identifiers:
        child(element, "identifier", one.value, type=one.kind.value)
    child(element, "identifier", issuer.id, type="uri")
    write_texts(element, "title", issuer.legal_name)
    child(element, "url", issuer.homepage or "")


def _write_definition(unit: etree._Element, definition: MicroCredential, kind: str) -> None:
    child(unit, "identifier", definition.id, type="local")
    write_texts(unit, "title", definition.title)
    child(unit, "type", kind)
    field = next((one for one in definition.fields if "/snb/isced-f/" in one.uri and one.term), None)
    if field is not None:
        child(unit, "iscedCode", field.notation)
    if definition.homepage is not None:
        child(unit, "url", definition.homepage)
    for language, text in _descriptions(definition):
        child(unit, "description", text, **{LANGUAGE: language})


def _write_workload_and_level(instance: etree._Element, definition: MicroCredential) -> None:
    for one in definition.credits:
        credit = child(instance, "credit")
        child(credit, "scheme", "ects" if one.framework.uri == ECTS else one.framework.notation)
        child(credit, "value", f"{one.points:f}")
    levels = (("EQF", eqf_level(definition)), ("QF-EHEA", definition.qf_ehea_cycle))
    national = (("NQF", level) for level in definition.nqf_levels)
    for kind, stated in (*levels, *national):
        if stated is not None:
            level = child(instance, "level")
            child(level, "type", kind)
            child(level, "description", stated.label("en"))
            child(level, "value", stated.notation)
    spoken = [one.notation for one in definition.languages if len(one.notation) == 2]
    if len(spoken) == len(definition.languages) == 1:
        child(instance, "languageOfInstruction", spoken[0])
    if definition.workload_hours is not None:
        child(instance, "engagementHours", f"{definition.workload_hours:f}")


def _descriptions(definition: MicroCredential) -> Iterator[tuple[str, str]]:
    """The description and the learning outcomes (Annex I, element 6) in each language that states any of them."""
    texts = [one for one in (definition.description, definition.outcome_summary) if one is not None]
    outcomes = [one.title for one in definition.learning_outcomes]
    for language in dict.fromkeys(language for text in (*texts, *outcomes) for language in text.languages):
        lines = [text.root[language] for text in texts if language in text.root]
        lines += [f"- {text.root[language]}" for text in outcomes if language in text.root]
        yield language, "\n".join(lines)


def _write_attachment(element: etree._Element, ref: str, one: Attachment) -> None:
    child(element, "identifier", ref, type="internal")
    if one.title is not None:
        write_texts(element, "title", one.title)
    if one.kind is not None:
        child(element, "type", one.kind)
    child(element, "content", one.to_uri())
