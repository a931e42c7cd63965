"""Signing in by another institution (OpenID Connect), against a real provider on loopback."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from credenza.service.accounts.models import User
from credenza.service.recognition.identities import asserted_of

from .sign_in_parts import begin, come_back, sign_in, who

pytestmark = pytest.mark.django_db


ESI = "urn:schac:personalUniqueCode:int:esi:uni.example:0042"


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


def test_signing_in_begins_a_new_session(client, provider):
    client.get("/account/login/")
    address = begin(client)
    before = client.session.session_key
    come_back(client, address)
    assert who(client) is not None
    assert client.session.session_key != before


def test_the_sign_in_page_offers_the_provider(client, provider):
    assert "University" in client.get("/account/login/").text
