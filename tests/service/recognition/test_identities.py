"""Who applies: what the applicant states, what mail and institutions say, and that a stranger gains nothing by stating it."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from credenza.service.issuance.documents import document
from credenza.service.recognition import applying, casework
from credenza.service.wallet import holding

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("federation")]


def signs_in(user, **claims):
    """What is kept when a person signs in by an institution."""
    told = {"schac_home_organization": "uni.example", **claims}
    return SocialAccount.objects.create(user=user, provider="myacademicid", uid="s-1", extra_data={"userinfo": told})


@pytest.fixture
def finder(make_user):
    """Somebody who found the file, and states to be the learner whom it names."""
    return make_user("eve@example.net", given_name="Ana", family_name="Pérez", birth_date=date(2001, 5, 31))


def brings(user, award):
    return holding.bring(user, document(award, "elm").data)


def test_a_credential_mailed_to_the_applicant_is_known_by_that(case):
    assert (case.as_core.person.same, case.as_core.person.assurance) == ("yes", "mail-confirmed")


def test_what_only_states_the_right_name_is_decided_by_no_rule(make_policy, finder, award, requirement, all_fields):
    make_policy(least_ects="1")
    made = applying.apply(finder, brings(finder, award), requirement, all_fields)
    assert made.state == "received"
    assert (made.as_core.person.same, made.as_core.person.assurance) == ("yes", "self-stated")


def test_the_owner_may_let_a_statement_be_enough(make_policy, finder, award, requirement, all_fields):
    make_policy(least_ects="1", applicant="self-stated")
    assert applying.apply(finder, brings(finder, award), requirement, all_fields).state == "decided"


def test_who_signed_in_as_somebody_else_is_in_doubt_whatever_the_profile_says(
    make_policy, finder, award, requirement, all_fields
):
    make_policy(least_ects="1", applicant="self-stated")
    signs_in(finder, given_name="Eve", family_name="Mallory")
    made = applying.apply(finder, brings(finder, award), requirement, all_fields)
    assert made.state == "received"
    assert [one.kind for one in made.as_core.open_flags] == ["person-doubtful"]
    assert made.as_core.person.source == "uni.example, by myacademicid"


def test_signing_in_later_settles_a_doubt(learner, held, requirement, all_fields, evaluator):
    type(learner).objects.filter(pk=learner.pk).update(given_name="", family_name="", birth_date=None)
    learner.refresh_from_db()
    doubtful = applying.apply(learner, held, requirement, all_fields)
    assert doubtful.is_flagged
    signs_in(learner, given_name="Ana", family_name="Pérez", birthdate="2001-05-31")
    clear, _report = casework.verify_again(doubtful)
    assert not clear.is_flagged
    assert clear.as_core.person.assurance == "institution"
    desk = Client()
    desk.force_login(evaluator)
    page = desk.get(f"/console/institute/recognition/cases/{clear.pk}").text
    assert "uni.example, by myacademicid" in page
    assert "Asserted by an institution at sign-in" in page


def test_another_birth_date_at_sign_in_is_another_person(case, learner):
    signs_in(learner, given_name="Ana", family_name="Pérez", birthdate="1999-01-01")
    flagged, _report = casework.verify_again(case)
    assert [one.kind for one in flagged.as_core.open_flags] == ["other-person"]


def test_an_identifier_that_nobody_confirmed_tells_nothing(finder, award, requirement, all_fields):
    type(finder).objects.filter(pk=finder.pk).update(esi="urn:schac:personalUniqueCode:int:esi:uni.example:1")
    finder.refresh_from_db()
    made = applying.apply(finder, brings(finder, award), requirement, all_fields)
    assert made.as_core.applicant.identifiers == ()


def test_an_erased_account_leaves_nothing_of_what_was_asserted(case, learner):
    from credenza.service.wallet import privacy

    signs_in(learner, given_name="Ana", family_name="Pérez", birthdate="2001-05-31")
    casework.verify_again(case)
    privacy.erase(learner)
    left = str(type(case).objects.get(pk=case.pk).core)
    assert "Pérez" not in left
    assert "uni.example" not in left
