"""The requirement as an evaluator writes it (``requirement.toml``, or JSON), every problem named with its place."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from credenza.recognition.requirement import Purpose, Quality, Requirement, Verification
from credenza.record.authoring import read_outcome
from credenza.record.form import Form, refuse

Choice = TypeVar("Choice", bound=StrEnum)


def read_requirement(data: Mapping[str, Any]) -> Requirement:
    """The requirement of a TOML or JSON file.

    Raises:
        MalformedInput: ``requirement-invalid`` with every problem in ``problems``.
    """
    language = data.get("language", "en")
    form = Form(data, language if isinstance(language, str) and len(language) == 2 else "en")
    form.asked.add("language")
    members = {
        "id": form.line("id", required=True),
        "title": form.text("title", required=True),
        "purpose": choice(form, "purpose", Purpose, required=True),
        "country": form.concept("country", "country"),
        "eqf_level": form.concept("eqf", "eqf"),
        "nqf_levels": form.concepts("nqf", "nqf"),
        "ects": form.decimal("ects"),
        "workload_hours": form.decimal("workload_hours"),
        "hours_per_ects": form.decimal("hours_per_ects"),
        "fields": form.concepts("fields", "isced-f"),
        "learning_outcomes": _outcomes(form),
        "least_share": form.decimal("least_share"),
        "quality": choice(form, "quality", Quality),
        "quality_kinds": form.concepts("quality_kinds", "accreditation"),
        "verification": choice(form, "verification", Verification),
        "assessments": form.concepts("assessments", "assessment"),
        "supervision": form.concepts("supervision", "supervision"),
    }
    form.finish()
    made = None
    if not form.problems:
        stated = {name: value for name, value in members.items() if value is not None}
        made = form.build("requirement", lambda: Requirement.model_validate(stated))
    refuse(form.problems, "requirement-invalid", "The requirement")
    assert made is not None
    return made


def choice(form: Form, name: str, values: type[Choice], *, required: bool = False) -> Choice | None:
    """One word of a short list; another word is a problem that names them all."""
    word = form.line(name, required=required)
    if word is None:
        return None
    if word in tuple(values):
        return values(word)
    form.problem(name, "term-unknown", f"{word[:40]!r} is none of {', '.join(values)}.")
    return None


def _outcomes(form: Form) -> tuple[Any, ...]:
    return tuple(one for part in form.forms("learning_outcomes") if (one := read_outcome(part)) is not None)
