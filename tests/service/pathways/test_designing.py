"""Designing a pathway: by form or file, explained by the checker, approved by a second person, seen by learners."""

import re

import pytest

from credenza.errors import Conflict, Refused
from credenza.service.accounts.models import Membership
from credenza.service.catalogue import publishing
from credenza.service.pathways import designing
from credenza.service.pathways.models import PathwayVersion

pytestmark = pytest.mark.django_db
CONSOLE = "/console/uni/pathways"
TOML = """
title = "Data path"
kind = "elective"
choose = 1
[[parts]]
id = "level"
title = "Something at level 6"
minimum_eqf = 6
[[groups]]
id = "outer"
title = "Outer"
  [[groups.groups]]
  id = "inner"
  title = "Inner"
    [[groups.groups.parts]]
    id = "digital"
    title = "Digital skills"
    fields = ["06"]
"""


@pytest.fixture
def designer(signed_in, organisation):
    return signed_in("designer", organisation)


@pytest.fixture
def draft(designer, organisation):
    """A draft that was begun on the page."""
    designer.post(f"{CONSOLE}/new")
    return PathwayVersion.objects.get()


def posted(draft, larger, *parts, **more):
    """What the page sends: the pathway with parts of these definitions."""
    fields = {
        "edition": draft.edition, "title-en": "Data path", "kind": "elective", "award": larger.definition_id,
        "outcomes_once": "on", "groups-TOTAL_FORMS": 0, "groups-INITIAL_FORMS": 0,
        "parts-TOTAL_FORMS": len(parts), "parts-INITIAL_FORMS": 0, "do": "save",
    }  # fmt: skip
    for place, version in enumerate(parts):
        fields |= {f"parts-{place}-title-en": version.title, f"parts-{place}-definitions": version.definition.uri}
    return fields | more


def test_a_pathway_goes_its_way_from_the_form_to_the_public(designer, draft, larger, small, organisation, make_user):
    address = f"{CONSOLE}/{draft.pk}"
    assert designer.post(f"{address}/edit", posted(draft, larger, small["python"], small["ethics"])).status_code == 302
    page = designer.get(f"{address}/edit").text
    assert "It can be completed with what is offered" in page
    draft.refresh_from_db()
    assert [one.id for one in draft.as_record.parts] == ["part-1", "part-2"]
    form = posted(draft, larger, small["python"], do="submit")
    assert designer.post(f"{address}/edit", form | {"parts-0-id": "part-1"}).url == address
    draft.refresh_from_db()
    seen = {"do": "approve", "seen": designing.digest(draft)}
    assert "must approve it" in designer.post(f"{address}/decide", seen, follow=True).text
    draft.refresh_from_db()
    assert draft.state == "awaiting-approval"
    second = make_user("second@example.org")
    Membership.objects.create(user=second, organisation=organisation, role="designer")
    designer.force_login(second)
    designer.post(f"{address}/decide", seen)
    designer.logout()
    assert "Data path" in designer.get("/pathways").text
    public = designer.get(f"/pathways/{draft.pathway_id}").text
    assert "Python" in public
    assert "Data professional" in public
    towards = designer.get(f"/catalogue/{small['python'].definition_id}").text
    assert "Counts towards" in towards
    assert f"/pathways/{draft.pathway_id}" in towards
    assert "Counts towards" not in designer.get(f"/catalogue/{small['statistics'].definition_id}").text


def test_a_part_that_asks_for_nothing_is_refused_beside_its_field(designer, draft, larger):
    form = posted(draft, larger) | {"parts-TOTAL_FORMS": 1, "parts-0-title-en": "Anything"}
    answer = designer.post(f"{CONSOLE}/{draft.pk}/edit", form)
    assert answer.status_code == 422
    assert "say what is asked" in answer.text


