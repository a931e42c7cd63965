"""Signing in by another institution (OpenID Connect), against a real provider on loopback."""

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from identity_provider import CLIENT, SECRET, IdentityProvider
from joserfc.jwk import OctKey, RSAKey

from credenza.errors import Refused
from credenza.service.accounts.models import User
from credenza.service.oidc_settings import for_allauth, form_targets, providers
from credenza.service.recognition.identities import asserted_of

pytestmark = pytest.mark.django_db
ESI = "urn:schac:personalUniqueCode:int:esi:uni.example:0042"


@pytest.fixture(scope="module")
def running():
    server = IdentityProvider()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(running, settings):
    """The provider, honest again, and known to the service as ``uni``."""
    running.person = {"sub": "s-1", "email": "ana@uni.example", "email_verified": True, "given_name": "Ana"}
    running.lie, running.lie_about, running.asked = {}, {}, []
    running.signing_key, running.algorithm = running.key, "RS256"
    running.may_speak_for = lambda *institutions: _know(settings, running, institutions)
    running.may_speak_for("Uni.example")
    return running


def _know(settings, running, institutions):
    known = {"id": "uni", "name": "University", "server_url": running.url, "client_id": CLIENT, "secret": SECRET}
    known |= {"vouches_for": list(institutions)} if institutions else {}
    settings.SOCIALACCOUNT_PROVIDERS = for_allauth(providers(json.dumps([known]), production=False))


def begin(client, **extra):
    """From our sign-in page to the provider: the address that the browser is sent to."""
    answer = client.post("/account/oidc/uni/login/", extra)
    assert answer.status_code == 302, answer.content
    return answer.url


