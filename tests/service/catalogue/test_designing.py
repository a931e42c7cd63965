"""From an empty form to the catalogue: findings beside the fields, four eyes, versions, two designers at once."""

import re

import pytest

from credenza.errors import Conflict, Refused
from credenza.service.accounts.models import Membership
from credenza.service.catalogue import designing, publishing
from credenza.service.catalogue.models import Definition, DefinitionVersion, VersionState
from credenza.service.issuance.issuing import issue_rows

pytestmark = pytest.mark.django_db
SETS = ("outcomes", "assessments", "quality")
FILLED = {
    "template_languages": "en;ga",
    "title-en": "Data analysis for public services",
    "title-ga": "Anailís sonraí do sheirbhísí poiblí",
    "languages": "en",
    "fields": "0688",
    "ects": "2",
    "workload_hours": "50",
    "eqf": "6",
    "participation": ["blended"],
    "prerequisites-en": "None",
    "integration": "stackable",
    "towards-en": "Certificate in Data",
    "outcomes-0-title-en": "Explains how bias enters a data set",
    "outcomes-0-kind": "knowledge",
    "outcomes-1-title-en": "Cleans a data set",
    "assessments-0-title-en": "Data project",
    "assessments-0-type": "project-work",
    "assessments-0-supervision": "supervised-with-id",
    "quality-0-title-en": "Programme review 2025",
    "quality-0-type": "programme-quality-assurance",
    "quality-0-id": "https://qa.example.org/1",
    "quality-0-agency": "Example Quality Agency",
    "quality-0-agency_url": "https://qa.example.org",
    "quality-0-deqar": "4711",
    "quality-0-valid_from": "2025-01-01",
    "quality-0-valid_until": "2031-12-31",
}


def posted(version, do="save", edition=None, **changes):
    counts = {"outcomes": 2, "assessments": 1, "quality": 1}
    management = {f"{name}-TOTAL_FORMS": counts[name] for name in SETS} | {f"{name}-INITIAL_FORMS": 0 for name in SETS}
    return FILLED | management | {"edition": edition or version.edition, "do": do} | changes


def address(organisation, version, step="edit"):
    return f"/console/{organisation.slug}/definitions/{version.pk}/{step}"


def seen(version):
    """What names the content that a person sees now."""
    return designing.digest(version, designing.judge(version.definition, version.form))


@pytest.fixture
def designer(signed_in, organisation):
    return signed_in("designer", organisation)


@pytest.fixture
def draft(designer, organisation):
    designer.post(f"/console/{organisation.slug}/definitions/new")
    return DefinitionVersion.objects.get(definition__organisation=organisation)


def test_an_empty_form_shows_what_the_standard_asks(designer, organisation, draft):
    page = designer.get(address(organisation, draft)).content.decode()
    assert "Title is missing" in page


def test_a_filled_form_meets_the_standard_and_comes_back_as_it_was(designer, organisation, draft):
    assert designer.post(address(organisation, draft), posted(draft)).status_code == 302
    draft.refresh_from_db()
    assert designing.judge(draft.definition, draft.form).ready
    page = designer.get(address(organisation, draft)).content.decode()
    for text in ("Anailís sonraí", "Explains how bias", "Cleans a data set", "Data project", "4711", "2031-12-31"):
        assert text in page
    designer.post(address(organisation, draft), posted(draft))
    again = DefinitionVersion.objects.get(pk=draft.pk)
    assert again.form == draft.form


def test_findings_stand_beside_their_fields(designer, organisation, draft):
    emptied = dict.fromkeys(("eqf", "outcomes-0-title-en", "outcomes-1-title-en", "outcomes-0-kind"), "")
    designer.post(address(organisation, draft), posted(draft, **emptied))
    page = designer.get(address(organisation, draft)).content.decode()
    assert page.count('class="finding error"') >= 2


def test_the_live_answer_judges_without_saving(designer, organisation, draft):
    answer = designer.post(address(organisation, draft, "live"), posted(draft)).content.decode()
    assert "Explains how bias" in answer
    draft.refresh_from_db()
    assert draft.form == {}


def test_another_part_can_be_added_without_script(designer, organisation, draft):
    page = designer.post(address(organisation, draft), posted(draft, do="add-outcomes")).content.decode()
    assert 'name="outcomes-2-title-en"' in page


