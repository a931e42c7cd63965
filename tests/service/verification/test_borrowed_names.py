"""Whoever can seal something borrows the name, the id or the offers of nobody else by it."""

import json

import pytest
from django.core.management import call_command

from credenza.errors import MalformedInput
from credenza.record import Text
from credenza.service.accounts.models import Membership, Role
from credenza.service.api.keys import make_key
from credenza.service.catalogue import designing
from credenza.service.catalogue.models import definition_id
from credenza.service.issuance import documents, issuing
from credenza.service.verification import sources

pytestmark = pytest.mark.django_db
FAMOUS = "Trinity College Dublin"
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
PROFILE = {"id": "https://tcd.example", "type": ["Profile"]}


@pytest.fixture
def mallory(make_organisation):
    return make_organisation("mallory", legal_name={"en": "Mallory College", "de": "Mallory-Kolleg"})


@pytest.fixture
def signed_by_mallory(client, mallory, make_user):
    """The check of a badge that a member of Mallory College lets the site sign by the W3C VC API."""
    user = make_user("m@example.org")
    Membership.objects.create(user=user, organisation=mallory, role=Role.ISSUER)
    _, secret = make_key(mallory, "k", ["vc:issue"], actor=user)

    def check(*, issuer, **achievement):
        about = {"id": "urn:uuid:4b0a63e6-0c22-4ad8-bd24-aa0a9a2cd2f2", "type": ["Achievement"], "name": "Data"}
        about |= {"description": "Data", "criteria": {"narrative": "An examination"}, **achievement}
        credential = {
            "@context": CONTEXTS,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": "Data",
            "issuer": PROFILE | issuer,
            "validFrom": "2026-01-30T00:00:00Z",
            "credentialSubject": {"type": ["AchievementSubject"], "achievement": about},
        }
        headers = {"authorization": f"Bearer {secret}"}
        answer = client.post(
            "/credentials/issue",
            json.dumps({"credential": credential}),
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code == 201
        return sources.check(json.dumps(answer.json()["verifiableCredential"]).encode())

    return check


@pytest.mark.parametrize("name", ["Mallory College", "Mallory-Kolleg", "MALLORY  COLLEGE"])
def test_an_organisation_signs_by_each_of_its_own_names(signed_by_mallory, name):
    report = signed_by_mallory(issuer={"name": name})
    assert (report.verdict, report.check("issuer").code) == ("verified", "issuer-trusted")


@pytest.mark.parametrize("name", [FAMOUS, "Mallory College Dublin", "Маllory College", "Mallory\u200b College"])
def test_a_key_of_this_site_signs_in_no_other_name(signed_by_mallory, name):
    report = signed_by_mallory(issuer={"name": name})
    assert (report.verdict, report.check("issuer").code) == ("failed", "issuer-name-borrowed")


def test_another_body_that_is_named_as_the_one_that_awarded_it_is_said_to_be_only_claimed(signed_by_mallory):
    report = signed_by_mallory(issuer={"name": "Mallory College"}, creator=PROFILE | {"name": FAMOUS})
    assert (report.verdict, report.check("issuer").code) == ("partially_verified", "awarding-body-only-claimed")


def test_an_organisation_of_this_site_awards_nothing_under_another_name(signed_by_mallory, organisation):
    creator = {"id": organisation.record["id"], "type": ["Profile"], "name": "Mallory College"}
    report = signed_by_mallory(issuer={"name": "Mallory College"}, creator=creator)
    assert (report.verdict, report.check("issuer").code) == ("failed", "issuer-name-borrowed")


def test_nobody_else_issues_what_an_organisation_of_this_site_offers(signed_by_mallory, version):
    report = signed_by_mallory(issuer={"name": "Mallory College"}, id=version.definition.uri)
    assert (report.verdict, report.check("issuer").code) == ("failed", "definition-of-another")


def test_a_definition_is_known_by_its_very_address_and_no_other(version, settings):
    uri = version.definition.uri
    assert definition_id(uri) == version.definition_id
    others = [
        uri.upper(),
        f"{uri}/",
        uri.replace("https://", "https://x."),
        uri.replace("/catalogue", ".evil/catalogue"),
    ]
    assert [definition_id(one) for one in others] == [None] * len(others)


def test_what_is_offered_here_is_awarded_by_whoever_offers_it(mallory, make_version, make_user, make_row):
    stranger = {"id": "https://tcd.example", "legal_name": FAMOUS, "country": "IE"}
    with pytest.raises(MalformedInput) as refused:
        make_version(mallory, awarding_body=stranger)
    assert [one.where for one in refused.value.detail["problems"]] == ["awarding_body"]
    draft = designing.begin(mallory, actor=make_user("designer@example.org"))
    judged = designing.judge(draft.definition, {"title": {"en": "X"}, "awarding_body": stranger})
    assert not judged.ready


def test_a_credential_keeps_the_name_of_its_day_when_its_issuer_gets_another(award):
    sealed = documents.document(award, "open-badge").data
    assert sources.check(sealed).verdict == "verified"
    call_command("rename_organisation", "uni", "en=University of the New Name")
    assert sources.check(sealed).verdict == "verified"
    organisation = award.organisation
    organisation.refresh_from_db()
    assert organisation.as_record.legal_name == Text({"en": "University of the New Name"})


def test_a_new_name_is_known_at_once(award, make_row):
    sources.check(documents.document(award, "open-badge").data)
    call_command("rename_organisation", "uni", "en=University of the New Name")
    award.version.definition.organisation.refresh_from_db()
    made, _ = issuing.issue_rows(award.version, [make_row(full_name="Bo", given_name="Bo", email=None)], batch=None)
    report = sources.check(documents.document(made[0][1], "open-badge").data)
    assert (report.verdict, report.check("issuer").code) == ("verified", "issuer-trusted")
