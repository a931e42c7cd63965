"""What an ELMO file holds: awards with the sealed credentials attached to them, and decisions on recognition."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from credenza.document.elmo.names import MICRO_CREDENTIAL
from credenza.document.projection import Reading
from credenza.errors import MalformedInput
from credenza.record import Award, Learner, Organisation, Text
from credenza.record.text import Frozen

MAXIMUM_ATTACHMENTS = 1000


@dataclass(frozen=True)
class Attachment:
    """A file inside ELMO: the exact bytes of a sealed credential, or a page to read. ``kind`` is ELMO's own word."""

    content: bytes
    media_type: str
    title: Text | None = None
    kind: str | None = MICRO_CREDENTIAL

    def to_uri(self) -> str:
        """The file as a ``data:`` address (RFC 2397), which is how ELMO carries it."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"

    @classmethod
    def from_uri(cls, uri: str, *, title: Text | None, kind: str | None) -> Attachment:
        """The file of a ``data:`` address.

        Raises:
            MalformedInput: ``elmo-attachment-malformed``.
        """
        head, comma, content = uri.strip().partition(",")
        if not comma or not head.startswith("data:") or not head.endswith(";base64"):
            raise MalformedInput("elmo-attachment-malformed", "An attachment is not written as a base64 data address.")
        try:
            data = base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise MalformedInput("elmo-attachment-malformed", "An attachment is not base64.") from error
        return cls(data, head.removeprefix("data:").removesuffix(";base64") or "text/plain", title, kind)


class RecognitionStatus(StrEnum):
    """How a decision on recognition went, in ELMO 2.0's words."""

    POSITIVE = "Positive"
    NEGATIVE = "Negative"
    PARTIALLY_POSITIVE = "Partially Positive"


class Counted(Frozen):
    """What recognised learning counts as where it was recognised: a course or part of a programme."""

    id: str
    title: Text


class RecognitionMapping(Frozen):
    """Which recognised learning (ids of micro-credentials) counts as what (ids of ``Counted``)."""

    recognised: tuple[str, ...] = ()
    counted_as: tuple[str, ...] = ()


class ResultOfRecognition(Frozen):
    """A decision on recognition (ELMO 2.0 ``resultOfRecognition``), by the issuer of the report that it stands in."""

    title: Text
    status: RecognitionStatus
    decision_date: date | None = None
    description: Text | None = None
    basis: tuple[Award, ...] = ()
    counted: tuple[Counted, ...] = ()
    mapping: tuple[RecognitionMapping, ...] = ()


@dataclass(frozen=True)
class Entry(Reading):
    """One award of an ELMO file with the files that are linked to it."""

    attachments: tuple[Attachment, ...] = ()

    @property
    def sealed(self) -> tuple[Attachment, ...]:
        """The sealed credentials: what an employer or institution should verify rather than believe the file."""
        return tuple(one for one in self.attachments if one.kind == MICRO_CREDENTIAL)


@dataclass(frozen=True)
class Decision:
    """A decision on recognition, who took it, and what of it the record has no place for."""

    result: ResultOfRecognition
    authority: Organisation
    not_carried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transcript:
    """One ELMO file read. ``versions`` are those of 1.6, 1.7 and 2.0 that its content is consistent with.

    ``learner`` is as the head of the file names the person; ``signed`` only says that there is a signature, never that
    it is good. ``not_carried`` names what belongs to no award.
    """

    versions: tuple[str, ...]
    generated: datetime | None
    learner: Learner
    entries: tuple[Entry, ...]
    decisions: tuple[Decision, ...]
    attachments: tuple[Attachment, ...]
    signed: bool
    not_carried: tuple[str, ...] = ()
