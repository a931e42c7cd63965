"""Rules that hold on every page, also on those that are added tomorrow: the tests walk the table of addresses.

docs/security-asvs.md says which requirement of OWASP ASVS 5.0 each of them shows.
"""

import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from test_environment import SAFE

from credenza.service.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
EVIL = "https://evil.example/"
WITHOUT_TOKEN = re.compile(r"^(api/v1/|\^api/v1/|\^vc/|\^\(\?P<path>|ewp/)")
"""For programs, which bring a key or a signature and no cookie: JSON API, W3C VC API, Erasmus Without Paper."""

FORMS_OF_OTHERS = {"emrex/<slug:slug>", "wallet/fetch/return"}
"""EMREX: the form stands on another institution's page. What it brings is only stored; the person opens it signed in."""
LONG = {"CREDENZA_SECRET_KEY": "x7#Kq" + SAFE["CREDENZA_SECRET_KEY"] * 2}


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
        assert answer["Referrer-Policy"] in ("same-origin", "no-referrer")
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


def asked_until_stopped(limit, ask):
    """How many requests were answered before one was stopped; a minute may end in between, but not two."""
    for number in range(2 * limit + 1):
        answer = ask(number)
        if answer.status_code == 429:
            return number, answer
    raise AssertionError("it was never stopped")


class TestLimits:
    def test_guessing_a_password_is_stopped_and_the_right_one_too_for_a_while(self, client, make_user):
        make_user("ana@example.org")
        form = {"login": "ana@example.org", "password": "wrong password here"}
        answers = [client.post("/account/login/", form) for _ in range(12)]
        assert any("Too many" in one.text or one.status_code == 429 for one in answers)
        client.post("/account/login/", form | {"password": PASSWORD})
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize(
        ("address", "limit"), [("/verify", 60), ("/claim/x", 30), ("/api/v1/verify", 60), ("/o/uni/verify", 60)]
    )
    def test_asking_too_often_is_told_with_429(self, client, organisation, address, limit):
        before, stopped = asked_until_stopped(limit, lambda _n: client.post(address, {"text": "x", "number": "x"}))
        assert before >= limit
        assert stopped["Retry-After"] == "60"

    def test_another_address_is_not_counted_in(self, client):
        asked_until_stopped(60, lambda _n: client.post("/verify", {"text": "x"}))
        assert client.post("/verify", {"text": "x"}, REMOTE_ADDR="192.0.2.7").status_code != 429

    def test_a_made_up_forwarding_header_does_not_help(self, client):
        asked_until_stopped(
            60, lambda n: client.post("/verify", {"text": "x"}, headers={"X-Forwarded-For": f"192.0.2.{n}"})
        )

    @pytest.mark.parametrize(
        "address", ["2001:db8:1:2:{n:x}::1", "2001:db8:1:2::{n:x}", "::ffff:192.0.2.7", "[2001:db8:1:2::{n:x}]:{n}"]
    )
    def test_a_network_of_ipv6_is_one_asker(self, client, address):
        before, _ = asked_until_stopped(
            60, lambda n: client.post("/verify", {"text": "x"}, REMOTE_ADDR=address.format(n=4096 + n))
        )
        assert before >= 60

    def test_networks_beside_each_other_are_not_counted_together(self, client):
        asked_until_stopped(60, lambda _n: client.post("/verify", {"text": "x"}, REMOTE_ADDR="2001:db8:1:2::1"))
        for other in ("2001:db8:1:3::1", "::ffff:192.0.2.7", "192.0.2.8:4711"):
            assert client.post("/verify", {"text": "x"}, REMOTE_ADDR=other).status_code != 429

    def test_another_port_of_the_same_address_is_the_same_asker(self, client, settings):
        settings.CREDENZA = replace(settings.CREDENZA, trusted_proxies=1)
        asked_until_stopped(
            60, lambda n: client.post("/verify", {"text": "x"}, headers={"X-Forwarded-For": f"192.0.2.1:{4000 + n}"})
        )

    @pytest.mark.parametrize("length", ["26000001", "99999999999999999999", "-1", "1e9"])
    @pytest.mark.parametrize("address", ["/verify", "/wallet/bring", "/api/v1/verify", "/credentials/verify", "/"])
    def test_what_is_too_large_is_refused_before_it_is_read(self, client, address, length):
        assert client.post(address, {"text": "x"}, CONTENT_LENGTH=length).status_code == 413


def test_another_host_name_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert (
        client.post("/account/password/reset/", {"email": "a@b.example"}, headers={"host": EVIL[8:-1]}).status_code
        == 400
    )


class TestProduction:
    """The settings as production has them, read by a process of their own."""

    def run(self, tmp_path, *arguments, **changes):
        here = Path(__file__).resolve().parents[2] / "src"
        environment = SAFE | {"PYTHONPATH": str(here), "PATH": os.environ["PATH"], "CREDENZA_DATA_DIR": str(tmp_path)}
        environment |= {"DJANGO_SETTINGS_MODULE": "credenza.service.settings"} | changes
        command = [sys.executable, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def test_djangos_own_check_of_a_deployment_finds_nothing(self, tmp_path):
        done = self.run(tmp_path, "-m", "credenza.service", "check", "--deploy", "--fail-level", "WARNING", **LONG)
        assert done.returncode == 0, done.stderr

    def test_cookies_are_safe_and_transport_is_protected(self, tmp_path):
        program = (
            "import json; from django.conf import settings as s; print(json.dumps([s.SESSION_COOKIE_SECURE,"
            "s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY,"
            "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_SECONDS >= 31536000,"
            "not s.DEBUG, s.SESSION_COOKIE_SAMESITE == 'Lax', s.SESSION_COOKIE_NAME.startswith('__Host-'),"
            "s.CSRF_COOKIE_NAME.startswith('__Host-'), s.ALLOWED_HOSTS == ['credentials.uni.example']]))"
        )
        done = self.run(tmp_path, "-c", program)
        assert done.returncode == 0, done.stderr
        assert all(json.loads(done.stdout))

    def test_sign_in_providers_without_tls_stop_the_start(self, tmp_path):
        provider = {"id": "u", "name": "U", "server_url": "http://id.example", "client_id": "c", "secret": "s"}
        done = self.run(tmp_path, "-m", "credenza.service", "check", CREDENZA_OIDC_PROVIDERS=json.dumps([provider]))
        assert done.returncode != 0
        assert "CREDENZA_OIDC_PROVIDERS" in done.stderr

    def test_passwords_are_kept_by_a_slow_function(self, tmp_path):
        program = (
            "import django; django.setup(); from django.contrib.auth.hashers import make_password;"
            "print(make_password('x'))"
        )
        done = self.run(tmp_path, "-c", program)
        name, rounds = done.stdout.split("$")[:2]
        assert name == "pbkdf2_sha256"
        assert int(rounds) >= 600_000
