"""A seal speaks for an issuer of exactly its name, however alike another one looks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509

from credenza.document.projection import Reading
from credenza.record import Text
from credenza.trust.certificate_path import TrustAnchors
from credenza.trust.certificates import TEST_MARK
from credenza.verifying.evidence import Examined, SignedBy, Sources
from credenza.verifying.issuer_check import issuer_findings, seal_names

from ..trust.conftest import Authority

ADDRESS = "https://uni.example/issuer"


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


@pytest.fixture
def judged(authority, award):
    """The findings of an award that a trusted seal of "A University", at its own address, sealed as a token."""
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(ADDRESS)])
    chain = (authority.issue("CN=Seal,O=A University,C=IE", extensions=[(names, False)]), authority.der)
    signed = SignedBy(chain=chain, token_issuer=ADDRESS)

    def of(sources=Sources(find_method=None, fetch=None), *, issuer, body):  # noqa: B008 - frozen
        issuer = award.issuer.model_copy(update={"identifiers": (), "legal_name": Text(issuer)})
        awarding = award.micro_credential.awarding_body.model_copy(update={"legal_name": Text(body)})
        definition = award.micro_credential.model_copy(update={"awarding_body": awarding})
        said = award.model_copy(update={"issuer": issuer, "micro_credential": definition})
        examined = Examined("sd-jwt-vc", Reading(said, ()), (), (signed,))
        trusting = TrustAnchors.of([authority.der])
        found = issuer_findings(examined, said, sources=replace(sources, anchors=trusting), now=datetime.now(UTC))
        return [one.code for one in found if one.outcome != "passed"]

    return of


OWN = {"en": "A University"}


def test_whoever_seals_in_their_own_name_is_whom_the_seal_names(judged):
    assert judged(issuer=OWN, body=OWN) == ["certificate-revocation-not-checked"]


def test_an_address_in_a_certificate_backs_no_other_name(judged):
    other = {"en": "Trinity College Dublin"}
    assert "issuer-name-differs" in judged(issuer=other, body=other)


@pytest.mark.parametrize("body", [{"en": "Trinity College Dublin"}, OWN | {"de": "Trinity College Dublin"}])
def test_another_body_that_awarded_it_is_only_claimed(judged, body):
    assert "awarding-body-only-claimed" in judged(issuer=OWN, body=body)


def test_the_id_of_an_organisation_that_is_known_goes_with_its_name_only(judged):
    knowing = Sources(find_method=None, fetch=None, goes_by=lambda _id, name: name == "Trinity College Dublin")
    assert "issuer-name-borrowed" in judged(knowing, issuer=OWN, body=OWN)


def test_what_somebody_else_is_known_to_offer_is_issued_by_them_only(judged):
    knowing = Sources(find_method=None, fetch=None, offered_by=lambda _definition: "did:web:tcd.example")
    assert "definition-of-another" in judged(knowing, issuer=OWN, body=OWN)
