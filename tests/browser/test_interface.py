"""The pages that belong to nobody in particular, and the pieces that every page is made of."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OPEN = {
    "home": "/",
    "privacy": "/privacy",
    "design": "/design",
    "design-forms": "/design/forms",
    "design-credential": "/design/credential",
    "design-console": "/design/console",
    "design-ask": "/design/ask",
    "not-found": "/nowhere",
    "login": "/account/login/",
    "signup": "/account/signup/",
    "login-code": "/account/login/code/",
    "password-reset": "/account/password/reset/",
}
OWN = {
    "profile": "/profile",
    "second-factor": "/account/2fa/",
    "sessions": "/profile/sessions",
    "e-mail": "/account/email/",
    "password": "/account/password/change/",
    "connections": "/account/3rdparty/",
    "logout": "/account/logout/",
}


@pytest.mark.parametrize("name", OPEN)
def test_a_page_for_anyone_reads_well(name, desktop, examine):
    """Without a barrier, without sideways scrolling, in light and dark, on phone and desktop, mirrored too."""
    examine(desktop, OPEN[name], name)


@pytest.mark.parametrize("name", OWN)
def test_a_page_of_an_account_reads_well(name, desktop, examine, sign_in, make_user):
    sign_in(desktop, make_user("ana@example.org", given_name="Ana", family_name="Pérez"))
    examine(desktop, OWN[name], name)
