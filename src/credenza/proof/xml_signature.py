"""Enveloped XML signatures as EMREX and ELMO have them: one signature over the whole document, by one given key.

ELMO asks for an enveloped xmldsig-core2 signature and names no algorithm: those that XML Signature requires are RSA and
ECDSA with SHA-256. Providers of EMREX sign by RSA, as all clients read it.

XML Signature 1.1 section 6.6.4 (enveloped). The profile is narrow on purpose, because every wider one has been forged
(signature wrapping): exactly one signature, a child of the root; exactly one reference, to the whole document
(``URI=""``); the enveloped transform and at most a canonicalization; no object, no manifest. The key is the caller's:
what the signature says of its own key (``KeyInfo``) is thrown away unread. What comes back is the signed content alone,
read anew from the very bytes that were digested.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration

from credenza.encoding import strict_xml
from credenza.encoding.canonical_xml import PartVerifier, canonical
from credenza.errors import MalformedInput, Refused
from credenza.keys import PublicKey, Signer

DS = "http://www.w3.org/2000/09/xmldsig#"
_DS11 = "http://www.w3.org/2009/xmldsig11#"
_ENVELOPED = f"{DS}enveloped-signature"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_CANONICAL = frozenset({_C14N, "http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/2001/10/xml-exc-c14n#"})
_METHODS = {
    "RSA": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "P-256": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
}
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_STRONG_METHODS = {
    "RSA": frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512}),
    "P-256": frozenset({SignatureMethod.ECDSA_SHA256}),
}
_STRONG_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_WEAK = frozenset({f"{DS}rsa-sha1", f"{DS}sha1"})
_OTHER_KEY = "XML signatures of results and decisions are made with RSA or P-256 keys."
_PARTS = ("SignedInfo", "SignatureValue", "KeyInfo")


def sign_enveloped(document: etree._Element, signer: Signer) -> bytes:
    """The document with its signature as last child of the root: RSA or ECDSA (P-256), SHA-256, Canonical XML 1.0.

    ``document`` is an unsigned root element; the signer's certificates, where it has any, go into ``X509Data``.

    Raises:
        Refused: ``xml-signature-key`` for a signer with another kind of key, ``xml-already-signed``.
    """
    require_suitable(signer.public_key)
    if document.findall(_ds("Signature")):
        raise Refused("xml-already-signed", "The document is signed already.")
    root = strict_xml.parse(etree.tostring(document))
    digest = hashlib.sha256(canonical(root)).digest()
    signature = etree.SubElement(root, _ds("Signature"), nsmap={"ds": DS})
    information = _signed_information(signature, digest, _METHODS[signer.public_key.kind])
    value = etree.SubElement(signature, _ds("SignatureValue"))
    value.text = base64.b64encode(signer.sign(canonical(information))).decode()
    if signer.certificate_chain:
        holder = etree.SubElement(etree.SubElement(signature, _ds("KeyInfo")), _ds("X509Data"))
        for der in signer.certificate_chain:
            etree.SubElement(holder, _ds("X509Certificate")).text = base64.b64encode(der).decode()
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def require_suitable(key: PublicKey) -> None:
    """Refuse a key that signs no XML (``xml-signature-key``), before anything rests on its signature."""
    if key.kind not in _METHODS:
        raise Refused("xml-signature-key", _OTHER_KEY)


def verify_enveloped(data: bytes, key: PublicKey, *, expected_root: str, allow_sha1: bool = False) -> etree._Element:
    """The root of what ``key`` signed, without its signature; nothing of the document as it came is handed on.

    ``expected_root`` is the tag (``{namespace}name``). ``allow_sha1`` is for a sender that an operator has named.

    Raises:
        MalformedInput: those of ``strict_xml``; ``xml-unsigned``; ``xml-signature-ambiguous`` (several signatures);
            ``xml-signature-profile`` (anything outside the profile); ``xml-root-unexpected``.
        Refused: ``xml-signature-sha1``; ``xml-signature-key``; ``xml-signature-bad`` where it is not this key's
            signature over this content.
    """
    require_suitable(key)
    methods = _STRONG_METHODS[key.kind]
    root = strict_xml.parse(data, remove_instructions=False)
    if root.tag != expected_root:
        raise MalformedInput("xml-root-unexpected", "The signed document is of another kind.")
    signature = _only_signature(root)
    weak = _check_profile(signature)
    if weak and not allow_sha1:
        raise Refused("xml-signature-sha1", "The signature uses SHA-1, which is refused from this sender.")
    _replace_key_info(signature, key)
    configuration = SignatureConfiguration(
        require_x509=False,
        location="./",
        expect_references=1,
        signature_methods=methods | ({SignatureMethod.RSA_SHA1} if allow_sha1 and key.kind == "RSA" else set()),
        digest_algorithms=_STRONG_DIGESTS | ({DigestAlgorithm.SHA1} if allow_sha1 else set()),
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signed = _verified(etree.tostring(root), configuration)
    content = strict_xml.parse(signed)
    if content.tag != expected_root or content.findall(_ds("Signature")):
        raise MalformedInput("xml-root-unexpected", "What is signed is not the whole document.")
    return content


def _verified(data: bytes, configuration: SignatureConfiguration) -> bytes:
    try:
        result: Any = PartVerifier().verify(
            data, parser=strict_xml.parser(remove_instructions=False), expect_config=configuration
        )
    except (
        SignXMLException,
        InvalidSignature,
        etree.LxmlError,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as e:
        raise Refused("xml-signature-bad", "The signature does not fit the content, or is another key's.") from e
    return bytes(result.signed_data)


def _only_signature(root: etree._Element) -> etree._Element:
    """The signature of the document; signatures deeper inside are content that it covers."""
    found = root.findall(_ds("Signature"))
    if not found:
        raise MalformedInput("xml-unsigned", "The document is not signed.")
    if len(found) > 1:
        raise MalformedInput("xml-signature-ambiguous", "The document is signed more than once.")
    return found[0]


def _check_profile(signature: etree._Element) -> bool:
    """Whether SHA-1 is used; anything that the profile does not know is refused."""
    parts = [str(part.tag) for part in signature]
    if parts not in ([_ds(name) for name in _PARTS], [_ds(name) for name in _PARTS[:2]]):
        _refuse("it has other parts than SignedInfo, SignatureValue and KeyInfo")
    information = signature[0]
    if [str(part.tag) for part in information] != [
        _ds(n) for n in ("CanonicalizationMethod", "SignatureMethod", "Reference")
    ]:
        _refuse("it has not exactly one reference")
    canonicalization, method, reference = information
    if canonicalization.get("Algorithm") not in _CANONICAL or len(method):
        _refuse("its canonicalization or method is unusual")
    if reference.get("URI") != "":
        _refuse("it refers to a part of the document, or elsewhere")
    if [str(part.tag) for part in reference] != [_ds(name) for name in ("Transforms", "DigestMethod", "DigestValue")]:
        _refuse("its reference has no transforms")
    transforms = [str(one.get("Algorithm")) for one in reference[0]]
    if transforms[:1] != [_ENVELOPED] or len(transforms) > 2 or not set(transforms[1:]) <= _CANONICAL:
        _refuse("it transforms the document by other means than canonicalization")
    return bool({method.get("Algorithm"), reference[1].get("Algorithm")} & _WEAK)


def _refuse(why: str) -> None:
    raise MalformedInput("xml-signature-profile", f"The signature is not as EMREX signs: {why}.")


def _replace_key_info(signature: etree._Element, key: PublicKey) -> None:
    for stated in signature.findall(_ds("KeyInfo")):
        signature.remove(stated)
    der = key.crypto.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    trusted = etree.SubElement(etree.SubElement(signature, _ds("KeyInfo")), f"{{{_DS11}}}DEREncodedKeyValue")
    trusted.text = base64.b64encode(der).decode()


def _signed_information(signature: etree._Element, digest: bytes, method: str) -> etree._Element:
    information = etree.SubElement(signature, _ds("SignedInfo"))
    etree.SubElement(information, _ds("CanonicalizationMethod"), Algorithm=_C14N)
    etree.SubElement(information, _ds("SignatureMethod"), Algorithm=method)
    reference = etree.SubElement(information, _ds("Reference"), URI="")
    transforms = etree.SubElement(reference, _ds("Transforms"))
    etree.SubElement(transforms, _ds("Transform"), Algorithm=_ENVELOPED)
    etree.SubElement(reference, _ds("DigestMethod"), Algorithm=_SHA256)
    etree.SubElement(reference, _ds("DigestValue")).text = base64.b64encode(digest).decode()
    return information


def _ds(name: str) -> str:
    return f"{{{DS}}}{name}"
