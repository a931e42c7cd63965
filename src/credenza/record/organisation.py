"""Organisations: who awards, who issues, who accredits, and by which registered identifiers they are known."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from enum import StrEnum

from pydantic import field_validator

from credenza.record.concept import Concept, check_uri
from credenza.record.instant import Instant
from credenza.record.text import Frozen, Line, Text


class IdentifierKind(StrEnum):
    """The identifiers that Europe's registers give; ``other`` for any other, with its scheme's name."""

    EIDAS = "eidas"
    VAT = "vat"
    TAX = "tax"
    REGISTRATION = "registration"
    PIC = "pic"
    SCHAC = "schac"
    ROR = "ror"
    ETER = "eter"
    ERASMUS = "erasmus"
    DEQAR = "deqar"
    QDR = "qdr"
    ESI = "esi"
    NATIONAL_ID = "national-id"
    STUDENT_NUMBER = "student-number"
    CERTIFICATE_NUMBER = "certificate-number"
    DID = "did"
    OTHER = "other"


REGISTERED = frozenset(
    {
        IdentifierKind.EIDAS,
        IdentifierKind.VAT,
        IdentifierKind.TAX,
        IdentifierKind.REGISTRATION,
        IdentifierKind.PIC,
        IdentifierKind.SCHAC,
        IdentifierKind.ROR,
        IdentifierKind.ETER,
        IdentifierKind.ERASMUS,
    }
)
"""What identifies an awarding body in a public register (Annex I, element 4)."""


class Identifier(Frozen):
    """An identifier in a scheme; ``country`` says where a legal identifier (eIDAS, VAT, tax, registration) is valid."""

    kind: IdentifierKind
    value: Line
    country: Concept | None = None
    scheme_name: Line | None = None
    scheme_uri: str | None = None


class Location(Frozen):
    """Where an organisation is: country (EU authority table), regions (NUTS or ATU), full address, place name."""

    country: Concept | None = None
    regions: tuple[Concept, ...] = ()
    address: Text | None = None
    name: Text | None = None


def check_base64(content: str | None) -> str | None:
    """Base64 (RFC 4648 section 4), or nothing."""
    try:
        base64.b64decode(content or "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("the content is not base64") from error
    return content


class Media(Frozen):
    """A picture or file inside a credential; ``content`` is base64 (RFC 4648 section 4)."""

    media_type: str
    content: str

    _content = field_validator("content")(check_base64)

    @classmethod
    def of(cls, data: bytes, media_type: str) -> Media:
        return cls(media_type=media_type, content=base64.b64encode(data).decode())

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.content)


class Group(Frozen):
    """An alliance or network that an organisation is a member of."""

    name: Text
    email: Line | None = None


class Accreditation(Frozen):
    """Quality assurance by an agency: of a programme or an institution, or a licence (Annex I, element 11).

    The limits say what it covers; an empty tuple means no limit. ``reference`` is the DEQAR or QDR identifier.
    """

    id: str
    kind: Concept
    title: Text
    agency: Organisation
    reference: Identifier | None = None
    report: str | None = None
    decision: Concept | None = None
    status: Line | None = None
    description: Text | None = None
    homepage: str | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    review_date: Instant | None = None
    organisation_id: str | None = None
    qualification_id: str | None = None
    eqf_levels: tuple[Concept, ...] = ()
    fields: tuple[Concept, ...] = ()
    jurisdictions: tuple[Concept, ...] = ()
    credential_types: tuple[Concept, ...] = ()

    _id = field_validator("id")(check_uri)

    def in_force(self, at: datetime) -> bool:
        """Whether ``at`` lies within the dates that the accreditation states."""
        started = self.valid_from is None or self.valid_from <= at
        return started and (self.valid_until is None or at <= self.valid_until)


class Organisation(Frozen):
    """An organisation; ``id`` is a URI that names it everywhere (a DID, a web address, a URN)."""

    id: str
    legal_name: Text
    other_names: Text | None = None
    identifiers: tuple[Identifier, ...] = ()
    location: Location | None = None
    homepage: str | None = None
    email: Line | None = None
    phone: Line | None = None
    logo: Media | None = None
    member_of: tuple[Group, ...] = ()
    accreditations: tuple[Accreditation, ...] = ()

    _id = field_validator("id")(check_uri)

    @field_validator("homepage")
    @classmethod
    def _homepage(cls, homepage: str | None) -> str | None:
        return None if homepage is None else check_uri(homepage)

    def identifier(self, kind: IdentifierKind) -> Identifier | None:
        """The first identifier of this kind."""
        return next((one for one in self.identifiers if one.kind is kind), None)

    @property
    def country(self) -> Concept | None:
        return None if self.location is None else self.location.country


Accreditation.model_rebuild()
