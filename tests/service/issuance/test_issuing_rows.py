"""Rows become sealed awards, each once, and what the service issued verifies with the service's own sources."""

import pytest

from credenza.errors import Conflict
from credenza.service.issuance import status
from credenza.service.issuance.documents import FORMATS, document
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award, DisplayPage, SealedDocument
from credenza.service.verification.sources import check

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("format_name", FORMATS)
def test_an_award_verifies_in_every_format(award, format_name):
    report = check(document(award, format_name).data)
    failed = [(one.name, one.code, one.reason) for one in report.checks if one.outcome == "failed"]
    assert failed == []
    assert report.check("status").outcome == "passed"
    assert report.award.learner.name == "Ana Pérez"


def test_awards_of_a_large_class_are_stored_whole_and_can_be_changed_afterwards(version, make_row):
    rows = [make_row(n, full_name=f"Ana {n} \\N Pérez", given_name=f"Ana {n}") for n in range(20)]
    made, _ = issue_rows(version, rows, batch=None)
    for _, award in made:
        stored = Award.objects.get(pk=award.pk)
        assert (stored.record, stored.issued_at, stored.valid_until, stored.batch_id) == (
            award.record,
            award.issued_at,
            award.valid_until,
            None,
        )
        assert stored.as_record.learner.name == award.learner_name
        award.email = "new@example.org"
        award.save()
    assert Award.objects.filter(email="new@example.org").count() == len(rows)


def test_a_learner_gets_a_micro_credential_once(version, make_row):
    rows = [make_row(2), make_row(3, full_name="Jānis Bērziņš", given_name="Jānis", family_name="Bērziņš")]
    made, already = issue_rows(version, rows, batch=None)
    assert (len(made), len(already)) == (2, 0)
    made, already = issue_rows(version, rows, batch=None)
    assert (len(made), len(already)) == (0, 2)
    assert Award.objects.count() == 2


def test_the_page_that_a_class_has_in_common_is_stored_once_and_every_sealed_byte_comes_back(version, make_row):
    names = ["Ana", "Bo", "Cy", "Di"]
    rows = [make_row(n, full_name=f"{one} Pérez", given_name=one) for n, one in enumerate(names)]
    issue_rows(version, rows, batch=None)
    page = DisplayPage.objects.get().content.encode()
    stored = SealedDocument.objects.filter(format="elm")
    assert len(stored) == len(names)
    for one in stored:
        assert page in one.data
        assert page not in bytes(one.kept)
        assert check(one.data).check("proof").outcome == "passed"


@pytest.mark.parametrize("format_name", ["elm", "open-badge", "sd-jwt-vc", "pdf"])
def test_a_revoked_award_fails_in_every_format(award, format_name):
    status.revoke(award, "Issued by mistake", actor="test")
    assert check(document(award, format_name).data).check("status").outcome == "failed"


@pytest.mark.parametrize("format_name", ["open-badge", "sd-jwt-vc"])
def test_a_suspended_award_fails_until_it_is_reinstated(award, format_name):
    data = document(award, format_name).data
    status.suspend(award, actor="test")
    assert check(data).check("status").outcome == "failed"
    status.reinstate(award, actor="test")
    assert check(data).check("status").outcome == "passed"


def test_nothing_is_revoked_twice_and_revoked_stays_revoked(award):
    status.revoke(award, "Issued by mistake", actor="test")
    for change in (status.suspend, status.reinstate):
        with pytest.raises(Conflict):
            change(award, actor="test")
    with pytest.raises(Conflict):
        status.revoke(award, "Again", actor="test")


def test_after_revocation_the_learner_may_be_awarded_again(version, make_row, award):
    status.revoke(award, "A wrong grade", actor="test")
    made, _ = issue_rows(version, [make_row()], batch=None)
    assert len(made) == 1
