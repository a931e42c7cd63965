"""The designer's form of a pathway: what a person fills in, to and from what ``stacking.pathway_file`` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import Definition
from credenza.service.catalogue.searching import on_offer
from credenza.service.catalogue.text_fields import LanguagesField, TermsField, choice_of, split
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


class GroupForm(forms.Form):
    """A group of parts of which some are needed."""

    id = forms.SlugField(widget=forms.HiddenInput, required=False, max_length=60)
    title = LanguagesField(label=_("Group"))
    choose = forms.IntegerField(
        label=_("How many of its parts are needed"),
        help_text=_("Leave it empty where all are needed."),
        min_value=1,
        max_value=100,
        required=False,
    )
    minimum_ects = CreditsField(label=_("At least so many ECTS together"))


class PartForm(forms.Form):
    """A place that a credential fills: by its definition, or by what it must be."""

    id = forms.SlugField(widget=forms.HiddenInput, required=False, max_length=60)
    title = LanguagesField(label=_("Part"))
    group = forms.ChoiceField(label=_("In the group"), required=False)
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
        named = {uri for part in _all_parts(form) for uri in _list(part.get("definitions"))}
        self.definitions += [(uri, uri) for uri in sorted(named - known)]
        groups = [(one.get("id", ""), _first(one.get("title"))) for one in _list(form.get("groups"))]
        self.groups = [("", _("None: it stands by itself")), *groups]

    def give(self, form: forms.Form) -> None:
        if "definitions" in form.fields:
            form.fields["definitions"].choices = self.definitions
            form.fields["group"].choices = self.groups
            form.fields["minimum_eqf"].choices = choice_of("eqf")


GroupFormSet = forms.formset_factory(GroupForm, extra=0, can_delete=True, max_num=20, absolute_max=40)
PartFormSet = forms.formset_factory(PartForm, extra=0, can_delete=True, max_num=60, absolute_max=100)
FORMSETS = {"groups": GroupFormSet, "parts": PartFormSet}


def is_plain(form: Mapping[str, Any]) -> bool:
    """Whether these pages can show it: no group lies inside another."""
    return not any(one.get("groups") for one in _list(form.get("groups")))


def initial_of(form: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The initial values of the main form, and of the groups and parts."""
    simple = ("kind", "choose", "minimum_ects", "maximum_age_years")
    main = {name: form.get(name) for name in simple} | {
        "title": _texts(form.get("title")),
        "recognised_by": "\n".join(_list(form.get("recognised_by"))),
        "outcomes_once": form.get("outcomes_once", True),
    }
    groups = [
        {name: one.get(name) for name in ("id", "choose", "minimum_ects")} | {"title": _texts(one.get("title"))}
        for one in _list(form.get("groups"))
    ]
    parts = [
        dict(part) | {"title": _texts(part.get("title")), "group": group}
        | {name: _list(part.get(name)) for name in ("definitions", "fields", "skills")}
        for group, part in _placed(form)
    ]  # fmt: skip
    return main, {"groups": groups, "parts": parts}


def form_of(
    main: Mapping[str, Any], groups: Sequence[dict[str, Any]], parts: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The form to store; parts and groups without a name of their own get one."""
    _name("group", groups)
    _name("part", parts)
    known = {one["id"] for one in groups}
    inside: dict[str, list[dict[str, Any]]] = {}
    for one in parts:
        place = one.get("group") if one.get("group") in known else ""
        inside.setdefault(place or "", []).append(_part(one))
    made = [_present({**one, "minimum_ects": _number(one.get("minimum_ects"))}) for one in groups]
    return _present(
        {
            "title": main["title"],
            "kind": main["kind"],
            "choose": main["choose"],
            "minimum_ects": _number(main["minimum_ects"]),
            "maximum_age_years": main["maximum_age_years"],
            "recognised_by": split(main["recognised_by"]),
            "outcomes_once": main["outcomes_once"],
            "parts": inside.get("", []),
            "groups": [one | {"parts": inside.get(one["id"], [])} for one in made],
        }
    )


def _part(one: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "title", "definitions", "minimum_eqf", "fields", "skills", "maximum_age_years")
    several = True if one.get("several") else None
    credits = _number(one.get("minimum_ects"))
    return _present({name: one.get(name) for name in names} | {"minimum_ects": credits, "several": several})


def _name(kind: str, forms_: Sequence[dict[str, Any]]) -> None:
    taken = {one.get("id") for one in forms_}
    free = (name for number in range(1, 1000) if (name := f"{kind}-{number}") not in taken)
    for one in forms_:
        one["id"] = one.get("id") or next(free)


def _placed(form: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from (("", one) for one in _list(form.get("parts")))
    for group in _list(form.get("groups")):
        yield from ((group.get("id", ""), one) for one in _list(group.get("parts")))


def _all_parts(form: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _list(form.get("parts"))
    for group in _list(form.get("groups")):
        yield from _all_parts(group)


def _texts(value: Any) -> dict[str, str]:
    return {"en": value} if isinstance(value, str) else dict(value or {})


def _first(value: Any) -> str:
    texts = _texts(value)
    return texts.get("en") or next(iter(texts.values()), "")


def _list(value: Any) -> list[Any]:
    return [] if value in (None, "") else list(value) if isinstance(value, list | tuple) else [value]


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
