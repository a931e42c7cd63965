"""Two descriptions are of one person, of two, or a person has to look: in any script, and never bent towards yes."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credenza.exchange.emrex.identity import match
from credenza.record import Identifier, IdentifierKind, Learner

BORN = date(2001, 5, 31)


def person(name, born=BORN, esi=None):
    identifiers = (Identifier(kind=IdentifierKind.ESI, value=esi),) if esi else ()
    return Learner(full_name=name, birth_date=born, identifiers=identifiers)


def esi(code, scope="uma.es"):
    return f"urn:schac:personalUniqueCode:int:esi:{scope}:{code}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Pérez", "ANA PEREZ"),
        ("Ana Pérez", "Pérez, Ana"),
        ("Ana Pérez García", "Ana Pérez"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Søren Kierkegård", "Soeren Kierkegaard"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Þórunn Guðmundsdóttir", "Thorunn Gudmundsdottir"),
        ("Юрий Сергеевич Щербаков", "Yuriy Sergeevich Shcherbakov"),
        ("Юрий Щербаков", "Iurii Shcherbakov"),
        ("Георги Христов", "Georgi Hristov"),
        ("Γεώργιος Παπαδόπουλος", "Georgios Papadopoulos"),
        ("ნინო ჭავჭავაძე", "Nino Chavchavadze"),
        ("ᲒᲘᲝᲠᲒᲘ ყიფიანი", "Giorgi Kipiani"),
        ("Արամ Խաչատրյան", "Aram Khachatryan"),
        ("Եվա ՊԵՏՐՈՍՅԱՆ", "Yeva Petrosyan"),
        ("Լևոն Ղազարյան", "Levon Ghazaryan"),
        ("Jan van der Berg", "Jan Berg"),
        ("Eoin Ó Briain", "Eoin O'Briain"),
        ("J. Novák", "Jan Novák"),
        ("İbrahim Yılmaz", "Ibrahim Yilmaz"),
    ],
)
def test_one_name_spelled_in_two_ways_is_one_person(one, other):
    assert match(person(one), person(other)).verdict == "same"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Ana Pérez"), person("Ben Okafor")),
        (person("Ana Pérez"), person("Ana Pérez", date(1999, 1, 1))),
        (person("Юрий Щербаков"), person("Anna Ivanova")),
        (person("ნინო ჭავჭავაძე"), person("Levan Okruashvili")),
        (person("Արամ Խաչատրյան"), person("Nino Beridze")),
        (person("Ana Pérez", esi=esi(1)), person("Ana Pérez", esi=esi(2))),
    ],
)
def test_two_people_are_told_apart(one, other):
    assert match(one, other).verdict == "different"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Ana Pérez", None), person("Ana Pérez")),
        (person("Ana Pérez", None), person("Ana Pérez", None)),
        (person("Ana Pérez", date(2001, 5, 3)), person("Ana Pérez", date(2001, 3, 5))),
        (person("Ana Pérez"), person("Ana Schmidt")),
        (person("Ana"), person("Ana Pérez")),
        (person("محمد علي"), person("Mohamed Ali")),
        (person("王小明"), person("Xiaoming Wang")),
        (person("דוד לוי"), person("David Levi")),
        (person("김민수"), person("Minsu Kim")),
        (person("สมชาย ใจดี"), person("Somchai Jaidee")),
        (person("ნინო ბერიძე"), person("Նինո Պետրոսյան")),
        (person(None), person("Ana Pérez")),
        (person("Maria Kowalska"), person("Mario Kowalski")),
        (person("Ana Pérez", date(1999, 1, 1), esi(1)), person("Ana Pérez", esi=esi(1))),
        (person("Ana Pérez", esi=esi(1)), person("Ben Okafor", esi=esi(1))),
    ],
)
def test_what_could_be_either_is_a_persons_to_decide(one, other):
    assert match(one, other).verdict == "doubt"


def test_the_same_student_identifier_explains_a_changed_family_name():
    assert match(person("Ana Pérez", esi=esi("a")), person("Ana Schmidt", esi=esi("A"))).verdict == "same"


def test_identifiers_of_two_institutions_say_nothing():
    found = match(person("Ana Pérez", esi=esi(1)), person("Ana Pérez", esi=esi(1, "helsinki.fi")))
    assert found.verdict == "same"
    assert "The European Student Identifiers are of different institutions." in found.reasons


def test_a_match_says_why():
    found = match(person("Ana Pérez"), person("Ana Pérez"))
    assert found.score == 1.0
    assert found.reasons == ("The birth dates are the same.", "The names are the same.")


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "M", "Zs", "Pd")), max_size=30).map(str.strip)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, NAMES, st.dates() | st.none(), st.dates() | st.none())
def test_who_is_compared_with_whom_does_not_matter(one, other, born, other_born):
    people = [person(one or None, born), person(other or None, other_born)]
    found, turned = match(*people), match(*reversed(people))
    assert (found.verdict, found.score) == (turned.verdict, turned.score)
    assert 0 <= found.score <= 1
    if found.verdict == "same":
        assert born == other_born
        assert born is not None
