"""The services of an EWP node: echo 2, institutions 2, transcripts of incoming mobilities 2 (get and index).

``respond`` takes a request to the signed response; each service is also there by itself. A mobility that is unknown
and one that the caller may not read are left out alike, so that nobody learns which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from lxml import etree

from credenza.document import elmo
from credenza.document.elmo.names import tag as elmo_tag
from credenza.encoding import strict_xml
from credenza.errors import CredenzaError, MalformedInput, Unreachable
from credenza.exchange.ewp.catalogue import Catalogue, Institution
from credenza.exchange.ewp.http import Request, Response, error_response, success
from credenza.exchange.ewp.http_signature import SignedRequest, sign_response, verify_request
from credenza.exchange.ewp.names import ECHO, INSTITUTIONS, TORS_GET, TORS_INDEX, child, document
from credenza.keys import Signer
from credenza.record.student_identifier import parse_student_identifier

ServiceName: TypeAlias = Literal["echo", "institutions", "imobility-tors-get", "imobility-tors-index"]
MOST_INSTITUTIONS = 50
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Mobility:
    """An incoming mobility whose transcript is ready: its id is the sending institution's, the document is ELMO."""

    omobility_id: str
    sending_institution: str
    receiving_institution: str
    modified: datetime
    document: bytes


@dataclass(frozen=True)
class Node:
    """What a node is and has: its host, its institutions, and its mobilities, looked up by id or listed."""

    host: str
    institutions: Mapping[str, Institution]
    find_mobility: Callable[[str], Mobility | None]
    list_mobilities: Callable[[str], Iterator[Mobility]]
    signer: Signer
    most_mobilities: int = 50


def respond(
    service: ServiceName,
    request: Request,
    *,
    node: Node,
    catalogue: Catalogue,
    now: datetime,
    seen_request_ids: Container[str] = (),
) -> tuple[Response, SignedRequest | None]:
    """The signed response to a request, and who made it (for the log, and to remember the request's id)."""
    signed = None
    try:
        if catalogue.age_finding(now=now).outcome == "failed":
            raise Unreachable("registry-too-old", "The registry could not be read for too long.", status=503)
        signed = verify_request(request, expected_host=node.host, now=now, seen_request_ids=seen_request_ids)
        callers = catalogue.institutions_of(signed)
        response = success(_answer(service, request.parameters(), callers=callers, node=node))
    except CredenzaError as error:
        response = error_response(error)
    return sign_response(response, to=signed, signer=node.signer, now=now), signed


def _answer(
    service: ServiceName, parameters: Mapping[str, list[str]], *, callers: frozenset[str], node: Node
) -> etree._Element:
    if service == "echo":
        return echo(parameters.get("echo", []), callers=callers)
    if service == "institutions":
        return institutions(parameters.get("hei_id", []), node=node)
    receiving = _single(parameters, "receiving_hei_id")
    if service == "imobility-tors-get":
        return transcripts(receiving, _required(parameters, "omobility_id"), callers=callers, node=node)
    senders = parameters.get("sending_hei_id")
    since = _moment(parameters["modified_since"][0]) if "modified_since" in parameters else None
    return transcript_index(receiving, senders=senders, since=since, callers=callers, node=node)


def echo(values: list[str], *, callers: frozenset[str]) -> etree._Element:
    """The institutions that the caller speaks for, and what the caller said (EWP Echo API 2)."""
    root = document(ECHO, "response")
    for one in sorted(callers):
        child(root, ECHO, "hei-id", one)
    for value in values:
        _child_or_refuse(root, ECHO, "echo", value)
    return root


