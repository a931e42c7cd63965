"""How long a session lasts, and what the log says of sign-ins and of what was refused."""

import json
import logging
import time

import pytest
import structlog
from django.test import Client
from structlog.testing import capture_logs

from credenza.service.accounts.security_events import digest_of
from credenza.service.operations.log_lines import configure_logs

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture
def ana(make_user):
    return make_user("ana@example.org")


@pytest.fixture
def events():
    """What the log of security says from now on, without the lines about requests."""
    configure_logs("INFO")
    with capture_logs() as lines:
        yield lambda: [one for one in lines if one["event"] != "answered"]
    configure_logs(logging.getLevelName(logging.WARNING))
    assert structlog.is_configured()


def sign_in(client, password=PASSWORD):
    return client.post("/account/login/", {"login": "ana@example.org", "password": password})


def set_back(client, **seconds):
    session = client.session
    for name, ago in seconds.items():
        session[name] = int(time.time()) - ago
    session.save()


@pytest.mark.parametrize(
    ("away", "ends"),
    [
        ({"seen": 2 * 3600 - 60}, False),
        ({"seen": 2 * 3600 + 60}, True),
        ({"began": 12 * 3600 - 60}, False),
        ({"began": 12 * 3600 + 60, "seen": 10}, True),
    ],
)
def test_a_session_ends_when_nothing_is_done_and_after_a_working_day(client, ana, away, ends):
    sign_in(client)
    set_back(client, **away)
    key = client.session.session_key
    answer = client.get("/profile")
    assert answer.status_code == (302 if ends else 200)
    if ends:
        replayed = Client()
        replayed.cookies["sessionid"] = key
        assert replayed.get("/profile").status_code == 302


def test_each_sign_of_life_puts_the_end_off_and_the_working_day_is_not_put_off(client, ana):
    sign_in(client)
    set_back(client, seen=3600, began=11 * 3600)
    began = client.session["began"]
    client.get("/profile")
    assert time.time() - client.session["seen"] < 60
    assert client.session["began"] == began


def test_the_operator_says_how_long(client, ana, settings):
    from dataclasses import replace

    settings.CREDENZA = replace(settings.CREDENZA, session_idle_seconds=600)
    sign_in(client)
    set_back(client, seen=601)
    assert client.get("/profile").status_code == 302


def test_a_browser_forgets_what_it_kept_when_somebody_signs_out(client, ana):
    sign_in(client)
    assert "Clear-Site-Data" not in client.get("/profile")
    assert client.post("/account/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    sign_in(client)
    set_back(client, seen=13 * 3600)
    assert client.get("/profile")["Clear-Site-Data"] == '"cache", "storage"'


def test_sign_ins_failures_and_sign_outs_are_events_without_personal_data(client, ana, events):
    sign_in(client, "wrong")
    sign_in(client)
    client.post("/account/logout/")
    told = events()
    assert [one["event"] for one in told] == ["sign-in-failed", "signed-in", "signed-out"]
    assert told[0]["who"] == digest_of("Ana@Example.org")
    assert told[1]["who"] == told[2]["who"] == digest_of(ana.pk)
    assert told[1]["methods"] == ["password"]
    written = json.dumps(told)
    for secret in ("ana@", str(ana.pk), PASSWORD, "wrong", "127.0.0.1"):
        assert secret not in written


def test_what_was_refused_is_an_event_with_its_reason(signed_in, make_organisation, award, events):
    reader = signed_in("reader", award.organisation)
    other = make_organisation("other")
    reader.get(f"/console/{award.organisation.slug}/keys")
    reader.get(f"/console/{other.slug}/awards")
    reader.get(f"/wallet/{award.pk}")
    for _ in range(31):
        reader.post("/claim/nothing")
    reader.get("/api/v1/awards")
    told = [(one["reason"], one["route"]) for one in events() if one["event"] == "refused"]
    assert list(dict.fromkeys(told)) == [
        ("not-allowed", "console/<slug:slug>/keys"),
        ("not-theirs", "console/<slug:slug>/awards"),
        ("not-theirs", "wallet/<uuid:pk>"),
        ("too-often", "claim/<str:secret>"),
        ("no-access", "api/v1/awards"),
    ]
    who = digest_of(reader.user.pk)
    assert [one["who"] for one in events() if one["event"] == "refused"][:3] == [who] * 3
    assert award.organisation.slug not in json.dumps(events())


def test_a_wrong_code_of_a_second_factor_is_a_failed_sign_in(client, ana, events):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(ana, generate_totp_secret())
    RecoveryCodes.activate(ana)
    assert sign_in(client).url.startswith("/account/2fa/authenticate")
    client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert [(one["event"], one.get("step")) for one in events()] == [("sign-in-failed", "mfa_authenticate")]


def test_a_page_that_is_not_there_is_no_attempt(client, events):
    client.get("/nothing/here")
    client.get("/catalogue/00000000-0000-0000-0000-000000000000")
    assert events() == []


@pytest.mark.parametrize("path", ["/api/v1/awards", "/api/v1/nothing", "/vc/credentials/issue"])
def test_programs_are_refused_without_tls_and_pages_are_sent_to_it(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    answer = client.get(path, headers={"Authorization": "Bearer secret"})
    assert (answer.status_code, answer.json()["code"]) == (403, "https-required")
    assert client.get("/verify").status_code == 301
    assert client.get(path, secure=True).status_code not in (301, 403)


class TestOwnSessions:
    @pytest.fixture
    def places(self, ana):
        """Two browsers in which Ana is signed in."""
        places = [Client(headers={"user-agent": name}) for name in ("Mozilla Firefox/130 secret-machine", "curl/8")]
        for one in places:
            sign_in(one)
        return places

    def test_a_person_sees_where_they_are_signed_in_and_no_address_is_kept(self, places):
        page = places[0].get("/profile/sessions").content.decode()
        assert "Firefox" in page
        assert "curl" in page
        assert "secret-machine" not in page
        assert page.count("This one") == 1

    def test_one_is_ended_and_the_other_goes_on(self, places, ana):
        other = ana.sign_ins.get(agent="curl")
        places[0].post("/profile/sessions", {"end": str(other.pk)})
        assert [one.get("/profile").status_code for one in places] == [200, 302]
        assert ana.sign_ins.count() == 1

    def test_everywhere_is_everywhere_at_once(self, places, ana):
        assert places[1].post("/profile/sessions", {"everywhere": "1"}).url.startswith("/account/login")
        assert [one.get("/profile").status_code for one in places] == [302, 302]
        assert not ana.sign_ins.exists()

    def test_a_session_whose_password_changed_is_still_one_that_can_be_ended(self, places, ana):
        new = "another correct horse battery"
        places[0].post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
        sign_in(places[1], new)
        places[1].post("/profile/sessions", {"everywhere": "1"})
        assert places[0].get("/profile").status_code == 302

    def test_nobody_ends_anothers(self, places, ana, make_user):
        client = Client()
        client.force_login(make_user("eve@example.org"))
        page = client.get("/profile/sessions").content.decode()
        assert "curl" not in page
        client.post("/profile/sessions", {"end": str(ana.sign_ins.get(agent="curl").pk)})
        client.post("/profile/sessions", {"everywhere": "1"})
        assert [one.get("/profile").status_code for one in places] == [200, 200]

    def test_what_has_ended_is_no_longer_told(self, places, ana):
        ana.sign_ins.filter(agent="curl").update(session_key="gone")
        places[0].get("/profile/sessions")
        assert [one.agent for one in ana.sign_ins.all()] == ["Firefox"]
        places[0].post("/account/logout/")
        assert not ana.sign_ins.exists()
