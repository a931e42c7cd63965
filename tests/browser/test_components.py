"""The pieces that move: they work by keyboard, and what they do is there without script too."""

from __future__ import annotations

import pytest

from credenza.service.accounts.models import Role
from credenza.service.catalogue import designing
from credenza.service.catalogue.models import DefinitionVersion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_list_is_searched_and_chosen_from_by_keyboard(desktop, axe):
    desktop.goto("/design/forms")
    field = desktop.get_by_role("combobox", name="Field of education").first
    field.press_sequentially("software")
    desktop.get_by_role("listbox").get_by_role("option").first.wait_for()
    axe(desktop)
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    chosen = desktop.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    field.press("Enter")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "Software and applications development and analysis"
    assert desktop.locator("input[type=hidden][name=empty-field]").input_value() == "0613"


def test_a_search_that_finds_nothing_says_so(desktop, axe):
    desktop.goto("/design/forms")
    field = desktop.get_by_role("combobox", name="Field of education").first
    field.press_sequentially("zzzz")
    desktop.locator("[role=status]", has_text="Nothing is called that.").first.wait_for()
    axe(desktop)
    field.press("Escape")
    assert desktop.get_by_text("Nothing is called that.").count() == 0


def test_escape_closes_the_list_and_keeps_the_words(desktop):
    desktop.goto("/design/forms")
    field = desktop.get_by_role("combobox", name="Field of education").first
    field.press_sequentially("health")
    desktop.get_by_role("listbox").get_by_role("option").first.wait_for()
    field.press("Escape")
    desktop.get_by_role("listbox").first.wait_for(state="hidden")
    assert field.input_value() == "health"


def test_a_text_in_several_languages_is_written_without_script(without_script):
    without_script.goto("/design/forms")
    without_script.get_by_label("Title in Greek").wait_for(state="hidden")
    without_script.get_by_role("radio", name="Ελληνικά").check()
    without_script.get_by_label("Title in Greek").wait_for()
    without_script.get_by_label("Title in English").wait_for(state="hidden")


def test_a_dialog_asks_and_gives_the_focus_back(desktop, axe):
    desktop.goto("/design")
    opener = desktop.get_by_role("link", name="Revoke")
    opener.press("Enter")
    dialog = desktop.get_by_role("dialog", name="Revoke this credential?")
    dialog.wait_for()
    axe(desktop)
    dialog.get_by_role("button", name="Cancel").click()
    dialog.wait_for(state="hidden")
    assert opener.evaluate("element => element === document.activeElement")


def test_a_table_becomes_cards_on_a_phone_and_keeps_its_headings(phone):
    phone.goto("/design")
    cell = phone.get_by_role("cell", name="aino@example.org")
    assert cell.evaluate("element => getComputedStyle(element, '::before').content") == '"E-mail"'
    assert cell.evaluate("element => getComputedStyle(element).display") == "grid"


def test_the_console_is_walked_on_a_phone_without_script(open_page):
    page = open_page(viewport={"width": 375, "height": 812}, java_script_enabled=False)
    page.goto("/design/console")
    page.get_by_role("link", name="Keys and seals").wait_for(state="hidden")
    page.get_by_text("Menu · Example University").click()
    page.get_by_role("link", name="Keys and seals").wait_for()


def test_the_first_key_press_offers_to_skip_to_the_content(desktop):
    desktop.goto("/")
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.textContent") == "Skip to content"
    desktop.keyboard.press("Enter")
    assert desktop.evaluate("document.activeElement.id") == "content"


def test_the_check_of_pages_finds_a_barrier(desktop, axe):
    """The fixture that every page is checked with does find what it looks for."""
    desktop.goto("/")
    desktop.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<input><img src=/static/mark.svg>')"
    )
    with pytest.raises(AssertionError, match="label"):
        axe(desktop)


def test_what_cannot_be_undone_is_asked_first(desktop, sign_in, organisation, make_user):
    designer = make_user("designer@example.org")
    organisation.memberships.create(user=designer, role=Role.DESIGNER)
    draft = designing.begin(organisation, actor=designer)
    sign_in(desktop, designer)
    desktop.goto(f"/console/{organisation.slug}/definitions/{draft.pk}/edit")
    delete = desktop.get_by_role("button", name="Delete this draft")
    desktop.once("dialog", lambda dialog: dialog.dismiss())
    delete.click()
    assert DefinitionVersion.objects.filter(pk=draft.pk).exists()
    desktop.once("dialog", lambda dialog: dialog.accept())
    delete.click()
    desktop.get_by_text("The draft is deleted.").wait_for()
    assert not DefinitionVersion.objects.filter(pk=draft.pk).exists()


def test_one_box_ticks_all_and_tells_how_many(desktop, sign_in, award, make_user):
    registrar = make_user("registrar@example.org")
    award.organisation.memberships.create(user=registrar, role=Role.REGISTRAR)
    sign_in(desktop, registrar)
    desktop.goto(f"/console/{award.organisation.slug}/awards")
    desktop.get_by_label("Choose all on this page").check()
    assert desktop.locator("[name=award]").is_checked()
    desktop.get_by_text("(1)").wait_for()
    desktop.locator("[name=award]").uncheck()
    assert not desktop.get_by_label("Choose all on this page").is_checked()
