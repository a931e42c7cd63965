"""European Student Identifiers and card numbers are told apart, checked and compared."""

import pytest

from credenza.errors import MalformedInput
from credenza.record.student_identifier import (
    parse_student_card_number,
    parse_student_identifier,
    same_student,
    student_identifier_among,
)

CARD = "25539be8-6423-103e-add8-988999978433"


@pytest.mark.parametrize(
    ("text", "scope", "code", "of_institution"),
    [
        ("urn:schac:personalUniqueCode:int:esi:hr:1234567890", "hr", "1234567890", False),
        ("URN:SCHAC:PersonalUniqueCode:INT:ESI:ES-CT:ab-12", "es-ct", "ab-12", False),
        ("urn:schac:personalUniqueCode:int:esi:math.example.edu:a:b", "math.example.edu", "a:b", True),
        ("urn:schac:personalUniqueCode:int:esi:uma.es:%C3%A1", "uma.es", "%C3%A1", True),
    ],
)
def test_an_identifier_says_who_gave_it(text, scope, code, of_institution):
    parsed = parse_student_identifier(text)
    assert (parsed.scope, parsed.code, parsed.is_of_institution) == (scope, code, of_institution)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana@example.org",
        "urn:schac:personalUniqueCode:es:esi:123",
        "urn:schac:personalUniqueCode:int:esi:hr:",
        "urn:schac:personalUniqueCode:int:esi:hr",
        "urn:schac:personalUniqueCode:int:esi::123",
        "urn:schac:personalUniqueCode:int:esi:croatia:123",
        "urn:schac:personalUniqueCode:int:esi:hr:12 34",
        "urn:schac:personalUniqueCode:int:esi:hr:12/34",
        "urn:schac:personalUniqueCode:int:esi:hr:%zz",
        "urn:schac:personalUniqueCode:int:esi:hr:é",
        "urn:schac:personalUniqueCode:int:esi:hr:1\n",
        "urn:schac:personalUniqueCode:int:esi:hr:" + "1" * 255,
    ],
)
def test_what_is_no_identifier_is_refused(text):
    with pytest.raises(MalformedInput) as caught:
        parse_student_identifier(text)
    assert caught.value.code == "esi-malformed"
    assert not same_student(text, text)


def test_identifiers_are_compared_without_regard_to_case():
    assert same_student(
        "urn:schac:personalUniqueCode:int:esi:uma.es:AbC", "URN:schac:personaluniquecode:int:ESI:UMA.es:aBc"
    )
    assert not same_student(
        "urn:schac:personalUniqueCode:int:esi:uma.es:1", "urn:schac:personalUniqueCode:int:esi:uma.es:2"
    )


def test_the_identifier_is_found_among_the_codes_of_a_sign_in():
    codes = ["urn:schac:personalUniqueCode:es:uma:estudiante:1", "urn:schac:personalUniqueCode:int:esi:uma.es:1"]
    assert student_identifier_among(codes).code == "1"
    assert student_identifier_among(codes[:1]) is None


def test_a_card_number_names_the_institution_that_issued_the_card():
    card = parse_student_card_number(CARD.upper())
    assert (card.prefix, card.pic) == ("988", "999978433")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789012",
        CARD.replace("-103e-", "-403e-"),
        CARD.replace("-add8-", "-1dd8-"),
        CARD.replace("988999978433", "000999978433"),
        CARD.replace("988999978433", "988099978433"),
        CARD.replace("988999978433", "98899997843a"),
        "{" + CARD + "}",
        CARD + "\n",
    ],
)
def test_what_is_no_card_number_is_refused(text):
    with pytest.raises(MalformedInput) as caught:
        parse_student_card_number(text)
    assert caught.value.code == "escn-malformed"
