"""Letters to learners: what they say, how often they go out, what becomes of those that come back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from service_fixtures import claim_link

from credenza.errors import Conflict, Refused
from credenza.service.issuance import bounces, claims, letters, mailing
from credenza.service.issuance.models import Award, ClaimLink, Delivery

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mail.example
To: no-reply@testserver
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
Content-Type: {kind}

From: no-reply@testserver
Message-ID: {message_id}
Subject: A micro-credential

--b--
"""


def report(letter: Delivery, action: str = "failed", kind: str = "text/rfc822-headers", message_id: str = "") -> bytes:
    return REPORT.format(action=action, kind=kind, message_id=message_id or letter.message_id).encode()


@pytest.fixture
def letter(award, mail):
    """A claim letter that was sent."""
    made = letters.write_to(award)
    mailing.send_waiting(10)
    made.refresh_from_db()
    return made


def test_a_letter_names_issuer_title_and_link_and_nothing_more_of_the_learner(letter, mail):
    (sent,) = mail.letters
    text, html = sent.get_body(("plain",)).get_content(), sent.get_body(("html",)).get_content()
    assert sent["To"] == "ana@example.org"
    assert sent["Message-ID"] == letter.message_id
    for body in (text, html):
        assert "Data analysis" in body
        assert re.search(r"http://testserver/claim/\S{30}", body)
        for personal in ("Pérez", "2001", "B"):
            assert f" {personal} " not in body
    link = re.search(r"http://testserver/claim/\S+", text)[0]
    assert f'<a class="button" href="{link}">' in html
    assert f">{link}</a>" in html, "who trusts no button reads where it leads"
    assert letter.state == "sent"


def test_a_letter_that_was_sent_is_not_sent_again(letter, mail):
    assert mailing.send_waiting(10) == 0
    assert len(mail.letters) == 1


def test_a_letter_repeated_after_a_crash_has_the_same_message_id_and_a_link_that_works(letter, mail):
    Delivery.objects.update(
        state="waiting", sent_at=None
    )  # killed after the server's answer, before the state was stored
    mailing.send_waiting(10)
    first, second = mail.letters
    assert first["Message-ID"] == second["Message-ID"]
    links = {re.search(r"/claim/(\S+)", one.get_body(("plain",)).get_content())[1] for one in mail.letters}
    assert len(links) == 1
    assert claims.open_link(links.pop()).pk == letter.award_id


def test_a_letter_refused_for_good_has_failed_and_one_refused_for_now_waits(award, mail):
    mail.refuse = {"ana@example.org": "550 no such user"}
    first = letters.write_to(award)
    mailing.send_waiting(10)
    first.refresh_from_db()
    assert (first.state, first.problem[:3]) == ("failed", "550")
    mail.refuse = {"ana@example.org": "451 try later"}
    second = letters.write_to(award)
    mailing.send_waiting(10)
    second.refresh_from_db()
    assert second.state == "waiting"
    assert second.next_attempt_at > timezone.now()


def test_letters_wait_while_the_mail_server_is_away(award, mail, settings):
    settings.EMAIL_PORT = 1
    letter = letters.write_to(award)
    with pytest.raises(OSError, match="refused"):
        mailing.send_waiting(10)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("waiting", 0)


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_letter_that_came_back_is_marked(letter, kind):
    bounces.take(report(letter, kind=kind))
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == ("bounced", "5.1.1 550 5.1.1 No such user")


def test_a_mailbox_of_notifications_is_read_by_a_command(letter, tmp_path, capsys):
    box = tmp_path / "box"
    box.write_bytes(b"From a@b Mon\n" + report(letter) + b"\nFrom a@b Mon\nSubject: Spam\n\nHello\n")
    call_command("take_bounces", str(box))
    assert "1 letters came back" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        {"action": "delayed"},
        {"message_id": "<11111111-2222-3333-4444-555555555555@testserver>"},
        {"message_id": "<not-ours@testserver>"},
        {"message_id": "<------------------------------------@testserver>"},
    ],
)
def test_what_is_no_failure_or_not_ours_marks_nothing(letter, change):
    assert bounces.take(report(letter, **change)) is None
    assert bounces.take(report(letter).replace(b"@testserver>", b"@other.example>")) is None
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_a_claim_link_works_once(award, make_user):
    secret = claim_link(award)
    user, other = make_user("ana@example.org", country="ES"), make_user("eve@example.org")
    assert claims.open_link(secret) == award
    assert claims.use_link(secret, user).holder == user
    with pytest.raises(Refused) as refused:
        claims.use_link(secret, other)
    assert refused.value.code == "claim-link-used"


def test_a_newer_link_takes_the_place_of_an_older_one(award):
    old, new = claim_link(award), claim_link(award)
    with pytest.raises(Refused) as refused:
        claims.open_link(old)
    assert refused.value.code == "claim-link-withdrawn"
    assert claims.open_link(new) == award


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda: ClaimLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1)), "claim-link-expired"),
        (lambda: Award.objects.update(revoked_at=timezone.now()), "credential-revoked"),
        (lambda: ClaimLink.objects.all().delete(), "claim-link-unknown"),
    ],
)
def test_a_link_that_works_no_more_says_why(award, make_user, change, code):
    secret = claim_link(award)
    change()
    user = make_user("ana@example.org")
    for use in (claims.open_link, lambda one: claims.use_link(one, user)):
        with pytest.raises(Refused) as refused:
            use(secret)
        assert refused.value.code == code


def test_a_credential_in_a_wallet_is_not_claimed_by_another(award, make_user):
    first, second = make_user("ana@example.org"), make_user("eve@example.org")
    claims.use_link(claim_link(award), first)
    with pytest.raises(Conflict):
        claims.use_link(claim_link(award), second)


def test_only_the_digest_of_a_link_is_kept(award):
    secret = claim_link(award)
    kept = ClaimLink.objects.get()
    assert len(secret) >= 32
    assert secret not in str(vars(kept))
