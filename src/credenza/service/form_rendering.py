"""How every Django form is drawn: ``{{ form }}`` gives labels, help, errors beside fields and a summary of them at the top.

Every field is tied to its help and errors (aria-describedby), and marked when wrong (aria-invalid). What is not
required says so; nothing is marked by colour alone.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, DateInput, RadioSelect
from django.forms.renderers import TemplatesSetting


class Field(BoundField):
    """A field of a form, with the classes of the design system."""

    @property
    def is_choice(self) -> bool:
        """A single tick box, whose label stands after it."""
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def is_group(self) -> bool:
        """Several boxes or radio buttons under one legend."""
        return isinstance(self.field.widget, RadioSelect | CheckboxSelectMultiple)

    @property
    def is_optional(self) -> bool:
        """It may be left empty, and nothing else asks for it (``demanded_elsewhere``, of the form or of the field)."""
        elsewhere = (getattr(one, "demanded_elsewhere", False) for one in (self.form, self.field))
        return not self.field.required and not any(elsewhere)

    @property
    def findings(self) -> Any:
        """What the Annex I check says of this field: ``form.findings`` maps names of fields to ``ElementFinding``s."""
        return getattr(self.form, "findings", {}).get(self.name, ())

    def css_classes(self, extra_classes: Any = None) -> str:
        names = ["field", "choice" if self.is_choice else "", "invalid" if self.errors else ""]
        return " ".join([*filter(None, names), *(extra_classes or "").split()])


class InSections:
    """A form whose fields stand in sections: ``SECTIONS`` holds legends with rows of names of fields."""

    SECTIONS: ClassVar[tuple[tuple[Any, tuple[tuple[str, ...], ...]], ...]]

    @property
    def sections(self) -> list[tuple[Any, list[list[BoundField]]]]:
        """Each section's legend and rows of fields, as the template draws them."""
        return [(legend, [[self[name] for name in row] for row in rows]) for legend, rows in self.SECTIONS]  # type: ignore[index]


class Renderer(TemplatesSetting):
    """Django's form renderer, with the service's own templates (``FORM_RENDERER``)."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = Field


class Day(DateInput):
    """A day, chosen in the browser's own calendar, which takes and gives 2026-05-31 in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
