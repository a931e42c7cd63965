"""Pathways in a real browser: made, approved, followed, completed, and the larger award held and checked with its parts."""

from __future__ import annotations

from datetime import date

import pytest

from credenza.record.class_list import Row
from credenza.service.accounts.models import Membership
from credenza.service.issuance import status
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award
from credenza.service.wallet import holding

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONSOLE = "/console/uni/pathways"


@pytest.fixture
def people(make_user, organisation):
    """A designer, a second one who issues too, and a learner."""
    roles = {"designer": ["designer"], "second": ["designer", "issuer"], "learner": []}
    made = {}
    for name, held in roles.items():
        made[name] = make_user(
            f"{name}@example.org", given_name="Ana", family_name=name.capitalize(), birth_date=date(2001, 5, 31)
        )
        for role in held:
            Membership.objects.create(user=made[name], organisation=organisation, role=role)
    return made


@pytest.fixture
def offered(organisation, make_version):
    """Two small micro-credentials and a larger one, in the catalogue."""
    names = ("Python for public data", "Statistics that people understand", "Certificate in public data")
    return [
        make_version(
            organisation, title={"en": name}, learning_outcomes=[{"title": f"Can do: {name}", "kind": "skill"}]
        )
        for name in names
    ]


@pytest.fixture
def earn(people, make_row):
    """Gives the learner a micro-credential, accepted into the wallet."""

    def give(version):
        learner = make_row(email="learner@example.org", full_name="Ana Learner", family_name="Learner").learner
        issue_rows(version, [Row(1, learner)], batch=None)
        for held in holding.offers_to(people["learner"]):
            holding.accept(held)

    return give


def test_from_a_blank_form_to_the_larger_award(desktop, people, offered, earn, sign_in, examine, picture):
    page = desktop
    python, statistics, _certificate = offered

    # A designer makes the pathway; the checker explains beside the form.
    sign_in(page, people["designer"])
    page.goto(CONSOLE)
    page.click("text=Make a new pathway")
    examine(page, None, "pathway-blank")
    page.fill("#id_title-en", "Certificate in public data")
    page.fill("#id_description", "Two small steps come to a certificate.")
    page.select_option("[name=award]", label="Certificate in public data")
    page.fill("#id_parts-0-title-en", "Python")
    page.select_option("[name=parts-0-definitions]", python.definition.uri)
    page.click("text=Another part")
    page.fill("#id_parts-1-title-en", "Anything in data")
    page.select_option("[name=parts-1-minimum_eqf]", "8")
    page.wait_for_selector("text=Nobody could complete it")
    examine(page, None, "pathway-impossible")
    page.select_option("[name=parts-1-minimum_eqf]", "5")
    page.wait_for_selector("text=It can be completed with what is offered")
    page.click("text=Save and ask for approval")
    page.wait_for_selector("text=Awaiting approval")

    # A second person approves.
    address = page.url
    sign_in(page, people["second"])
    page.goto("/console/uni")
    page.get_by_text("1 pathway waits for a second person.").wait_for()
    examine(page, address, "pathway-approve")
    page.click("text=Approve and publish")
    page.wait_for_selector("text=Learners can follow it now")
    examine(page, CONSOLE, "pathways-console")

    # A learner finds it from a micro-credential, and sees what is missing.
    earn(python)
    sign_in(page, people["learner"])
    page.goto(f"/catalogue/{python.definition_id}")
    page.click("section:has-text('Counts towards') a")
    examine(page, None, "pathway-public")
    page.click("text=See my progress")
    page.get_by_role("heading", name="Not complete yet").wait_for()
    examine(page, None, "pathway-progress")
    page.click("text=Follow this pathway")
    examine(page, "/wallet", "pathway-wallet")
    examine(page, "/pathways", "pathways")

    # She completes it and asks for the larger award.
    earn(statistics)
    page.goto("/wallet")
    page.click("text=Certificate in public data")
    page.click("text=Ask for the larger award")
    page.wait_for_selector("text=You have asked for it")
    examine(page, None, "pathway-asked")

    # The issuer looks and approves.
    sign_in(page, people["second"])
    page.goto(CONSOLE)
    page.click("text=Look at it")
    examine(page, None, "pathway-request")
    page.click("text=Approve and issue")
    page.wait_for_selector("text=The larger award is issued")

    # She holds it; whoever checks it sees that its parts stand, and when one is revoked.
    sign_in(page, people["learner"])
    page.goto("/wallet")
    page.locator("section:has-text('My credentials')").get_by_role("link", name="Certificate in public data").click()
    examine(page, None, "pathway-larger-award")
    page.get_by_text("‘Python for public data’ is verified.").first.wait_for()
    with page.expect_download() as waiting:
        page.click("text=Comprehensive Learner Record 2.0")
    page.goto("/verify")
    page.set_input_files("[name=file]", waiting.value.path())
    page.wait_for_selector("text=What it was made of")
    picture(page, "pathway-verified")
    status.revoke(Award.objects.get(version=python), "Issued by mistake", actor="test")
    page.goto("/verify")
    page.set_input_files("[name=file]", waiting.value.path())
    page.wait_for_selector("text=Not valid")
    examine(page, None, "pathway-part-revoked")
    page.get_by_text("‘Python for public data’ did not pass").first.wait_for()


def test_groups_in_groups_are_designed_without_script(without_script, desktop, people, offered, sign_in, examine):
    page = without_script
    sign_in(page, people["designer"])
    page.goto(CONSOLE)
    page.get_by_role("button", name="Make a new pathway").click()
    page.locator("#id_title-en").fill("Certificate in public data")
    page.locator("[name=award]").select_option(label="Certificate in public data")
    page.get_by_role("button", name="Another group", exact=True).click()

    core = page.locator("fieldset.branch", has_text="Title of the group")
    core.locator("[name=groups-0-title-en]").fill("Core")
    core.locator("[name=groups-0-choose]").fill("1")
    page.get_by_role("button", name="Another group", exact=True).click()
    page.locator("[name=groups-1-title-en]").fill("People")
    page.locator("[name=groups-1-group]").select_option(label="\u2007\u2007Core")
    page.get_by_role("button", name="Save the draft").click()

    for place, (group, version) in enumerate(zip(("Core", "People"), offered, strict=False)):
        page.get_by_role("button", name=f"Another part in {group}", exact=True).click()
        page.locator(f"[name=parts-{place}-title-en]").fill(version.title.split()[0])
        page.locator(f"[name=parts-{place}-definitions]").select_option(version.definition.uri)
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_text("1 of these 2 needed").wait_for()
    page.get_by_role("heading", name="It can be completed with what is offered").wait_for()

    sign_in(desktop, people["designer"])
    examine(desktop, page.url, "pathway-nested")
    desktop.get_by_text("1 of these 2 needed").click()
    desktop.locator("[name=groups-0-choose]").fill("3")
    desktop.get_by_text("asks for 3 of only 2 parts").wait_for()
    desktop.get_by_role("button", name="Another part in People").click()
    desktop.locator("#new-part").wait_for()
    examine(desktop, None, "pathway-nested-more")
