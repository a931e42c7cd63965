"""A learner's wallet: claimed once, held by one, brought along, downloaded, exported and erased."""

import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from service_fixtures import claim_link

from credenza.errors import Conflict, Refused
from credenza.service.issuance import claims, status
from credenza.service.issuance.documents import document
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(signed_in):
    """A client signed in as the learner whom the award was mailed to."""
    return signed_in(email="ana@example.org")


@pytest.fixture
def held(learner, award):
    return holding.claim(claim_link(award), learner.user)


def test_a_mailed_link_asks_to_sign_in_first(client, award):
    page = client.get(f"/claim/{claim_link(award)}").content.decode()
    assert "Sign in" in page
    assert "Ana" not in page


def test_a_link_puts_the_award_into_the_wallet_once(learner, award):
    secret = claim_link(award)
    assert learner.post(f"/claim/{secret}").status_code == 302
    assert learner.post(f"/claim/{secret}").status_code == 410
    award.refresh_from_db()
    assert award.holder == learner.user
    assert "Data analysis" in learner.get("/wallet").content.decode()


def test_a_second_person_with_the_same_link_is_told(learner, award, make_user, client):
    secret = claim_link(award)
    learner.post(f"/claim/{secret}")
    client.force_login(make_user("eve@example.org"))
    assert client.post(f"/claim/{secret}").status_code == 410
    award.refresh_from_db()
    assert award.holder == learner.user


@pytest.mark.parametrize("secret", ["x", "a" * 200, ".."])
def test_a_forged_link_offers_nothing(learner, award, secret):
    assert learner.post(f"/claim/{secret}").status_code in (404, 410)


def test_an_award_sent_to_ones_address_is_offered_on_sign_in(learner, award):
    assert "New to accept" in learner.get("/wallet").content.decode()
    held = HeldCredential.objects.get(owner=learner.user)
    learner.post(f"/wallet/{held.pk}/respond", {"answer": "accept"})
    award.refresh_from_db()
    assert award.holder == learner.user


def test_an_address_that_is_not_confirmed_is_offered_nothing(client, award, make_user):
    from allauth.account.models import EmailAddress

    user = make_user("ana@example.org")
    EmailAddress.objects.filter(user=user).update(verified=False)
    client.force_login(user)
    assert "New to accept" not in client.get("/wallet").content.decode()


def test_of_two_people_who_accept_the_same_award_one_is_told(learner, award, make_user):
    mine = holding.offers_to(learner.user).get()
    other = make_user("eve@example.org")
    holding.claim(claim_link(award), other)
    with pytest.raises(Conflict):
        holding.accept(mine)


def test_anothers_credential_is_not_there(client, held, make_user):
    client.force_login(make_user("eve@example.org"))
    for address in (f"/wallet/{held.pk}", f"/wallet/{held.pk}/pdf"):
        assert client.get(address).status_code == 404
    assert client.post(f"/wallet/{held.pk}/respond", {"answer": "remove"}).status_code == 404


def test_the_card_tells_when_it_is_revoked(learner, held):
    assert "In force" in learner.get("/wallet").content.decode()
    status.revoke(held.award, "A mistake", actor="test")
    assert "Revoked" in learner.get("/wallet").content.decode()
    assert 'class="verdict invalid"' in learner.get(f"/wallet/{held.pk}").content.decode()


@pytest.mark.parametrize("format_name", ["pdf", "elm", "open-badge", "sd-jwt-vc", "badge-png", "badge-svg"])
def test_a_credential_is_downloaded_in_every_format(learner, held, format_name):
    response = learner.get(f"/wallet/{held.pk}/{format_name}")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content == document(held.award, format_name).data


@pytest.mark.parametrize("format_name", ["elm", "open-badge", "sd-jwt-vc", "pdf", "badge-png"])
def test_a_file_of_any_issuer_can_be_brought_along_once(learner, award, format_name):
    data = document(award, format_name).data
    for code in (302, 422):
        upload = SimpleUploadedFile("credential", data)
        assert learner.post("/wallet/bring", {"file": upload}).status_code == code


def test_a_forged_file_is_not_kept(learner, award):
    data = document(award, "open-badge").data.replace("Ana Pérez".encode(), "Eva Pérez".encode())
    assert learner.post("/wallet/bring", {"file": SimpleUploadedFile("c", data)}).status_code == 422
    assert not HeldCredential.objects.filter(owner=learner.user).exclude(state="offered").exists()


def test_a_search_finds_words_without_accents(learner, held):
    assert held.title in learner.get("/wallet", {"q": "ANAILIS sonrai"}).content.decode()
    assert "Nothing in your wallet matches" in learner.get("/wallet", {"q": "carpentry"}).content.decode()


def test_everything_can_be_taken_along(learner, held):
    response = learner.post("/wallet/export")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        names = archive.namelist()
        assert json.loads(archive.read("profile.json"))["email"] == "ana@example.org"
        assert any(name.endswith(".pdf") for name in names)
        assert any(name.endswith("elm.jsonld") for name in names)