def test_the_checker_explains_while_the_form_is_filled_in(designer, draft, larger, small):
    form = posted(draft, larger, small["python"]) | {"minimum_ects": "60"}
    answer = designer.post(f"{CONSOLE}/{draft.pk}/live", form).text
    assert "Nobody could complete it" in answer
    assert "asks for 60 ECTS" in answer
    draft.refresh_from_db()
    assert "parts" not in draft.form


def test_a_pathway_that_leads_in_a_circle_is_not_submitted(designer, draft, larger, small):
    answer = designer.post(f"{CONSOLE}/{draft.pk}/edit", posted(draft, larger, larger, do="submit"))
    assert answer.status_code == 409
    assert "goes round in a circle" in answer.text
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_circle_through_another_pathway_is_found(designer, draft, larger, small, make_pathway):
    make_pathway()
    form = posted(draft, small["python"], larger)
    designer.post(f"{CONSOLE}/{draft.pk}/edit", form)
    draft.refresh_from_db()
    assert "pathway-cycle" in [one.code for one in designing.judge(draft).obstacles]


def test_a_file_takes_the_place_of_the_draft(designer, draft, larger, small):
    def take(text):
        draft.refresh_from_db()
        return designer.post(f"{CONSOLE}/{draft.pk}/edit", {"do": "import", "edition": draft.edition, "text": text})

    text = TOML.replace("kind =", f'award = "{larger.definition.uri}"\nkind =')
    assert take(text).status_code == 302
    draft.refresh_from_db()
    assert draft.award == larger.definition
    assert [one.id for one in draft.as_record.groups] == ["pathway", "outer", "inner"]
    assert 'value="add-parts:inner"' in designer.get(f"{CONSOLE}/{draft.pk}/edit").text
    for bad in ("title = ", "{", '{"title": 1, "title": 2}', "minimum_ects = nan\n" + TOML, "x" * 300_000):
        assert take(bad).status_code == 409
    draft.refresh_from_db()
    assert draft.title == "Data path"


def test_of_two_designers_the_second_is_told(designer, draft, larger, small):
    form = posted(draft, larger, small["python"])
    designer.post(f"{CONSOLE}/{draft.pk}/edit", form)
    answer = designer.post(f"{CONSOLE}/{draft.pk}/edit", form)
    assert answer.status_code == 409
    assert "A colleague has changed this" in answer.text


def test_of_two_who_approve_one_is_told(make_pathway):
    version = make_pathway()
    with pytest.raises(Conflict):
        designing.approve(version, seen=designing.digest(version), actor=version.approved_by)


def test_what_was_changed_after_the_look_is_not_approved(client, organisation, make_pathway, small, make_user):
    """Between look and click, the author takes it back, asks for less, and hands it in again."""
    version = make_pathway()
    author, second = version.author, make_user("third@staff.example")
    Membership.objects.create(user=second, organisation=organisation, role="designer")
    fresh = publishing.begin_next(version.pathway, PathwayVersion, actor=author)
    designing.submit(fresh, actor=author)
    client.force_login(second)
    page = f"{CONSOLE}/{fresh.pk}"
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(page).text)[1]
    publishing.give_back(fresh, "", actor=author)
    easier = designing.Draft({**fresh.form, "groups": []}, fresh.award)
    designing.save(fresh, easier, edition=fresh.edition, actor=author)
    designing.submit(fresh, actor=author)
    told = client.post(f"{page}/decide", {"do": "approve", "seen": seen}, follow=True).text
    assert "This was changed by first since you opened it" in told
    assert PathwayVersion.objects.get(pk=fresh.pk).state == "awaiting-approval"
    anew = re.search(r'name="seen" value="([^"]+)"', told)[1]
    client.post(f"{page}/decide", {"do": "approve", "seen": anew})
    assert PathwayVersion.objects.get(pk=fresh.pk).state == "published"


