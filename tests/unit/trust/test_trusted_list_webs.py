"""The web of trusted lists: attacks on it, and honest lists."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from lxml import etree

from credenza.trust import trusted_lists

URL = "https://lists.example/es.xml"


TSL = "{http://uri.etsi.org/02231/v2#}"


@pytest.fixture
def lotl_operator(list_maker):
    return list_maker("LOTL")


@pytest.fixture
def lotl(lotl_operator, operator):
    pointers = operator.pointer(URL, "ES", [operator.der]) + operator.pointer(
        "https://lists.example/es.pdf", "ES", [operator.der], mime="application/pdf"
    )
    return lotl_operator.list(kind="EUlistofthelists", territory="EU", pointers=pointers)


@pytest.fixture
def load(lotl_operator, now):
    def load(lotl, national, at=now, signers=None):
        signers = [lotl_operator.der] if signers is None else signers
        return trusted_lists.load(lotl, {URL: national} if national else {}, signers=signers, at=at)

    return load


def _codes(loaded):
    return [(finding.code, finding.outcome) for finding in loaded.findings]


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