def test_a_mistyped_term_is_told_with_the_nearest(designer, organisation, draft):
    page = designer.post(address(organisation, draft), posted(draft, nqf="DQR Levl 6"), follow=True).content.decode()
    assert "Did you mean" in page


def test_two_designers_cannot_overwrite_each_other_unseen(designer, organisation, draft):
    assert designer.post(address(organisation, draft), posted(draft, edition=1)).status_code == 302
    assert designer.post(address(organisation, draft), posted(draft, edition=1)).status_code == 409


def test_a_definition_below_the_standard_cannot_be_submitted(designer, organisation, draft):
    response = designer.post(address(organisation, draft), posted(draft, do="submit", eqf=""))
    assert response.status_code == 409
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT


def discard(client, organisation, version):
    return client.post(address(organisation, version, "decide"), {"do": "discard"}, follow=True)


def test_a_first_draft_is_deleted_with_what_it_was_a_draft_of(designer, organisation, draft):
    answer = discard(designer, organisation, draft)
    assert answer.redirect_chain[-1][0] == f"/console/{organisation.slug}/definitions"
    assert "The draft is deleted." in answer.text
    assert not Definition.objects.filter(pk=draft.definition_id).exists()
    assert organisation.audit_events.filter(action="definition.discarded", subject=str(draft.pk)).exists()


def test_the_draft_of_a_next_version_is_deleted_alone(designer, organisation, version):
    following = publishing.begin_next(version.definition, DefinitionVersion, actor=designer.user)
    discard(designer, organisation, following)
    assert list(version.definition.versions.all()) == [version]


def test_what_is_published_is_not_deleted(designer, organisation, version):
    assert "Somebody else was quicker" in discard(designer, organisation, version).text
    assert DefinitionVersion.objects.filter(pk=version.pk).exists()


@pytest.fixture
def submitted(designer, organisation, draft):
    designer.post(address(organisation, draft), posted(draft, do="submit"))
    draft.refresh_from_db()
    assert draft.state == VersionState.AWAITING_APPROVAL
    return draft


def test_its_author_cannot_approve_it(designer, organisation, submitted):
    approval = {"do": "approve", "seen": seen(submitted)}
    told = designer.post(address(organisation, submitted, "decide"), approval, follow=True).text
    assert "must approve it" in told
    submitted.refresh_from_db()
    assert submitted.state == VersionState.AWAITING_APPROVAL


def test_a_second_person_publishes_it(client, organisation, submitted, make_user):
    second = make_user("second@example.org")
    Membership.objects.create(user=second, organisation=organisation, role="designer")
    client.force_login(second)
    client.post(address(organisation, submitted, "decide"), {"do": "approve", "seen": seen(submitted)})
    submitted.refresh_from_db()
    assert submitted.state == VersionState.PUBLISHED
    assert "Data analysis" in client.get("/catalogue").content.decode()


@pytest.fixture
def look(client, organisation, submitted, make_user):
    """A second person opens the page; a click approves what the page showed when it was last looked at."""
    second = make_user("second@example.org")
    Membership.objects.create(user=second, organisation=organisation, role="designer")
    client.force_login(second)
    page = f"/console/{organisation.slug}/definitions/{submitted.pk}"
    shown = re.search(r'name="seen" value="([^"]+)"', client.get(page).text)[1]
    return lambda seen=shown: client.post(f"{page}/decide", {"do": "approve", "seen": seen}, follow=True).text


def test_what_was_changed_after_the_look_is_not_approved(submitted, look):
    """Between look and click, the author takes it back, changes a word, and hands it in again."""
    author = submitted.author
    publishing.give_back(submitted, "", actor=author)
    designing.save(submitted, submitted.form | {"ects": 3}, edition=submitted.edition, actor=author)
    designing.submit(submitted, actor=author)
    told = look()
    assert f"This was changed by {author} since you opened it" in told
    assert DefinitionVersion.objects.get().state == VersionState.AWAITING_APPROVAL
    look("")
    assert DefinitionVersion.objects.get().state == VersionState.AWAITING_APPROVAL
    look(re.search(r'name="seen" value="([^"]+)"', told)[1])
    assert DefinitionVersion.objects.get().state == VersionState.PUBLISHED
    assert DefinitionVersion.objects.get().form["ects"] == 3


