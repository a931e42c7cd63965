"""What people write stays what it is in the headers of mail and of downloads: no line, no recipient, no name comes of it."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from credenza.recognition import case_events as events
from credenza.service.accounts import people
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import letters, mailing
from credenza.service.issuance.models import Award, Delivery
from credenza.service.recognition import answering, casework
from credenza.service.recognition.models import CaseFile, CaseLetter
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db
HOSTILE = (
    "x\r\nBcc: victim@example.org",
    "x\nBcc: victim@example.org\n\nA body of mine",
    "x\rSubject: mine",
    "x\x0bBcc: victim@example.org",
    "x\x85Bcc: victim@example.org\u2028To: victim@example.org",
)
NAMES = (
    'a"; filename="b.exe',
    "a\r\nSet-Cookie: sessionid=mine",
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "\u202egnp.exe",
    "a\x00b.pdf",
    "%2e%2e%2fa",
    "''utf-8''x",
    "Ω" * 200,
    "",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_adds_no_header_to_any_letter(text, case, award, evaluator, mail):
    """Written past every form, straight into the database: the letters themselves hold."""
    Organisation.objects.update(name=text)
    title = {"en": re.sub(r"[\r\x0b\x85]", "\n", text)}  # the record's own texts refuse all other breaks
    for version in DefinitionVersion.objects.all():
        DefinitionVersion.objects.filter(pk=version.pk).update(record=version.record | {"title": title})
    letters._title.cache_clear()
    people.invite(Organisation.objects.first(), "new@example.org", "issuer", actor=evaluator)
    asked = events.RequestInformation(by=str(evaluator.pk), questions=(text.split()[0],))
    casework.take(case, asked, actor=evaluator, edition=case.edition)
    award = Award.objects.get(pk=award.pk)
    for kind in (letters.CLAIM, letters.REPLACEMENT, letters.REVOKED, letters.SUSPENDED, letters.REINSTATED):
        letters.write_to(award, kind)
        mailing.send_waiting(50)
    letters._title.cache_clear()
    assert {one.state for kind in (Delivery, CaseLetter) for one in kind.objects.all()} == {"sent"}
    assert len(mail.letters) >= 8
    for one in mail.letters:
        assert "victim@example.org" not in f"{one['To']} {one['From']} {one.get('Cc', '')}"
        assert "Bcc" not in one
        assert len(one.get_all("Subject")) == len(one.get_all("To")) == 1
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", one["Subject"])


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_makes_no_other_file_of_a_download(name, client, held, case, evaluator, make_user):
    if "\x00" in name and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL holds no NUL in a text")
    HeldCredential.objects.filter(pk=held.pk).update(title=name)
    asked = events.RequestInformation(by=str(evaluator.pk), questions=("The syllabus?",))
    waiting = casework.take(case, asked, actor=evaluator, edition=case.edition)
    answering.answer(waiting, "Here.", [SimpleUploadedFile("a.pdf", b"%PDF-")], edition=waiting.edition)
    CaseFile.objects.update(name=name)
    client.force_login(held.owner)
    sent = CaseFile.objects.get()
    for path in (f"/wallet/{held.pk}/elm", f"/recognition/cases/{case.pk}/files/{sent.pk}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9_-][A-Za-z0-9._-]{0,110}"', answer["Content-Disposition"])
        assert "Set-Cookie" not in answer or "mine" not in answer["Set-Cookie"]
