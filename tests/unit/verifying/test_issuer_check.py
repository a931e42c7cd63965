"""A seal speaks for an issuer of exactly its name, however alike another one looks."""

import pytest

from credenza.trust.certificates import TEST_MARK
from credenza.verifying.issuer_check import seal_names

from ..trust.conftest import Authority


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def outcome(authority, award):
    def of(organization):
        certificate = authority.issue(f"CN=Seal,O={organization},C=IE")
        return seal_names(certificate, award.issuer.model_copy(update={"identifiers": ()})).outcome

    return of


@pytest.fixture
def name(award):
    return award.issuer.legal_name.best("en")


def test_the_same_name_in_other_letters_and_spaces_speaks_for_it(outcome, name):
    assert outcome(name) == outcome(name.upper()) == outcome(name.replace(" ", "  ")) == "passed"


def test_a_test_seal_speaks_for_the_name_that_it_marks(outcome, name):
    assert outcome(f"{name} {TEST_MARK}") == "passed"


@pytest.mark.parametrize(
    "more", [" (Testing Ltd)", " (TEST)", f" {TEST_MARK} Ltd", " Trust", " (test – not qualified)"]
)
def test_a_name_that_only_begins_the_same_does_not(outcome, name, more):
    assert outcome(name + more) == "failed"
