"""ELMO 1.6, 1.7 and 2.0 to the record: ours with every element of Annex I, anybody's with what ELMO has terms for."""

from __future__ import annotations

from lxml import etree
from pydantic import ValidationError

from credenza.document.elmo import read_units
from credenza.document.elmo.names import SIGNATURE, tag
from credenza.document.elmo.read_report import ElmoFile, ReportReader
from credenza.document.elmo.taking import Taken
from credenza.document.elmo.transcript import Decision, Entry, Transcript
from credenza.encoding import strict_xml
from credenza.errors import MalformedInput
from credenza.record import Learner

_MALFORMED = "elmo-malformed"
_SECOND = ("dateOfBirth", "alternativeName", "resultOfRecognition", "gradingSchemeExternalId")


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
    file = ElmoFile(read_units.learner(head), left)
    reports = top.each("report")
    for holder in (top, *reports):
        file.take_attachments(holder)
    entries: list[Entry] = []
    found: list[Decision] = []
    for report in reports:
        reader = ReportReader(report, file)
        entries += reader.entries()
        found += reader.decisions()
        report.done()
    generated = top.moment("generatedDate")
    signatures = root.findall(SIGNATURE)
    top.done()
    return Transcript(
        versions=versions(root),
        generated=generated,
        learner=Learner.model_validate(file.learner),
        entries=tuple(entries),
        decisions=tuple(found),
        attachments=tuple(file.attachments.values()),
        signed=bool(signatures),
        not_carried=tuple(one for one in left if one != SIGNATURE),
    )
