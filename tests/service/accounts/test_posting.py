"""A mail server that is away, or that refuses an address, while somebody waits: they are told, and nothing is half done."""

import pytest
from django.core.cache import cache
from django.test import Client

from credenza.service.accounts.models import Invitation, Organisation
from credenza.service.api import keys as api_keys

pytestmark = pytest.mark.django_db
ADDRESS = "ana@example.org"


@pytest.fixture(params=["away", "refuses"])
def trouble(request, mail, settings):
    """A real mail server that is away, or that refuses the address."""
    if request.param == "away":
        settings.EMAIL_PORT = 1
    else:
        mail.refuse[ADDRESS] = f"550 no {ADDRESS} here"
    return request.param


def test_who_makes_an_account_or_forgot_a_password_is_told(trouble, make_user):
    client = Client(raise_request_exception=False)
    person = {"email": ADDRESS, "password1": "a long and winding road", "password2": "a long and winding road"}
    for path, form in (("/account/signup/", person), ("/account/password/reset/", {"email": ADDRESS})):
        answer = client.post(path, form)
        assert answer.status_code == 503
        assert "The letter could not be sent" in answer.text
        assert ADDRESS not in answer.text


def test_an_account_whose_letter_did_not_go_out_gets_it_at_the_next_sign_in(mail, settings):
    client = Client(raise_request_exception=False)
    person = {"email": ADDRESS, "password1": "a long and winding road", "password2": "a long and winding road"}
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert client.post("/account/signup/", person).status_code == 503
    settings.EMAIL_PORT = port
    cache.clear()  # three minutes later: so often at most a letter is asked for
    client.post("/account/login/", {"login": ADDRESS, "password": "a long and winding road"})
    assert "/account/confirm-email/" in mail.letters[-1].get_body(("plain",)).get_content()


def test_an_owner_who_invites_is_told_and_nobody_is_invited(trouble, signed_in, organisation):
    owner = signed_in("owner", organisation)
    answer = owner.post(f"/console/{organisation.slug}/people", {"email": ADDRESS, "role": "issuer"})
    assert answer.status_code == 200
    told = {"away": "Letters cannot be sent at the moment", "refuses": "takes no letters to this address"}
    assert told[trouble] in answer.text
    assert not Invitation.objects.exists()


def test_no_organisation_is_founded_whose_owner_hears_nothing_of_it(trouble, make_user, client):
    operator = make_user("root@example.org")
    operator.is_superuser = True
    operator.save()
    client.force_login(operator)
    form = {"name": "New University", "slug": "new", "country": "IE", "owner": ADDRESS}
    assert client.post("/console/new-organisation", form).status_code == 200
    assert not Organisation.objects.filter(slug="new").exists()
    assert not Invitation.objects.exists()


def test_a_program_that_invites_is_told(trouble, organisation, make_user, client):
    from credenza.service.accounts.models import Membership

    owner = make_user("owner@example.org")
    Membership.objects.create(user=owner, organisation=organisation, role="owner")
    _, secret = api_keys.make_key(organisation, "HR", ["admin"], actor=owner)
    answer = client.post(
        "/api/v1/people/invitations",
        {"email": ADDRESS, "role": "reader"},
        content_type="application/json",
        headers={"authorization": f"Bearer {secret}"},
    )
    assert answer.json()["code"] == {"away": "mail-away", "refuses": "mail-address-refused"}[trouble]
    assert not Invitation.objects.exists()
