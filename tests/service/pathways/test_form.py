"""The form of a pathway: groups that lie in groups, built on the page without script, and taken apart again."""

import pytest
from lxml import html

from credenza.service.pathways import form_tree
from credenza.service.pathways.models import PathwayVersion

pytestmark = pytest.mark.django_db
CONSOLE = "/console/uni/pathways"


@pytest.fixture
def designer(signed_in, organisation):
    return signed_in("designer", organisation)


@pytest.fixture
def draft(designer, organisation, larger):
    """A draft that was begun on the page, with its larger award."""
    designer.post(f"{CONSOLE}/new")
    made = PathwayVersion.objects.get()
    made.award, made.form = larger.definition, made.form | {"title": {"en": "Data path"}}
    made.save()
    return made


@pytest.fixture
def send(designer, draft):
    """Opens the page, fills in what is named, presses a button, and gives the answer; the draft is read anew."""

    def press(do="save", page=None, **filled):
        address = f"{CONSOLE}/{draft.pk}/edit"
        answer = designer.post(address, posted(page or designer.get(address).text) | filled | {"do": do})
        draft.refresh_from_db()
        return answer

    return press


def posted(page):
    """What a browser would send of the form, with nothing changed."""
    (form,) = html.fromstring(page).xpath("//form[@data-live]")
    found = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def nested(depth, small):
    """A form with groups in one another down to ``depth``, a part in each."""

    def inside(left):
        part = {"id": f"part-{left}", "title": {"en": f"Part {left}"}, "definitions": [small["python"].definition.uri]}
        more = (
            {"groups": [{"id": f"group-{left}", "title": {"en": f"Group {left}"}, **inside(left - 1)}]} if left else {}
        )
        return {"parts": [part], **more}

    return inside(depth)


def test_a_group_in_a_group_is_made_on_the_page(send, draft, small):
    python, ethics, statistics = (small[name].definition.uri for name in ("python", "ethics", "statistics"))
    page = send("add-groups:").text
    page = send("add-groups:group-1", page, **{"groups-0-title-en": "Core", "groups-0-choose": "1"}).text
    page = send("add-parts:group-2", page, **{"groups-1-title-en": "Tools"}).text
    assert 'id="new-part"' in page
    filled = {"parts-0-title-en": "Python", "parts-0-definitions": python}
    page = send("add-parts:group-1", page, **filled).text
    page = send("add-parts:", page, **{"parts-1-title-en": "Ethics", "parts-1-definitions": ethics}).text
    send("save", page, **{"parts-2-title-en": "Statistics", "parts-2-definitions": statistics})
    root = draft.as_record.root
    core = root.members[1]
    tools = core.members[1]
    assert [one.id for one in root.members] == ["part-3", "group-1"]
    assert (core.title.best("en"), core.choose, [one.id for one in core.members]) == ("Core", 1, ["part-2", "group-2"])
    assert (tools.title.best("en"), tools.members[0].definitions) == ("Tools", (python,))


@pytest.mark.parametrize("depth", [0, 1, 3, 7])
def test_what_the_page_shows_comes_back_as_it_was(send, draft, small, depth):
    draft.form = draft.form | nested(depth, small) | {"choose": 1, "outcomes_once": True}
    draft.save()
    before = draft.as_record
    assert send().status_code == 302
    assert draft.as_record == before
    assert draft.edition == 2


def test_a_blank_part_or_group_is_passed_over(send, draft, small):
    draft.form |= nested(1, small)
    draft.save()
    before = draft.as_record
    send("save", send("add-parts:group-1").text)
    send("save", send("add-groups:group-1").text)
    assert draft.as_record == before


def test_what_lies_in_a_group_that_is_deleted_moves_out_of_it(send, draft, small):
    draft.form |= nested(2, small)
    draft.save()
    send(**{"groups-1-DELETE": "on"})
    (outer,) = draft.as_record.root.members[1:]
    assert [one.id for one in outer.members] == ["part-1", "part-0"]
    draft.refresh_from_db()
    send(**{"groups-0-DELETE": "on"})
    assert [one.id for one in draft.as_record.root.members] == ["part-2", "part-1", "part-0"]


def test_a_group_moves_with_all_that_lies_in_it(send, draft, small):
    draft.form |= nested(3, small)
    draft.save()
    send(**{"groups-2-group": "group-3"})
    outer = draft.as_record.root.members[1]
    assert [one.id for one in outer.members] == ["part-2", "group-2", "group-1"]
    assert [one.id for one in outer.members[2].members] == ["part-0"]


@pytest.mark.parametrize("inside", ["group-1", "group-2"])
def test_a_group_that_lies_in_itself_is_refused_beside_its_field_and_nothing_is_lost(send, draft, small, inside):
    draft.form |= nested(2, small)
    draft.save()
    before = draft.as_record
    answer = send(**{"groups-0-group": inside})
    assert answer.status_code == 422
    assert "A group cannot lie in itself." in answer.text
    assert draft.as_record == before
    shown = posted(answer.text)
    assert {shown[f"{name}-id"][0] for name in ("groups-0", "groups-1", "parts-0", "parts-2")} == {
        "group-2", "group-1", "part-2", "part-0"
    }  # fmt: skip


def test_the_checker_explains_a_choice_within_groups_while_it_is_filled_in(designer, send, draft, small):
    draft.form |= nested(2, small)
    draft.save()
    page = designer.get(f"{CONSOLE}/{draft.pk}/edit").text
    live = designer.post(f"{CONSOLE}/{draft.pk}/live", posted(page) | {"groups-1-choose": "3"}).text
    assert "‘Group 1’ asks for 3 of only 1 parts." in live


def test_a_pathway_that_no_page_holds_is_changed_in_its_file(designer, draft, small):
    part = {"definitions": [small["python"].definition.uri]}
    parts = [part | {"id": f"p{n}", "title": {"en": f"P{n}"}} for n in range(form_tree.MOST_PARTS + 1)]
    draft.form |= {"parts": parts}
    draft.save()
    page = designer.get(f"{CONSOLE}/{draft.pk}/edit").text
    assert "more groups or parts than a page holds" in page
    assert "data-live=" not in page
