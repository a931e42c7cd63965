"""A signed document is believed as far as the registered key signed it; every known way of wrapping one is refused."""

import base64
import copy
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml import SignatureConfiguration, XMLSigner, XMLVerifier
from signxml.algorithms import CanonicalizationMethod

from credenza.encoding.canonical_xml import canonical
from credenza.errors import MalformedInput, Refused
from credenza.keys import PublicKey, SoftwareSigner
from credenza.keys.signer import generate
from credenza.proof.xml_signature import DS, sign_enveloped, verify_enveloped

ROOT = "{urn:example:results}elmo"
DOCUMENT = b'<elmo xmlns="urn:example:results" xmlns:x="urn:x" x:a="1"><name>Ana</name><grade>C</grade></elmo>'
C14N = CanonicalizationMethod.CANONICAL_XML_1_0


def make_signer(name: str = "EMP", key=None) -> SoftwareSigner:
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=900))
        .sign(key, hashes.SHA256())
    )
    return SoftwareSigner(key, "emp", (certificate.public_bytes(serialization.Encoding.DER),))


SIGNER, ATTACKER = make_signer(), make_signer("Attacker")
SEAL = make_signer("Seal", ec.generate_private_key(ec.SECP256R1()))
SIGNED = sign_enveloped(etree.fromstring(DOCUMENT), SIGNER)


def verify(data: bytes, key: PublicKey = SIGNER.public_key, **options) -> etree._Element:
    return verify_enveloped(data, key, expected_root=ROOT, **options)


def code_of(data: bytes, **options) -> str:
    with pytest.raises((MalformedInput, Refused)) as caught:
        verify(data, **options)
    return caught.value.code


def ds(name: str) -> str:
    return f"{{{DS}}}{name}"


def resigned(root: etree._Element, signer: SoftwareSigner = SIGNER, digest=hashes.SHA256) -> bytes:
    """Sign whatever SignedInfo says now: what a careless or hostile holder of a registered key could send."""
    information = root.find(f".//{ds('SignedInfo')}")
    value = signer.private_key.sign(canonical(information), padding.PKCS1v15(), digest())
    root.find(f".//{ds('SignatureValue')}").text = base64.b64encode(value).decode()
    return etree.tostring(root)


def test_what_was_signed_comes_back_without_its_signature():
    content = verify(SIGNED)
    assert etree.tostring(content, method="c14n") == etree.tostring(etree.fromstring(DOCUMENT), method="c14n")


def test_another_implementation_agrees_with_our_signature():
    certificate = x509.load_der_x509_certificate(SIGNER.certificate_chain[0])
    configuration = SignatureConfiguration(location="./", default_reference_c14n_method=C14N)
    result = XMLVerifier().verify(SIGNED, x509_cert=certificate, expect_config=configuration)
    assert result.signed_xml.find("{urn:example:results}name").text == "Ana"


def test_we_agree_with_the_signature_of_another_implementation():
    certificate = x509.load_der_x509_certificate(SIGNER.certificate_chain[0])
    signed = XMLSigner(c14n_algorithm=C14N).sign(etree.fromstring(DOCUMENT), key=SIGNER.private_key, cert=[certificate])
    assert verify(etree.tostring(signed)).tag == ROOT


def test_a_signature_in_the_default_namespace_is_verified():
    """The official example of ELMO is signed so, and libxml2 alone canonicalizes it wrongly."""
    unprefixed = SIGNED.replace(b"<ds:", b"<").replace(b"</ds:", b"</").replace(b"xmlns:ds=", b"xmlns=")
    assert verify(resigned(etree.fromstring(unprefixed))).tag == ROOT


def test_changed_content_is_refused():
    assert code_of(SIGNED.replace(b"<grade>C", b"<grade>A")) == "xml-signature-bad"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.integers(0, 7))
def test_no_change_of_one_bit_changes_what_is_believed(place, bit):
    changed = bytearray(SIGNED)
    changed[place] ^= 1 << bit
    try:
        content = verify(bytes(changed))
    except (MalformedInput, Refused):
        return
    assert etree.tostring(content, method="c14n") == etree.tostring(verify(SIGNED), method="c14n")


def test_an_unsigned_document_is_refused():
    assert code_of(DOCUMENT) == "xml-unsigned"


