"""The small nodes of ELM: concepts, identifiers, notes, places, media; each with an id of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

from credenza.record import Concept, Identifier, IdentifierKind, Location, Media, Text, WebPage
from credenza.record.instant import to_text
from credenza.record.organisation import Accreditation, Organisation
from credenza.vocabulary import term, vocabulary

Node: TypeAlias = dict[str, Any]
Made = TypeVar("Made")
VERSION = "#version-"

LEGAL = {
    IdentifierKind.EIDAS: "eIDASIdentifier",
    IdentifierKind.VAT: "vatIdentifier",
    IdentifierKind.TAX: "taxIdentifier",
    IdentifierKind.REGISTRATION: "registration",
}
SINGLE_LEGAL = frozenset({IdentifierKind.EIDAS, IdentifierKind.REGISTRATION})
COUNTRY, ATU = (f"http://publications.europa.eu/resource/authority/{name}" for name in ("country", "atu"))


def stated(members: Node) -> Node:
    """Without the members that say nothing."""
    return {name: value for name, value in members.items() if value is not None and value != []}


def own(node: Node | None, owner: str) -> Node | None:
    """A node of this award alone: its id must not meet one of the shared nodes."""
    return None if node is None else node | {"id": f"{node['id']}:{owner}"}


class Writer:
    """Makes nodes with labels in the languages of one credential, and numbers them."""

    def __init__(self, language: str) -> None:
        self._languages = tuple(dict.fromkeys((language, "en")))
        self._numbers: Counter[str] = Counter()
        self._made: dict[str, list[tuple[Any, Any]]] = {}

    def id(self, kind: str) -> str:
        self._numbers[kind] += 1
        return f"urn:epass:{kind}:{self._numbers[kind]}"

    def once(self, id: str, value: Any, make: Callable[[str], Made]) -> Made:
        """What ``make`` made of this value before; another value of the same id gets an id of its own version."""
        versions = self._made.setdefault(id, [])
        for known, made in versions:
            if known == value:
                return cast(Made, made)
        made = make(f"{id}{VERSION}{len(versions) + 1}" if versions else id)
        versions.append((value, made))
        return made

    def concept(self, concept: Concept | None) -> Node | None:
        if concept is None:
            return None
        known = term(concept.uri)
        labels = concept.labels.root if concept.labels else {}
        if known is not None:
            labels = {language: known.label(language) for language in self._languages}
        scheme = {"id": concept.scheme, "type": "ConceptScheme"} if concept.scheme else None
        return stated({"id": concept.uri, "type": "Concept", "inScheme": scheme, "prefLabel": labels or None})

    def concepts(self, concepts: tuple[Concept, ...]) -> list[Node]:
        return [node for one in concepts if (node := self.concept(one)) is not None]

    def note(self, text: Text | None, suffix: str = "") -> Node | None:
        if text is None:
            return None
        return {"id": self.id("note") + suffix, "type": "Note", "noteLiteral": dict(text.root)}

    def web(self, url: str | None, title: Text | None = None) -> Node | None:
        if url is None:
            return None
        texts = dict(title.root) if title else None
        return stated({"id": self.id("webResource"), "type": "WebResource", "contentURL": url, "title": texts})

    def pages(self, pages: tuple[WebPage, ...]) -> list[Node]:
        return [node for page in pages if (node := self.web(page.url, page.title)) is not None]

    def media(self, media: Media | None) -> Node | None:
        if media is None:
            return None
        kind = media.media_type.rsplit("/", 1)[-1].split("+")[0].upper()
        file_type = vocabulary("file-type").find("JPEG" if kind == "JPG" else kind)
        return {
            "id": self.id("mediaObject"),
            "type": "MediaObject",
            "content": media.content,
            "contentEncoding": self.concept(Concept(uri="http://data.europa.eu/snb/encoding/6146cde7dd")),
            "contentType": self.concept(Concept(uri=file_type.uri)) if file_type else None,
        }

    def identifier(self, one: Identifier) -> Node:
        """An identifier; a legal one, which is valid in a country, says which."""
        legal = one.country is not None
        kind = "legalIdentifier" if legal else "identifier"
        named = one.kind is IdentifierKind.OTHER or (legal and one.kind in LEGAL)
        return stated(
            {
                "id": self.id(kind),
                "type": "LegalIdentifier" if legal else "Identifier",
                "notation": one.value,
                "schemeName": one.scheme_name if named else one.kind.value,
                "schemeId": one.scheme_uri,
                "spatial": self.concept(one.country),
            }
        )

    def identifiers(self, identifiers: tuple[Identifier, ...]) -> Node:
        """Members for legal identifiers in the slots that ELM has for them, and for all others."""
        members: Node = {}
        others: list[Node] = []
        for one in identifiers:
            slot = LEGAL.get(one.kind) if one.country is not None else None
            if slot is None or (one.kind in SINGLE_LEGAL and slot in members):
                others.append(self.identifier(one))
            elif one.kind in SINGLE_LEGAL:
                members[slot] = self.identifier(one)
            else:
                members.setdefault(slot, []).append(self.identifier(one))
        return members | ({"identifier": others} if others else {})

    def location(self, place: Location | None) -> Node | None:
        if place is None:
            return None
        address = None
        if place.country is not None or place.address is not None:
            country, full = self.concept(place.country), self.note(place.address)
            address = stated({"id": self.id("address"), "type": "Address", "countryCode": country, "fullAddress": full})
        return stated(
            {
                "id": self.id("location"),
                "type": "Location",
                "address": address,
                "spatialCode": self.concepts(place.regions),
                "geographicName": dict(place.name.root) if place.name else None,
            }
        )

    def contact(self, email: str | None, phone: str | None = None) -> Node | None:
        if email is None and phone is None:
            return None
        mailbox = {"id": f"mailto:{email}", "type": "Mailbox"} if email else None
        line = {"id": self.id("phone"), "type": "Phone", "phoneNumber": phone} if phone else None
        members = {"id": self.id("contactPoint"), "type": "ContactPoint", "emailAddress": mailbox, "phone": line}
        return stated(members)

    def organisation(self, body: Organisation) -> Node:
        """An organisation; the same one twice is the same node."""
        return self.once(body.id, body, lambda id: self._organisation(body, id))

    def _organisation(self, body: Organisation, id: str) -> Node:
        groups = [
            stated(
                {
                    "id": self.id("group"),
                    "type": "Group",
                    "prefLabel": dict(group.name.root),
                    "contactPoint": self.contact(group.email),
                }
            )
            for group in body.member_of
        ]
        return stated(
            {
                "id": id,
                "type": "Organisation",
                "legalName": dict(body.legal_name.root),
                "altLabel": dict(body.other_names.root) if body.other_names else None,
                "location": self.location(body.location),
                "homepage": self.web(body.homepage),
                "contactPoint": self.contact(body.email, body.phone),
                "logo": self.media(body.logo),
                "groupMemberOf": groups,
                "accreditation": [self.accreditation(one) for one in body.accreditations],
            }
            | self.identifiers(body.identifiers)
        )

    def accreditation(self, one: Accreditation) -> Node:
        """An accreditation; the same one twice is the same node."""
        return self.once(one.id, one, lambda id: self._accreditation(one, id))

    def _accreditation(self, one: Accreditation, id: str) -> Node:
        return stated(
            {
                "id": id,
                "type": "Accreditation",
                "dcType": self.concept(one.kind),
                "title": dict(one.title.root),
                "description": dict(one.description.root) if one.description else None,
                "accreditingAgent": self.organisation(one.agency),
                "identifier": self.identifier(one.reference) if one.reference else None,
                "report": self.web(one.report),
                "decision": self.concept(one.decision),
                "status": one.status,
                "homepage": self.web(one.homepage),
                "valid": to_text(one.valid_from) if one.valid_from else None,
                "expiryDate": to_text(one.valid_until) if one.valid_until else None,
                "reviewDate": to_text(one.review_date) if one.review_date else None,
                "limitOrganisation": {"id": one.organisation_id} if one.organisation_id else None,
                "limitQualification": {"id": one.qualification_id} if one.qualification_id else None,
                "limitEQFLevel": self.concepts(one.eqf_levels),
                "limitField": self.concepts(one.fields),
                "limitJurisdiction": self.concepts(tuple(_jurisdiction(place) for place in one.jurisdictions)),
                "limitCredentialType": self.concepts(one.credential_types),
            }
        )


def _jurisdiction(place: Concept) -> Concept:
    """ELM takes jurisdictions from the list of territorial units, in which countries have the same codes."""
    unit = place.uri.replace(COUNTRY + "/", ATU + "/")
    return Concept(uri=unit) if term(unit) is not None else place
