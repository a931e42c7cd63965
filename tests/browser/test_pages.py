"""Every page for learners, verifiers and designers by WCAG 2.2 A and AA, at both widths, light, dark and mirrored."""

from datetime import timedelta

import pytest
from django.utils import timezone
from service_fixtures import claim_link

from credenza.service.accounts import people
from credenza.service.accounts.models import Membership
from credenza.service.catalogue import designing, publishing
from credenza.service.issuance import status
from credenza.service.issuance.documents import document
from credenza.service.wallet import holding, sharing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def learner(make_user):
    return make_user("ana@example.org", given_name="Ana", family_name="Pérez")


@pytest.fixture
def held(award, learner):
    return holding.claim(claim_link(award), learner)


@pytest.fixture
def owner(make_user, organisation):
    user = make_user("owner@example.org", given_name="Órla", family_name="Ní Mháille")
    Membership.objects.create(user=user, organisation=organisation, role="owner")
    return user


def hand_in(page, data, name="credential.json"):
    page.goto("/verify")
    page.set_input_files("[name=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.wait_for_selector("main h1")


@pytest.mark.parametrize("path", ["/", "/verify", "/catalogue", "/o/uni/verify"])
def test_pages_for_anyone(desktop, examine, version, path):
    examine(desktop, path, f"anyone{path.replace('/', '-')}")


def test_the_page_of_a_micro_credential(desktop, examine, version):
    examine(desktop, f"/catalogue/{version.definition_id}", "offer")


def test_the_verdicts(desktop, examine, award):
    for format_name, name in (("open-badge", "verdict-valid"), ("elm", "verdict-test-seal")):
        hand_in(desktop, document(award, format_name).data)
        desktop.wait_for_selector(".verdict")
        examine(desktop, None, name)
    forged = document(award, "open-badge").data.replace("Ana Pérez".encode(), "Eva Pérez".encode())
    hand_in(desktop, forged)
    desktop.wait_for_selector(".verdict.invalid")
    examine(desktop, None, "verdict-forged")
    hand_in(desktop, b"hello")
    examine(desktop, None, "verdict-unreadable")


def test_a_file_is_checked_without_script(without_script, award):
    without_script.goto("/verify")
    data = document(award, "open-badge").data
    without_script.set_input_files("[name=file]", {"name": "a.json", "mimeType": "application/json", "buffer": data})
    without_script.click("main form button[type=submit]")
    without_script.locator(".verdict.valid").wait_for()


def test_the_number_on_a_certificate(desktop, examine, award):
    desktop.goto(f"/o/uni/verify#{award.urn}")
    desktop.wait_for_selector(".verdict")
    examine(desktop, None, "number-known")


def test_claiming(desktop, examine, sign_in, award, learner):
    secret = claim_link(award)
    examine(desktop, f"/claim/{secret}", "claim")
    examine(desktop, "/claim/none", "claim-unknown")
    sign_in(desktop, learner)
    desktop.goto("/wallet")
    examine(desktop, None, "wallet-offer")


@pytest.mark.parametrize("page", ["", "/bring", "/share", "/shares"])
def test_the_wallet(desktop, examine, sign_in, held, learner, page):
    sharing.make(learner, {held: ["title"]}, audience="ACME", expires_at=None, maximum_views=3)
    sign_in(desktop, learner)
    examine(desktop, f"/wallet{page}", f"wallet{page.replace('/', '-')}")


def test_a_credential_and_its_fields(desktop, examine, sign_in, held, learner):
    sign_in(desktop, learner)
    examine(desktop, f"/wallet/{held.pk}", "wallet-credential")
    examine(desktop, f"/wallet/share?c={held.pk}", "wallet-share-fields")
    desktop.fill("[name=audience]", "ACME")
    desktop.click("text=Make the link")
    desktop.wait_for_selector("#link")
    examine(desktop, None, "wallet-share-link")


def test_what_the_receiver_of_a_link_sees(desktop, examine, held, learner):
    fields = ["title", "learner", "awarding_body", "workload", "learning_outcomes"]
    until = timezone.now() + timedelta(days=1)
    _, secret = sharing.make(learner, {held: fields}, audience="ACME", expires_at=until, maximum_views=None)
    examine(desktop, f"/s/{secret}", "shared")
    status.revoke(held.award, "A mistake", actor="test")
    examine(desktop, f"/s/{secret}", "shared-revoked")
    _, secret = sharing.make(learner, {held: fields}, audience="ACME", expires_at=until, maximum_views=1)
    examine(desktop, f"/s/{secret}", "shared-closed")
    examine(desktop, "/s/none", "shared-unknown")


@pytest.mark.parametrize("page", ["", "/organisation", "/people", "/keys", "/audit?check", "/definitions"])
def test_the_console(desktop, examine, sign_in, owner, organisation, version, page):
    sign_in(desktop, owner)
    name = page.replace("/", "-").partition("?")[0]
    examine(desktop, f"/console/{organisation.slug}{page}", f"console{name}")


def test_designing(desktop, examine, sign_in, owner, organisation, version):
    sign_in(desktop, owner)
    draft = publishing.begin_next(version.definition, type(version), actor=owner)
    base = f"/console/{organisation.slug}/definitions"
    examine(desktop, f"{base}/{draft.pk}/edit", "designer-filled")
    empty = designing.begin(organisation, actor=owner)
    examine(desktop, f"{base}/{empty.pk}/edit", "designer-empty")
    examine(desktop, f"{base}/{version.pk}", "definition")


def test_the_preview_follows_what_is_typed(desktop, sign_in, owner, organisation):
    sign_in(desktop, owner)
    empty = designing.begin(organisation, actor=owner)
    desktop.goto(f"/console/{organisation.slug}/definitions/{empty.pk}/edit")
    desktop.fill("#id_title-en", "Finance for everybody")
    desktop.wait_for_selector("[data-live-place] >> text=Finance for everybody")
    told = desktop.locator("[data-field=prerequisites] .finding")
    told.wait_for()
    desktop.fill("#id_prerequisites-en", "None")
    told.wait_for(state="detached")
    desktop.locator("#assessments > .finding.error").wait_for()


def test_an_invitation(desktop, examine, sign_in, owner, organisation, make_user):
    secret = people.invite(organisation, "new@example.org", "issuer", actor=owner)
    sign_in(desktop, make_user("new@example.org"))
    examine(desktop, f"/invitation/{secret}", "invitation")


def test_an_organisation_that_demands_a_second_factor(desktop, examine, sign_in, owner, organisation):
    organisation.second_factor = True
    organisation.save()
    sign_in(desktop, owner)
    examine(desktop, f"/console/{organisation.slug}", "second-factor-needed")