def test_a_signed_document_moved_into_another_is_refused():
    outer = etree.fromstring(DOCUMENT.replace(b"<grade>C", b"<grade>A"))
    outer.append(etree.fromstring(SIGNED))
    assert code_of(etree.tostring(outer)) == "xml-unsigned"


def test_a_signature_moved_to_a_document_that_wraps_the_signed_one_is_refused():
    inner = etree.fromstring(SIGNED)
    outer = etree.fromstring(DOCUMENT.replace(b"<grade>C", b"<grade>A"))
    signature = inner.find(ds("Signature"))
    outer.append(inner)
    outer.append(signature)
    assert code_of(etree.tostring(outer)) == "xml-signature-bad"


@pytest.mark.parametrize("uri", ["#genuine", "#xpointer(/)", "#xpointer(id('genuine'))"])
def test_a_reference_to_a_part_by_its_id_is_refused(uri):
    inner = etree.fromstring(DOCUMENT)
    inner.set("Id", "genuine")
    outer = etree.fromstring(SIGNED.replace(b"<grade>C", b"<grade>A"))
    outer.set("ID", "genuine")
    outer.insert(0, inner)
    reference = outer.find(f".//{ds('Reference')}")
    reference.set("URI", uri)
    digest = hashlib.sha256(etree.tostring(inner, method="c14n")).digest()
    reference.find(ds("DigestValue")).text = base64.b64encode(digest).decode()
    assert code_of(resigned(outer)) == "xml-signature-profile"


@pytest.mark.parametrize("uri", ["https://forger.example/elmo.xml", "file:///etc/hostname", None])
def test_a_reference_to_elsewhere_is_refused_and_nothing_is_fetched(uri):
    root = etree.fromstring(SIGNED)
    reference = root.find(f".//{ds('Reference')}")
    del reference.attrib["URI"]
    if uri is not None:
        reference.set("URI", uri)
    assert code_of(resigned(root)) == "xml-signature-profile"


@pytest.mark.parametrize(
    "algorithm",
    [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    ],
)
def test_a_transform_that_hides_part_of_the_document_is_refused(algorithm):
    root = etree.fromstring(SIGNED)
    etree.SubElement(root.find(f".//{ds('Transforms')}"), ds("Transform"), Algorithm=algorithm)
    assert code_of(resigned(root)) == "xml-signature-profile"


def test_two_signatures_are_refused_whoever_made_them():
    root = etree.fromstring(SIGNED)
    for other in (SIGNED, sign_enveloped(etree.fromstring(DOCUMENT), ATTACKER)):
        twice = copy.deepcopy(root)
        twice.append(etree.fromstring(other).find(ds("Signature")))
        assert code_of(etree.tostring(twice)) == "xml-signature-ambiguous"


def test_two_references_are_refused():
    root = etree.fromstring(SIGNED)
    reference = root.find(f".//{ds('Reference')}")
    reference.addnext(copy.deepcopy(reference))
    assert code_of(resigned(root)) == "xml-signature-profile"


def test_an_object_inside_the_signature_is_refused():
    root = etree.fromstring(SIGNED)
    holder = etree.SubElement(root.find(ds("Signature")), ds("Object"))
    holder.append(etree.fromstring(DOCUMENT))
    assert code_of(etree.tostring(root)) == "xml-signature-profile"


def test_a_comment_cannot_cut_a_signed_text_short():
    content = verify(SIGNED.replace(b"<name>Ana", b"<name>A<!-- x -->na"))
    assert content[0].text == "Ana"


def test_a_comment_in_the_digest_gains_nothing():
    evil = base64.b64encode(hashlib.sha256(b"evil").digest())
    changed = SIGNED.replace(b"<ds:DigestValue>", b"<ds:DigestValue>" + evil + b"<!-- -->").replace(b">C<", b">A<")
    assert code_of(changed) == "xml-signature-bad"


def test_an_attackers_signature_with_an_attackers_certificate_is_refused():
    assert code_of(sign_enveloped(etree.fromstring(DOCUMENT), ATTACKER)) == "xml-signature-bad"


def test_what_a_signature_says_of_its_key_is_not_read():
    root = etree.fromstring(SIGNED)
    stated = root.find(f".//{ds('X509Certificate')}")
    stated.text = base64.b64encode(ATTACKER.certificate_chain[0]).decode()
    assert verify(etree.tostring(root)).tag == ROOT
    assert code_of(etree.tostring(root), key=ATTACKER.public_key) == "xml-signature-bad"


