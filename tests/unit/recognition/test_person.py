"""Whose credential is it: the best evidence tells, a weaker one never overrules it, and in doubt a person decides."""

from datetime import date

import pytest

from credenza.recognition.person import Assertion, Assurance, Possession, match_person, same_person
from credenza.record import Identifier, IdentifierKind, Learner, concept

BORN = date(2001, 5, 31)
ESI = "urn:schac:personalUniqueCode:int:esi:uni.example:42"


def person(given="Ana", family="Pérez", born=BORN, esi=None):
    identifiers = (Identifier(kind=IdentifierKind.ESI, value=esi),) if esi else ()
    return Learner(given_name=given, family_name=family, birth_date=born, identifiers=identifiers)


def stated(**said):
    return Assertion(learner=person(**said), assurance="self-stated", source="applicant")


def signed_in(**said):
    return Assertion(learner=person(**said), assurance="institution", source="uni.example")


MAILED = Possession(assurance="mail-confirmed", source="mail")
FETCHED = Possession(assurance="institution", source="Provider")


@pytest.mark.parametrize(
    ("asserted", "named", "possession", "same", "assurance"),
    [
        ([stated()], {}, None, "yes", "self-stated"),
        ([stated()], {}, MAILED, "yes", "mail-confirmed"),
        ([stated()], {}, FETCHED, "yes", "institution"),
        ([stated(), signed_in()], {}, None, "yes", "institution"),
        ([stated(), signed_in()], {}, MAILED, "yes", "institution"),
        ([stated(), signed_in(esi=ESI)], {"esi": ESI.upper()}, None, "yes", "sealed"),
        ([stated(esi=ESI)], {"esi": ESI}, None, "yes", "self-stated"),
        ([stated(born=None)], {}, None, "doubt", "self-stated"),
        ([stated(born=None)], {}, MAILED, "yes", "mail-confirmed"),
        ([stated(), signed_in(born=None)], {}, None, "yes", "self-stated"),
        ([stated(born=date(1990, 1, 1)), signed_in()], {}, None, "yes", "institution"),
    ],
)
def test_the_match_says_what_it_rests_on(asserted, named, possession, same, assurance):
    match = match_person(asserted, person(**named), possession=possession)
    assert (match.same, match.assurance) == (same, assurance)
    assert match.source


@pytest.mark.parametrize("possession", [None, MAILED, FETCHED])
def test_whoever_signed_in_under_another_name_cannot_state_to_be_the_learner(possession):
    thief = signed_in(given="Eve", family="Mallory", born=None)
    match = match_person([stated(), thief], person(), possession=possession)
    assert (match.same, match.assurance, match.source) == ("doubt", "institution", "uni.example")


@pytest.mark.parametrize("possession", [None, MAILED, FETCHED])
def test_another_birth_date_asserted_at_sign_in_is_another_person(possession):
    match = match_person([stated(), signed_in(born=date(1990, 1, 1))], person(), possession=possession)
    assert (match.same, match.assurance) == ("no", "institution")


@pytest.mark.parametrize("possession", [None, MAILED])
def test_another_name_is_a_doubt_however_the_credential_came(possession):
    assert match_person([stated(given="Eve", born=None)], person(), possession=possession).same == "doubt"


def test_of_nobody_nothing_is_known():
    assert match_person([], person(), possession=MAILED).same == "doubt"


def test_the_grades_are_in_order():
    assert Assurance.SEALED.reaches(Assurance.INSTITUTION)
    assert Assurance.INSTITUTION.reaches(Assurance.MAIL_CONFIRMED)
    assert not Assurance.SELF_STATED.reaches(Assurance.MAIL_CONFIRMED)


def of_esi(value):
    return (Identifier(kind=IdentifierKind.ESI, value=value),)


def national(value, country="IE"):
    return Identifier(kind=IdentifierKind.NATIONAL_ID, value=value, country=concept("country", country))


@pytest.mark.parametrize(
    ("applicant", "named", "same"),
    [
        ({"full_name": "A B", "identifiers": of_esi("urn:x:1")}, {"full_name": "Б", "identifiers": of_esi("URN:x:1")}, "yes"),
        ({"full_name": "A B", "identifiers": of_esi("urn:x:1")}, {"full_name": "A B", "identifiers": of_esi("urn:x:2")}, "doubt"),
        ({"full_name": "A B", "national_id": national("1")}, {"full_name": "A B", "national_id": national("2")}, "no"),
        (
            {"full_name": "A B", "national_id": national("1")},
            {"full_name": "A B", "national_id": national("2", "ES")},
            "doubt",
        ),
        ({"id": "did:key:z1"}, {"id": "did:key:z1"}, "yes"),
        ({"id": "did:key:z1"}, {"id": "did:key:z2"}, "doubt"),
        ({"full_name": "Ana Pérez", "birth_date": date(2001, 5, 31)},
         {"full_name": "PEREZ Ana", "birth_date": date(2001, 5, 31)}, "yes"),
        ({"full_name": "Ana Pérez"}, {"full_name": "Ana Perez"}, "doubt"),
        ({}, {}, "doubt"),
    ],
)  # fmt: skip
def test_a_person_is_told_by_identifiers_birth_date_and_names(applicant, named, same):
    assert same_person(Learner(**applicant), Learner(**named)).same == same


def test_the_same_identifier_with_another_birth_date_is_another_person():
    one = Learner(identifiers=of_esi("urn:x:1"), birth_date=date(2001, 1, 1))
    assert same_person(one, one.model_copy(update={"birth_date": date(2002, 1, 1)})).same == "no"
