"""An address belongs to whoever can read its mail: nobody else gets it by making an account with it beforehand."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from service_fixtures import PASSWORD

from credenza.service.accounts.models import User
from credenza.service.wallet import holding

pytestmark = pytest.mark.django_db
VICTIM = "ana@example.org"
CHOSEN, LATER = "a long and winding road", "another winding road"


def letter(pattern):
    return re.search(pattern, mail.outbox[-1].body)[0]


def link():
    return letter(r"/account/confirm-email/\S+")


def is_in(client):
    return client.get("/wallet").status_code == 200


def sign_in(client, password, email=VICTIM):
    return client.post("/account/login/", {"login": email, "password": password})


def sign_in_by_code(client):
    client.post("/account/login/code/", {"email": VICTIM})
    client.post("/account/login/code/confirm/", {"code": letter(r"(?m)^\s*[A-Z0-9-]{6,}\s*$").strip()})


@pytest.fixture
def forger():
    """Somebody who makes an account with the address of somebody else, who gets the mail."""
    client = Client()
    client.post("/account/signup/", {"email": VICTIM, "password1": CHOSEN, "password2": CHOSEN})
    return client


@pytest.fixture
def with_provider():
    """The way in by a provider that a forger may have left in an account that nobody was in yet."""

    def connect():
        return SocialAccount.objects.create(user=User.objects.get(email=VICTIM), provider="uni", uid="forger")

    return connect


@pytest.mark.parametrize("signed_in_elsewhere", [False, True])
def test_who_opens_the_link_of_an_account_that_somebody_else_made_confirms_nothing(
    client, forger, make_user, award, signed_in_elsewhere
):
    if signed_in_elsewhere:
        client.force_login(make_user("bo@example.org"))
    for ask in (client.get, client.post):
        assert ask(link()).status_code == 302
    assert not EmailAddress.objects.get(email=VICTIM).verified
    assert is_in(client) == signed_in_elsewhere
    sign_in(forger, CHOSEN)
    assert not is_in(forger)


def test_who_opens_the_link_by_which_somebody_adds_their_address_to_another_account_confirms_nothing(
    client, make_user, award
):
    mallory, browser = make_user("mallory@example.org"), Client()
    sign_in(browser, PASSWORD, mallory.email)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    browser.post("/account/email/", {"email": VICTIM, "action_add": ""})
    client.post(link())
    assert holding.addresses_of(mallory) == [mallory.email]
    assert list(holding.offers_to(mallory)) == []
    browser.post(link())
    assert set(holding.addresses_of(mallory)) == {mallory.email, VICTIM}, "in Mallory's own browser it works"


def test_an_account_is_confirmed_in_another_browser_after_signing_in_there(forger):
    other, letter_link = Client(), link()
    assert "/account/login/?next=" in other.post(letter_link)["Location"]
    sign_in(other, CHOSEN)
    assert not is_in(other)
    other.post(letter_link)
    assert is_in(other)


def test_the_owner_of_the_mailbox_who_signs_in_by_a_code_shuts_out_whoever_made_the_account(
    client, forger, with_provider
):
    with_provider()
    sign_in_by_code(client)
    assert is_in(client)
    sign_in(forger, CHOSEN)
    assert not is_in(forger)
    assert not SocialAccount.objects.exists()


def test_the_owner_of_the_mailbox_who_sets_a_new_password_keeps_it_and_shuts_out_whoever_made_the_account(
    client, forger, with_provider
):
    with_provider()
    client.post("/account/password/reset/", {"email": VICTIM})
    form = client.get(letter(r"/account/password/reset/key/\S+"), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": LATER, "password2": LATER})
    sign_in(client, LATER)
    assert not is_in(client)
    sign_in_link = next(one.body for one in reversed(mail.outbox) if "/account/confirm-email/" in one.body)
    client.post(re.search(r"/account/confirm-email/\S+", sign_in_link)[0])
    assert is_in(client)
    assert not SocialAccount.objects.exists()
    again = Client()
    sign_in(again, LATER)
    assert is_in(again)


def test_whoever_made_the_account_and_signs_in_by_a_code_keeps_the_password(forger):
    sign_in_by_code(forger)
    assert is_in(forger)
    again = Client()
    sign_in(again, CHOSEN)
    assert is_in(again)
