"""A person's own profile."""

from __future__ import annotations

from datetime import date

import pytest

pytestmark = pytest.mark.django_db

ESI = "urn:schac:personalUniqueCode:int:esi:example.edu:xxx12345678"


def test_a_person_changes_their_own_profile_and_nothing_else(signed_in):
    client = signed_in()
    answer = client.post(
        "/profile",
        {"given_name": "Ana", "family_name": "Pérez", "birth_date": "2001-05-31", "country": "ES", "language": "de"}
        | {"esi": ESI, "is_superuser": "on", "email": "other@example.org"},
    )
    assert answer.status_code == 302
    client.user.refresh_from_db()
    assert (client.user.name, client.user.birth_date, client.user.country) == ("Ana Pérez", date(2001, 5, 31), "ES")
    assert client.user.esi == ESI
    assert client.user.email == "learner@example.org"
    assert not client.user.is_superuser


def test_the_language_of_the_profile_is_the_language_of_the_pages(signed_in):
    client = signed_in()
    client.post("/profile", {"language": "de"})
    assert 'lang="de"' in client.get("/").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("birth_date", "2999-01-01"), ("birth_date", "1650-01-01"), ("esi", "12345"), ("country", "XX")],
)
def test_what_cannot_be_is_not_saved_and_said_beside_its_field(signed_in, field, value):
    client = signed_in()
    answer = client.post("/profile", {"given_name": "Ana", field: value})
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.text
    assert f'href="#id_{field}"' in answer.text
    client.user.refresh_from_db()
    assert client.user.given_name == "Test"


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/profile").url == "/account/login/?next=/profile"
