"""The forms of a draft: a main one, and a set for each kind of thing that repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credenza.record.form import Problem
from credenza.service.catalogue.text_fields import LanguagesWidget
from credenza.service.telling import told

Kinds = Mapping[str, type[forms.BaseFormSet]]


def told_problems(problems: Sequence[Problem], form: type[forms.Form]) -> list[tuple[str, str | None]]:
    """What is wrong in sentences that call a field as its label does, each with what was probably meant."""
    return [(_told(one, form), one.suggestion) for one in problems]


def _told(problem: Problem, form: type[forms.Form]) -> str:
    field, message = form.base_fields.get(problem.where), told(problem.message)
    if field is None or not message.startswith(problem.where):
        return message
    return f"{field.label}{message.removeprefix(problem.where)}"


class PartForms(forms.BaseFormSet):
    """Forms that repeat, each with a box that takes it out again."""

    REMOVE = _("Take this out when the draft is saved")

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = self.REMOVE


class DraftForms:
    """They stand in a page's context as ``form`` and by the names of the sets."""

    def __init__(self, main: forms.Form, sets: Mapping[str, forms.BaseFormSet]) -> None:
        self.main, self.sets = main, sets

    @classmethod
    def posted(cls, main: forms.Form, kinds: Kinds, data: Any) -> DraftForms:
        return cls(main, {name: made(data, prefix=name) for name, made in kinds.items()})

    @classmethod
    def shown(cls, main: forms.Form, kinds: Kinds, initial: Mapping[str, Sequence[Any]], blank: set[str]) -> DraftForms:
        """``blank`` are the sets that have a blank form at their end."""
        sets = {name: made(initial=initial[name], prefix=name) for name, made in kinds.items()}
        for name, formset in sets.items():
            formset.extra = 1 if name in blank else 0
        return cls(main, sets)

    @property
    def repeated(self) -> list[forms.Form]:
        return [form for formset in self.sets.values() for form in formset]

    @property
    def valid(self) -> bool:
        return self.main.is_valid() and all(formset.is_valid() for formset in self.sets.values())

    def values(self) -> dict[str, list[dict[str, Any]]]:
        """The values of what repeats, where something was filled in that is not to be deleted."""
        return {
            name: [one for one in map(_values, formset) if any(one.values())] for name, formset in self.sets.items()
        }

    def context(self, languages: Sequence[str]) -> dict[str, Any]:
        """Every text can be given in these languages."""
        for form in (self.main, *self.repeated):
            for field in form.fields.values():
                if isinstance(field.widget, LanguagesWidget):
                    field.widget.languages = tuple(languages)
        return {"form": self.main, **self.sets}


def _values(form: forms.Form) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    return {} if values.pop("DELETE", False) else values