def test_another_description_of_the_organisation_after_the_look_is_told(organisation, submitted, look):
    """The awarding body stands in what is published, and so it was looked at too."""
    organisation.record |= {"legal_name": {"en": "Somebody else"}}
    organisation.save()
    assert "This was changed since you opened it" in look()
    assert DefinitionVersion.objects.get().state == VersionState.AWAITING_APPROVAL


def test_of_two_who_decide_at_once_one_is_told(organisation, submitted, make_user):
    first, second = make_user("a@example.org"), make_user("b@example.org")
    stale = DefinitionVersion.objects.get(pk=submitted.pk)
    designing.approve(submitted, seen=seen(submitted), actor=first)
    with pytest.raises(Conflict):
        publishing.give_back(stale, "No", actor=second)


def test_an_award_points_for_ever_at_the_version_it_was_made_from(organisation, version, make_row, make_user):
    made, _ = issue_rows(version, [make_row()], batch=None)
    author, second = make_user("a@example.org"), make_user("b@example.org")
    fresh = publishing.begin_next(version.definition, DefinitionVersion, actor=author)
    form = version.form | {"title": {"en": "Another title"}}
    designing.save(fresh, form, edition=1, actor=author)
    designing.submit(fresh, actor=author)
    designing.approve(fresh, seen=seen(fresh), actor=second)
    award = made[0][1]
    award.refresh_from_db()
    assert award.version == version
    version.refresh_from_db()
    assert version.state == VersionState.SUPERSEDED
    assert version.title == "Data analysis for public services"


def test_a_second_draft_is_not_begun_beside_the_first(version, make_user):
    author = make_user("a@example.org")
    publishing.begin_next(version.definition, DefinitionVersion, actor=author)
    with pytest.raises(Conflict):
        publishing.begin_next(version.definition, DefinitionVersion, actor=author)


def test_what_is_withdrawn_leaves_the_catalogue_and_keeps_its_page(client, version, make_user):
    publishing.withdraw(version.definition, actor=make_user("a@example.org"))
    assert "Data analysis" not in client.get("/catalogue").content.decode()
    assert "no longer offered" in client.get(f"/catalogue/{version.definition_id}").content.decode()
    with pytest.raises(Conflict):
        publishing.withdraw(version.definition, actor=make_user("b@example.org"))


def test_a_stranger_and_another_organisation_find_nothing(
    client, organisation, submitted, make_organisation, signed_in
):
    other = make_organisation("other")
    stranger = signed_in("owner", other, email="o@other.example")
    for step in ("edit", "live", "decide", "certificate.png"):
        for slug in (organisation.slug, other.slug):
            where = f"/console/{slug}/definitions/{submitted.pk}/{step}"
            answer = (
                stranger.get(where) if step in ("edit", "certificate.png") else stranger.post(where, {"do": "approve"})
            )
            assert answer.status_code == 404
    assert stranger.get(f"/console/{organisation.slug}/definitions").status_code == 404


@pytest.mark.parametrize("role", ["reader", "issuer", "registrar"])
def test_only_a_designer_writes(signed_in, organisation, version, role):
    client = signed_in(role, organisation)
    assert client.post(f"/console/{organisation.slug}/definitions/new").status_code == 403
    assert client.get(f"/console/{organisation.slug}/definitions").status_code == 200


def test_the_certificate_is_drawn(designer, organisation, draft):
    assert designer.get(address(organisation, draft, "certificate.png")).status_code == 404
    designer.post(address(organisation, draft), posted(draft))
    response = designer.get(address(organisation, draft, "certificate.png"))
    assert response.content.startswith(b"\x89PNG")


def test_a_definition_that_lost_an_element_is_not_submitted(version, make_user):
    fresh = publishing.begin_next(version.definition, DefinitionVersion, actor=make_user("a@example.org"))
    form = {name: value for name, value in fresh.form.items() if name != "assessments"}
    designing.save(fresh, form, edition=1, actor=make_user("b@example.org"))
    with pytest.raises(Refused):
        designing.submit(fresh, actor=make_user("c@example.org"))


def test_each_definition_has_its_address_in_the_catalogue(version):
    assert version.as_record.id == Definition.objects.get().uri
