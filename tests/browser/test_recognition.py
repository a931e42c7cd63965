"""Recognition in the browser: a learner applies, is asked, answers; it is decided in part, kept, and checked by anyone."""

from __future__ import annotations

import re
from datetime import date

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(make_organisation):
    """An institution that recognises: its desk open, one requirement, no second reader."""
    from credenza.service.recognition import rulebook
    from credenza.service.recognition.models import Desk

    made = make_organisation("institute", legal_name={"en": "Example Institute of Technology"})
    Desk.objects.create(
        organisation=made,
        is_open=True,
        second_reading="never",
        introduction="We look at every credential with an open mind.",
        appeal="Write to the board within 30 days.",
    )
    outcomes = [{"title": "Explains how bias enters a data set"}, {"title": "Communicates findings to the public"}]
    form = {
        "title": "Introduction to data",
        "purpose": "course",
        "country": "FI",
        "eqf": "6",
        "ects": "3",
        "learning_outcomes": outcomes,
    }
    rulebook.write_requirement(made, form, actor="test")
    return made


@pytest.fixture
def ana(make_user, award):
    from credenza.service.wallet import holding

    user = make_user("ana@example.org", given_name="Ana", family_name="Pérez", birth_date=date(2001, 5, 31))
    holding.accept(holding.offers_to(user).get())
    return user


@pytest.fixture
def eva(make_user, desk):
    from credenza.service.accounts.models import Membership

    user = make_user("eva@example.org", given_name="Eva", family_name="Luator")
    Membership.objects.create(user=user, organisation=desk, role="evaluator")
    return user


@pytest.fixture
def enter(site):
    """Signs people in, each with a session of their own: ``enter(page, user)``."""
    from django.test import Client

    def sign(page, user):
        client = Client()
        client.force_login(user)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])

    return sign


def _apply(page, examine):
    page.goto("/wallet")
    page.get_by_role("link", name="Data analysis for public services").click()
    page.get_by_role("link", name="Ask for recognition").click()
    examine(page, None, "recognition-institutions")
    page.get_by_role("link", name="Introduction to data").click()
    examine(page, None, "recognition-requirement")
    page.get_by_role("button", name="Choose the fields").click()
    page.get_by_label("Stackability").uncheck()
    examine(page, None, "recognition-ask")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/recognition/cases/*")
    page.get_by_text("A decision is due by").wait_for()
    return page.url


def _ask(page, examine):
    page.goto("/console/institute/recognition")
    examine(page, None, "desk-queue")
    page.get_by_role("link", name="Data analysis for public services").click()
    examine(page, None, "desk-case")
    page.get_by_text("Ask the applicant").click()
    page.get_by_label("Questions, one a line").fill("To whom did you present your findings?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("The time has not begun").wait_for()
    return page.url


def _decide(page, case, examine):
    page.goto(case)
    page.get_by_role("button", name="Take this case").click()
    page.get_by_role("link", name="Decide", exact=True).click()
    page.get_by_label("Recognised in part").check()
    page.get_by_label("Reasons").fill("Bias in data is covered; presenting to the public only in part.")
    page.get_by_label("ECTS credits that are granted").fill("2")
    examine(page, None, "desk-decide")
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("It is decided, and the learner has it.").wait_for()
    examine(page, None, "desk-decided")


def test_a_learner_applies_answers_and_holds_a_partial_decision_that_anyone_can_check(
    open_page, enter, ana, eva, desk, examine, tmp_path
):
    learner, evaluator, anyone = (open_page() for _ in range(3))
    enter(learner, ana)
    enter(evaluator, eva)
    own = _apply(learner, examine)
    case = _ask(evaluator, examine)
    learner.goto(own)
    examine(learner, None, "recognition-asked")
    learner.get_by_label("Your answer").fill("To the city council, in March.")
    programme = tmp_path / "programme.txt"
    programme.write_text("Programme of the evening", "utf-8")
    learner.get_by_label(re.compile("^Files")).set_input_files(programme)
    learner.get_by_role("button", name="Send the answer").click()
    learner.get_by_text("the clock goes on").first.wait_for()
    _decide(evaluator, case, examine)
    learner.goto(own)
    learner.get_by_text("Recognised in part").first.wait_for()
    examine(learner, None, "recognition-decided")
    learner.get_by_role("link", name="Open it in my wallet").click()
    with learner.expect_download() as waiting:
        learner.get_by_role("link", name="Open Badge 3.0").click()
    file = tmp_path / "decision.json"
    waiting.value.save_as(file)
    anyone.goto("/verify")
    anyone.locator("input[type=file]").first.set_input_files(file)
    anyone.get_by_role("heading", name=re.compile("Decision on")).wait_for()
    anyone.get_by_text("Nobody changed it since it was sealed").wait_for()
    examine(anyone, None, "recognition-checked")


def test_the_pages_of_the_desk_read_well_at_every_width(open_page, enter, eva, desk, examine):
    from credenza.service.recognition import rulebook

    rule = {
        "title": "Small and good",
        "outcome": "full",
        "when": {"least_eqf": 6, "least_ects": "3", "identity_verified": True},
        "counts_as": {"id": "https://institute.example/courses/1", "title": "Introduction to data", "ects": "3"},
    }
    policy = rulebook.write_policy(desk, rule, actor="test")
    page = open_page()
    enter(page, eva)
    base = "/console/institute/recognition"
    for name in ("rules", "register", "levels", "statistics", "settings", "requirements/new"):
        examine(page, f"{base}/{name}", f"desk-{name.replace('/', '-')}")
    examine(page, f"{base}/policies/{policy.pk}", "desk-policy")


def test_a_rule_that_came_later_is_offered_and_decides_when_the_owner_says_so(
    open_page, enter, ana, eva, desk, examine, make_user, federation
):
    from allauth.socialaccount.models import SocialAccount

    from credenza.service.accounts.models import Membership
    from credenza.service.recognition import reconsidering, rulebook

    told = {"schac_home_organization": "uni.example", "given_name": "Ana", "family_name": "Pérez"}
    SocialAccount.objects.create(user=ana, provider="myacademicid", uid="1", extra_data={"userinfo": told})
    learner, evaluator, owner = (open_page() for _ in range(3))
    enter(learner, ana)
    _apply(learner, lambda *_args: None)
    learner.get_by_text("Add evidence").click()
    examine(learner, None, "recognition-add")
    rule = {"title": "Small and good", "outcome": "full", "when": {"least_ects": "1", "verification": "some"}}
    grant = {"id": "https://institute.example/courses/1", "title": "Introduction to data", "ects": "3"}
    rulebook.write_policy(desk, rule | {"counts_as": grant}, actor="test")
    reconsidering.run(10)
    enter(evaluator, eva)
    evaluator.goto("/console/institute/recognition?view=suggested")
    examine(evaluator, None, "desk-suggested")
    evaluator.get_by_role("link", name="Data analysis for public services").click()
    evaluator.get_by_text("would recognise it now.").first.wait_for()
    examine(evaluator, None, "desk-case-suggested")
    head = make_user("head@example.org")
    Membership.objects.create(user=head, organisation=desk, role="owner")
    enter(owner, head)
    owner.goto("/console/institute/recognition/rules")
    examine(owner, None, "desk-rules-waiting")
    owner.on("dialog", lambda dialog: dialog.accept())
    owner.get_by_role("button", name="Let the rules decide them").click()
    owner.get_by_text("The rules decide 1 case now.").wait_for()
    reconsidering.run(10)
    learner.reload()
    learner.get_by_text("Recognised in full").first.wait_for()
