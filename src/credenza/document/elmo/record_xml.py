"""The record as XML of our own, inside ELMO's extension: every element of Annex I, exactly as the record has it.

Each member is an element named like it (``learningOutcomes``), a list is the element repeated, a text is the element
repeated by language. What equals the record's default is left out; ``xsi:nil`` says "not stated" where the default
states something. The schema is published (``docs/schemas``) and made from the same types (``schema``).
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from lxml import etree

from credenza.document.elmo.names import EXTENSION, LANGUAGE
from credenza.errors import MalformedInput
from credenza.record import Text
from credenza.record.instant import to_text
from credenza.record.text import Frozen

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MALFORMED = "elmo-malformed"


def element_name(member: str) -> str:
    """``learning_outcomes`` is written as ``learningOutcomes``."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), member)


def item_type(annotation: Any) -> tuple[Any, bool]:
    """The type of one element of a member, and whether the element may be repeated."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return item_type(inner[0])
    if origin in (Union, types.UnionType):
        return item_type(next(one for one in inner if one is not types.NoneType))
    if origin is tuple:
        return item_type(inner[0])[0], True
    return annotation, False


def write(parent: etree._Element, name: str, value: Frozen, *, without: frozenset[str] = frozenset()) -> None:
    """Append ``value`` to ``parent`` as an element of this name, leaving out the members in ``without``."""
    element = etree.SubElement(parent, f"{{{EXTENSION}}}{name}")
    for member, field in type(value).model_fields.items():
        stated = getattr(value, member)
        if member in without or stated == field.get_default(call_default_factory=True):
            continue
        if stated is None:
            etree.SubElement(element, f"{{{EXTENSION}}}{element_name(member)}", {NIL: "true"})
        for one in stated if isinstance(stated, tuple) else (stated,):
            _write_one(element, element_name(member), one)


def _write_one(parent: etree._Element, name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, Frozen):
        write(parent, name, value)
        return
    texts: Iterable[tuple[str | None, str]] = (
        value.root.items() if isinstance(value, Text) else ((None, _plain(value)),)
    )
    for language, text in texts:
        element = etree.SubElement(parent, f"{{{EXTENSION}}}{name}", {LANGUAGE: language} if language else None)
        element.text = text


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else str(value)


def read(element: etree._Element, model: type[Frozen]) -> dict[str, Any]:
    """The members of an element, to be validated as ``model``.

    Raises:
        MalformedInput: ``elmo-malformed`` where the element is not what the schema says.
    """
    members = {element_name(name): (name, field.annotation) for name, field in model.model_fields.items()}
    found: dict[str, Any] = {}
    for child in element:
        name = str(child.tag).removeprefix(f"{{{EXTENSION}}}")
        if name not in members:
            raise MalformedInput(_MALFORMED, f"The extension has the unknown element {name[:80]!r}.")
        member, annotation = members[name]
        kind, repeated = item_type(annotation)
        if repeated:
            found.setdefault(member, []).append(_one(child, kind))
        elif kind is Text:
            _add_text(found.setdefault(member, {}), child)
        elif member in found:
            raise MalformedInput(_MALFORMED, f"The extension states {name} twice.")
        else:
            found[member] = None if child.get(NIL) == "true" else _one(child, kind)
    return found


def _one(element: etree._Element, kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Frozen):
        return read(element, kind)
    if len(element):
        raise MalformedInput(_MALFORMED, "The extension has elements inside a plain value.")
    return element.text or ""


def _add_text(texts: dict[str, str], element: etree._Element) -> None:
    language = element.get(LANGUAGE, "")
    if language in texts:
        raise MalformedInput(_MALFORMED, "The extension has two texts in one language.")
    texts[language] = _one(element, str)