def test_a_deleted_account_leaves_nothing_personal_and_the_status_works(learner, held, client):
    from credenza.service.wallet import privacy

    data = document(held.award, "open-badge").data
    award = held.award
    user = learner.user
    privacy.erase(user)
    award = Award.objects.get(pk=award.pk)
    left = json.dumps([award.record, award.learner_name, award.email, award.content_digest])
    assert "Ana" not in left
    assert "ana@" not in left
    assert award.documents.count() == 0
    page = client.post("/verify", {"file": SimpleUploadedFile("c", data)}).content.decode()
    assert 'class="verdict valid"' in page
    status.revoke(award, "A mistake", actor="test")
    page = client.post("/verify", {"file": SimpleUploadedFile("c", data)}).content.decode()
    assert 'class="verdict invalid"' in page


def test_deleting_asks_who_one_is_and_for_the_address(learner, held):
    assert learner.get("/wallet/delete-account").status_code == 302  # sign in again first


def test_the_last_owner_of_an_organisation_is_not_deleted(signed_in, organisation):
    from credenza.service.wallet import privacy

    owner = signed_in("owner", organisation)
    with pytest.raises(Conflict):
        privacy.erase(owner.user)


@pytest.mark.parametrize(
    "address", ["/wallet", "/wallet/bring", "/wallet/share", "/wallet/shares", "/wallet/delete-account"]
)
def test_a_stranger_is_asked_to_sign_in(client, address):
    assert client.get(address).status_code == 302


def test_an_offer_goes_with_the_address_that_it_was_sent_to(learner, award):
    """Whoever gives up an address neither reads nor takes what was sent there, whenever it was offered."""
    from allauth.account.models import EmailAddress

    learner.get("/wallet")
    held = HeldCredential.objects.get(owner=learner.user)
    EmailAddress.objects.filter(user=learner.user).update(verified=False)
    assert learner.get(f"/wallet/{held.pk}").status_code == 404
    assert learner.get(f"/wallet/{held.pk}/elm").status_code == 404
    learner.post(f"/wallet/{held.pk}/respond", {"answer": "accept"})
    with pytest.raises(Refused) as refused:
        holding.accept(held)
    assert refused.value.code == "award-not-offered"
    award.refresh_from_db()
    assert award.holder is None


def test_an_offer_that_somebody_else_took_is_not_read_any_more(learner, award, make_user):
    learner.get("/wallet")
    held = HeldCredential.objects.get(owner=learner.user)
    claims.use_link(claim_link(award), make_user("other@example.org"))
    assert learner.get(f"/wallet/{held.pk}").status_code == 404


def test_why_an_award_was_revoked_is_not_in_the_trail_that_nobody_can_erase(award):
    status.revoke(award, "Ana Pérez cheated", actor="test")
    assert "Ana" not in json.dumps(list(award.organisation.audit_events.values_list("detail", flat=True)))


def test_a_deleted_account_leaves_no_invitation_and_no_key_that_works(learner, organisation):
    from credenza.service.accounts import people
    from credenza.service.api import keys
    from credenza.service.wallet import privacy

    people.invite(organisation, learner.user.email, "reader", actor=learner.user)
    key, _secret = keys.make_key(organisation, "Moodle", ["vc:issue"], actor=learner.user)
    privacy.erase(learner.user)
    assert not organisation.invitations.exists()
    assert not type(key).objects.filter(pk=key.pk).exists()


def test_a_large_wallet_is_shown_page_by_page_the_newest_first(signed_in):
    client = signed_in(email="ana@example.org")
    begun = timezone.now()
    HeldCredential.objects.bulk_create(
        HeldCredential(
            owner=client.user,
            digest=f"{n:064}",
            state="accepted",
            title=f"Course {n:03}",
            issued_at=begun - timedelta(days=n),
        )
        for n in range(130)
    )
    pages = [client.get(f"/wallet?page={n}").content.decode() for n in (1, 2, 3)]
    shown = [re.findall(r"Course (\d{3})", page) for page in pages]
    assert [int(one) for page in shown for one in page] == list(range(130))
    assert 'aria-current="page">3<' in pages[2]


def test_offers_that_nobody_asked_for_leave_room_for_ones_own_files(learner, award, version, make_row, monkeypatch):
    """Whoever may issue could fill the wallets of others with what is offered to them."""
    monkeypatch.setattr(holding, "MOST_FILES", 1)
    row = make_row(full_name="Bo Lind", birth_date=date(1990, 1, 1), email="bo@example.org")
    other, _ = issue_rows(version, [row], batch=None)
    assert len(holding.offers_to(learner.user)) == 1
    holding.bring(learner.user, document(other[0][1], "elm").data)
    with pytest.raises(Refused) as refusal:
        holding.bring(learner.user, document(other[0][1], "open-badge").data)
    assert refusal.value.code == "wallet-full"


def test_pages_whose_address_is_a_secret_are_kept_from_search_engines(client, award):
    for secret in (claim_link(award), "unknown"):
        assert "noindex" in client.get(f"/claim/{secret}")["X-Robots-Tag"]
