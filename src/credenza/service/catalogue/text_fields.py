"""Form fields of the designer: a text in several languages, and terms of a controlled vocabulary."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credenza.service.catalogue.models import EscoSkill
from credenza.vocabulary import LANGUAGES, is_esco_uri, term, vocabulary

_SEPARATOR = re.compile(r"[\n;]")


class LanguagesWidget(forms.Widget):
    """One input a language, each behind a tab; ``languages`` is set by the form that knows the author's choice."""

    template_name = "forms/languages.html"
    languages: Sequence[str] = ("en",)

    def __init__(self, *, long: bool = False) -> None:
        super().__init__()
        self.long = long

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, dict(attrs or {}))
        texts = value if isinstance(value, Mapping) else {}
        shown = list(dict.fromkeys((*self.languages, *texts)))
        context["widget"]["texts"] = [(code, language_name(code), texts.get(code, "")) for code in shown]
        context["widget"]["long"] = self.long
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        found = {code: str(data.get(f"{name}-{code}", "")).strip() for code in LANGUAGES}
        return {code: text for code, text in found.items() if text}

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-{self.languages[0]}"

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class LanguagesField(forms.Field):
    """A text in several languages: ``{"en": "Data analysis"}``."""

    def __init__(self, *, long: bool = False, **options: Any) -> None:
        super().__init__(widget=LanguagesWidget(long=long), **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or {}) != (data or {})


class TermInput(forms.TextInput):
    """Search in a vocabulary; without script the code or the label is typed."""

    def __init__(self, name: str, *, multiple: bool = False) -> None:
        super().__init__(attrs={"data-combobox": reverse_lazy("vocabulary_search", args=[name])})
        self.name, self.multiple = name, multiple
        if multiple:
            self.attrs["data-multiple"] = ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        values = [_chosen(self.name, one) for one in (value if isinstance(value, list) else split(value or ""))]
        joined = "; ".join(one["value"] for one in values) if self.multiple else value
        context = super().get_context(name, joined, attrs)
        shown = context["widget"]["attrs"]
        shown |= {"placeholder": _("Search by typing"), "data-none": _("Nothing is called that.")}
        if self.multiple:
            shown["data-chosen"] = json.dumps(values)
            shown["data-remove"] = _("Remove")
        elif value:
            shown["data-label"] = label_of(self.name, str(value))
        return context


class TermField(forms.CharField):
    """One term, by code, label or address."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(widget=TermInput(name), max_length=300, required=False, **options)


class TermsField(forms.CharField):
    """Several terms: a list of codes, labels or addresses."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(widget=TermInput(name, multiple=True), max_length=5000, required=False, **options)

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        return split(super().clean(value))


def choice_of(name: str) -> list[tuple[str, str]]:
    """The terms of a short vocabulary as choices in the reader's language, with none first."""
    language = get_language() or "en"
    return [("", "—"), *((one.notation, one.label(language)) for one in vocabulary(name))]


def split(text: str) -> list[str]:
    """The values that a field with several holds: one a line, or between semicolons."""
    return [part.strip() for part in _SEPARATOR.split(text) if part.strip()]


def _chosen(name: str, one: Any) -> dict[str, str]:
    """A value that is chosen already, with its label: the author's own for a skill, else the vocabulary's."""
    if isinstance(one, Mapping):
        label = one.get("label", one["uri"])
        return {"value": one["uri"], "label": label if isinstance(label, str) else next(iter(label.values()))}
    return {"value": one, "label": label_of(name, one)}


def label_of(name: str, value: str) -> str:
    """How a person reads the value of a term field."""
    language = get_language() or "en"
    if name == "esco":
        skill = EscoSkill.objects.filter(uri=value).first() if is_esco_uri(value) else None
        return str(skill.labels.get(language) or skill.labels.get("en", value)) if skill else value
    found = term(value) or vocabulary(name).find(value)
    return (
        f"{found.notation} {found.label(language)}"
        if found and name == "isced-f"
        else found.label(language)
        if found
        else value
    )


def language_name(code: str) -> str:
    """A language in its own words."""
    found = vocabulary("language").find(code)
    return found.label(code) if found else code
