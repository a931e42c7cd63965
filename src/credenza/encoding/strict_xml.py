"""XML as a forger would not like it: no document types, no entities, no network, bounded in size and depth.

Comments and processing instructions are left out of what is read, because a canonical signature does not cover
comments: ``Ana<!-- -->Maria`` reads as ``AnaMaria``, signed or not.
"""

from __future__ import annotations

from lxml import etree

from credenza.errors import MalformedInput

MAXIMUM_DEPTH = 100
MAXIMUM_BYTES = 16 * 1024 * 1024


def parser(*, remove_instructions: bool = True) -> etree.XMLParser:
    """A parser that fetches nothing, expands nothing, and keeps libxml2's own limits."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=remove_instructions,
    )


def parse(data: bytes, *, maximum_bytes: int = MAXIMUM_BYTES, remove_instructions: bool = True) -> etree._Element:
    """The root element of one XML document; signatures cover processing instructions, so a verifier keeps them.

    Raises:
        MalformedInput: ``xml-too-large``, ``xml-syntax``, ``xml-declares`` (a document type or entities),
            ``xml-too-deep``.
    """
    if len(data) > maximum_bytes:
        raise MalformedInput("xml-too-large", f"The XML is larger than {maximum_bytes} bytes.")
    try:
        root = etree.fromstring(data, parser(remove_instructions=remove_instructions))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedInput("xml-syntax", f"This is not well-formed XML: {str(error)[:200]}") from error
    if root is None:  # a document of nothing but comments
        raise MalformedInput("xml-syntax", "The XML has no element.")
    information = root.getroottree().docinfo
    if information.internalDTD is not None or information.externalDTD is not None or information.doctype:
        raise MalformedInput("xml-declares", "The XML declares a document type or entities, which is refused.")
    _refuse_depth(root)
    return root


def _refuse_depth(root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAXIMUM_DEPTH:
            raise MalformedInput("xml-too-deep", f"The XML nests deeper than {MAXIMUM_DEPTH} levels.")
