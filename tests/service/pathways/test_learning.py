"""A learner's progress: what counts and why not, whose it is, and what is missing and offered."""

import pytest
from django.utils import timezone

from credenza.service.issuance import status
from credenza.service.issuance.documents import document
from credenza.service.pathways.learning import look
from credenza.service.wallet import holding

pytestmark = pytest.mark.django_db


def seen(version, learner):
    return look(version, learner, now=timezone.now())


def test_what_is_held_counts_and_what_is_missing_is_offered(make_pathway, learner, earn, small):
    version = make_pathway()
    earn(learner, small["python"])
    found = seen(version, learner)
    assert found.anchored
    assert not found.progress.complete
    assert [one.part for one in found.progress.credentials] == ["python"]
    offered = {offer.title.best("en") for part in found.progress.parts for offer in part.offers}
    assert offered == {"Statistics", "Ethics"}
    earn(learner, small["ethics"])
    assert seen(version, learner).progress.complete
    assert seen(version, learner).progress.proven


def test_a_credential_that_is_only_offered_or_revoked_does_not_count(make_pathway, learner, earn, small, make_row):
    version = make_pathway()
    award = earn(learner, small["python"])
    status.revoke(award, "A mistake", actor="test")
    found = seen(version, learner)
    assert found.progress.credentials == ()
    assert "revoked" in found.left_out[0].reason


def test_files_of_another_person_are_left_out_and_said_so(make_pathway, learner, earn, small, make_user):
    version = make_pathway()
    other = make_user("eva@example.org")
    foreign = earn(
        other, small["ethics"], given_name="Eva", full_name="Eva Novak", family_name="Novak", birth_date="1990-01-01"
    )
    earn(learner, small["python"])
    holding.bring(learner, document(foreign, "open-badge").data)
    found = seen(version, learner)
    assert [one.held.title for one in found.own] == ["Python"]
    assert "another person" in found.left_out[0].reason
    assert not found.progress.complete


def test_files_alone_are_compared_with_the_account_and_show_nothing_of_whose_they_are(
    make_pathway, learner, earn, small, make_user
):
    version = make_pathway()
    earn(learner, small["python"])
    other = make_user("thief@example.org", given_name="Tom", family_name="Thief", birth_date="1980-01-01")
    holding.bring(other, document(learner.credentials.get().award, "pdf").data)
    assert seen(version, other).own == ()
    nameless = make_user("nobody@example.org")
    holding.bring(nameless, document(learner.credentials.get().award, "elm").data)
    found = seen(version, nameless)
    assert len(found.own) == 1
    assert not found.anchored


def test_a_recognition_decision_stands_in_for_a_part(
    make_pathway, organisation, learner, earn, small, make_organisation
):
    """The decision is a credential of the organisation that names the credential of another provider."""
    from credenza.record import Identifier, IdentifierKind
    from credenza.record.class_list import Row
    from credenza.service.issuance.issuing import issue_rows

    version = make_pathway(recognised_by=[organisation.as_record.id])
    elsewhere = make_organisation("elsewhere", legal_name="Another University")
    foreign = earn(learner, small["make"]("ohjelmointi", elsewhere))
    assert seen(version, learner).progress.credentials[0].part is None
    named = Identifier(kind=IdentifierKind.OTHER, value=foreign.urn, scheme_name="recognised credential")
    row = Row(1, foreign.as_record.learner, identifiers=(named,))
    ((_, _decision),), _ = issue_rows(small["python"], [row], batch=None)
    for held in holding.offers_to(learner):
        holding.accept(held)
    found = seen(version, learner)
    assert [(one.part, one.recognised) for one in found.progress.credentials] == [("python", True)]
    assert len(found.decisions) == 1
    assert len(found.counted) == 2
