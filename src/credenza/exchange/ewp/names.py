"""The namespaces of Erasmus Without Paper, and small steps in its XML."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

ARCHITECTURE = "https://github.com/erasmus-without-paper/ewp-specs-architecture/blob/stable-v1/common-types.xsd"
REGISTRY = "https://github.com/erasmus-without-paper/ewp-specs-api-registry/tree/stable-v1"
DISCOVERY = "https://github.com/erasmus-without-paper/ewp-specs-api-discovery/tree/stable-v6"
SECURITY = "https://github.com/erasmus-without-paper/ewp-specs-sec-intro/tree/stable-v2"
CLIENT_SIGNATURE = "https://github.com/erasmus-without-paper/ewp-specs-sec-cliauth-httpsig/tree/stable-v1"
SERVER_SIGNATURE = "https://github.com/erasmus-without-paper/ewp-specs-sec-srvauth-httpsig/tree/stable-v1"
SERVER_TLS = "https://github.com/erasmus-without-paper/ewp-specs-sec-srvauth-tlscert/tree/stable-v1"
ECHO = "https://github.com/erasmus-without-paper/ewp-specs-api-echo/tree/stable-v2"
INSTITUTIONS = "https://github.com/erasmus-without-paper/ewp-specs-api-institutions/tree/stable-v2"
_TORS = "https://github.com/erasmus-without-paper/ewp-specs-api-imobility-tors/blob/stable-v2"
TORS_GET = f"{_TORS}/endpoints/get-response.xsd"
TORS_INDEX = f"{_TORS}/endpoints/index-response.xsd"
ENTRIES = {
    "discovery": "https://github.com/erasmus-without-paper/ewp-specs-api-discovery/blob/stable-v6/manifest-entry.xsd",
    "echo": "https://github.com/erasmus-without-paper/ewp-specs-api-echo/blob/stable-v2/manifest-entry.xsd",
    "institutions": "https://github.com/erasmus-without-paper/ewp-specs-api-institutions/blob/stable-v2/manifest-entry.xsd",
    "imobility-tors": f"{_TORS}/manifest-entry.xsd",
}
"""The namespaces of the manifest's entries of the programming interfaces that Credenza speaks, by their names."""


def child(
    parent: etree._Element, namespace: str, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    """A new last child in a namespace."""
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
    element.text = text
    return element


def document(namespace: str, name: str, prefixes: Mapping[str, str] | None = None) -> etree._Element:
    """A root element whose default namespace is its own."""
    namespaces: dict[str | None, str] = {None: namespace}
    namespaces.update(prefixes or {})
    return etree.Element(f"{{{namespace}}}{name}", nsmap=namespaces)  # type: ignore[arg-type]  # stubs: no default


def to_bytes(element: etree._Element) -> bytes:
    """A document as it is sent."""
    return etree.tostring(element, encoding="utf-8", xml_declaration=True)


def text_of(element: etree._Element) -> str:
    """The text of a leaf, its ends trimmed."""
    return (element.text or "").strip()