def institutions(ids: list[str], *, node: Node) -> etree._Element:
    """The node's institutions among these ids; unknown ones are left out (EWP Institutions API 2).

    Raises:
        MalformedInput: ``ewp-too-many`` (status 400).
    """
    if len(ids) > MOST_INSTITUTIONS:
        raise MalformedInput("ewp-too-many", f"At most {MOST_INSTITUTIONS} institutions at once.", status=400)
    root = document(INSTITUTIONS, "institutions-response")
    for one in (node.institutions[name] for name in dict.fromkeys(ids) if name in node.institutions):
        hei = child(root, INSTITUTIONS, "hei")
        child(hei, INSTITUTIONS, "hei-id", one.id)
        for kind, value in one.other_ids:
            child(hei, INSTITUTIONS, "other-id", value, type=kind)
        for language, name in one.names:
            child(hei, INSTITUTIONS, "name", name, **({LANGUAGE: language} if language else {}))
    return root


def transcripts(receiving: str, omobility_ids: list[str], *, callers: frozenset[str], node: Node) -> etree._Element:
    """The transcripts of these mobilities that the sending institution asks for (imobility-tors 2, get).

    Raises:
        MalformedInput: ``ewp-too-many`` (status 400).
    """
    if len(omobility_ids) > node.most_mobilities:
        raise MalformedInput("ewp-too-many", f"At most {node.most_mobilities} mobilities at once.", status=400)
    root = document(TORS_GET, "imobility-tors-get-response")
    for omobility_id in dict.fromkeys(omobility_ids):
        mobility = node.find_mobility(omobility_id)
        if mobility is not None and mobility.omobility_id == omobility_id and _readable(mobility, receiving, callers):
            tor = child(root, TORS_GET, "tor")
            child(tor, TORS_GET, "omobility-id", mobility.omobility_id)
            tor.append(_checked_document(mobility))
    return root


def transcript_index(
    receiving: str, *, senders: list[str] | None, since: datetime | None, callers: frozenset[str], node: Node
) -> etree._Element:
    """The ids of the mobilities whose transcripts the caller may get (imobility-tors 2, index)."""
    root = document(TORS_INDEX, "imobility-tors-index-response")
    for mobility in node.list_mobilities(receiving):
        wanted = senders is None or mobility.sending_institution in senders
        if wanted and _readable(mobility, receiving, callers) and (since is None or mobility.modified > since):
            child(root, TORS_INDEX, "omobility-id", mobility.omobility_id)
    return root


def _readable(mobility: Mobility, receiving: str, callers: frozenset[str]) -> bool:
    """Only the sending institution reads a transcript, and only by the receiving institution that it names."""
    return mobility.receiving_institution == receiving and mobility.sending_institution in callers


def _checked_document(mobility: Mobility) -> etree._Element:
    """The ELMO of a mobility, which must name the student by ESI and the issuer by SCHAC id.

    Raises:
        MalformedInput: ``ewp-transcript-unfit`` (status 500): the node's own fault, never sent half-right.
    """
    root = strict_xml.parse(mobility.document)
    transcript = elmo.from_document(root)
    try:
        parse_student_identifier(transcript.learner.esi or "")
    except MalformedInput as error:
        raise MalformedInput("ewp-transcript-unfit", "The transcript does not name the student.", status=500) from error
    issuers = root.iterfind(f"{elmo_tag('report')}/{elmo_tag('issuer')}/{elmo_tag('identifier')}[@type='schac']")
    if mobility.receiving_institution not in {(one.text or "").strip() for one in issuers}:
        raise MalformedInput("ewp-transcript-unfit", "The transcript is of another institution.", status=500)
    return root


def _required(parameters: Mapping[str, list[str]], name: str) -> list[str]:
    values = parameters.get(name, [])
    if not values:
        raise MalformedInput("ewp-parameters", f"The parameter {name} is missing.", status=400)
    return values


def _single(parameters: Mapping[str, list[str]], name: str) -> str:
    values = _required(parameters, name)
    if len(values) > 1:
        raise MalformedInput("ewp-parameters", f"The parameter {name} may be given once only.", status=400)
    return values[0]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise MalformedInput("ewp-parameters", "The parameter modified_since is not a time.", status=400) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _child_or_refuse(root: etree._Element, namespace: str, name: str, text: str) -> None:
    try:
        child(root, namespace, name, text)
    except ValueError as error:
        raise MalformedInput(
            "ewp-parameters", "A parameter has characters that XML cannot carry.", status=400
        ) from error
