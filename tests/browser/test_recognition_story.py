"""The whole story in the browser: results move by EMREX between two sites, are recognised, and become a larger award."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
pytestmark = [pytest.mark.slow, pytest.mark.browser]


def _module(name: str):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


_module("instances")
demo = _module("demo_recognition")


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Both sites run; the Irish desk and pathway are set up, and Ana has accepted what was sent to her."""
    made = demo.Story(tmp_path_factory.mktemp("story"))
    try:
        made.start()
        made.accept_all(made.home)
        made.accept_all(made.ireland)
        made.prepare_ireland()
        made.publish_pathway()
        yield made
    finally:
        made.stop()


@pytest.fixture
def person(browser):
    """Somebody with a browser of their own: ``person("ana", site)`` is signed in; no page may complain."""
    contexts, complaints = [], []

    def sign_in(name, site):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"{site.address}/account/login/")
        log_in(page, name)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not complaints, f"the browser complained: {complaints}"


def log_in(page, name):
    page.locator('input[name="login"]').fill(f"{name}@demo.example")
    page.locator('input[name="password"]').fill("credenza-demo")
    page.locator('form:has(input[name="password"]) button[type="submit"]').first.click()
    page.wait_for_load_state()


@pytest.fixture
def look(axe, no_horizontal_scroll, picture):
    """Keeps a picture of an open page at both widths, and checks it."""

    def check(page, name):
        axe(page)
        for width in (375, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            no_horizontal_scroll(page)
            picture(page, f"{name}-{width}")

    return check


def fetch(page, story, country, institution, look, *, signed_in):
    """From the Irish wallet to the university's own page, by its own sign-in, and back."""
    page.goto(f"{story.ireland.address}/wallet")
    page.get_by_role("link", name="Fetch my results").click()
    page.get_by_label("Country").select_option(label=country)
    page.get_by_role("button", name="Show institutions").click()
    page.get_by_label(institution).check()
    look(page, f"emrex-fetch-{country}")
    page.get_by_role("button", name="Go there and fetch").click()
    page.wait_for_url(f"{story.home.address}/**")
    if not signed_in:
        log_in(page, "ana")
    page.get_by_role("heading", name="Which results go along?").wait_for()
    look(page, f"emrex-choose-{country}")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name=re.compile("Send this to 127.0.0.1")).wait_for()
    look(page, f"emrex-consent-{country}")
    page.get_by_role("button", name="I agree, send it").click()
    page.get_by_role("heading", name="Your results have arrived").wait_for()
    assert page.url.startswith(story.ireland.address)
    look(page, f"emrex-result-{country}")


def test_a_learner_moves_and_everything_counts(story, person, look):
    ana = person("ana", story.ireland)
    fetch(ana, story, "Spain", "Example University of Málaga", look, signed_in=False)
    fetch(ana, story, "Finland", "Example University of Helsinki", look, signed_in=True)

    apply(ana, story, "Data literacy", "Data for public services")
    assert "Short courses of accredited providers" in ana.content()
    apply(ana, story, "Data ethics", "Ethics of data")

    erik = person("evaluator", story.ireland)
    erik.goto(f"{story.ireland.address}/console/cork/recognition")
    erik.locator('a[href*="/recognition/cases/"]').first.click()
    erik.locator('form[action$="/take"] button').click()
    erik.goto(f"{erik.url.split('?')[0].rstrip('/')}/decide")
    erik.locator('input[name="outcome"][value="partial"]').check()
    erik.locator('textarea[name="reasons"]').fill("Bias is taught to the depth of our course; data protection is not.")
    erik.locator('[name="grants_ects"]').fill("1")
    erik.locator('[name="difference_learning-outcomes"]').fill("The protection of personal data is not assessed.")
    erik.locator('form:has([name="outcome"]) button[type="submit"]').last.click()
    erik.get_by_text("It is decided, and the learner has it.").wait_for()

    ana.goto(f"{story.ireland.address}/pathways")
    ana.get_by_role("link", name="Data for Public Services").first.click()
    ana.goto(f"{ana.url.split('?')[0].rstrip('/')}/mine")
    look(ana, "story-pathway")
    ana.locator('button[name="do"][value="ask"]').click()
    ana.get_by_text("It is issued, and in your wallet now.").wait_for()
    ana.goto(f"{story.ireland.address}/wallet")
    look(ana, "story-wallet")
    ana.get_by_role("link", name="Certificate in Data for Public Services").click()
    ana.locator(".verdict.valid, .verdict.but").first.wait_for()
    (badge,) = story.keep("Certificate in Data", "open-badge")
    assert story.verify(badge) == "verified"


def apply(page, story, requirement, credential):
    page.goto(f"{story.ireland.address}/recognition")
    page.get_by_role("link", name=re.compile(requirement)).first.click()
    address = page.url.split("?")[0]
    page.goto(f"{address}/ask?c={story.held(credential)}")
    page.locator('form:has(input[name="field"]) button[type="submit"]').last.click()
    page.wait_for_url("**/recognition/cases/**")
