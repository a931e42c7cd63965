"""The XML Schema of our extension of ELMO, made from the record's types: ``python -m credenza.document.elmo.schema``."""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from lxml import etree

from credenza.document.elmo.names import EXTENSION
from credenza.document.elmo.record_xml import element_name, item_type
from credenza.record import Award, Text
from credenza.record.text import Frozen

_XS = "http://www.w3.org/2001/XMLSchema"
_ABOUT = (
    "What a micro-credential says under Annex I of the Council Recommendation 2022/C 243/02 and ELMO has no element "
    "for. The element award stands in the extension of a learningOpportunityInstance."
)
_PLAIN = {datetime: "xs:dateTime", date: "xs:date", Decimal: "xs:decimal", int: "xs:nonNegativeInteger"}


def schema() -> bytes:
    """The schema document."""
    root = etree.Element(
        f"{{{_XS}}}schema",
        {"targetNamespace": EXTENSION, "elementFormDefault": "qualified", "version": "1"},
        nsmap={"xs": _XS, None: EXTENSION},  # type: ignore[dict-item]  # the stubs know no default namespace
    )
    _add(
        root,
        "import",
        namespace="http://www.w3.org/XML/1998/namespace",
        schemaLocation="http://www.w3.org/2001/xml.xsd",
    )
    _add(_add(root, "annotation"), "documentation").text = _ABOUT
    _add(root, "element", name="award", type="Award")
    _text_type(root)
    kinds: list[type] = [Award]
    for kind in kinds:  # grows while it is walked
        if issubclass(kind, Enum):
            _enumeration(root, kind)
        elif issubclass(kind, Frozen):
            kinds += [found for found in dict.fromkeys(_record(root, kind)) if found not in kinds]
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(parent: etree._Element, what: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_XS}}}{what}", attributes)


def _text_type(root: etree._Element) -> None:
    content = _add(_add(root, "complexType", name="Text"), "simpleContent")
    _add(_add(content, "extension", base="xs:string"), "attribute", ref="xml:lang", use="required")


def _enumeration(root: etree._Element, kind: type[Enum]) -> None:
    values = _add(_add(root, "simpleType", name=kind.__name__), "restriction", base="xs:string")
    for one in kind:
        _add(values, "enumeration", value=str(one.value))


def _record(root: etree._Element, kind: type[Frozen]) -> list[type]:
    sequence = _add(_add(root, "complexType", name=kind.__name__), "sequence")
    found: list[type] = []
    for member, field in kind.model_fields.items():
        one, repeated = item_type(field.annotation)
        nillable = not field.is_required() and field.default not in (None, ())
        _add(
            sequence,
            "element",
            name=element_name(member),
            type=_type_name(one),
            minOccurs="1" if field.is_required() and not repeated else "0",
            **({"maxOccurs": "unbounded"} if repeated or one is Text else {}),
            **({"nillable": "true"} if nillable else {}),
        )
        if isinstance(one, type) and issubclass(one, Frozen | Enum):
            found.append(one)
    return found


def _type_name(kind: Any) -> str:
    if kind is Text or (isinstance(kind, type) and issubclass(kind, Frozen | Enum)):
        return str(kind.__name__)
    return _PLAIN.get(kind, "xs:string")


if __name__ == "__main__":
    sys.stdout.buffer.write(schema() + b"\n")
