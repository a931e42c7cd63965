"""The XML of trusted lists: parsed without entities or network, and read only as far as a known key has signed it.

ETSI TS 119 612 section 5.7 and annex B (enveloped XAdES signature), XML Signature 1.1. What is handed on is the
content that the signature covers, taken from the verifier's own output, so that wrapping a signed list in another gains
nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from credenza.errors import MalformedInput
from credenza.trust import certificates

if TYPE_CHECKING:
    from lxml import etree

TSL = "http://uri.etsi.org/02231/v2#"
ROOT = f"{{{TSL}}}TrustServiceStatusList"
MAXIMUM_BYTES = 32 * 1024 * 1024
MAXIMUM_REFERENCES = 5
_DS = "http://www.w3.org/2000/09/xmldsig#"


def parse(data: bytes) -> etree._Element:
    """Bytes to the root of a trusted list, before anything in it may be believed.

    Raises:
        MalformedInput: ``trusted-list-malformed``, ``trusted-list-too-large``.
    """
    from lxml import etree

    if len(data) > MAXIMUM_BYTES:
        raise MalformedInput("trusted-list-too-large", "The trusted list is larger than any real one.")
    try:
        root = etree.fromstring(data, parser=_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedInput("trusted-list-malformed", "The trusted list is not well-formed XML.") from error
    information = root.getroottree().docinfo
    if information.internalDTD is not None or information.externalDTD is not None or information.doctype:
        raise MalformedInput("trusted-list-malformed", "The trusted list brings definitions of its own (a DTD).")
    if root.tag != ROOT:
        raise MalformedInput("trusted-list-malformed", "This is not a trusted list.")
    return root


def signed_root(data: bytes, *, signers: Collection[bytes], at: datetime) -> etree._Element | None:
    """The root as one of the signers' certificates (DER) signed it; None where none did.

    Raises:
        MalformedInput: ``trusted-list-malformed``, ``trusted-list-too-large``, ``certificate-malformed``.
    """
    root = parse(data)
    signatures = root.findall(f"{{{_DS}}}Signature")
    if len(signatures) != 1 or len(signatures[0].findall(f".//{{{_DS}}}Reference")) > MAXIMUM_REFERENCES:
        return None
    for signer in signers:
        found = _verified(data, signer, at)
        if found is not None:
            return found
    return None


def _verified(data: bytes, signer: bytes, at: datetime) -> etree._Element | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from lxml import etree
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration

    from credenza.encoding.canonical_xml import PartVerifier

    configuration = SignatureConfiguration(
        location="./",
        expect_references=True,
        signature_methods=frozenset(_signature_methods()),
        digest_algorithms=frozenset(_digest_algorithms()),
        verification_time=at,
    )
    try:
        results: Any = PartVerifier().verify(
            data, x509_cert=certificates.load(signer), parser=_parser(), expect_config=configuration
        )
    except (SignXMLException, etree.LxmlError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError):
        return None
    roots = [result.signed_xml for result in results if result.signed_xml is not None]
    lists = [root for root in roots if root.tag == ROOT]
    return lists[0] if len(lists) == 1 else None


def _parser() -> etree.XMLParser:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )


def _signature_methods() -> list[Any]:
    from signxml.algorithms import SignatureMethod

    strong = ("SHA256", "SHA384", "SHA512")
    named = [item for item in SignatureMethod if any(word in item.name for word in strong)]
    return [item for item in named if not item.name.startswith(("HMAC", "DSA"))]


def _digest_algorithms() -> list[Any]:
    from signxml.algorithms import DigestAlgorithm

    return [item for item in DigestAlgorithm if item.name in {"SHA256", "SHA384", "SHA512"}]
