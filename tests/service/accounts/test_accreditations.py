"""The accreditations of an organisation: written by its owner, named in what it issues, judged by whoever checks."""

import pytest
from django.utils import timezone

from credenza.errors import Conflict, MalformedInput
from credenza.record import Accreditation
from credenza.service.accounts import accreditations
from credenza.service.accounts.models import Organisation
from credenza.service.accounts.provisioning import change_organisation, edition
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import issuing
from credenza.service.issuance.documents import document
from credenza.service.verification import sources

pytestmark = pytest.mark.django_db
ID = "https://register.example/decision/17"
FILLED = {
    "title-en": "Institutional review",
    "type": "institutional-quality-assurance",
    "id": ID,
    "agency": "Quality agency",
    "agency_url": "https://agency.example",
    "valid_from": "2020-01-01",
    "valid_until": "2099-12-31",
    "jurisdictions": "FI",
}
FORM = {
    "id": ID,
    "type": "institutional-quality-assurance",
    "title": "Institutional review",
    "agency": {"id": "https://agency.example", "legal_name": "Quality agency"},
    "description": "Every six years.",
}


def page(organisation, id=""):
    return f"/console/{organisation.slug}/organisation/accreditation" + (f"?id={id}" if id else "")


def add(organisation, form, actor):
    accreditations.add(organisation, accreditations.read(organisation, form), actor=actor)


def change(organisation, form, actor):
    before = accreditations.find(organisation, form["id"])
    made = accreditations.read(organisation, form)
    accreditations.change(organisation, ID, made, edition=accreditations.edition(before), actor=actor)


def filled(organisation):
    """The form as a person gets it, with the edition of what it shows."""
    one = accreditations.find(fresh(organisation), ID)
    return FILLED | {"edition": accreditations.edition(one)}


def fresh(organisation):
    return Organisation.objects.get(pk=organisation.pk)


@pytest.fixture
def issued(organisation, version, make_row):
    """Issues one more award, and gives it in a format."""
    numbers = iter(range(1, 9))

    def issue(name):
        number = next(numbers)
        row = make_row(number, family_name=f"Pérez {number}", full_name=f"Ana Pérez {number}")
        again = DefinitionVersion.objects.select_related("definition__organisation").get(pk=version.pk)
        made, _ = issuing.issue_rows(again, [row], batch=None)
        return document(made[0][1], name).data

    return issue


@pytest.fixture
def owner(signed_in, organisation):
    return signed_in("owner", organisation)


def test_an_owner_writes_changes_and_takes_one_away(owner, organisation):
    answer = owner.post(page(organisation), FILLED)
    assert answer.status_code == 302, answer.content.decode()
    (one,) = fresh(organisation).as_record.accreditations
    assert (one.id, one.agency.id, one.valid_until.year) == (ID, "https://agency.example", 2099)
    assert [place.notation for place in one.jurisdictions] == ["FI"]
    listed = owner.get(f"/console/{organisation.slug}/organisation/accreditations").content.decode()
    assert "Institutional review" in listed
    assert owner.post(page(organisation, ID), filled(organisation) | {"title-en": "Second review"}).status_code == 302
    (one,) = fresh(organisation).as_record.accreditations
    assert one.title.best("en") == "Second review"
    assert owner.post(page(organisation, ID), {"do": "take-away"}).status_code == 302
    assert fresh(organisation).as_record.accreditations == ()
    actions = list(organisation.audit_events.values_list("action", flat=True).order_by("-number")[:3])
    assert actions == ["accreditation.taken-away", "accreditation.kept", "accreditation.kept"]


def test_the_form_shows_what_is_there_and_keeps_what_it_does_not_show(owner, organisation):
    add(organisation, FORM | {"eqf_levels": ["6"]}, owner.user)
    shown = owner.get(page(organisation, ID)).context["form"]
    assert shown.initial["eqf_levels"] == ["6"]
    assert owner.post(page(organisation, ID), filled(organisation)).status_code == 302
    (one,) = fresh(organisation).as_record.accreditations
    assert one.description.best("en") == "Every six years."


HIDDEN = {
    "decision": {"uri": "https://register.example/positive", "labels": {"en": "positive"}},
    "reference": {"kind": "qdr", "value": "77"},
    "homepage": "https://agency.example/17",
    "organisation_id": "https://uni.example",
    "qualification_id": "https://uni.example/course",
    "credential_types": [{"uri": "http://data.europa.eu/snb/credential/e34929035b"}],
    "agency": {
        "id": "https://agency.example",
        "legal_name": {"en": "Quality agency", "fi": "Laatuvirasto"},
        "email": "office@agency.example",
        "identifiers": [{"kind": "deqar", "value": "12"}],
    },
    "valid_from": "2020-01-01T07:30:00Z",
}