def come_back(client, address):
    """The provider agrees and sends the browser back to us."""
    back = httpx.get(address).headers["location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client, **extra):
    return come_back(client, begin(client, **extra))


def who(client):
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_a_new_person_gets_an_account_with_a_verified_address(client, provider):
    answer = sign_in(client)
    assert (answer.status_code, answer.url) == (302, "/")
    user = who(client)
    assert (user.email, user.given_name) == ("ana@uni.example", "Ana")
    assert EmailAddress.objects.get(user=user).verified
    assert not user.has_usable_password()


def test_who_comes_back_is_the_same_person_whatever_the_address(client, provider):
    sign_in(client)
    first = who(client)
    provider.person = provider.person | {"email": "new@uni.example"}
    again = Client()
    sign_in(again)
    assert who(again) == first
    assert User.objects.count() == 1


def test_state_nonce_and_pkce_go_with_every_request_and_differ(client, provider):
    for _ in range(2):
        sign_in(Client())
    first, second = provider.asked
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 16
        assert first[name] != second[name]
    assert set(first["scope"].split()) == {"openid", "profile", "email"}


def test_a_link_cannot_add_to_what_is_asked(client, provider):
    answer = client.post("/account/oidc/uni/login/?scope=admin&auth_params=prompt%3Dnone%26nonce%3Dx")
    query = parse_qs(urlsplit(answer.url).query)
    assert "admin" not in query["scope"][0]
    assert "prompt" not in query
    assert query["nonce"] != ["x"]


def test_opening_the_address_alone_starts_nothing(client, provider):
    assert client.get("/account/oidc/uni/login/").status_code == 200
    assert provider.asked == []


class TestStudents:
    def test_the_identifier_among_several_values_is_kept_as_confirmed(self, client, provider):
        provider.person |= {
            "schac_personal_unique_code": ["urn:schac:personalUniqueCode:de:uni.example:Matrikelnummer:1", ESI],
            "schac_home_organization": "uni.example",
        }
        sign_in(client)
        user = who(client)
        assert (user.esi, user.esi_confirmed, user.home_organisation) == (ESI, True, "uni.example")

    def test_what_the_institution_says_of_the_person_is_asserted_to_a_recognition_desk(self, client, provider):
        provider.person |= {
            "schac_personal_unique_code": [ESI],
            "schac_home_organization": "uni.example",
            "family_name": "Pérez",
            "schac_date_of_birth": "20010531",
        }
        sign_in(client)
        client.post("/profile", {"given_name": "Eve", "family_name": "Other", "birth_date": "1990-01-01"})
        (said,) = asserted_of(who(client))
        assert (said.learner.name, said.learner.birth_date, said.learner.esi) == ("Ana Pérez", date(2001, 5, 31), ESI)
        assert (said.assurance, said.source) == ("institution", "uni.example, by uni")

    @pytest.mark.parametrize("born", [None, 7, "", "31.5.2001", "2001-02-31", ["2001-05-31"]])
    def test_a_birth_date_that_is_none_is_not_taken(self, client, provider, born):
        provider.person |= {"schac_home_organization": ["uni.example"], "birthdate": born, "name": "Ana\n Pérez"}
        sign_in(client)
        (said,) = asserted_of(who(client))
        assert said.learner.birth_date is None

    def test_a_provider_that_names_no_institution_vouches_for_nobody(self, client, provider):
        provider.person |= {"family_name": "Pérez", "birthdate": "2001-05-31"}
        sign_in(client)
        assert asserted_of(who(client)) == ()

    def test_one_that_the_institution_says_later_replaces_what_the_person_wrote(self, client, provider):
        sign_in(client)
        User.objects.update(esi="urn:schac:personalUniqueCode:int:esi:other.example:1")
        provider.person |= {"schac_personal_unique_code": ESI}
        sign_in(Client())
        user = User.objects.get()
        assert (user.esi, user.esi_confirmed) == (ESI, True)

    def test_one_that_a_person_writes_is_not_confirmed(self, client, provider):
        provider.person |= {"schac_personal_unique_code": ESI}
        sign_in(client)
        client.post("/profile", {"given_name": "Ana", "esi": ESI})
        assert User.objects.get().esi_confirmed
        client.post("/profile", {"given_name": "Ana", "esi": ESI + "3"})
        assert not User.objects.get().esi_confirmed

    @pytest.mark.parametrize(
        ("institutions", "counts"),
        [
            ((), False),
            (("other.example",), False),
            (("example",), False),
            (("x.uni.example", "ie"), False),
            (("other.example", "UNI.example"), True),
            (("*",), True),
        ],
    )
    def test_a_provider_speaks_for_the_students_of_those_institutions_only_that_the_settings_name(
        self, client, provider, institutions, counts
    ):
        provider.may_speak_for(*institutions)
        provider.person |= {
            "schac_personal_unique_code": ["urn:schac:personalUniqueCode:int:esi:elsewhere.example:9"] * (not counts)
            + [ESI],
            "schac_home_organization": "uni.example",
            "family_name": "Pérez",
        }
        sign_in(client)
        user, expected = who(client), (ESI, "uni.example") if counts else ("", "")
        assert (user.esi, user.home_organisation) == expected
        assert user.esi_confirmed is counts
        assert len(asserted_of(user)) == counts
        sign_in(Client())
        user.refresh_from_db()
        assert user.esi_confirmed is counts

    def test_a_country_that_gives_identifiers_itself_is_named_as_such(self, client, provider):
        of_country = "urn:schac:personalUniqueCode:int:esi:IE:0042"
        provider.person |= {"schac_personal_unique_code": ["urn:schac:personalUniqueCode:int:esi:fr:1", of_country]}
        provider.may_speak_for("ie")
        sign_in(client)
        assert (who(client).esi, who(client).esi_confirmed) == (of_country, True)

    def test_what_a_provider_said_before_counts_no_more_when_the_settings_let_it_speak_for_nobody(
        self, client, provider
    ):
        provider.person |= {"schac_home_organization": "uni.example", "family_name": "Pérez"}
        sign_in(client)
        assert asserted_of(who(client))
        provider.may_speak_for()
        assert asserted_of(who(client)) == ()

    @pytest.mark.parametrize("claim", [None, "", 7, ["x"], {"a": 1}, "urn:schac:personalUniqueCode:de:x:1"])
    def test_other_codes_are_no_identifier(self, client, provider, claim):
        provider.person |= {"schac_personal_unique_code": claim}
        sign_in(client)
        assert (who(client).esi, who(client).esi_confirmed) == ("", False)


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


def test_signing_in_begins_a_new_session(client, provider):
    client.get("/account/login/")
    address = begin(client)
    before = client.session.session_key
    come_back(client, address)
    assert who(client) is not None
    assert client.session.session_key != before


def test_the_sign_in_page_offers_the_provider(client, provider):
    assert "University" in client.get("/account/login/").text


GOOD = {"id": "uni", "name": "U", "server_url": "https://id.uni.example/x", "client_id": "c", "secret": "s"}


class TestSettings:
    def test_scopes_and_origins_are_taken_over(self):
        one = GOOD | {"scopes": ["schac_home_organization"], "form_origins": ["https://login.uni.example"]}
        listed = providers(json.dumps([one]), production=True)
        app = for_allauth(listed)["openid_connect"]["APPS"][0]
        assert app["settings"]["scope"] == ["openid", "schac_home_organization"]
        assert form_targets(listed) == ["https://id.uni.example", "https://login.uni.example"]

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "{}",
            "[1]",
            json.dumps([GOOD | {"secret": ""}]),
            json.dumps([GOOD | {"id": "../x"}]),
            json.dumps([GOOD | {"verify": False}]),
            json.dumps([GOOD, GOOD]),
            json.dumps([GOOD | {"server_url": "http://id.uni.example"}]),
            json.dumps([GOOD | {"scopes": [1]}]),
            json.dumps([GOOD | {"vouches_for": "*"}]),
        ],
    )
    def test_what_is_wrong_or_unsafe_is_refused_at_the_start(self, text):
        with pytest.raises(Refused) as refusal:
            providers(text, production=True)
        assert refusal.value.code == "settings-unsafe"
