"""Reading what other nodes answer: echo 2, institutions 2, transcripts of incoming mobilities 2, and errors."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from credenza.document import elmo
from credenza.document.elmo.names import tag as elmo_tag
from credenza.encoding import strict_xml
from credenza.errors import MalformedInput, Unreachable
from credenza.exchange.ewp.catalogue import Institution
from credenza.exchange.ewp.http import Response
from credenza.exchange.ewp.names import ARCHITECTURE, ECHO, INSTITUTIONS, TORS_GET, TORS_INDEX, text_of
from credenza.exchange.ewp.services import LANGUAGE

MAXIMUM_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class ReceivedTranscript:
    """The transcript of a mobility: as ELMO read, and the document to be kept."""

    omobility_id: str
    transcript: elmo.Transcript
    document: bytes


def read_echo(response: Response) -> tuple[frozenset[str], tuple[str, ...]]:
    """Whom the other node takes us to speak for, and what it heard.

    Raises:
        MalformedInput, Unreachable: as ``_root``.
    """
    root = _root(response, ECHO, "response")
    heis = frozenset(text_of(one) for one in root.iterfind(f"{{{ECHO}}}hei-id"))
    return heis, tuple(one.text or "" for one in root.iterfind(f"{{{ECHO}}}echo"))


def read_institutions(response: Response) -> tuple[Institution, ...]:
    """The institutions that the other node told of.

    Raises:
        MalformedInput, Unreachable: as ``_root``.
    """
    root = _root(response, INSTITUTIONS, "institutions-response")

    def each(hei: etree._Element, name: str) -> list[etree._Element]:
        return hei.findall(f"{{{INSTITUTIONS}}}{name}")

    return tuple(
        Institution(
            id=text_of(each(hei, "hei-id")[0]) if each(hei, "hei-id") else "",
            names=tuple((one.get(LANGUAGE, ""), text_of(one)) for one in each(hei, "name")),
            other_ids=tuple((one.get("type", ""), text_of(one)) for one in each(hei, "other-id")),
        )
        for hei in root.iterfind(f"{{{INSTITUTIONS}}}hei")
    )


def read_transcript_index(response: Response) -> tuple[str, ...]:
    """The ids of mobilities whose transcripts may be fetched.

    Raises:
        MalformedInput, Unreachable: as ``_root``.
    """
    root = _root(response, TORS_INDEX, "imobility-tors-index-response")
    return tuple(text_of(one) for one in root.iterfind(f"{{{TORS_INDEX}}}omobility-id"))


def read_transcripts(response: Response, *, asked: frozenset[str]) -> tuple[ReceivedTranscript, ...]:
    """The transcripts of the mobilities that were asked for.

    Raises:
        MalformedInput: as ``_root`` and ``elmo.from_document``; ``ewp-transcript-unasked`` for a mobility that nobody
            asked about, or one that comes twice.
        Unreachable: as ``_root``.
    """
    root = _root(response, TORS_GET, "imobility-tors-get-response")
    found: dict[str, ReceivedTranscript] = {}
    for tor in root.iterfind(f"{{{TORS_GET}}}tor"):
        identifier, document = tor.find(f"{{{TORS_GET}}}omobility-id"), tor.find(elmo_tag("elmo"))
        if identifier is None or document is None:
            raise MalformedInput("ewp-response-malformed", "A transcript has no mobility or no content.")
        omobility_id = text_of(identifier)
        if omobility_id not in asked or omobility_id in found:
            raise MalformedInput("ewp-transcript-unasked", "The answer has a transcript that was not asked for.")
        document.tail = None
        found[omobility_id] = ReceivedTranscript(omobility_id, elmo.from_document(document), elmo.to_bytes(document))
    return tuple(found.values())


def _root(response: Response, namespace: str, name: str) -> etree._Element:
    """The root of an answer.

    Raises:
        Unreachable: ``ewp-status`` with what the other node told the developer.
        MalformedInput: those of ``strict_xml``, ``ewp-response-malformed``.
    """
    if response.status != 200:
        raise Unreachable("ewp-status", f"The other node answered {response.status}: {_told(response.body)}")
    root = strict_xml.parse(response.body, maximum_bytes=MAXIMUM_BYTES)
    if root.tag != f"{{{namespace}}}{name}":
        raise MalformedInput("ewp-response-malformed", "The other node answered something else.")
    return root


def _told(body: bytes) -> str:
    try:
        message = strict_xml.parse(body).findtext(f"{{{ARCHITECTURE}}}developer-message")
    except MalformedInput:
        message = None
    return " ".join((message or "nothing that could be read").split())[:300]