def test_a_saved_form_keeps_every_member_that_it_does_not_show(owner, organisation):
    """What came from elsewhere, and cannot be said in the form, is neither lost nor cut."""
    made = accreditations.read(organisation, FORM | {"valid_until": "2099-12-31", "jurisdictions": ["FI"]})
    whole = Accreditation.model_validate(made.model_dump(mode="json", exclude_none=True) | HIDDEN)
    accreditations.add(organisation, whole, actor=owner.user)
    assert owner.post(page(organisation, ID), filled(organisation)).status_code == 302
    assert fresh(organisation).as_record.accreditations == (whole,)
    changed = filled(organisation) | {
        "agency": "New name",
        "valid_from": "2021-01-01",
        "deqar": "9",
        "status": "withdrawn",
    }
    assert owner.post(page(organisation, ID), changed).status_code == 302
    (one,) = fresh(organisation).as_record.accreditations
    assert (one.decision, one.agency.email) == (whole.decision, "office@agency.example")
    assert (one.agency.legal_name.best("fi"), one.reference.value, one.status) == ("New name", "9", "withdrawn")
    assert one.valid_from.isoformat() == "2021-01-01T00:00:00+00:00"


def test_of_two_who_change_one_at_once_one_is_told_and_loses_nothing(owner, organisation):
    add(organisation, FORM, owner.user)
    seen = filled(organisation)
    assert owner.post(page(organisation, ID), seen | {"title-en": "First"}).status_code == 302
    late = owner.post(page(organisation, ID), seen | {"title-en": "Second"})
    assert late.status_code == 200
    assert "in the meantime" in late.content.decode()
    (one,) = fresh(organisation).as_record.accreditations
    assert one.title.best("en") == "First"


@pytest.mark.parametrize("role", ["designer", "reader", "issuer", "registrar", "evaluator"])
def test_nobody_but_an_owner_writes_one(signed_in, organisation, role):
    assert signed_in(role, organisation).post(page(organisation), FILLED).status_code in (403, 404)
    assert fresh(organisation).as_record.accreditations == ()


def test_another_organisation_sees_and_changes_nothing(signed_in, organisation, make_organisation, make_user):
    add(organisation, FORM, make_user("ours@example.org"))
    stranger = signed_in("owner", make_organisation("other"))
    assert stranger.get(page(organisation, ID)).status_code == 404
    assert stranger.post(page(organisation, ID), {"do": "take-away"}).status_code == 404
    assert len(fresh(organisation).as_record.accreditations) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_until": "2019-01-01"},
        {"id": "javascript:alert(1)"},
        {"agency_url": "file:///etc/passwd"},
        {"jurisdictions": "Atlantis"},
        {"type": "made-up"},
        {"title-en": ""},
    ],
)
def test_what_is_wrong_is_told_and_not_kept(owner, organisation, wrong):
    answer = owner.post(page(organisation), FILLED | wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert fresh(organisation).as_record.accreditations == ()


def test_two_of_one_address_and_one_that_is_gone_are_refused(owner, organisation):
    add(organisation, FORM, owner.user)
    with pytest.raises(Conflict) as twice:
        add(organisation, FORM, owner.user)
    made = accreditations.read(organisation, FORM)
    with pytest.raises(Conflict) as gone:
        accreditations.change(organisation, f"{ID}0", made, edition=accreditations.edition(made), actor=owner.user)
    with pytest.raises(MalformedInput):
        accreditations.read(organisation, {"id": ID})
    assert (twice.value.code, gone.value.code) == ("accreditation-exists", "accreditation-gone")


def test_whoever_changes_the_description_does_not_undo_an_accreditation(owner, organisation):
    before = fresh(organisation)
    add(organisation, FORM, owner.user)
    described = {"legal_name": dict(before.as_record.legal_name.root), "country": "FI"}
    seen = edition(before)
    change_organisation(before, described, edition=seen, four_eyes=False, actor=owner.user, logo=None)
    assert len(fresh(organisation).as_record.accreditations) == 1


@pytest.mark.parametrize("name", ["elm", "sd-jwt-vc"])
def test_what_is_issued_from_then_on_names_it_and_a_check_judges_it(owner, organisation, issued, name):
    def checked():
        report = sources.check(issued(name), now=timezone.now())
        claimed = report.award.micro_credential.all_quality_assurance
        return ID in [one.id for one in claimed], report.check("accreditation").code

    add(organisation, FORM | {"jurisdictions": ["MT"]}, owner.user)
    outside = checked()
    change(organisation, FORM, owner.user)
    covered = checked()
    accreditations.take_away(organisation, ID, actor=owner.user)
    assert outside[0]
    assert covered == (True, "accreditation-covers")
    assert not checked()[0]


def test_the_page_of_what_is_offered_names_those_in_force(client, owner, organisation, version):
    add(organisation, FORM, owner.user)
    past = FORM | {"id": f"{ID}0", "title": "Former review", "valid_until": "2001-01-01"}
    add(organisation, past, owner.user)
    shown = client.get(f"/catalogue/{version.definition_id}").content.decode()
    assert "Institutional review" in shown
    assert "Former review" not in shown
