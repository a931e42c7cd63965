"""Signing in, as people do it: by password, by a code, by a passkey of a (virtual) authenticator."""

from __future__ import annotations

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ana(make_user):
    return make_user("ana@example.org", given_name="Ana", family_name="Pérez")


def _sign_in(page, password=PASSWORD):
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill("ana@example.org")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_person_signs_in_by_password_without_any_script(without_script, ana):
    _sign_in(without_script)
    without_script.get_by_role("link", name="Ana Pérez").wait_for()


def test_a_wrong_password_is_told_once_at_the_top_and_gets_the_focus(desktop, ana, examine):
    _sign_in(desktop, "wrong")
    summary = desktop.get_by_role("alert")
    assert "Please look at this again" in summary.inner_text()
    assert summary.evaluate("element => element === document.activeElement")
    examine(desktop, None, "login-refused")


def test_a_person_signs_in_with_a_code_from_a_mail(phone, ana, mailoutbox):
    phone.goto("/account/login/")
    phone.get_by_role("link", name="Send me a sign-in code").click()
    phone.get_by_label("E-mail").fill("ana@example.org")
    phone.get_by_role("button", name="Send me a code").click()
    phone.get_by_role("heading", name="Enter the code").wait_for()
    code = re.search(r"^([A-Z0-9-]{4,12})$", mailoutbox[0].body, re.M)[1]
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button", name="Confirm").click()
    phone.get_by_role("link", name="My profile").wait_for()


def test_a_passkey_is_made_and_signs_in_under_the_content_security_policy(desktop, ana, examine):
    devtools = desktop.context.new_cdp_session(desktop)
    devtools.send("WebAuthn.enable")
    authenticator = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    authenticator |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    _sign_in(desktop)
    desktop.get_by_role("link", name="Ana Pérez").wait_for()
    desktop.goto("/account/2fa/webauthn/add/")
    desktop.get_by_label("Password").fill(PASSWORD)
    desktop.get_by_role("button", name="Confirm").click()
    desktop.get_by_role("heading", name="Add a passkey").wait_for()
    examine(desktop, None, "passkey-add")
    desktop.get_by_label("Name").fill("My laptop")
    desktop.get_by_label("Sign in with this key alone").check()
    desktop.get_by_role("button", name="Add").click()
    desktop.wait_for_url("**/recovery-codes/**")
    examine(desktop, None, "recovery-codes")
    desktop.goto("/account/2fa/webauthn/")
    desktop.get_by_text("My laptop").wait_for()
    examine(desktop, None, "passkeys")
    desktop.context.clear_cookies()
    desktop.goto("/account/login/")
    desktop.get_by_role("button", name="Sign in with a passkey").click()
    desktop.get_by_role("link", name="Ana Pérez").wait_for()
