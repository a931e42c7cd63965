"""Signing in by another institution: no account is taken over, and no forged token is believed."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from identity_provider import CLIENT, SECRET
from joserfc.jwk import OctKey, RSAKey

from credenza.service.accounts.models import User

from .sign_in_parts import begin, come_back, sign_in, who

pytestmark = pytest.mark.django_db


class TestTakeOver:
    @pytest.mark.parametrize("verified", [True, False, None])
    def test_an_address_that_somebody_has_here_gives_no_way_into_that_account(
        self, client, provider, make_user, verified
    ):
        victim = make_user("ana@uni.example")
        provider.person |= {"email_verified": verified}
        sign_in(client)
        assert who(client) != victim
        assert not SocialAccount.objects.filter(user=victim).exists()

    @pytest.mark.parametrize("verified", [False, None, "true", "false", 1])
    def test_an_address_that_is_not_verified_must_be_proven_by_mail_first(self, client, provider, verified):
        provider.person |= {"email_verified": verified}
        sign_in(client)
        assert who(client) is None
        assert not EmailAddress.objects.filter(verified=True).exists()
        assert mail.outbox[-1].to == ["ana@uni.example"]

    def test_a_person_connects_a_provider_to_their_account_while_signed_in(self, client, provider, make_user):
        user = make_user("private@example.org")
        client.force_login(user)
        asked = sign_in(client, process="connect")
        assert asked.url.startswith("/account/reauthenticate/")
        assert not SocialAccount.objects.exists()
        client.post(asked.url, {"password": "correct horse battery staple"}, follow=True)
        assert SocialAccount.objects.get().user == user
        again = Client()
        sign_in(again)
        assert who(again) == user


class TestForgery:
    def refused(self, client, address=None):
        come_back(client, address or begin(client))
        assert who(client) is None
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "lie",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"iss": "https://evil.example"},
            {"aud": "another-client"},
            {"aud": [CLIENT, "another-client"]},
            {"aud": [CLIENT, "another-client"], "azp": "another-client"},
            {"exp": 1},
            {"exp": None},
            {"iat": 4_000_000_000},
            {"sub": None},
            {"sub": 7},
            {"sub": "x" * 300},
        ],
    )
    def test_an_id_token_that_says_something_else_is_refused(self, client, provider, lie):
        provider.lie = lie
        self.refused(client)

    def test_one_signed_by_another_key_is_refused(self, client, provider):
        provider.signing_key = RSAKey.generate_key(2048, {"kid": "k1"})
        self.refused(client)

    def test_one_signed_with_the_client_secret_is_refused(self, client, provider):
        provider.signing_key, provider.algorithm = OctKey.import_key(SECRET.encode()), "HS256"
        self.refused(client)

    def test_user_information_about_somebody_else_is_refused(self, client, provider):
        provider.lie_about = {"sub": "s-2"}
        self.refused(client)

    def test_a_state_of_another_browser_is_refused(self, client, provider):
        self.refused(client, begin(Client()))

    def test_an_answer_is_good_for_once(self, client, provider):
        back = urlsplit(httpx.get(begin(client)).headers["location"])
        client.get(f"{back.path}?{back.query}")
        client.logout()
        client.get(f"{back.path}?{back.query}")
        assert who(client) is None

    def test_a_code_without_its_verifier_is_worth_nothing(self, client, provider):
        """What an eavesdropper of the address has: our service never learns the verifier of another browser."""
        stolen = urlsplit(httpx.get(begin(Client())).headers["location"])
        code = parse_qs(stolen.query)["code"][0]
        state = parse_qs(urlsplit(begin(client)).query)["state"][0]
        client.get(f"{stolen.path}?code={code}&state={state}")
        assert who(client) is None

    def test_a_provider_that_calls_itself_by_the_name_of_another_is_refused(self, client, provider, monkeypatch):
        told = provider.discovery() | {"issuer": "https://id.uni.example"}
        monkeypatch.setattr(provider, "discovery", lambda: told)
        provider.lie = {"iss": "https://id.uni.example"}
        self.refused(client)

    def test_an_unknown_provider_is_not_there(self, client, provider):
        assert client.post("/account/oidc/evil/login/").status_code == 404
