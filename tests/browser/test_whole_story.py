"""The whole story on the real server, as a newcomer starts it: design, approve, issue 40, claim, share, check, revoke.

Its pictures are the ones of docs/tour.md (build/screenshots/story-*.png).
"""

import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from email import policy
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("credenza")
CLASS_LIST = ROOT / "examples" / "data-analysis" / "class-list.csv"
CONSOLE = "/console/example-university"
OUTCOMES = ("Reads a balance sheet and says what it means", "Explains the limits of a budget")


@pytest.fixture
def served(tmp_path):
    """The demonstration, served by the command; its address and its folder of mail."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "CREDENZA_DATA_DIR": str(tmp_path)}
    for name in ("DJANGO_SETTINGS_MODULE", "CREDENZA_MODE", "CREDENZA_SITE_URL", "CREDENZA_DATABASE_URL"):
        environment.pop(name, None)
    process = subprocess.Popen([COMMAND, "serve", "--demo", "--port", str(port)], env=environment)
    try:
        _wait(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").status == 200)
        yield f"http://127.0.0.1:{port}", tmp_path / "mail"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture
def person(browser, served):
    """Opens a page signed in as somebody of the demonstration, or as nobody."""
    contexts = []

    def open_as(name: str | None = None):
        context = browser.new_context(base_url=served[0], viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        if name is not None:
            page.goto("/account/login/")
            page.fill("[name=login]", f"{name}@demo.example")
            page.fill("[name=password]", "credenza-demo")
            page.click("main form button[type=submit]")
            page.wait_for_url(lambda address: "login" not in address)
        return page

    yield open_as
    for context in contexts:
        context.close()


def test_from_a_blank_form_to_a_revoked_credential(person, served, picture, axe):
    _, mail = served
    designer, second, issuer = person("designer"), person("second"), person("issuer")

    # 1. A designer describes a micro-credential; the European standard's findings stand beside the fields.
    designer.goto(f"{CONSOLE}/definitions")
    designer.click("text=Describe a new micro-credential")
    axe(designer)
    _describe(designer)
    designer.set_viewport_size({"width": 1280, "height": 1500})  # the buttons at hand lie at the end of the picture
    picture(designer, "story-01-design")
    designer.click("text=Save and ask for approval")
    designer.wait_for_selector("text=Awaiting approval")

    # 2. A second person approves, and it is in the catalogue.
    second.goto(CONSOLE)
    picture(second, "story-02-work-queue")
    second.goto(f"{CONSOLE}/definitions?state=awaiting-approval")
    second.click("main table a")
    second.click("text=Approve and publish")
    second.wait_for_selector("text=It is in the catalogue now")
    anyone = person()
    anyone.goto("/catalogue?q=balance")
    picture(anyone, "story-03-catalogue")
    anyone.click("main article a")
    picture(anyone, "story-04-offer")

    # 3. An issuer uploads the class list; a second person approves; forty are sealed and mailed.
    issuer.goto(f"{CONSOLE}/issue")
    issuer.click("main a:has-text('Finance for everybody')")
    issuer.set_input_files("input[type=file]", CLASS_LIST)
    issuer.click("main form:has(input[type=file]) button[type=submit]")
    issuer.wait_for_url("**/columns")
    picture(issuer, "story-05-columns")
    issuer.click("text=Check every row")
    issuer.wait_for_selector("text=ready to issue")
    picture(issuer, "story-06-rows")
    second.goto(issuer.url)
    second.locator("main form[action$=approve] button[type=submit]").click()
    _wait(lambda: len(list(mail.glob("*"))) > 0 and len(_letters(mail)) >= 40, seconds=180)
    second.reload()
    picture(second, "story-07-progress")
    assert len({letter["Message-ID"] for letter in _letters(mail)}) == 40

    # 4. A learner follows the mailed link, makes an account, and takes it into the wallet.
    learner = person()
    _claim(learner, mail)
    axe(learner)
    picture(learner, "story-08-wallet-credential")

    # 5. She shares what an employer needs, and no more; the employer looks and checks.
    link = _share(learner, picture)
    employer = person()
    employer.goto(link)
    employer.wait_for_selector("text=Why trust this")
    axe(employer)
    picture(employer, "story-11-shared")
    assert "2001-03-14" not in employer.content()
    badge = _download(learner, "Open Badge 3.0")
    assert _checked(employer, badge) == "Valid"
    picture(employer, "story-12-checked")

    # 6. The issuer revokes it; whoever checks again is told.
    issuer.goto(f"{CONSOLE}/awards?q=learner01@example.org")
    issuer.click("main table a")
    _revoke(issuer)
    picture(issuer, "story-13-revoked")
    assert _checked(employer, badge) == "Not valid"
    picture(employer, "story-14-not-valid")
    employer.goto(link)
    assert employer.locator(".verdict h1").inner_text() == "Not valid"


def _describe(page) -> None:
    page.fill("#id_title-en", "Finance for everybody")
    page.fill("#id_description-en", "Read the money side of any organisation.")
    _term(page, "languages", "en")
    _term(page, "fields", "0411")
    page.fill("[name=ects]", "2")
    page.fill("[name=workload_hours]", "50")
    page.select_option("[name=eqf]", "5")
    page.check("[name=participation][value=online]")
    page.select_option("[name=integration]", "stand-alone")
    page.fill("#id_outcomes-0-title-en", OUTCOMES[0])
    page.click("text=Another outcome")
    page.fill("#id_outcomes-1-title-en", OUTCOMES[1])
    page.fill("#id_assessments-0-title-en", "Case study")
    page.select_option("[name=assessments-0-type]", "project-work")
    page.select_option("[name=assessments-0-supervision]", "supervised-with-id")
    page.fill("#id_assessments-0-grading-en", "Pass / pass with distinction")
    page.fill("#id_quality-0-title-en", "Programme review")
    page.select_option("[name=quality-0-type]", "programme-quality-assurance")
    page.fill("[name=quality-0-id]", "https://agency.example/accreditation/9")
    page.fill("[name=quality-0-agency]", "Example Quality Agency")
    page.fill("[name=quality-0-agency_url]", "https://agency.example")
    page.fill("[name=quality-0-deqar]", "EXAMPLE-0009")
    page.fill("[name=quality-0-valid_from]", "2025-01-01")
    page.fill("[name=quality-0-valid_until]", "2031-12-31")
    page.wait_for_selector("text=It says all that the European standard demands")


def _term(page, name: str, words: str) -> None:
    """Choose a term in a search field, by typing and the keyboard."""
    field = page.locator(f"#id_{name}[role=combobox]")
    field.fill(words)
    page.wait_for_selector(f".combobox:has(#id_{name}) [role=option]")
    field.press("ArrowDown")
    field.press("Enter")


def _claim(page, mail: Path) -> None:
    address = "learner01@example.org"
    letter = next(one for one in _letters(mail) if one["To"] == address)
    page.goto(_link(letter, "claim"))
    page.click("text=Make an account")
    page.fill("[name=email]", address)
    page.fill("[name=password1]", "a long and winding road")
    page.fill("[name=password2]", "a long and winding road")
    page.click("main form button[type=submit]")
    _wait(lambda: any("confirm" in _text(one).lower() for one in _letters(mail, address)))
    confirmation = next(one for one in _letters(mail, address) if "/confirm-email/" in _text(one))
    page.goto(_link(confirmation, "account/confirm-email"))
    page.click("main form button[type=submit]")
    page.click("text=Take it into my wallet")
    page.wait_for_selector("text=Congratulations")


def _share(page, picture) -> str:
    page.click("text=Share this")
    page.wait_for_selector("text=Who may see what")
    picture(page, "story-09-share")
    page.fill("[name=audience]", "ACME, application of March")
    page.click("text=Make the link")
    page.wait_for_selector("text=Your link is ready")
    picture(page, "story-10-link")
    link = page.input_value("#link")
    page.goto("/wallet")
    page.click("main article a:has-text('Finance for everybody')")
    return link


def _download(page, label: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(f"text={label}")
    return Path(waiting.value.path()).read_bytes()


def _checked(page, data: bytes) -> str:
    page.goto("/verify")
    page.set_input_files("[name=file]", {"name": "badge.json", "mimeType": "application/json", "buffer": data})
    page.wait_for_selector(".verdict")
    return page.locator(".verdict h1").inner_text()


def _revoke(page) -> None:
    page.click("main a:has-text('Revoke')")
    page.fill("#value", "Issued to the wrong person")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_load_state()


def _letters(folder: Path, to: str | None = None) -> list:
    """The letters in the folder: Django appends several to a file, with a line of hyphens between."""
    found = []
    for file in folder.glob("*"):
        for part in file.read_bytes().split(b"-" * 79 + b"\n"):
            if part.strip():
                found.append(email.message_from_bytes(part, policy=policy.default))
    return [one for one in found if to is None or one["To"] == to]


def _text(letter) -> str:
    body = letter.get_body(("plain",))
    return body.get_content() if body is not None else ""


def _link(letter, kind: str) -> str:
    return re.search(rf"https?://\S+/{kind}/[^\s>]+", _text(letter))[0]


def _wait(there, seconds: int = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if there():
                return
        except OSError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"it did not come within {seconds} seconds")