def test_a_new_version_of_the_larger_award_after_the_look_is_told(make_pathway, larger, make_version, make_user):
    """What the pathway leads to is part of what was seen."""
    fresh = publishing.begin_next(make_pathway().pathway, PathwayVersion, actor=make_user("author@staff.example"))
    designing.submit(fresh, actor=fresh.author)
    seen = designing.digest(fresh)
    other = make_version(larger.definition.organisation)
    type(larger.definition).objects.filter(pk=larger.definition_id).update(published=other)
    with pytest.raises(Conflict) as caught:
        designing.approve(fresh, seen=seen, actor=make_user("third@staff.example"))
    assert caught.value.code == "changed-since-seen"


def test_the_larger_award_must_be_ones_own(designer, draft, larger, small, make_organisation):
    foreign = small["make"]("foreign", make_organisation("elsewhere", legal_name="Another"))
    assert designer.post(f"{CONSOLE}/{draft.pk}/edit", posted(draft, foreign, small["python"])).status_code == 422
    made = designing.Draft({"title": "x"}, foreign.definition)
    with pytest.raises(Refused) as caught:
        designing.save(draft, made, edition=draft.edition, actor=designer.user)
    assert caught.value.code == "award-of-others"


def test_another_organisation_sees_and_does_nothing(make_pathway, make_organisation, client, make_user, learner):
    from credenza.service.pathways.models import AwardRequest

    version = make_pathway()
    asked = AwardRequest.objects.create(version=version, learner=learner)
    stranger = make_user("stranger@example.org")
    Membership.objects.create(user=stranger, organisation=make_organisation("other", legal_name="Other"), role="owner")
    client.force_login(stranger)
    for path in (str(version.pk), f"{version.pk}/edit", f"requests/{asked.pk}"):
        assert client.get(f"/console/uni/pathways/{path}").status_code == 404
        assert client.get(f"/console/other/pathways/{path}").status_code == 404
    for path in (f"{version.pk}/decide", f"{version.pk}/live", f"requests/{asked.pk}"):
        assert client.post(f"/console/other/pathways/{path}", {"do": "approve"}).status_code == 404


@pytest.mark.parametrize("role", ["reader", "issuer", "registrar", "evaluator"])
def test_only_designers_design_and_only_issuers_decide(signed_in, organisation, make_pathway, learner, role):
    from credenza.service.pathways.models import AwardRequest

    version = make_pathway()
    asked = AwardRequest.objects.create(version=version, learner=learner)
    member = signed_in(role, organisation)
    assert member.post(f"{CONSOLE}/new").status_code == 403
    assert member.get(f"{CONSOLE}/{version.pk}/edit").status_code == 403
    assert member.get(f"{CONSOLE}/{version.pk}").status_code == 200
    expected = 200 if role == "issuer" else 403
    assert member.get(f"{CONSOLE}/requests/{asked.pk}").status_code == expected


def test_a_learner_follows_asks_and_sees_the_answer(client, learner, make_pathway, earn, small):
    version = make_pathway()
    address = f"/pathways/{version.pathway_id}"
    assert client.get(f"{address}/mine").status_code == 302
    client.force_login(learner)
    earn(learner, small["python"])
    client.post(f"{address}/act", {"do": "follow"})
    page = client.get(f"{address}/mine").text
    assert "Not complete yet" in page
    assert "Ask for the larger award" not in page
    assert "1 of 3 parts" in client.get("/wallet").text
    earn(learner, small["ethics"])
    assert "Ask for the larger award" in client.get(f"{address}/mine").text
    client.post(f"{address}/act", {"do": "ask"})
    assert "You have asked for it" in client.get(f"{address}/mine").text
    assert client.get(f"{address}/act").status_code == 405


def test_a_withdrawn_pathway_is_offered_no_more(client, make_pathway, learner, small):
    version = make_pathway()
    publishing.withdraw(version.pathway, actor=version.author)
    assert "Data path" not in client.get("/pathways").text
    assert "no longer offered" in client.get(f"/pathways/{version.pathway_id}").text
    assert "Counts towards" not in client.get(f"/catalogue/{small['python'].definition_id}").text
