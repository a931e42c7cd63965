"""Attacks on one trusted list."""

from __future__ import annotations

import base64

import pytest
from lxml import etree

from credenza.errors import MalformedInput
from credenza.trust import trusted_list_xml, trusted_lists

DS = "{http://www.w3.org/2000/09/xmldsig#}"


TSL = "{http://uri.etsi.org/02231/v2#}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<",
        b"\x00\x01",
        b"<a/>",
        b"<TrustServiceStatusList/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><TrustServiceStatusList xmlns='http://uri.etsi.org/02231/v2#'>&b;"
        b"</TrustServiceStatusList>",
        b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><TrustServiceStatusList xmlns='http://uri.etsi.org/02231/v2#'/>",
    ],
)
def test_what_is_no_plain_list_is_malformed(data):
    with pytest.raises(MalformedInput) as error:
        trusted_list_xml.parse(data)
    assert error.value.code == "trusted-list-malformed"


def test_an_entity_bomb_does_not_explode():
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 20))
    bomb = f"<!DOCTYPE a [<!ENTITY e0 'boom'>{entities}]><a>&e19;</a>".encode()
    with pytest.raises(MalformedInput) as error:
        trusted_list_xml.parse(bomb)
    assert error.value.code == "trusted-list-malformed"


def test_an_endless_nesting_is_malformed():
    with pytest.raises(MalformedInput):
        trusted_list_xml.parse(b"<a>" * 100_000)


def test_a_list_beyond_all_size_is_refused_unread():
    with pytest.raises(MalformedInput) as error:
        trusted_list_xml.parse(b" " * (33 * 1024 * 1024))
    assert error.value.code == "trusted-list-too-large"


def test_an_unsigned_list_is_not_believed(operator, provider, now):
    xml = operator.unsigned(services=operator.service([provider.der]))
    found, finding = trusted_lists.read(xml, signers=[operator.der], at=now)
    assert (found, finding.code, finding.outcome) == (None, "trusted-list-signature-invalid", "failed")


def test_a_list_signed_by_a_stranger_is_not_believed(list_maker, operator, provider, now):
    """The stranger's own certificate lies in the signature, and is not asked."""
    stranger = list_maker("ES operator")
    forged = stranger.list(services=operator.service([provider.der]))
    assert trusted_lists.read(forged, signers=[operator.der], at=now)[0] is None


def test_with_no_known_signer_no_list_is_believed(national, now):
    assert trusted_lists.read(national, signers=[], at=now)[0] is None


def test_a_changed_list_is_not_believed(national, operator, authority, now):
    forged_anchor = base64.b64encode(authority("CN=Forger").der)
    root = etree.fromstring(national)
    root.find(f".//{TSL}ServiceDigitalIdentity//{TSL}X509Certificate").text = forged_anchor.decode()
    assert trusted_lists.read(etree.tostring(root), signers=[operator.der], at=now)[0] is None
    assert trusted_lists.read(national.replace(b"granted", b"withdrawn"), signers=[operator.der], at=now)[0] is None


def _wrapped(signed, forged, *, keep_id):
    """The signed list hidden in a forged one, whose signature still points to the signed part."""
    original, outer = etree.fromstring(signed), etree.fromstring(forged)
    signature = original.find(f"{DS}Signature")
    original.remove(signature)
    if not keep_id:
        outer.set("Id", "other")
    holder = etree.SubElement(signature, f"{DS}Object")
    holder.append(original)
    outer.append(signature)
    return etree.tostring(outer)


@pytest.mark.parametrize("keep_id", [True, False])
@pytest.mark.parametrize("reference", ["", "list"])
def test_a_signed_list_wrapped_in_a_forged_one_gives_no_forged_content(
    operator, provider, authority, now, reference, keep_id
):
    forger = authority("CN=Forger")
    honest = operator.unsigned(services=operator.service([provider.der]))
    key = operator.sign(honest) if not reference else _signed_by_id(operator, honest)
    forged = operator.unsigned(services=operator.service([forger.der]))
    found, _ = trusted_lists.read(_wrapped(key, forged, keep_id=keep_id), signers=[operator.der], at=now)
    assert found is None or forger.der not in found.services[0].certificates


def _signed_by_id(operator, xml):
    from cryptography.hazmat.primitives import serialization
    from signxml import XMLSigner

    key = operator.authority.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = XMLSigner(signature_algorithm="ecdsa-sha256", c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
    return etree.tostring(signer.sign(etree.fromstring(xml), key=key, reference_uri="#list"))


def test_two_signatures_are_one_too_many(national, operator, now):
    root = etree.fromstring(national)
    root.append(etree.fromstring(etree.tostring(root.find(f"{DS}Signature"))))
    assert trusted_lists.read(etree.tostring(root), signers=[operator.der], at=now)[0] is None


def test_a_signature_with_a_shared_secret_is_not_believed(operator, provider, now):
    """HMAC with the public certificate as the secret: the classic confusion of kinds."""
    from signxml import XMLSigner

    xml = operator.unsigned(services=operator.service([provider.der]))
    signer = XMLSigner(signature_algorithm="hmac-sha256", c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
    forged = etree.tostring(signer.sign(etree.fromstring(xml), key=operator.der))
    assert trusted_lists.read(forged, signers=[operator.der], at=now)[0] is None


@pytest.mark.parametrize("part", ["SignatureValue", "DigestValue"])
@pytest.mark.parametrize("text", ["", "AAAA", "!!!", None])
def test_a_broken_signature_is_not_believed_and_breaks_nothing(national, operator, now, part, text):
    root = etree.fromstring(national)
    root.find(f".//{DS}{part}").text = text
    assert trusted_lists.read(etree.tostring(root), signers=[operator.der], at=now)[0] is None


def test_a_signed_list_without_its_parts_is_malformed(operator, now):
    xml = operator.unsigned().replace(b"<SchemeTerritory>ES</SchemeTerritory>", b"")
    with pytest.raises(MalformedInput) as error:
        trusted_lists.read(operator.sign(xml), signers=[operator.der], at=now)
    assert error.value.code == "trusted-list-malformed"
