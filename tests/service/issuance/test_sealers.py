"""What is remembered of how a version is sealed is never older than what the database says."""

import json

import pytest
from django.db import transaction

from credenza.service.issuance import keys
from credenza.service.issuance.documents import document
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import DisplayPage
from credenza.service.verification.sources import check

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issue(version, make_row):
    """Issues to somebody else each time; the new award."""
    numbers = iter(range(1, 100))

    def one():
        name = f"Ana {next(numbers)}"
        made, _ = issue_rows(version, [make_row(full_name=f"{name} Pérez", given_name=name)], batch=None)
        return made[0][1]

    return one


def badge(award):
    return json.loads(document(award, "open-badge").data)


def test_a_new_key_signs_the_very_next_award(issue, organisation):
    assert badge(issue())["proof"]["verificationMethod"].endswith("#proof-1")
    keys.create_proof_key(organisation, actor="test")
    award = issue()
    assert badge(award)["proof"]["verificationMethod"].endswith("#proof-2")
    assert check(document(award, "open-badge").data).check("proof").outcome == "passed"


def test_a_new_name_of_the_organisation_stands_in_the_very_next_award(issue, version, organisation):
    before = issue()
    organisation.record = organisation.record | {"legal_name": {"en": "University of Elsewhere"}}
    organisation.save()
    version.definition.organisation.refresh_from_db()
    after = issue()
    assert badge(after)["issuer"]["name"] == after.record["issuer"]["legal_name"]["en"] == "University of Elsewhere"
    assert badge(before)["issuer"]["name"] != badge(after)["issuer"]["name"]
    assert DisplayPage.objects.count() == 2


def test_nothing_is_remembered_of_what_was_undone(issue):
    with transaction.atomic():
        issue()
        transaction.set_rollback(True)
    assert not DisplayPage.objects.exists()
    award = issue()
    assert check(document(award, "elm").data).check("proof").outcome == "passed"
