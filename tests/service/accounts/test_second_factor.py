"""An owner demands a second factor of the members: who has none does not come in."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from credenza.service.accounts.models import AuditEvent
from credenza.service.accounts.people import demand_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(signed_in, organisation):
    return signed_in("owner", organisation)


def demand(client, organisation, **form):
    return client.post(f"/console/{organisation.slug}/people/second-factor", form, follow=True)


def test_an_owner_without_one_cannot_lock_everybody_out(owner, organisation):
    page = demand(owner, organisation, demand="1").content.decode()
    assert "Set up your own second factor first" in page
    organisation.refresh_from_db()
    assert not organisation.second_factor


def test_who_has_none_is_told_to_set_it_up_and_comes_in_then(owner, organisation, make_user):
    TOTP.activate(owner.user, generate_totp_secret())
    demand(owner, organisation, demand="1")
    assert owner.get(f"/console/{organisation.slug}/people").status_code == 200
    from django.test import Client

    from credenza.service.accounts.models import Membership

    reader = make_user("reader@example.org")
    Membership.objects.create(user=reader, organisation=organisation, role="reader")
    client = Client()
    client.force_login(reader)
    for page in ("", "/awards", "/audit.csv"):
        answer = client.get(f"/console/{organisation.slug}{page}")
        assert answer.status_code == 403
        assert "/account/2fa/" in answer.content.decode()
    TOTP.activate(reader, generate_totp_secret())
    assert client.get(f"/console/{organisation.slug}").status_code == 200


def test_at_each_sign_in_the_factor_is_asked_for_whatever_came_first(client, owner, organisation):
    """So a password, or a code by mail, alone opens nothing of this organisation."""
    TOTP.activate(owner.user, generate_totp_secret())
    demand_second_factor(organisation, True, actor=owner.user)
    owner.post("/account/logout/")
    form = {"login": owner.user.email, "password": "correct horse battery staple"}
    assert owner.post("/account/login/", form).url.startswith("/account/2fa/authenticate")
    assert owner.get(f"/console/{organisation.slug}").status_code == 302


def test_only_an_owner_demands_it_and_the_trail_says_so(signed_in, organisation):
    assert demand(signed_in("registrar", organisation), organisation, demand="1").status_code == 403
    owner = signed_in("owner", organisation)
    TOTP.activate(owner.user, generate_totp_secret())
    demand(owner, organisation, demand="1")
    demand(owner, organisation)
    told = AuditEvent.objects.filter(action="organisation.second-factor").order_by("number")
    assert [one.detail["demanded"] for one in told] == [True, False]


def test_another_organisation_is_not_concerned(owner, organisation, make_organisation, make_user):
    TOTP.activate(owner.user, generate_totp_secret())
    demand(owner, organisation, demand="1")
    from django.test import Client

    from credenza.service.accounts.models import Membership

    other = make_organisation("other")
    reader = make_user("reader@example.org")
    Membership.objects.create(user=reader, organisation=other, role="reader")
    client = Client()
    client.force_login(reader)
    assert client.get("/console/other").status_code == 200
