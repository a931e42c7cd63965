"""Canonical XML of a part of a document, and a signature verifier that uses it.

libxml2 2.14 writes a wrong ``xmlns=""`` two levels below a part that it canonicalizes inclusively in place. A part is
therefore read anew as a document of its own first, which keeps the namespaces in scope as Canonical XML 1.0 asks.
"""

from __future__ import annotations

from typing import Any

from lxml import etree
from signxml.verifier import XMLVerifier

from credenza.encoding import strict_xml


def canonical(element: etree._Element) -> bytes:
    """An element in Canonical XML 1.0 (inclusive, without comments)."""
    whole = etree.fromstring(etree.tostring(element, with_tail=False), strict_xml.parser(remove_instructions=False))
    return etree.tostring(whole, method="c14n", with_comments=False)


class PartVerifier(XMLVerifier):
    """signxml's verifier, canonicalizing the signed information right where it has a default namespace."""

    def _c14n(self, nodes: Any, algorithm: Any, inclusive_ns_prefixes: Any = None) -> bytes:
        if isinstance(nodes, etree._Element):
            nodes = etree.fromstring(etree.tostring(nodes, with_tail=False), self.parser)
        return bytes(super()._c14n(nodes, algorithm=algorithm, inclusive_ns_prefixes=inclusive_ns_prefixes))
