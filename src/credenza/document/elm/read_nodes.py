"""The small nodes of ELM to types of the record."""

from __future__ import annotations

from credenza.document.elm.nodes import ATU, COUNTRY, LEGAL
from credenza.document.elm.taking import Taken, once
from credenza.record import (
    UNSTATED,
    Accreditation,
    Concept,
    Group,
    Identifier,
    IdentifierKind,
    Learner,
    Location,
    Media,
    Organisation,
    Text,
    WebPage,
)
from credenza.record.instant import date_of
from credenza.vocabulary import term

_KINDS = {kind.value: kind for kind in IdentifierKind}
_UNNAMED = "urn:credenza:unnamed"
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "SVG": "image/svg+xml"}


def concept(node: Taken, name: str) -> Concept | None:
    found = node.node(name)
    return _concept(found) if found is not None else None


def concepts(node: Taken, name: str) -> tuple[Concept, ...]:
    return tuple(one for child in node.nodes(name) if (one := _concept(child)) is not None)


def _concept(node: Taken) -> Concept | None:
    if node.id is None:
        return None
    scheme = node.members.get("inScheme")
    asserted = scheme.get("id") if isinstance(scheme, dict) else None
    return Concept(uri=node.id, scheme=asserted if isinstance(asserted, str) else None, labels=node.text("prefLabel"))


def note(node: Taken, name: str) -> Text | None:
    found = node.node(name)
    return found.text("noteLiteral") if found is not None else None


def pages(node: Taken, name: str) -> tuple[WebPage, ...]:
    found = ((one.line("contentURL"), one.text("title")) for one in node.nodes(name))
    return tuple(WebPage(url=url, title=title) for url, title in found if url is not None)


def page(node: Taken, name: str) -> str | None:
    found = node.node(name)
    return found.line("contentURL") if found is not None else None


def identifiers(node: Taken) -> tuple[Identifier, ...]:
    """All identifiers of a node: in ELM's slots for legal ones, and in ``identifier``."""
    found = [
        identifier(one, kind)
        for kind, slot in LEGAL.items()
        for one in (node.nodes(slot) if slot in node.members else [])
    ]
    found += [identifier(one, IdentifierKind.OTHER) for one in node.nodes("identifier")]
    return tuple(found)


def identifier(node: Taken, kind: IdentifierKind) -> Identifier:
    name = node.line("schemeName")
    if name in _KINDS and kind is IdentifierKind.OTHER:
        kind, name = _KINDS[name], None
    made = Identifier(
        kind=kind,
        value=(node.line("notation") or "").strip(),
        country=concept(node, "spatial"),
        scheme_name=name,
        scheme_uri=node.line("schemeId"),
    )
    node.done()
    return made


def person(node: Taken) -> Learner:
    national = node.node("nationalID")
    found = identifiers(node)
    own = identifier(national, IdentifierKind.NATIONAL_ID) if national is not None else None
    if own is not None:
        own = own.model_copy(update={"kind": IdentifierKind.NATIONAL_ID, "scheme_name": _given(own.scheme_name)})
    elif own is None:
        own = next((one for one in found if one.kind is IdentifierKind.NATIONAL_ID), None)
        found = tuple(one for one in found if one is not own)
    born = node.moment("dateOfBirth")
    learner = Learner(
        id=None if (node.id or "").startswith("urn:epass:") else node.id,
        full_name=_any(node.text("fullName")),
        given_name=_any(node.text("givenName")),
        family_name=_any(node.text("familyName")),
        birth_date=date_of(born) if born else None,
        national_id=own,
        identifiers=found,
        email=_email(node)[0],
    )
    node.done()
    return learner


def _given(scheme_name: str | None) -> str | None:
    return None if scheme_name == IdentifierKind.NATIONAL_ID.value else scheme_name


def _any(text: Text | None) -> str | None:
    return next(iter(text.root.values())) if text is not None else None


def _email(node: Taken) -> tuple[str | None, str | None]:
    contact = node.node("contactPoint")
    if contact is None:
        return None, None
    mailbox, phone = contact.node("emailAddress"), contact.node("phone")
    number = phone.line("phoneNumber") if phone is not None else None
    contact.done()
    return ((mailbox.id or "").removeprefix("mailto:") or None) if mailbox is not None else None, number


@once
def organisation(node: Taken) -> Organisation:
    email, phone = _email(node)
    made = Organisation(
        id=node.name or _UNNAMED,
        legal_name=node.text("legalName") or UNSTATED,
        other_names=node.text("altLabel"),
        identifiers=identifiers(node),
        location=_location(node),
        homepage=page(node, "homepage"),
        email=email,
        phone=phone,
        logo=_media(node),
        member_of=tuple(_group(one) for one in node.nodes("groupMemberOf")),
        accreditations=tuple(accreditation(one) for one in node.nodes("accreditation")),
    )
    node.done()
    return made


def _group(node: Taken) -> Group:
    made = Group(name=node.text("prefLabel") or UNSTATED, email=_email(node)[0])
    node.done()
    return made


def _location(node: Taken) -> Location | None:
    place = node.node("location")
    if place is None:
        return None
    address = place.node("address")
    made = Location(
        country=concept(address, "countryCode") if address is not None else None,
        regions=concepts(place, "spatialCode"),
        address=note(address, "fullAddress") if address is not None else None,
        name=place.text("geographicName"),
    )
    for one in (address, place):
        if one is not None:
            one.done()
    return made


def _media(node: Taken) -> Media | None:
    found = node.node("logo")
    if found is None:
        return None
    kind, content = concept(found, "contentType"), found.line("content")
    if content is None:
        return None
    code = kind.uri.rsplit("/", 1)[-1] if kind is not None else "PNG"
    return Media(media_type=_MEDIA_TYPES.get(code, f"image/{code.lower()}"), content=content)


def accreditation(node: Taken) -> Accreditation:
    agency, reference = node.node("accreditingAgent"), node.node("identifier")
    limit, programme = node.node("limitOrganisation"), node.node("limitQualification")
    unknown = Organisation(id=_UNNAMED, legal_name=UNSTATED)
    made = Accreditation(
        id=node.name or _UNNAMED,
        kind=concept(node, "dcType") or Concept(uri=_UNNAMED),
        title=node.text("title") or UNSTATED,
        agency=organisation(agency) if agency is not None else unknown,
        reference=identifier(reference, IdentifierKind.OTHER) if reference is not None else None,
        report=page(node, "report"),
        decision=concept(node, "decision"),
        status=node.line("status"),
        description=node.text("description"),
        homepage=page(node, "homepage"),
        valid_from=node.moment("valid"),
        valid_until=node.moment("expiryDate"),
        review_date=node.moment("reviewDate"),
        organisation_id=limit.id if limit is not None else None,
        qualification_id=programme.id if programme is not None else None,
        eqf_levels=concepts(node, "limitEQFLevel"),
        fields=concepts(node, "limitField"),
        jurisdictions=tuple(_country(one) for one in concepts(node, "limitJurisdiction")),
        credential_types=concepts(node, "limitCredentialType"),
    )
    node.done()
    return made


def _country(place: Concept) -> Concept:
    country = place.uri.replace(ATU + "/", COUNTRY + "/")
    return Concept(uri=country) if term(country) is not None else place
