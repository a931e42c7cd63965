"""How forms, charts and the console's navigation are drawn."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import Context, Template

from credenza.record.annex_i_tables import findings
from credenza.service.accounts.models import Role
from credenza.service.accounts.navigation import SECTIONS, sections_for
from credenza.service.accounts.templatetags.interface import icon


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="As on the certificate.")
    note = forms.CharField(label="Note", required=False)
    mode = forms.ChoiceField(label="Mode", choices=[("a", "Online"), ("b", "On site")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree")


def test_a_field_has_its_label_its_help_and_its_error_tied_to_it():
    html = str(Sample({"mode": "a"}))
    assert '<label for="id_title">Title</label>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'id="id_title_error".*This field is required', html)


def test_errors_are_listed_at_the_top_with_links_to_their_fields():
    html = str(Sample({"mode": "a"}))
    summary = html[html.index("error-summary") : html.index("</div>")]
    assert 'href="#id_title"' in summary
    assert 'href="#id_agree"' in summary
    assert "id_note" not in summary


def test_every_link_of_the_summary_leads_to_something():
    html = str(Sample({}))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == 3
    assert all(f'id="{target}"' in html for target in targets)


def test_only_what_may_stay_empty_is_marked_as_optional():
    html = str(Sample())
    assert html.count("optional") == 2  # the class and the word, once
    assert "error-summary" not in html


def test_radio_buttons_stand_in_a_group_with_a_legend():
    html = str(Sample())
    assert re.search(r"<fieldset[^>]*>\s*<legend>Mode</legend>", html)


def test_findings_of_the_annex_i_check_stand_beside_their_field():
    form = Sample()
    finding = next(iter(findings().values()))
    form.findings = {"note": [finding]}
    html = str(form)
    assert html.index("id_note") < html.index(f'class="finding {finding.severity.value}"') < html.index("<legend>Mode")


def test_what_people_type_never_becomes_markup():
    assert "<script>" not in str(Sample({"title": "<script>", "mode": "<script>"}))


def _draw(source: str, **context) -> str:
    return Template(source).render(Context(context))


def test_a_bar_is_as_long_as_its_value_and_the_chart_is_its_own_table():
    html = _draw('{% bar_chart "By field" rows %}', rows=[("Health", 50), ("Arts", 25), ("None", 0)])
    assert re.findall(r'class="bar" width="([\d.]+)%"', html) == ["100.0", "50.0", "0.0"]
    assert '<th scope="row">Health</th>' in html


def test_a_chart_of_nothing_says_so():
    assert "Nothing yet" in _draw('{% bar_chart "By field" rows %}', rows=[])
    assert "<figure" in _draw('{% line_chart "Over time" labels series %}', labels=[], series=[])


def test_a_line_chart_keeps_every_number_in_a_table():
    html = _draw('{% line_chart "Over time" labels series %}', labels=["Jan", "Feb"], series=[("Issued", [3, 12])])
    assert html.count("<circle") == 2
    assert re.search(r'<th scope="row">Feb</th>\s*<td class="number">12</td>', html)


@pytest.mark.parametrize(
    ("role", "sees", "does_not_see"),
    [
        (Role.OWNER, {section.name for section in SECTIONS}, set()),
        (Role.ISSUER, {"issue", "awards", "keys"}, {"people", "api", "recognition"}),
        (Role.EVALUATOR, {"recognition", "home"}, {"issue", "keys", "people"}),
        (Role.READER, {"statistics", "audit", "awards"}, {"issue", "keys", "people"}),
    ],
)
def test_the_navigation_shows_what_a_role_may_open(role, sees, does_not_see):
    names = {section.name for section in sections_for(frozenset({role.value}))}
    assert sees <= names
    assert not does_not_see & names


def test_an_arrow_points_onward_in_every_direction_of_writing():
    """The style sheet mirrors it for right-to-left scripts; other drawings stay as they are."""
    assert 'class="icon onward"' in icon("arrow")
    assert 'class="icon"' in icon("check")
