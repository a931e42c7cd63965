"""The elements of a trusted list (ETSI TS 119 612 section 5) as plain values. Its signature was checked before."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from credenza.errors import MalformedInput
from credenza.trust import certificates
from credenza.trust.service_qualifiers import Criteria, Qualification
from credenza.trust.trusted_list import Pointer, ServicePeriod, TrustedList, TrustService
from credenza.trust.trusted_list_xml import TSL

if TYPE_CHECKING:
    from lxml import etree

SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
ADDITIONAL = "http://uri.etsi.org/02231/v2/additionaltypes#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XML_LIST = "application/vnd.etsi.tsl+xml"
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?\Z")
_ASSERTIONS = frozenset({"all", "atLeastOne", "none"})
_MAXIMUM_CRITERIA_DEPTH = 8
_TAKES_OVER = f"{{{ADDITIONAL}}}TakenOverBy"


class _NotUnderstood(Exception):
    """A critical condition that this reader does not know."""


def read(root: etree._Element) -> TrustedList:
    """The root of a list whose signature holds, to its content.

    Raises:
        MalformedInput: ``trusted-list-malformed``.
    """
    scheme = _child(root, "SchemeInformation")
    territory = _text(_child(scheme, "SchemeTerritory"))
    update = scheme.find(f"{{{TSL}}}NextUpdate/{{{TSL}}}dateTime")
    issued = _moment(_text(_child(scheme, "ListIssueDateTime")))
    return TrustedList(
        kind=_text(_child(scheme, "TSLType")),
        territory=territory,
        issued=issued,
        next_update=_moment(_text(update)) if update is not None else None,
        pointers=tuple(_pointers(scheme)),
        services=tuple(_services(root, territory, issued)),
    )


def _pointers(scheme: etree._Element) -> Iterator[Pointer]:
    for item in scheme.iterfind(f"{{{TSL}}}PointersToOtherTSL/{{{TSL}}}OtherTSLPointer"):
        territory = item.find(f".//{{{TSL}}}SchemeTerritory")
        kind = item.find(f".//{{{ADDITIONAL}}}MimeType")
        if territory is None or kind is None or _text(kind) != XML_LIST:
            continue  # the same list for people (PDF), or no list at all
        signers = tuple(_certificates(item))
        yield Pointer(_text(_child(item, "TSLLocation")), _text(territory), signers)


def _services(root: etree._Element, territory: str, issued: datetime) -> Iterator[TrustService]:
    path = f"{{{TSL}}}TrustServiceProviderList/{{{TSL}}}TrustServiceProvider"
    for provider in root.iterfind(path):
        name = _first_text(provider, f"{{{TSL}}}TSPInformation/{{{TSL}}}TSPName/{{{TSL}}}Name")
        for service in provider.iterfind(f"{{{TSL}}}TSPServices/{{{TSL}}}TSPService"):
            current = _child(service, "ServiceInformation")
            history = service.iterfind(f"{{{TSL}}}ServiceHistory/{{{TSL}}}ServiceHistoryInstance")
            periods = [_period(item) for item in (current, *history)]
            yield TrustService(
                provider=name,
                name=_first_text(current, f"{{{TSL}}}ServiceName/{{{TSL}}}Name"),
                territory=territory,
                list_issued=issued,
                certificates=tuple(_certificates(_child(current, "ServiceDigitalIdentity"))),
                periods=tuple(sorted(periods, key=lambda period: period.since, reverse=True)),
            )


def _period(item: etree._Element) -> ServicePeriod:
    additional: set[str] = set()
    qualifications: list[Qualification] = []
    understood = True
    for extension in item.iterfind(f"{{{TSL}}}ServiceInformationExtensions/{{{TSL}}}Extension"):
        uris = extension.findall(f"{{{TSL}}}AdditionalServiceInformation/{{{TSL}}}URI")
        listed = extension.find(f"{{{SIE}}}Qualifications")
        additional.update(_text(uri) for uri in uris)
        if listed is not None:
            try:
                qualifications += [_qualification(element) for element in listed]
            except _NotUnderstood:
                understood = False
        elif not uris and extension.find(_TAKES_OVER) is None and extension.get("Critical") in {"true", "1"}:
            understood = False
    return ServicePeriod(
        since=_moment(_text(_child(item, "StatusStartingTime"))),
        status=_text(_child(item, "ServiceStatus")),
        kind=_text(_child(item, "ServiceTypeIdentifier")),
        additional=frozenset(additional),
        qualifications=tuple(qualifications),
        understood=understood,
    )


def _qualification(element: etree._Element) -> Qualification:
    criteria = element.find(f"{{{SIE}}}CriteriaList")
    if criteria is None:
        raise _NotUnderstood
    uris = (item.get("uri") for item in element.iterfind(f"{{{SIE}}}Qualifiers/{{{SIE}}}Qualifier"))
    return Qualification(frozenset(uri for uri in uris if uri), _criteria(criteria, 0))


def _criteria(element: etree._Element, depth: int) -> Criteria:
    assertion = element.get("assert", "")
    if assertion not in _ASSERTIONS or depth > _MAXIMUM_CRITERIA_DEPTH:
        raise _NotUnderstood
    usages: list[tuple[tuple[str, bool], ...]] = []
    policies: list[frozenset[str]] = []
    nested: list[Criteria] = []
    for child in element:
        if child.tag == f"{{{SIE}}}KeyUsage":
            usages.append(tuple((bit.get("name", ""), _text(bit) in {"true", "1"}) for bit in child))
        elif child.tag == f"{{{SIE}}}PolicySet":
            identifiers = child.iterfind(f"{{{SIE}}}PolicyIdentifier/{{{XADES}}}Identifier")
            policies.append(frozenset(_text(item).removeprefix("urn:oid:") for item in identifiers))
        elif child.tag == f"{{{SIE}}}CriteriaList":
            nested.append(_criteria(child, depth + 1))
        elif isinstance(child.tag, str) and child.tag != f"{{{SIE}}}Description":
            raise _NotUnderstood
    return Criteria(assertion, tuple(usages), tuple(policies), tuple(nested))


def _certificates(element: etree._Element) -> Iterator[bytes]:
    """The certificates in an element; one that no library can read is left out, for it can vouch for nothing."""
    for item in element.iter(f"{{{TSL}}}X509Certificate"):
        try:
            der = base64.b64decode("".join(_text(item).split()), validate=True)
            certificates.load(der)
        except (binascii.Error, ValueError, MalformedInput):
            continue
        yield der


def _child(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f"{{{TSL}}}{name}")
    if found is None:
        raise MalformedInput("trusted-list-malformed", f"The trusted list lacks its {name}.")
    return found


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _first_text(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return _text(found) if found is not None else ""


def _moment(text: str) -> datetime:
    if _DATE_TIME.match(text):
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise MalformedInput("trusted-list-malformed", "A time in the trusted list is malformed.")
