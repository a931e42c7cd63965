"""The designer's form of a pathway, and the forms of its groups and parts (how they lie in one another: ``form_tree``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.draft_forms import DraftForms, PartForms
from credenza.service.catalogue.form_values import listed, texts
from credenza.service.catalogue.models import Definition
from credenza.service.catalogue.searching import on_offer
from credenza.service.catalogue.text_fields import LanguagesField, TermsField, choice_of
from credenza.service.pathways.form_tree import MOST_GROUPS, MOST_PARTS, all_groups, all_parts
from credenza.service.pathways.showing import KINDS

_MOST_CHOICES = 500


class CreditsField(forms.DecimalField):
    """ECTS credits, where they are asked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=Decimal("0.1"), max_value=400, decimal_places=2, required=False, **options)


class PathwayForm(forms.Form):
    """The pathway as a whole."""

    title = LanguagesField(label=_("Title"))
    description = forms.CharField(
        label=_("Short description"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    award = forms.ModelChoiceField(
        Definition.objects.none(),
        label=_("The larger award"),
        help_text=_("One of your published micro-credentials: whoever completes the pathway gets it."),
    )
    kind = forms.ChoiceField(label=_("Order"), choices=[(kind.value, words) for kind, words in KINDS.items()])
    choose = forms.IntegerField(
        label=_("How many of the parts and groups"),
        help_text=_("Leave it empty where all are needed."),
        min_value=1,
        max_value=100,
        required=False,
    )
    minimum_ects = CreditsField(label=_("At least so many ECTS in all"))
    maximum_age_years = forms.IntegerField(
        label=_("At most so many years old"), min_value=1, max_value=100, required=False
    )
    outcomes_once = forms.BooleanField(label=_("No learning outcome counts twice"), required=False, initial=True)
    recognised_by = forms.CharField(
        label=_("Whose recognition decisions are accepted"),
        help_text=_("The identifiers (DIDs) of these bodies, one a line."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5000,
        required=False,
    )
    automatic = forms.BooleanField(
        label=_("Issue the larger award without a person, where nothing is in doubt"), required=False
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Definition.objects.filter(organisation=organisation, published__isnull=False, withdrawn_at=None)
        award = self.fields["award"]
        award.queryset = mine.select_related("published").order_by("published__title")
        award.label_from_instance = lambda one: one.published.title


class MemberForm(forms.Form):
    """What lies in the pathway or in one of its groups; one in which nothing else was filled in is passed over."""

    id = forms.SlugField(widget=forms.HiddenInput, required=False, max_length=60)

    def has_changed(self) -> bool:
        return bool(set(self.changed_data) - {"id", "group"})

    @property
    def name(self) -> str:
        """Its title, in English or the first language there is."""
        return _first(self["title"].value())


class GroupForm(MemberForm):
    """A group of parts and groups, of which some are needed."""

    title = LanguagesField(label=_("Title of the group"))
    choose = forms.IntegerField(
        label=_("How many of its parts and groups are needed"),
        help_text=_("Leave it empty where all are needed."),
        min_value=1,
        max_value=100,
        required=False,
    )
    minimum_ects = CreditsField(label=_("At least so many ECTS together"))
    group = forms.ChoiceField(label=_("It lies in"), required=False)


class PartForm(MemberForm):
    """A place that a credential fills: by its definition, or by what it must be."""

    title = LanguagesField(label=_("Title of the part"))
    definitions = forms.MultipleChoiceField(
        label=_("One of these micro-credentials"),
        help_text=_("Choose from the catalogue, or leave it empty and say below what it must be."),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    minimum_eqf = forms.ChoiceField(label=_("EQF level, at least"), required=False)
    fields = TermsField("isced-f", label=_("Within these fields (ISCED-F)"))
    skills = TermsField("esco", label=_("With all these skills (ESCO)"))
    minimum_ects = CreditsField(label=_("ECTS, at least"))
    several = forms.BooleanField(label=_("Several small credentials may add up to this"), required=False)
    maximum_age_years = forms.IntegerField(
        label=_("At most so many years old"), min_value=1, max_value=100, required=False
    )
    group = forms.ChoiceField(label=_("It lies in"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        asked = ("definitions", "minimum_eqf", "fields", "skills", "minimum_ects")
        if values.get("title") and not any(values.get(name) for name in asked) and not self.errors:
            self.add_error(
                "definitions", _("Choose micro-credentials, or say what is asked: level, field, skills, ECTS.")
            )
        return values


class Choices:
    """What the parts of one page may choose from: the catalogue, and the groups of the draft."""

    def __init__(self, form: Mapping[str, Any]) -> None:
        offered = on_offer().order_by("title", "pk")[:_MOST_CHOICES]
        self.definitions = [(one.definition.uri, f"{one.title} · {one.definition.organisation}") for one in offered]
        known = {uri for uri, _title in self.definitions}
        named = {uri for _place, part in all_parts(form) for uri in listed(part.get("definitions"))}
        self.definitions += [(uri, uri) for uri in sorted(named - known)]
        self.groups = [("", _("The pathway itself")), *_indented(form)]

    def given_to(self, draft: DraftForms) -> DraftForms:
        for form in draft.repeated:
            form.fields["group"].choices = self.groups
            if "definitions" in form.fields:
                form.fields["definitions"].choices = self.definitions
                form.fields["minimum_eqf"].choices = choice_of("eqf")
        return draft


class GroupForms(PartForms):
    """The groups of a pathway, none of which lies in itself."""

    REMOVE = _("Delete the group; what lies in it moves out of it")

    def clean(self) -> None:
        kept = [form for form in self.forms if form.cleaned_data.get("id") and not self._should_delete_form(form)]
        around = {form.cleaned_data["id"]: form.cleaned_data.get("group") for form in kept}
        for form in kept:
            passed, place = {form.cleaned_data["id"]}, form.cleaned_data.get("group")
            while place and place not in passed:
                passed.add(place)
                place = around.get(place)
            if place == form.cleaned_data["id"]:
                form.add_error("group", _("A group cannot lie in itself."))


_SETS = {"extra": 0, "can_delete": True}
GroupFormSet = forms.formset_factory(
    GroupForm, formset=GroupForms, max_num=MOST_GROUPS, absolute_max=2 * MOST_GROUPS, **_SETS
)
PartFormSet = forms.formset_factory(
    PartForm, formset=PartForms, max_num=MOST_PARTS, absolute_max=2 * MOST_PARTS, **_SETS
)
FORMSETS = {"groups": GroupFormSet, "parts": PartFormSet}


def _indented(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The groups by their names, each further in than the one it lies in."""
    depth = {"": 0}
    for place, one in all_groups(form):
        key = one.get("id", "")
        depth[key] = depth.get(place, 0) + 1
        yield key, "\u2007" * 2 * depth[key] + _first(one.get("title"))


def _first(value: Any) -> str:
    found = texts(value)
    return found.get("en") or next(iter(found.values()), "")
