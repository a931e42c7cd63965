"""Trusted lists: forged, wrapped, swapped and explosive lists first, then honest ones. All lists are made up."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from lxml import etree

from credenza.errors import MalformedInput
from credenza.trust import trusted_list_xml, trusted_lists

URL = "https://lists.example/es.xml"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
TSL = "{http://uri.etsi.org/02231/v2#}"


@pytest.fixture
def lotl_operator(list_maker):
    return list_maker("LOTL")


@pytest.fixture
def operator(list_maker):
    return list_maker("ES operator")


@pytest.fixture
def provider(authority):
    return authority("CN=Seal authority (TEST)")


@pytest.fixture
def lotl(lotl_operator, operator):
    pointers = operator.pointer(URL, "ES", [operator.der]) + operator.pointer(
        "https://lists.example/es.pdf", "ES", [operator.der], mime="application/pdf"
    )
    return lotl_operator.list(kind="EUlistofthelists", territory="EU", pointers=pointers)


@pytest.fixture
def national(operator, provider):
    return operator.list(services=operator.service([provider.der]))


@pytest.fixture
def load(lotl_operator, now):
    def load(lotl, national, at=now, signers=None):
        signers = [lotl_operator.der] if signers is None else signers
        return trusted_lists.load(lotl, {URL: national} if national else {}, signers=signers, at=at)

    return load


def _codes(loaded):
    return [(finding.code, finding.outcome) for finding in loaded.findings]


# Attacks on one list


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


# Attacks on the web of lists


def test_a_forged_list_of_lists_opens_nothing(load, lotl, national, list_maker):
    loaded = load(lotl, national, signers=[list_maker("Stranger").der])
    assert _codes(loaded) == [("trusted-list-signature-invalid", "failed")]
    assert loaded.services == ()


def test_a_replaced_pointer_is_noticed(load, lotl, national, list_maker):
    stranger = list_maker("Stranger")
    root = etree.fromstring(lotl)
    for item in root.iter(f"{TSL}X509Certificate"):
        item.text = base64.b64encode(stranger.der).decode()
    assert _codes(load(etree.tostring(root), national)) == [("trusted-list-signature-invalid", "failed")]


def test_a_national_list_by_another_operator_is_not_believed(load, lotl, list_maker, provider):
    stranger = list_maker("Stranger")
    loaded = load(lotl, stranger.list(services=stranger.service([provider.der])))
    assert _codes(loaded)[1] == ("trusted-list-signature-invalid", "failed")
    assert loaded.services == ()


def test_one_country_s_operator_cannot_speak_for_another(load, lotl, operator, provider):
    loaded = load(lotl, operator.list(territory="FR", services=operator.service([provider.der])))
    assert _codes(loaded)[1] == ("trusted-list-territory-mismatch", "failed")
    assert loaded.services == ()


def test_a_national_list_cannot_stand_in_for_the_list_of_lists(load, operator, national):
    pointers = operator.pointer(URL, "ES", [operator.der])
    pretender = operator.list(territory="EU", pointers=pointers)
    assert _codes(load(pretender, national, signers=[operator.der])) == [("trusted-list-kind-wrong", "failed")]


def test_a_list_of_lists_cannot_stand_in_for_a_national_list(load, lotl, operator, provider):
    pretender = operator.list(kind="EUlistofthelists", services=operator.service([provider.der]))
    assert _codes(load(lotl, pretender))[1] == ("trusted-list-kind-wrong", "failed")


def test_an_old_list_of_lists_opens_nothing(load, lotl, national, now):
    loaded = load(lotl, national, at=now + timedelta(days=91))
    assert _codes(loaded) == [("trusted-list-expired", "not_checked")]
    assert loaded.services == ()


def test_an_old_or_closed_national_list_is_marked(load, lotl, operator, provider, now):
    for ends in (now - timedelta(seconds=1), None):
        loaded = load(lotl, operator.list(services=operator.service([provider.der]), ends=ends))
        assert _codes(loaded)[1] == ("trusted-list-expired", "not_checked")
        assert all(service.list_expired for service in loaded.services)


def test_a_missing_national_list_is_told(load, lotl):
    assert _codes(load(lotl, None)) == [("trusted-list-read", "passed"), ("trusted-list-missing", "not_checked")]


def test_one_damaged_national_list_does_not_hide_the_others(load, lotl):
    assert _codes(load(lotl, b"<broken"))[1] == ("trusted-list-malformed", "failed")


# Honest lists


def test_the_pointers_of_the_list_of_lists_are_read(lotl, lotl_operator, operator, now):
    (pointer,), finding = trusted_lists.pointers_of(lotl, signers=[lotl_operator.der], at=now)
    assert (pointer.url, pointer.territory, pointer.signers) == (URL, "ES", (operator.der,))
    assert finding.code == "trusted-list-read"


def test_services_and_their_history_are_read(load, lotl, operator, provider, now):
    since = now - timedelta(days=100)
    history = operator.period("ServiceHistoryInstance", since=now - timedelta(days=2000), status="withdrawn")
    loaded = load(lotl, operator.list(services=operator.service([provider.der], since=since, history=history)))
    (service,) = loaded.services
    assert (service.provider, service.territory, service.certificates) == (
        "Test provider (TEST)",
        "ES",
        (provider.der,),
    )
    assert service.at(now).status.endswith("/granted")
    assert service.at(now - timedelta(days=101)).status.endswith("/withdrawn")
    assert service.at(now - timedelta(days=3000)) is None


def test_the_listed_authorities_become_anchors(load, lotl, national, provider):
    loaded = load(lotl, national)
    assert loaded.anchors().named_like(provider.der) == (provider.der,)
    assert loaded.of_certificate(provider.der) == loaded.services


def test_a_second_certificate_of_the_same_key_is_the_same_service(load, lotl, national, provider, authority):
    again = authority("CN=Seal authority (TEST)", key=provider.key)
    other = authority("CN=Seal authority (TEST)")
    loaded = load(lotl, national)
    assert loaded.of_certificate(again.der) == loaded.services
    assert loaded.of_certificate(other.der) == ()


def test_a_list_with_the_signature_form_of_the_real_ones_is_read(operator, provider, now):
    """XAdES: the signature covers its own properties and key beside the list."""
    xml = operator.unsigned(services=operator.service([provider.der]))
    signed = operator.sign(xml, xades=True)
    assert signed.count(b"Reference ") >= 2
    found, finding = trusted_lists.read(signed, signers=[operator.der], at=now)
    assert finding.code == "trusted-list-read"
    assert found.services[0].certificates == (provider.der,)


def test_an_operator_may_have_several_certificates(national, operator, list_maker, now):
    assert trusted_lists.read(national, signers=[list_maker("Old").der, operator.der], at=now)[0] is not None
