"""Making an account: the mail that confirms the address, and that the person goes on where they were."""

import re

import pytest
from django.core import mail
from django.test import Client
from service_fixtures import PASSWORD

from credenza.service.accounts.models import Role

pytestmark = pytest.mark.django_db
WHERE = "/claim/a-link-from-a-letter"
PERSON = {"email": "ana@example.org", "password1": "a long and winding road", "password2": "a long and winding road"}


def make_account(client, **headers) -> str:
    """An account made on the way to ``WHERE``; the address of the link in the mail."""
    mail.outbox.clear()
    client.post(f"/account/signup/?next={WHERE}", PERSON | {"next": WHERE}, headers=headers)
    return re.search(r"/account/confirm-email/\S+", mail.outbox[0].body)[0]


def test_who_confirms_in_the_same_browser_is_signed_in_and_goes_on(client):
    answer = client.post(make_account(client))
    assert (answer.status_code, answer["Location"]) == (302, WHERE)
    assert client.get("/wallet").status_code == 200


def test_who_confirms_in_another_browser_signs_in_there_first(client):
    link, other = make_account(client), Client()
    assert "/account/login/" in other.post(link)["Location"]
    assert other.get("/wallet").status_code == 302


def test_a_link_that_was_used_signs_nobody_in_again(client):
    link = make_account(client)
    client.post(link)
    client.post("/account/logout/")
    client.post(link)
    assert client.get("/wallet").status_code == 302


def test_the_letter_says_what_it_is_for_in_the_reader_s_language(client):
    make_account(client)
    letter = mail.outbox[0]
    assert letter.subject == "Confirm your e-mail address"
    assert "for an account at Credenza" in letter.body
    assert "Thank you for using" not in letter.body


def test_the_letter_is_german_for_a_reader_of_german(client):
    make_account(client, **{"accept-language": "de"})
    assert "Bestätigen Sie sie mit diesem Link" in mail.outbox[0].body


@pytest.mark.parametrize(("role", "first"), [(None, "/wallet"), (Role.READER, "/console")])
def test_who_asked_for_no_page_begins_in_the_wallet_or_the_console(client, make_user, organisation, role, first):
    user = make_user("kim@example.org")
    if role is not None:
        organisation.memberships.create(user=user, role=role)
    answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, first)
