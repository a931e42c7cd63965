"""A real browser (Debian's chromium, by Playwright) before the real service: what every browser test shares.

``phone`` and ``desktop`` are open pages; ``site`` is the address of the running service; ``sign_in(page, user)`` signs
a person in; ``examine(page, path, name)`` opens a page at both widths, light, dark and right-to-left, and checks it.
Pictures are kept in ``build/screenshots``. One browser serves all tests of a worker.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from service_fixtures import *  # noqa: F403

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop lives in the thread of the tests

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CREDENZA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PHONE, DESKTOP = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of this worker."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM:
        pytest.skip("there is no chromium on this machine (Debian: apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def site(live_server, settings):
    """The address of the running service, which is also what it believes its address to be."""
    from django.core.cache import cache

    settings.SITE_URL = live_server.url
    cache.clear()
    return live_server.url


@pytest.fixture
def open_page(browser, site):
    """Opens pages: ``open_page(viewport=PHONE)``; at the end of the test, none may have complained."""
    contexts, complaints = [], []

    def open_one(**options):
        context = browser.new_context(base_url=site, locale="en-GB", **{"viewport": DESKTOP} | options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: _complaint(line, complaints))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints, f"the browser complained: {complaints}"


def _complaint(line, complaints: list[str]) -> None:
    answered = "the server responded with a status of 4" in line.text  # a page that a test asks for on purpose
    if line.type in ("error", "warning") and not answered:
        complaints.append(line.text)


@pytest.fixture
def phone(open_page):
    """A page on a phone."""
    return open_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def desktop(open_page):
    """A page on a desktop."""
    return open_page()


@pytest.fixture
def without_script(open_page):
    """A page of a browser that runs no script."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def sign_in(client, site):
    """Signs a person in on a page: ``sign_in(page, user)``."""

    def sign(page, user):
        client.force_login(user)
        session = client.session  # as after a sign-in by form: what asks for a recent one is content
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": user.email}]
        session.save()
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])

    return sign


@pytest.fixture(scope="session")
def axe():
    """Checks an open page: ``axe(page)``; WCAG 2.2 A and AA, no violation."""
    axe_sync = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    options = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
    checker = axe_sync.Axe()

    def check(page):
        found = checker.run(page, options=options).response["violations"]
        assert not found, "\n".join(
            f"{one['id']}: {one['help']}\n  {node['html'][:200]}\n  {node.get('failureSummary', '')}"
            for one in found
            for node in one["nodes"][:3]
        )

    return check


@pytest.fixture(scope="session")
def no_horizontal_scroll():
    """Checks that an open page is no wider than its window: ``no_horizontal_scroll(page)``."""

    def check(page):
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than its window"

    return check


@pytest.fixture(scope="session")
def picture():
    """Keeps a picture of an open page: ``picture(page, "wallet-phone")``."""
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return lambda page, name: page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.fixture
def examine(axe, no_horizontal_scroll, picture):
    """Opens ``path`` and checks it at both widths, light and dark, and mirrored: ``examine(page, "/verify", "verify")``.

    Without a path the page is taken as it stands (after a form was sent, for instance).
    """

    def look(page, path: str | None, name: str):
        if path is not None:
            page.goto(path)
        page.wait_for_load_state()  # what a click opened may still be arriving
        for width, scheme in (("phone", "light"), ("phone", "dark"), ("desktop", "dark"), ("desktop", "light")):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size(PHONE if width == "phone" else DESKTOP)
            no_horizontal_scroll(page)
            if (width, scheme) in (("phone", "light"), ("desktop", "dark")):
                axe(page)
            picture(page, f"{name}-{width}-{scheme}")
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            page.evaluate("document.documentElement.dir = 'rtl'")
            no_horizontal_scroll(page)
        picture(page, f"{name}-mirrored")
        page.evaluate("document.documentElement.dir = 'ltr'")

    return look
