"""ELMO 1.6, 1.7 and 2.0 to the record: ours with every element of Annex I, anybody's with what ELMO has terms for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree
from pydantic import ValidationError

from credenza.document.elmo import read_units, record_xml
from credenza.document.elmo.agreement import refuse_contradiction
from credenza.document.elmo.names import EXTENSION, SIGNATURE, tag
from credenza.document.elmo.read_decisions import decisions
from credenza.document.elmo.taking import Taken
from credenza.document.elmo.transcript import MAXIMUM_ATTACHMENTS, Attachment, Entry, Transcript
from credenza.encoding import strict_xml
from credenza.errors import MalformedInput
from credenza.record import Award, Learner, Text

_MALFORMED = "elmo-malformed"
_SECOND = ("dateOfBirth", "alternativeName", "resultOfRecognition", "gradingSchemeExternalId")
_IN_EXTENSION = frozenset({"type", "description", "credit", "level", "extension", "languageOfInstruction"})


@dataclass
class _File:
    """What the parts of one file share while it is read."""

    learner: dict[str, Any]
    left: list[str]
    attachments: dict[str, Attachment] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


def from_bytes(data: bytes) -> Transcript:
    """An ELMO file as it came; see ``from_document``."""
    return from_document(strict_xml.parse(data))


def from_document(root: etree._Element) -> Transcript:
    """The awards and decisions that an ELMO document tells, with what the record has no place for.

    Learning that failed or is in progress is no award: it is named in ``not_carried``.

    Raises:
        MalformedInput: ``elmo-malformed``; ``elmo-contradiction`` where ELMO's own terms and our extension say
            different things; ``elmo-attachment-ambiguous`` where two attachments have one identifier.
    """
    if root.tag != tag("elmo"):
        raise MalformedInput(_MALFORMED, "This is not an ELMO file.")
    try:
        return _transcript(root)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedInput(_MALFORMED, f"The ELMO file is not well formed at {place}: {first['msg']}.") from error


def versions(root: etree._Element) -> tuple[str, ...]:
    """The versions that a document's content is consistent with: the file itself does not say."""
    if any(root.find(f".//{tag(name)}") is not None for name in _SECOND):
        return ("2.0",)
    groups = [*root.iter(tag("groupType")), *root.iter(tag("group"))]
    if any(len(one.findall(tag("title"))) > 1 for one in groups):
        return ("1.7",)
    return ("1.6", "1.7")


def _transcript(root: etree._Element) -> Transcript:
    left: list[str] = []
    top = Taken(root, "", left)
    head = top.one("learner")
    if head is None:
        raise MalformedInput(_MALFORMED, "The ELMO file names no learner.")
    file = _File(read_units.learner(head), left)
    reports = top.each("report")
    for holder in (top, *reports):
        _take_attachments(holder, file)
    found_decisions = [one for report in reports for one in _report(report, file)]
    generated = top.moment("generatedDate")
    signatures = root.findall(SIGNATURE)
    top.done()
    return Transcript(
        versions=versions(root),
        generated=generated,
        learner=Learner.model_validate(file.learner),
        entries=tuple(file.entries),
        decisions=tuple(found_decisions),
        attachments=tuple(file.attachments.values()),
        signed=bool(signatures),
        not_carried=tuple(one for one in left if one != SIGNATURE),
    )


def _report(report: Taken, file: _File) -> Iterator[Any]:
    issuer_element = report.one("issuer")
    if issuer_element is None:
        raise MalformedInput(_MALFORMED, f"{report.path} names no issuer.")
    issuer = read_units.organisation(issuer_element)
    issued = report.moment("issueDate")
    schemes = {
        one.element.get("localId", ""): one.text("description", lines=True) for one in report.each("gradingScheme")
    }
    stated = {local_id: text for local_id, text in schemes.items() if text is not None}
    for unit in report.each("learningOpportunitySpecification"):
        _unit(unit, file, issuer=issuer, issued=issued, schemes=stated)
    results = report.each("resultOfRecognition")
    report.done()
    yield from decisions(results, issuer=issuer, read_basis=lambda basis: _basis(basis, file))


def _basis(report: Taken, file: _File) -> list[Award]:
    """The awards that a decision is about; they are part of the decision and not of the file's own awards."""
    within = _File(file.learner, file.left, file.attachments)
    for inner in _report(report, within):
        report.left.append(f"{report.path}/resultOfRecognition: {inner.result.title.best('en')}")
    return [entry.award for entry in within.entries]


def _unit(
    unit: Taken, file: _File, *, issuer: dict[str, Any], issued: datetime | None, schemes: dict[str, Text]
) -> None:
    """One unit of learning and, after it, the units that it is made of."""
    specifies = unit.one("specifies")
    instance = specifies.one("learningOpportunityInstance") if specifies is not None else None
    if specifies is None or instance is None:
        raise MalformedInput(_MALFORMED, f"{unit.path} has no instance.")
    specifies.done()
    parts = [part for holder in unit.each("hasPart") for part in holder.each("learningOpportunitySpecification")]
    status = instance.token("status")
    if status in (None, "passed"):
        file.entries.append(_entry(unit, instance, file, issuer=issuer, issued=issued, schemes=schemes))
        if status is None:
            file.left.append(f"{instance.path}/status (not stated, read as passed)")
    else:
        file.left.append(f"{unit.path} ({status[:40]}, so it is no award)")
    if parts:
        file.left.append(f"{unit.path}/hasPart (each part is read as an award of its own)")
    for part in parts:
        _unit(part, file, issuer=issuer, issued=issued, schemes=schemes)


def _entry(
    unit: Taken,
    instance: Taken,
    file: _File,
    *,
    issuer: dict[str, Any],
    issued: datetime | None,
    schemes: dict[str, Text],
) -> Entry:
    left: list[str] = []
    unit.left = instance.left = left
    told = Award.model_validate(
        read_units.award(unit, instance, issuer=issuer, learner=file.learner, issued=issued, schemes=schemes)
    )
    linked = tuple(_linked(instance, file))
    extension = instance.element.find(f"{tag('extension')}/{{{EXTENSION}}}award")
    unit.done()
    instance.done()
    if extension is None:
        return Entry(told, tuple(left), linked)
    own = Award.model_validate(record_xml.read(extension, Award))
    remarks = refuse_contradiction(told, own)
    return Entry(own, (*remarks, *(path for path in left if _last(path) not in _IN_EXTENSION)), linked)


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1].split("[", 1)[0]


def _linked(instance: Taken, file: _File) -> Iterator[Attachment]:
    holder = instance.one("attachments")
    for ref in holder.each("ref") if holder is not None else ():
        found = file.attachments.get(ref.value())
        if found is None:
            ref.left.append(f"{ref.path} (no such attachment)")
        else:
            yield found


def _take_attachments(holder: Taken, file: _File) -> None:
    for one in holder.each("attachment"):
        names = [name.value() for name in one.each("identifier")]
        title, kind = one.text("title"), one.token("type")
        content = one.one("content")
        try:
            found = Attachment.from_uri(content.raw() if content is not None else "", title=title, kind=kind)
        except MalformedInput:
            file.left.append(f"{one.path}/content (unreadable)")
            continue
        one.done()
        for name in names or [one.path]:
            if name in file.attachments:
                raise MalformedInput(
                    "elmo-attachment-ambiguous", "Two attachments of the ELMO file have one identifier."
                )
            file.attachments[name] = found
        if len(file.attachments) > MAXIMUM_ATTACHMENTS:
            raise MalformedInput(_MALFORMED, f"The ELMO file has more than {MAXIMUM_ATTACHMENTS} attachments.")
