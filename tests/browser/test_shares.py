"""A share in a real browser, whose forms say where they come from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from service_fixtures import claim_link

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counted(award, make_user):
    """The link of a share that may be looked at once."""
    from django.utils import timezone

    from credenza.service.wallet import holding, sharing

    held = holding.claim(claim_link(award), make_user("ana@example.org"))
    ends = timezone.now() + timedelta(days=1)
    _, secret = sharing.make(held.owner, {held: ["learner"]}, audience="x", expires_at=ends, maximum_views=1)
    return f"/s/{secret}"


def test_a_share_with_counted_views_opens_by_its_button_once(desktop, counted):
    desktop.goto(counted)
    desktop.locator("main form button").click()
    desktop.get_by_text("Ana Pérez").first.wait_for()
    desktop.goto(counted)
    desktop.get_by_text("used up").wait_for()
