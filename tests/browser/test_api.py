"""The console's page for keys and webhooks, and the page that describes the API, in a real browser."""

import pytest

from credenza.service.accounts.models import Membership
from credenza.service.api import keys
from credenza.service.api.webhooks import endpoints, events

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(make_user, organisation):
    user = make_user("owner@example.org", given_name="Ona", family_name="Owner")
    Membership.objects.create(user=user, organisation=organisation, role="owner")
    return user


def test_the_description_of_the_api_reads_well(desktop, examine):
    examine(desktop, "/api/docs", "api-docs")


def test_keys_and_webhooks_read_well(desktop, examine, sign_in, owner, organisation):
    keys.make_key(organisation, "Moodle of the whole university", ["read", "issue"], actor=owner)
    old, _ = keys.make_key(organisation, "Old system", ["admin"], actor=owner)
    keys.revoke(old, actor=owner)
    hook, _ = endpoints.add(organisation, "https://lms.example.org/hooks/credenza", ["award.issued"], actor=owner)
    events.ping(hook)
    sign_in(desktop, owner)
    examine(desktop, f"/console/{organisation.slug}/api", "console-api")


def test_an_owner_makes_a_key_and_copies_it(desktop, site, sign_in, owner, organisation):
    sign_in(desktop, owner)
    desktop.goto(f"/console/{organisation.slug}/api")
    form = desktop.locator("form", has_text="A new key")
    form.get_by_label("Name").fill("Moodle")
    form.get_by_label("Read definitions").check()
    form.get_by_role("button", name="Make a key").click()
    secret = desktop.locator("#new-secret").inner_text()
    assert secret.startswith("cz_")
    answer = desktop.request.get(f"{site}/api/v1/organisation", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["slug"] == organisation.slug
    desktop.reload()
    desktop.get_by_text("Moodle").first.wait_for()
