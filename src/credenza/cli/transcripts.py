"""Awards out of files and into transcripts (ELMO), with the sealed credentials that they were read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from credenza.adapters.carriers import open_carrier, sealed_in
from credenza.cli.options import now
from credenza.cli.sources import sources
from credenza.document import elmo
from credenza.errors import MalformedInput
from credenza.record import Award
from credenza.verifying.kinds import Kind, kind_of
from credenza.verifying.verify import verify

_MEDIA_TYPES = {
    Kind.SEALED_ELM: "application/ld+json",
    Kind.DATA_INTEGRITY: "application/vc",
    Kind.ENVELOPED: "application/vc",
    Kind.VC_JWT: "application/vc+jwt",
    Kind.SD_JWT: "application/dc+sd-jwt",
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.SVG: "image/svg+xml",
}


@dataclass(frozen=True)
class Taken:
    """An award read from a file, what was not carried, and the sealed credentials that say so."""

    award: Award
    not_carried: tuple[str, ...]
    sealed: tuple[elmo.Attachment, ...]


def take_award(data: bytes, number: int) -> Taken:
    """The award of a file of any format; of a transcript with several, the one of this number (from 1).

    Raises:
        MalformedInput: it cannot be read, or has no such award (``elmo-no-such-award``).
    """
    kind, _ = kind_of(data)
    if kind is Kind.ELMO:
        entry, rest = _entry(data, number)
        return Taken(entry.award, (*entry.not_carried, *rest), entry.sealed)
    report = verify(data, sources=sources(offline=True), open_carrier=open_carrier, now=now())
    if report.award is None:
        reason = next((one for one in report.checks if one.code != "not-reached"), report.checks[0])
        raise MalformedInput(reason.code, reason.reason)
    title = report.award.micro_credential.title
    sealed = () if kind is Kind.UNSEALED else (elmo.Attachment(data, _MEDIA_TYPES[kind], title),)
    return Taken(report.award, report.not_carried, sealed)


def take_credential(data: bytes, number: int) -> bytes:
    """The exact bytes of the sealed credential that a file is or carries.

    Raises:
        MalformedInput: ``carrier-empty``, ``elmo-no-such-award``, and those of reading the carrier.
    """
    kind, _ = kind_of(data)
    if kind is Kind.ELMO:
        entry, _ = _entry(data, number)
        if not entry.sealed:
            raise MalformedInput("carrier-empty", "The transcript carries no sealed credential for this award.")
        return entry.sealed[0].content
    return sealed_in(data)


def write_transcript(taken: Sequence[Taken]) -> bytes:
    """One transcript of all awards; the same award from several files is one, with each of its seals attached.

    Raises:
        Refused: ``elmo-several-learners``.
    """
    awards: dict[str, Award] = {}
    sealed: dict[str, list[elmo.Attachment]] = {}
    for one in taken:
        awards.setdefault(one.award.id, one.award)
        sealed.setdefault(one.award.id, []).extend(one.sealed)
    return elmo.to_bytes(elmo.to_transcript(list(awards.values()), generated=now(), sealed=sealed))


def _entry(data: bytes, number: int) -> tuple[elmo.Entry, tuple[str, ...]]:
    transcript = elmo.from_bytes(data)
    if number > len(transcript.entries):
        raise MalformedInput("elmo-no-such-award", f"The transcript holds {len(transcript.entries)} awards.")
    return transcript.entries[number - 1], transcript.not_carried
