"""What a designer writes by hand: the pathway file (TOML, JSON), read with every problem named at its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credenza.record.form import Form, refuse
from credenza.stacking.pathway import DEEPEST, Member, Pathway, PathwayGroup, PathwayKind, PathwayPart

ROOT = "pathway"


def read_pathway(data: Mapping[str, Any]) -> Pathway:
    """The pathway of a pathway file.

    Raises:
        MalformedInput: ``pathway-invalid`` with every problem in ``problems``.
    """
    language = data.get("language", "en")
    form = Form(data, language if isinstance(language, str) and len(language) == 2 else "en")
    form.asked.add("language")
    pathway = _pathway(form)
    form.finish()
    refuse(form.problems, "pathway-invalid", "The pathway")
    assert pathway is not None
    return pathway


def _pathway(form: Form) -> Pathway | None:
    uri, title, award = form.line("id", required=True), form.text("title", required=True), form.line("award")
    if award is None:
        form.problem("award", "missing", "award is missing: the id of the larger micro-credential's definition.")
    once = _truth(form, "outcomes_once", otherwise=True)
    members = {
        "id": uri,
        "title": title,
        "kind": _kind(form),
        "award": award,
        "maximum_age_years": _whole(form, "maximum_age_years"),
        "recognised_by": _lines(form, "recognised_by"),
        "outcomes_once": once,
    }
    inside, choose, minimum = _members(form, 0), _whole(form, "choose"), form.decimal("minimum_ects")
    if form.problems or any(value is None for value in (uri, title, award, members["kind"])):
        return None
    group = {"id": ROOT, "title": title, "members": inside, "choose": choose, "minimum_ects": minimum}
    return form.build("pathway", lambda: Pathway.model_validate(members | {"root": PathwayGroup.model_validate(group)}))


def _kind(form: Form) -> PathwayKind | None:
    kind = form.line("kind") or PathwayKind.ELECTIVE.value
    if kind in tuple(PathwayKind):
        return PathwayKind(kind)
    form.problem("kind", "term-unknown", f"{kind!r} is none of {', '.join(PathwayKind)}.")
    return None


def _members(form: Form, depth: int) -> tuple[Member, ...]:
    if depth > DEEPEST:
        form.problem("groups", "nested-too-deep", f"Groups are nested more than {DEEPEST} deep.")
        return ()
    parts = [_part(one) for one in form.forms("parts")]
    groups = [_group(one, depth + 1) for one in form.forms("groups")]
    return tuple(one for one in (*parts, *groups) if one is not None)


def _group(form: Form, depth: int) -> PathwayGroup | None:
    members = {
        "id": form.line("id", required=True),
        "title": form.text("title", required=True),
        "members": _members(form, depth),
        "choose": _whole(form, "choose"),
        "minimum_ects": form.decimal("minimum_ects"),
    }
    form.finish()
    if members["id"] is None or members["title"] is None:
        return None
    return form.build("group", lambda: PathwayGroup.model_validate(members))


def _part(form: Form) -> PathwayPart | None:
    level = form.concept("minimum_eqf", "eqf")
    members = {
        "id": form.line("id", required=True),
        "title": form.text("title", required=True),
        "definitions": _lines(form, "definitions"),
        "minimum_eqf": int(level.notation) if level else None,
        "fields": form.concepts("fields", "isced-f"),
        "skills": form.concepts("skills", "esco"),
        "minimum_ects": form.decimal("minimum_ects"),
        "maximum_age_years": _whole(form, "maximum_age_years"),
        "several": _truth(form, "several", otherwise=False),
    }
    form.finish()
    if members["id"] is None or members["title"] is None:
        return None
    return form.build("part", lambda: PathwayPart.model_validate(members))


def _whole(form: Form, name: str) -> int | None:
    number = form.decimal(name)
    if number is not None and number != int(number):
        form.problem(name, "number-invalid", f"{form.place(name)} must be a whole number, not {number}.")
        return None
    return None if number is None else int(number)


def _truth(form: Form, name: str, *, otherwise: bool) -> bool:
    value = form.take(name)
    if value is None or isinstance(value, bool):
        return otherwise if value is None else value
    form.problem(name, "wrong-type", f"{form.place(name)} must be true or false.")
    return otherwise


def _lines(form: Form, name: str) -> tuple[str, ...]:
    value = form.take(name)
    values = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in values):
        form.problem(name, "wrong-type", f"{form.place(name)} must be a text or a list of texts.")
        return ()
    return tuple(one.strip() for one in values)
