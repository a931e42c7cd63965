"""The groups and parts of a pathway between the stored form, where they lie in one another, and the forms of a page.

On the page every group and part has a form of its own, which names the group that it lies in (``group``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from credenza.service.catalogue.form_values import listed, number, present, texts
from credenza.service.catalogue.text_fields import split
from credenza.stacking.pathway import DEEPEST

MOST_GROUPS, MOST_PARTS = 20, 60


@dataclass
class Branch:
    """A group as the page shows it, with what lies in it; the outermost is the pathway itself and has no form."""

    form: Any = None
    depth: int = 0
    parts: list[Any] = field(default_factory=list)
    groups: list[Branch] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The name of the group, empty where it has none yet."""
        return _value(self.form, "id") if self.form is not None else ""

    @property
    def takes_more(self) -> bool:
        """Whether parts can be added: not to a group that was not saved yet."""
        return self.form is None or bool(self.key)

    @property
    def takes_groups(self) -> bool:
        return self.takes_more and self.depth < DEEPEST - 1

    @property
    def size(self) -> int:
        return len(self.parts) + len(self.groups)


def branches(groups: Iterable[Any], parts: Iterable[Any]) -> Branch:
    """The forms of a page as a tree; what names a group that is not there stands in the outermost."""
    root = Branch()
    inside: dict[str, list[Any]] = {}
    for form in groups:
        inside.setdefault(_value(form, "group"), []).append(form)
    found: dict[str, Branch] = {"": root}

    def grow(branch: Branch, forms: Sequence[Any]) -> None:
        for form in forms:
            one = Branch(form, branch.depth + 1)
            branch.groups.append(one)
            if one.key and one.key not in found:
                found[one.key] = one
                grow(one, inside.pop(one.key, ()))

    grow(root, inside.pop("", ()))
    while inside:  # those that lie in one another, or in a group that is gone
        grow(root, inside.pop(next(iter(inside))))
    for form in parts:
        found.get(_value(form, "group"), root).parts.append(form)
    return root


def fits(form: Mapping[str, Any]) -> bool:
    """Whether the pages can show it: it has no more groups and parts than a page holds."""
    groups = list(all_groups(form))
    return len(groups) <= MOST_GROUPS and len(list(all_parts(form))) <= MOST_PARTS


def initial_of(form: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The initial values of the main form, and of the groups and parts, each of which names the group it lies in."""
    language = str(form.get("language", "en"))
    simple = ("kind", "choose", "minimum_ects", "maximum_age_years")
    main = {name: form.get(name) for name in simple} | {
        "title": texts(form.get("title"), language),
        "recognised_by": "\n".join(listed(form.get("recognised_by"))),
        "outcomes_once": form.get("outcomes_once", True),
    }
    groups = [
        {name: one.get(name) for name in ("id", "choose", "minimum_ects")}
        | {"title": texts(one.get("title"), language), "group": place}
        for place, one in all_groups(form)
    ]
    parts = [
        dict(part)
        | {name: listed(part.get(name)) for name in ("definitions", "fields", "skills")}
        | {"title": texts(part.get("title"), language), "group": place}
        for place, part in all_parts(form)
    ]
    return main, {"groups": groups, "parts": parts}


def form_of(
    main: Mapping[str, Any],
    groups: Sequence[dict[str, Any]],
    parts: Sequence[dict[str, Any]],
    gone: Mapping[str, str],
) -> dict[str, Any]:
    """The form to store; parts and groups without a name of their own get one.

    ``gone`` are the groups that were taken away, and the groups that they lay in: what lay in them moves there.
    """
    _name("group", groups)
    _name("part", parts)
    known = {one["id"] for one in groups}
    inner_groups, inner_parts = (_by_place(some, known, gone) for some in (groups, parts))

    def inside(key: str) -> dict[str, Any]:
        found = [present(_group(one)) | inside(one["id"]) for one in inner_groups.get(key, ())]
        return present({"parts": [_part(one) for one in inner_parts.get(key, ())], "groups": found})

    return present(
        {
            "title": main["title"],
            "kind": main["kind"],
            "choose": main["choose"],
            "minimum_ects": number(main["minimum_ects"]),
            "maximum_age_years": main["maximum_age_years"],
            "recognised_by": split(main["recognised_by"]),
            "outcomes_once": main["outcomes_once"],
        }
        | inside("")
    )


def all_groups(form: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every group after the one that it lies in, and the name of that."""
    for group in listed(form.get("groups")):
        yield place, group
        yield from all_groups(group, group.get("id", ""))


def all_parts(form: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every part, and the name of the group that it lies in."""
    for place, one in (("", form), *((group.get("id", ""), group) for _place, group in all_groups(form))):
        yield from ((place, part) for part in listed(one.get("parts")))


def _by_place(
    some: Iterable[dict[str, Any]], known: set[str], gone: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in some:
        place, passed = one.get("group") or "", set()
        while place in gone and place not in passed:
            passed.add(place)
            place = gone[place]
        found.setdefault(place if place in known else "", []).append(one)
    return found


def _group(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one.get(name) for name in ("id", "title", "choose")} | {"minimum_ects": number(one["minimum_ects"])}


def _part(one: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "title", "definitions", "minimum_eqf", "fields", "skills", "maximum_age_years")
    several = True if one.get("several") else None
    credits = number(one.get("minimum_ects"))
    return present({name: one.get(name) for name in names} | {"minimum_ects": credits, "several": several})


def _name(kind: str, forms: Sequence[dict[str, Any]]) -> None:
    taken = {one.get("id") for one in forms}
    free = (name for count in range(1, 1000) if (name := f"{kind}-{count}") not in taken)
    for one in forms:
        one["id"] = one.get("id") or next(free)


def _value(form: Any, name: str) -> str:
    return form[name].value() or ""
