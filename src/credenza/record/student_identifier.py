"""The European Student Identifier and the European Student Card Number: what they say, and whether two are the same.

European Student Identifier Specification 1.0 (a profile of ``schacPersonalUniqueCode``, whose values LDAP compares
without regard to case); URN syntax of RFC 2141; European Student Card Number: a UUID of version 1 (RFC 9562 section
5.1) whose node is a prefix of three digits and the nine digits of the issuer's PIC.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from credenza.errors import MalformedInput

PREFIX = "urn:schac:personalUniqueCode:int:esi:"
MAXIMUM_LENGTH = 255
_CODE = re.compile(r"(?:[A-Za-z0-9()+,\-.:=@;$_!*']|%[0-9A-Fa-f]{2})+\Z")
_COUNTRY = re.compile(r"[a-z]{2}(-[a-z0-9]{1,3})?\Z")
_ORGANISATION = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+\Z")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_NODE = re.compile(r"(?!000)\d{3}[1-9]\d{8}\Z")


@dataclass(frozen=True)
class StudentIdentifier:
    """A European Student Identifier: a ``code`` within a country, a region (ISO 3166-2) or an institution.

    ``scope`` is in lower case: ``hr``, ``es-ct``, ``uma.es`` (the institution's schacHomeOrganization).
    """

    text: str
    scope: str
    code: str

    @property
    def is_of_institution(self) -> bool:
        """Whether an institution gave the code, rather than a country or region."""
        return "." in self.scope

    @property
    def key(self) -> str:
        """The same for any two spellings of one identifier."""
        return self.text.casefold()


@dataclass(frozen=True)
class StudentCardNumber:
    """A European Student Card Number: who issued the card (``pic``, nine digits), and by which server.

    The time inside is not told: cards in use carry numbers whose clock began in another year.
    """

    number: uuid.UUID
    prefix: str
    pic: str


def parse_student_identifier(text: str) -> StudentIdentifier:
    """A European Student Identifier in any spelling of its case.

    Raises:
        MalformedInput: ``esi-malformed``.
    """
    if len(text) > MAXIMUM_LENGTH or not text.isascii():
        raise MalformedInput("esi-malformed", f"A European Student Identifier has at most {MAXIMUM_LENGTH} characters.")
    if not text.casefold().startswith(PREFIX.casefold()):
        raise MalformedInput("esi-malformed", f"A European Student Identifier begins with {PREFIX}.")
    scope, colon, code = text[len(PREFIX) :].partition(":")
    scope = scope.casefold()
    if not colon or not _CODE.match(code):
        raise MalformedInput("esi-malformed", "The European Student Identifier has no code that a URN could carry.")
    if not _COUNTRY.match(scope) and not _ORGANISATION.match(scope):
        raise MalformedInput(
            "esi-malformed", "The European Student Identifier names neither a country nor an institution."
        )
    return StudentIdentifier(text, scope, code)


def same_student(one: str, other: str) -> bool:
    """Whether two European Student Identifiers are the same; a malformed one is the same as none.

    The whole value is compared without regard to case (``caseIgnoreMatch`` of schacPersonalUniqueCode).
    """
    try:
        return parse_student_identifier(one).key == parse_student_identifier(other).key
    except MalformedInput:
        return False


def student_identifier_among(codes: list[str] | tuple[str, ...]) -> StudentIdentifier | None:
    """The European Student Identifier among the personal unique codes of a sign-in, None where there is none."""
    for code in codes:
        try:
            return parse_student_identifier(code)
        except MalformedInput:
            continue
    return None


def parse_student_card_number(text: str) -> StudentCardNumber:
    """A European Student Card Number.

    Raises:
        MalformedInput: ``escn-malformed``.
    """
    if not _UUID.match(text.casefold()):
        raise MalformedInput("escn-malformed", "A European Student Card Number is written as a UUID.")
    number = uuid.UUID(text)
    node = text[-12:]
    if number.variant != uuid.RFC_4122 or number.version != 1:
        raise MalformedInput("escn-malformed", "A European Student Card Number is a UUID of version 1.")
    if not _NODE.match(node):
        raise MalformedInput("escn-malformed", "The card number does not end with a prefix (001-999) and a PIC.")
    return StudentCardNumber(number, node[:3], node[3:])
