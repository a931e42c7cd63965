"""Form fields that the desk's forms share: texts as the record takes them, lists of lines, several files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from credenza.errors import MalformedInput
from credenza.record.text import check_line
from credenza.service.telling import told


class PlainText(forms.CharField):
    """A text that a credential can carry: no control characters, no overrides of the writing direction."""

    def __init__(self, *, rows: int = 0, **options: Any) -> None:
        if rows:
            options["widget"] = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
        super().__init__(**{"max_length": 5_000} | options)

    def clean(self, value: Any) -> str:
        text: str = super().clean(str(value or "").replace("\r\n", "\n"))
        if text:
            try:
                check_line(text)
            except ValueError as error:
                raise ValidationError(_("This text cannot be taken: %(why)s.") % {"why": error}) from error
        return text


class Lines(PlainText):
    """One value a line."""

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in super().clean(value).split("\n") if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


def tell(form: forms.Form, error: MalformedInput) -> None:
    """Put each problem beside the field that it is about."""
    problems = error.detail.get("problems", ())
    for one in problems:
        name = one.where.replace("when.", "").replace("counts_as.", "grants_").split("[")[0].split(".")[0]
        hint = _(" Did you mean %(what)s?") % {"what": one.suggestion} if one.suggestion else ""
        form.add_error(name if name in form.fields else None, told(one.message) + hint)
    if not problems:
        form.add_error(None, error.message)
