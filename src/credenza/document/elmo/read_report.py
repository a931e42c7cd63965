"""One report of an ELMO file to entries: awards with their parts inside, ours whole from the extension."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from credenza.document.elmo import read_units, record_xml
from credenza.document.elmo.agreement import refuse_contradiction
from credenza.document.elmo.names import EXTENSION, MICRO_CREDENTIAL, tag
from credenza.document.elmo.read_decisions import decisions
from credenza.document.elmo.taking import Taken
from credenza.document.elmo.transcript import MAXIMUM_ATTACHMENTS, Attachment, Decision, Entry
from credenza.errors import MalformedInput
from credenza.record import Award

_MALFORMED = "elmo-malformed"
_IN_EXTENSION = frozenset({"type", "description", "credit", "level", "extension", "languageOfInstruction"})


@dataclass
class ElmoFile:
    """What the reports of one file share while it is read."""

    learner: dict[str, Any]
    left: list[str]
    attachments: dict[str, Attachment] = field(default_factory=dict)

    def take_attachments(self, holder: Taken) -> None:
        """The files of the whole document, of a report, or of the report that a decision is about, by identifier.

        Raises:
            MalformedInput: ``elmo-attachment-ambiguous``, ``elmo-malformed`` for more than anybody sends.
        """
        for one in holder.each("attachment"):
            names = [name.value() for name in one.each("identifier")]
            title, kind = one.text("title"), one.token("type")
            content = one.one("content")
            try:
                found = Attachment.from_uri(content.raw() if content is not None else "", title=title, kind=kind)
            except MalformedInput:
                self.left.append(f"{one.path}/content (unreadable)")
                continue
            one.done()
            for name in names or [one.path]:
                if self.attachments.setdefault(name, found) != found:
                    raise MalformedInput("elmo-attachment-ambiguous", "Two different attachments have one identifier.")
            if len(self.attachments) > MAXIMUM_ATTACHMENTS:
                raise MalformedInput(_MALFORMED, f"The ELMO file has more than {MAXIMUM_ATTACHMENTS} attachments.")


class ReportReader:
    """Reads a ``report`` or ``recognitionReport``.

    Raises:
        MalformedInput: ``elmo-malformed``.
    """

    def __init__(self, report: Taken, file: ElmoFile) -> None:
        self._report, self._file = report, file
        issuer = report.one("issuer")
        if issuer is None:
            raise MalformedInput(_MALFORMED, f"{report.path} names no issuer.")
        self._issuer = read_units.organisation(issuer)
        self._issued = report.moment("issueDate")
        schemes = (
            (one.element.get("localId", ""), one.text("description", lines=True))
            for one in report.each("gradingScheme")
        )
        self._schemes = {local_id: text for local_id, text in schemes if text is not None}

    def entries(self) -> Iterator[Entry]:
        """The awards of the report."""
        for unit in self._report.each("learningOpportunitySpecification"):
            yield from self._entries(unit)

    def decisions(self) -> Iterator[Decision]:
        """The decisions on recognition that the issuer of the report took."""
        results = self._report.each("resultOfRecognition")
        yield from decisions(results, issuer=self._issuer, read_basis=self._basis)

    def _basis(self, report: Taken) -> list[Award]:
        """The awards that a decision is about: part of the decision, not of the file's own awards."""
        self._file.take_attachments(report)
        reader = ReportReader(report, self._file)
        found = [entry.award for entry in reader.entries()]
        report.left += [f"{one.path} (a decision inside a decision)" for one in report.each("resultOfRecognition")]
        report.done()
        return found

    def _entries(self, unit: Taken) -> Iterator[Entry]:
        """A unit as one award with its parts; where it is none, those of its parts that are."""
        instance = self._passed(unit)
        parts = _parts(unit)
        if instance is not None:
            yield self._entry(unit, instance, parts)
            return
        for part in parts:
            yield from self._entries(part)

    def _passed(self, unit: Taken) -> Taken | None:
        """The instance of a unit that was passed; any other is no award, and is named as left."""
        specifies = unit.one("specifies")
        instance = specifies.one("learningOpportunityInstance") if specifies is not None else None
        if specifies is None or instance is None:
            raise MalformedInput(_MALFORMED, f"{unit.path} has no instance.")
        specifies.done()
        status = instance.token("status")
        if status is None:
            self._file.left.append(f"{instance.path}/status (not stated, read as passed)")
        elif status != "passed":
            self._file.left.append(f"{unit.path} ({status[:40]}, so it is no award)")
            return None
        return instance

    def _entry(self, unit: Taken, instance: Taken, parts: list[Taken]) -> Entry:
        left: list[str] = []
        unit.left = instance.left = left
        members = self._members(unit, instance)
        files = tuple(self._linked(instance))
        extension = instance.element.find(f"{tag('extension')}/{{{EXTENSION}}}award")
        unit.done()
        instance.done()
        members["parts"] = [part for inner in parts for part in self._parts_of(inner, left)]
        members |= {"issuer": self._issuer, "learner": self._file.learner}
        members |= {"issued": self._issued, "valid_from": self._issued}
        told = Award.model_validate(members)
        if extension is None:
            return Entry(told, tuple(left), files)
        own = Award.model_validate(record_xml.read(extension, Award))
        remarks = refuse_contradiction(told, own)
        sealed = [part.sealed for part in told.parts]
        whole = tuple(part.model_copy(update={"sealed": one}) for part, one in zip(own.parts, sealed, strict=True))
        unknown = (path for path in left if _last(path) not in _IN_EXTENSION)
        return Entry(own.model_copy(update={"parts": whole}), (*remarks, *unknown), files)

    def _parts_of(self, unit: Taken, left: list[str]) -> Iterator[dict[str, Any]]:
        """A part of an award, then the parts of that part, which the record has on one level."""
        unit.left = left
        instance = self._passed(unit)
        inner = _parts(unit)
        if instance is not None:
            members = self._members(unit, instance)
            sealed = next((one.content for one in self._linked(instance) if one.kind == MICRO_CREDENTIAL), None)
            if sealed is not None:
                members["digest"] = hashlib.sha256(sealed).hexdigest()
                members["sealed"] = base64.b64encode(sealed).decode()
            unit.done()
            instance.done()
            yield members
        if inner:
            left.append(f"{unit.path}/hasPart (read as parts of the whole)")
        for part in inner:
            yield from self._parts_of(part, left)

    def _members(self, unit: Taken, instance: Taken) -> dict[str, Any]:
        return read_units.achievement(unit, instance, issuer=self._issuer, schemes=self._schemes)

    def _linked(self, instance: Taken) -> Iterator[Attachment]:
        holder = instance.one("attachments")
        for ref in holder.each("ref") if holder is not None else ():
            found = self._file.attachments.get(ref.value())
            if found is None:
                ref.left.append(f"{ref.path} (no such attachment)")
            else:
                yield found


def _parts(unit: Taken) -> list[Taken]:
    return [part for holder in unit.each("hasPart") for part in holder.each("learningOpportunitySpecification")]


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1].split("[", 1)[0]
