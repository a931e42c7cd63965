"""Sharing: only the chosen fields, only for the chosen time and views, and over when it is withdrawn."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from service_fixtures import claim_link

from credenza.errors import MalformedInput, Refused
from credenza.service.issuance import documents, status
from credenza.service.wallet import holding, looking, sharing
from credenza.service.wallet.models import Share

pytestmark = pytest.mark.django_db
FIELDS = ["learner", "title", "awarding_body", "country_region", "date_of_issuing", "workload"]


@pytest.fixture
def learner(signed_in):
    return signed_in(email="ana@example.org")


@pytest.fixture
def held(learner, award):
    return holding.claim(claim_link(award), learner.user)


def share(held, fields=FIELDS, **changes):
    wish = {"audience": "ACME", "expires_at": timezone.now() + timedelta(days=1), "maximum_views": None} | changes
    return sharing.make(held.owner, {held: fields}, **wish)


def test_only_the_chosen_fields_are_shown(client, held):
    client.logout()
    _, secret = share(held)
    page = client.get(f"/s/{secret}").content.decode()
    assert "Ana Pérez" in page
    assert "2001-05-31" not in page
    assert "What was learned" not in page
    assert "chose not to show" in page


def test_a_learner_shares_through_the_pages(learner, held):
    page = learner.get(f"/wallet/share?c={held.pk}").content.decode()
    birth = re.search(r'<input[^>]*value="birth_date"[^>]*>', page)
    assert birth
    assert "checked" not in birth[0]
    answer = {"c": str(held.pk), f"field-{held.pk}": FIELDS, "audience": "ACME", "until": "2099-01-01", "views": "2"}
    made = learner.post("/wallet/share", answer).content.decode()
    link = re.search(r'value="(http://testserver/s/[\w-]+)"', made)[1]
    assert "<svg" in made
    learner.logout()
    path = link.removeprefix("http://testserver")
    assert "Show" in learner.get(path).content.decode()
    for code in (200, 200, 410):
        assert learner.post(path).status_code == code


def test_looking_at_the_closed_page_uses_no_view(client, held):
    made, secret = share(held, maximum_views=1)
    for _ in range(3):
        client.get(f"/s/{secret}")
    made.refresh_from_db()
    assert made.views == 0


def test_a_withdrawn_share_shows_nothing(learner, held):
    made, secret = share(held)
    learner.post(f"/wallet/shares/{made.pk}/withdraw")
    page = learner.get(f"/s/{secret}")
    assert page.status_code == 410
    assert "Ana" not in page.content.decode()


def test_a_share_ends_at_its_time(client, held):
    made, secret = share(held)
    Share.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/s/{secret}").status_code == 410


def test_the_last_view_is_used_once(held):
    _, secret = share(held, maximum_views=1)
    found = [looking.find(secret), looking.find(secret)]
    looking.look(found[0], language="en", country=None, agent="")
    with pytest.raises(Refused):
        looking.look(found[1], language="en", country=None, agent="")


def test_a_revoked_credential_is_shown_as_revoked(client, held):
    _, secret = share(held)
    status.revoke(held.award, "A mistake", actor="test")
    assert 'class="verdict invalid"' in client.get(f"/s/{secret}").content.decode()


def test_the_log_tells_when_and_not_who(learner, held):
    _, secret = share(held)
    learner.get(f"/s/{secret}", headers={"user-agent": "Mozilla/5.0 (X11; secret-machine) Firefox/130"})
    page = learner.get("/wallet/shares").content.decode()
    assert "Firefox" in page
    assert "secret-machine" not in page


def test_of_a_share_that_is_looked_at_often_the_latest_looks_are_shown(learner, held):
    """The rest is in the copy of all data, so that the page stays short."""
    _, secret = share(held)
    for number in range(25):
        learner.get(
            f"/s/{secret}", headers={"user-agent": f"Mozilla/5.0 (X11) {'Firefox' if number < 5 else 'Chrome'}/130"}
        )
    page = learner.get("/wallet/shares").content.decode()
    assert "Firefox" not in page
    assert page.count("Chrome") == 20
    assert "25 views" in page
    assert "earlier ones" in page


def test_many_shares_are_shown_page_by_page(learner, held):
    for _ in range(23):
        share(held)
    assert learner.get("/wallet/shares").content.decode().count('class="card stack"') == 20
    assert learner.get("/wallet/shares?page=2").content.decode().count('class="card stack"') == 3


def test_nobody_shares_or_withdraws_what_is_anothers(client, held, make_user):
    other = make_user("eve@example.org")
    with pytest.raises(Refused):
        sharing.make(other, {held: FIELDS}, audience="x", expires_at=None, maximum_views=None)
    made, _ = share(held)
    client.force_login(other)
    assert client.post(f"/wallet/shares/{made.pk}/withdraw").status_code == 404
    assert held.title not in client.get(f"/wallet/share?c={held.pk}").content.decode()


@pytest.mark.parametrize("change", [{"maximum_views": 0}, {"expires_at": timezone.now() - timedelta(days=1)}])
def test_an_impossible_share_is_refused(held, change):
    with pytest.raises(MalformedInput):
        share(held, **change)


def test_the_receivers_page_is_kept_from_search_engines_and_referers(client, held):
    _, secret = share(held)
    response = client.get(f"/s/{secret}")
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("secret", ["x", "0" * 32])
def test_a_guessed_link_shows_nothing(client, held, secret):
    assert client.get(f"/s/{secret}").status_code == 410


def test_the_receiver_keeps_a_sealed_file_with_the_shared_fields_only(client, held):
    from credenza.service.verification.sources import check

    _, secret = share(held)
    assert f"/s/{secret}/0.sd-jwt" in client.get(f"/s/{secret}").content.decode()
    data = client.get(f"/s/{secret}/0.sd-jwt").content
    report = check(data)
    assert report.check("proof").outcome == "passed"
    assert report.check("status").outcome == "passed"
    assert report.award.learner.name == "Ana Pérez"
    assert report.award.learner.birth_date is None
    assert report.award.micro_credential.learning_outcomes == ()


def test_a_sealed_file_is_not_had_past_the_count_of_views_or_after_the_end(client, held):
    made, secret = share(held, maximum_views=3)
    assert client.get(f"/s/{secret}/0.sd-jwt").status_code == 404
    made, secret = share(held)
    assert client.get(f"/s/{secret}/1.sd-jwt").status_code == 404
    sharing.withdraw(made)
    assert client.get(f"/s/{secret}/0.sd-jwt").status_code == 410


def test_a_shared_file_of_elsewhere_is_checked_anew_and_its_verdict_kept(learner, held):
    """A look at a file is a check like every other: the wallet's list then tells what it came to."""
    file = holding.bring(learner.user, documents.document(held.award, "open-badge").data)
    _, secret = share(file)
    type(file).objects.filter(pk=file.pk).update(verdict="", checked_at=None)
    page = learner.get(f"/s/{secret}").content.decode()
    assert "Ana Pérez" in page
    file.refresh_from_db()
    assert file.verdict
    assert file.checked_at
