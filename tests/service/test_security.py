"""Rules that hold on every page, also on those that are added tomorrow: the tests walk the table of addresses.

docs/security-asvs.md says which requirement of OWASP ASVS 5.0 each of them shows.
"""

import re
import uuid

import pytest
from django.core import mail
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from credenza.service.accounts.models import User

pytestmark = pytest.mark.django_db


PASSWORD = "correct horse battery staple"


EVIL = "https://evil.example/"


WITHOUT_TOKEN = re.compile(r"^(api/v1/|\^api/v1/|\^vc/|\^\(\?P<path>|ewp/)")
"""For programs, which bring a key or a signature and no cookie: JSON API, W3C VC API, Erasmus Without Paper."""


FORMS_OF_OTHERS = {"emrex/<slug:slug>", "wallet/fetch/return"}
"""EMREX: the form stands on another institution's page. What it brings is only stored; the person opens it signed in."""


def walk(patterns, before=""):
    """Every address with its view."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern), one


ROUTES = list(walk(get_resolver().url_patterns))


def fill(route, **known):
    """An address of a route: what is in ``known``, else ids that nothing has."""
    samples = {"uuid": str(uuid.UUID(int=7)), "slug": "x", "str": "x", "int": "7", "path": "x", "": "x"}
    filled = re.sub(
        r"<(?:(\w+):)?(\w+)>",
        lambda m: known.get(m[2], samples[m[1] or ""]),
        re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route),
    )
    return "/" + filled.replace("^", "").replace("\\Z", "").replace("$", "")


def by_kind(start=""):
    return sorted({route for route, _ in ROUTES if route.startswith(start) and not WITHOUT_TOKEN.match(route)})


CONSOLE = by_kind("console/<slug:slug>")


def test_the_walk_finds_the_pages():
    assert len(CONSOLE) > 35
    assert fill("account/^confirm-email/(?P<key>[-:\\w]+)/$") == "/account/confirm-email/x/"


class TestForgedRequests:
    @pytest.mark.parametrize("route", [one for one in by_kind() if one not in FORMS_OF_OTHERS])
    def test_no_page_takes_a_form_without_its_token(self, make_user, organisation, route):
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_user("owner@example.org", is_superuser=True))
        answer = client.post(fill(route, slug=organisation.slug), {"do": "anything"})
        assert answer.status_code == 403

    def test_only_what_programs_use_needs_no_token(self):
        exempt = {route for route, one in ROUTES if getattr(one.callback, "csrf_exempt", False)}
        assert {route for route in exempt if not WITHOUT_TOKEN.match(route)} == FORMS_OF_OTHERS

    def test_what_programs_use_looks_at_no_cookie(self, signed_in, organisation):
        client = signed_in("owner", organisation)
        assert client.get("/api/v1/organisation").status_code == 401
        assert client.post("/credentials/issue", {}, "application/json").status_code == 401


class TestOtherOrganisations:
    @pytest.mark.parametrize("route", CONSOLE)
    def test_a_member_of_another_one_finds_nothing(self, signed_in, organisation, make_organisation, route):
        client = signed_in("owner", make_organisation("other"))
        address = fill(route, slug=organisation.slug)
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= {404, 405}
        assert 404 in answers

    @pytest.mark.parametrize("route", CONSOLE)
    def test_who_is_not_signed_in_is_sent_to_sign_in(self, client, organisation, route):
        address = fill(route, slug=organisation.slug)
        answers = [client.get(address), client.post(address)]
        assert {one.status_code for one in answers} <= {302, 405}
        assert all(one.url.startswith("/account/login/?next=/console/") for one in answers if one.status_code == 302)
        assert 302 in {one.status_code for one in answers}

    @pytest.mark.parametrize("route", [one for one in by_kind("wallet") if one not in FORMS_OF_OTHERS])
    def test_a_wallet_is_opened_only_signed_in(self, client, route):
        answer = client.get(fill(route))
        assert answer.status_code in (302, 405)
        if answer.status_code == 405:
            answer = client.post(fill(route))
        assert answer.url.startswith("/account/login/")


class TestHeaders:
    @pytest.mark.parametrize("route", sorted({route for route, _ in ROUTES}))
    def test_every_answer_tells_the_browser_what_it_may_do(self, client, route):
        answer = client.get(fill(route))
        policy = answer["Content-Security-Policy"]
        for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy
        assert "unsafe-inline" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"

    @pytest.mark.parametrize("route", sorted({route for route, _ in ROUTES}))
    def test_no_answer_gives_other_origins_the_persons_rights(self, client, route):
        answer = client.get(fill(route), headers={"Origin": EVIL})
        assert answer.headers.get("Access-Control-Allow-Origin") in (None, "*")
        assert "Access-Control-Allow-Credentials" not in answer

    def test_published_documents_are_not_guessed_at(self, client, organisation):
        answer = client.get(f"/o/{organisation.slug}/did.json")
        assert answer.status_code == 200
        assert answer["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("page", ["", "/people", "/awards", "/api"])
    def test_pages_with_data_of_people_are_not_kept_by_browsers(self, signed_in, organisation, page):
        answer = signed_in("owner", organisation).get(f"/console/{organisation.slug}{page}")
        assert "no-store" in answer["Cache-Control"]

    def test_no_answer_repeats_the_headers_of_a_request(self, client):
        assert "kept-to-myself" not in client.trace("/", headers={"X-Secret": "kept-to-myself"}).text


class TestSessions:
    def sign_in(self, client, **more):
        form = {"login": "ana@example.org", "password": PASSWORD} | more
        return client.post("/account/login/", form)

    def test_signing_in_begins_a_new_one_and_signing_out_ends_it(self, client, make_user):
        make_user("ana@example.org")
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        planted = session.session_key
        client.cookies["sessionid"] = planted
        assert self.sign_in(client).status_code == 302
        own = client.session.session_key
        assert own != planted
        client.post("/account/logout/")
        replayed = Client()
        for key in (own, planted):
            replayed.cookies["sessionid"] = key
            assert replayed.get("/profile").status_code == 302

    def test_one_that_was_made_up_is_not_taken(self, client):
        client.cookies["sessionid"] = "made-up-by-an-attacker-0123456789"
        client.get("/account/login/")
        assert client.cookies["sessionid"].value in ("made-up-by-an-attacker-0123456789", "")
        from django.contrib.sessions.models import Session

        assert not Session.objects.filter(session_key="made-up-by-an-attacker-0123456789").exists()

    def test_a_new_password_ends_all_others(self, client, make_user):
        user = make_user("ana@example.org")
        elsewhere = Client()
        elsewhere.force_login(user)
        self.sign_in(client)
        new = "another correct horse battery"
        form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert client.post("/account/password/change/", form).status_code == 302
        assert client.get("/profile").status_code == 200
        assert elsewhere.get("/profile").status_code == 302

    def test_one_of_a_person_who_was_switched_off_is_worth_nothing(self, client, make_user):
        user = make_user("ana@example.org")
        client.force_login(user)
        User.objects.update(is_active=False)
        assert client.get("/profile").status_code == 302

    def test_addresses_and_ways_to_sign_in_are_changed_only_by_who_has_just_signed_in(self, client, make_user):
        client.force_login(make_user("ana@example.org"))
        answer = client.post("/account/email/", {"action_add": "", "email": "eve@example.org"})
        assert answer.url.startswith("/account/reauthenticate/")
        assert client.get("/account/2fa/totp/activate/").url.startswith("/account/reauthenticate/")


class TestRedirects:
    @pytest.mark.parametrize(
        "target", [EVIL, "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example"]
    )
    def test_nobody_is_sent_to_another_site(self, client, make_user, target):
        make_user("ana@example.org")
        answers = [
            client.post(f"/account/login/?next={target}", {"login": "ana@example.org", "password": PASSWORD}),
            client.post("/language/", {"language": "de", "next": target}),
            client.post("/account/logout/", {"next": target}),
        ]
        for answer in answers:
            assert answer.status_code == 302
            assert "evil" not in answer.url
            assert "javascript" not in answer.url


class TestPasswords:
    def sign_up(self, client, password, email="new@example.org"):
        client.post("/account/signup/", {"email": email, "password1": password, "password2": password})
        return User.objects.filter(email=email).exists()

    @pytest.mark.parametrize(
        "password",
        [
            "short7!",
            "elevenchars",
            "passwordpassword",
            "123456789012",
            "new@example.org",
            "Credentials2026!",
            "qwertyuiopas",
            "zyxwvutsrqponm",
            "aaaaaaaaaaaaaa",
            "hunter2hunter2h",
        ],
    )
    def test_those_that_are_short_common_or_like_the_address_are_refused(self, client, password):
        assert not self.sign_up(client, password)

    @pytest.mark.parametrize(
        "password",
        [
            "correct horse battery",
            "пароль длинный и хороший",
            "".join(f"{chr(97 + n * 7 % 26)}{n}" for n in range(50)),
            "only small letters here",
        ],
    )
    def test_long_ones_of_any_characters_are_taken_as_they_are(self, client, password):
        assert self.sign_up(client, password)
        assert User.objects.get().check_password(password)
        assert not User.objects.get().check_password(password.upper())

    def test_nobody_learns_who_has_an_account(self, client, make_user):
        make_user("ana@example.org")
        seen = []
        for email in ("ana@example.org", "nobody@example.org"):
            one = Client()
            wrong = one.post("/account/login/", {"login": email, "password": "wrong password here"})
            reset = one.post("/account/password/reset/", {"email": email})
            password = "a good new password"
            new = one.post("/account/signup/", {"email": email, "password1": password, "password2": password})
            seen.append([(a.status_code, a.headers.get("Location")) for a in (wrong, reset, new)])
        assert seen[0] == seen[1]
        assert {to for letter in mail.outbox for to in letter.to} == {"ana@example.org", "nobody@example.org"}


def test_another_host_name_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert (
        client.post("/account/password/reset/", {"email": "a@b.example"}, headers={"host": EVIL[8:-1]}).status_code
        == 400
    )