def test_a_public_key_is_no_shared_secret():
    root = etree.fromstring(SIGNED)
    root.find(f".//{ds('SignatureMethod')}").set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
    information = root.find(f".//{ds('SignedInfo')}")
    secret = SIGNER.private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    code = hmac.HMAC(secret, hashes.SHA256())
    code.update(canonical(information))
    root.find(f".//{ds('SignatureValue')}").text = base64.b64encode(code.finalize()).decode()
    assert code_of(etree.tostring(root)) == "xml-signature-bad"


def test_sha_1_is_refused_unless_the_sender_is_named():
    root = etree.fromstring(SIGNED)
    root.find(f".//{ds('SignatureMethod')}").set("Algorithm", f"{DS}rsa-sha1")
    root.find(f".//{ds('DigestMethod')}").set("Algorithm", f"{DS}sha1")
    digest = hashlib.sha1(etree.tostring(etree.fromstring(DOCUMENT), method="c14n")).digest()
    root.find(f".//{ds('DigestValue')}").text = base64.b64encode(digest).decode()
    weak = resigned(root, digest=hashes.SHA1)
    assert code_of(weak) == "xml-signature-sha1"
    assert verify(weak, allow_sha1=True).tag == ROOT
    assert code_of(weak.replace(b">C<", b">A<"), allow_sha1=True) == "xml-signature-bad"


def test_entities_are_refused_before_anything_is_verified():
    declared = b'<!DOCTYPE elmo [<!ENTITY g "A">]>' + SIGNED.split(b"?>", 1)[1].replace(b">C<", b">&g;<")
    assert code_of(declared) == "xml-declares"


def test_a_text_after_the_signature_is_covered():
    assert code_of(SIGNED.replace(b"</elmo>", b"A</elmo>")) == "xml-signature-bad"


def test_a_signed_document_of_another_kind_is_refused():
    other = sign_enveloped(etree.fromstring(b"<invoice/>"), SIGNER)
    assert code_of(other) == "xml-root-unexpected"


def test_other_kinds_of_keys_sign_nothing_and_nothing_is_signed_twice():
    for kind in ("Ed25519", "P-384"):
        with pytest.raises(Refused, match="RSA or P-256") as caught:
            sign_enveloped(etree.fromstring(DOCUMENT), generate(kind, key_id="x"))
        assert caught.value.code == "xml-signature-key"
        assert code_of(SIGNED, key=generate(kind, key_id="x").public_key) == "xml-signature-key"
    with pytest.raises(Refused) as caught:
        sign_enveloped(etree.fromstring(SIGNED), SIGNER)
    assert caught.value.code == "xml-already-signed"


def test_a_key_verifies_only_signatures_of_its_own_kind():
    signed = sign_enveloped(etree.fromstring(DOCUMENT), SEAL)
    assert verify(signed, key=SEAL.public_key).tag == ROOT
    assert code_of(signed) == "xml-signature-bad"
    assert code_of(SIGNED, key=SEAL.public_key) == "xml-signature-bad"
    assert code_of(signed, key=generate("P-256", key_id="x").public_key) == "xml-signature-bad"
    assert code_of(signed.replace(b"<grade>C", b"<grade>A"), key=SEAL.public_key) == "xml-signature-bad"


def test_another_implementation_agrees_with_our_ecdsa_signature_and_we_with_its():
    certificate = x509.load_der_x509_certificate(SEAL.certificate_chain[0])
    configuration = SignatureConfiguration(location="./", default_reference_c14n_method=C14N)
    signed = sign_enveloped(etree.fromstring(DOCUMENT), SEAL)
    result = XMLVerifier().verify(signed, x509_cert=certificate, expect_config=configuration)
    assert result.signed_xml.find("{urn:example:results}name").text == "Ana"
    other = XMLSigner(c14n_algorithm=C14N, signature_algorithm="ecdsa-sha256")
    theirs = other.sign(etree.fromstring(DOCUMENT), key=SEAL.private_key, cert=[certificate])
    assert verify(etree.tostring(theirs), key=SEAL.public_key).tag == ROOT
