"""Are all credentials of one person? What is sure, what is doubtful, what is refused."""

import pytest

from credenza.errors import Refused
from credenza.record import Identifier, IdentifierKind, Learner, concept
from credenza.stacking.person import same_person

ANA = {"full_name": "Ana Pérez", "birth_date": "2001-05-31"}


def national(value, country="ES"):
    return Identifier(kind=IdentifierKind.NATIONAL_ID, value=value, country=concept("country", country))


def esi(value):
    return (Identifier(kind=IdentifierKind.ESI, value=f"urn:schac:personalUniqueCode:int:esi:{value}"),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ANA, {"full_name": "PEREZ, Ana", "birth_date": "2001-05-31"}),
        ({"id": "did:example:1", "full_name": "Ana"}, {"id": "did:example:1", "full_name": "A. P."}),
        ({"identifiers": esi("es:12AB")}, {"identifiers": esi("ES:12ab")}),
        ({"national_id": national("12 34")}, {"national_id": national("1234")}),
    ],
)
def test_an_equal_identifier_or_name_and_birth_date_is_the_same_person(first, second):
    assert same_person([Learner(**first), Learner(**second)]) == ()


def test_a_person_is_followed_from_credential_to_credential():
    middle = Learner(**ANA, id="did:example:1")
    assert same_person([Learner(**ANA), Learner(id="did:example:1"), middle]) == ()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"full_name": "Ana Pérez"}, "birth-date-unknown"),
        ({"full_name": "Ana Virtanen", "birth_date": "2001-05-31"}, "name-differs"),
    ],
)
def test_a_doubt_is_named(second, code):
    assert [(one.place, one.reason.code) for one in same_person([Learner(**ANA), Learner(**second)])] == [(1, code)]


@pytest.mark.parametrize(
    "second",
    [
        {"full_name": "Ana Pérez", "birth_date": "2001-05-30"},
        {"full_name": "Ben Byrne"},
        {"id": "did:example:1", "birth_date": "1990-01-01"},
        {"full_name": "Ana Pérez", "birth_date": "2001-05-31", "national_id": national("9")},
        {},
    ],
)
def test_another_person_is_refused(second):
    first = Learner(**ANA, id="did:example:1", national_id=national("1"))
    with pytest.raises(Refused) as caught:
        same_person([first, Learner(**second)])
    assert caught.value.code == "credentials-of-different-persons"


def test_credentials_that_contradict_each_other_are_refused_although_the_first_says_nothing():
    bare = Learner(id="did:example:1")
    with pytest.raises(Refused):
        same_person([bare, Learner(**ANA, id="did:example:1"), Learner(id="did:example:1", birth_date="1990-01-01")])
