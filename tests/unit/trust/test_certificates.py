"""What a certificate says: hostile contents first, then names, issuers and statements about being qualified."""

from __future__ import annotations

import contextlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.errors import MalformedInput
from credenza.keys import public
from credenza.trust import certificates, qualified_statements

COMPLIANCE = bytes.fromhex("300806060400 8e460101".replace(" ", ""))
DEVICE = bytes.fromhex("3008060604008e460104")
SEAL_TYPE = bytes.fromhex("3013060604008e46010630090607 04008e46010602".replace(" ", ""))
SIGNATURE_TYPE = bytes.fromhex("3013060604008e4601063009060704008e46010601")
LEGISLATION_CH = bytes.fromhex("300e060604008e46010730041302") + b"CH"


def _sequence(*parts):
    content = b"".join(parts)
    return b"\x30" + bytes([len(content)]) + content


def _extension(content):
    identifier = x509.ObjectIdentifier(qualified_statements.EXTENSION)
    return [(x509.UnrecognizedExtension(identifier, content), False)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x30\x05\x06\x01",
        b"\x30\x81\x05" + bytes(5),
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x02\x30\x00",
        _sequence(b"\x30\x03\x06\x01\x80"),
        _sequence(b"\x30\x02\x06\x00"),
        _sequence(COMPLIANCE) + b"\x00",
        _sequence(bytes.fromhex("300e060604008e46010730041302") + b"1\xff"),
        b"\x3f\x81\x00",
        b"\x31\x00",
        bytes(20_000),
    ],
)
def test_damaged_statements_are_malformed(content):
    with pytest.raises(MalformedInput) as error:
        qualified_statements.parse(content)
    assert error.value.code == "certificate-malformed"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(content):
    with contextlib.suppress(MalformedInput):
        assert qualified_statements.parse(content).countries <= {content.decode("latin-1")[-2:]}


def test_a_qualified_seal_certificate_says_so(authority):
    der = authority().issue(extensions=_extension(_sequence(COMPLIANCE, DEVICE, SEAL_TYPE)))
    found = certificates.qualified_statements_of(der)
    assert found.for_seals
    assert found.qualified_device
    assert found.types == {"seal"}


def test_a_certificate_for_signatures_is_not_for_seals():
    assert not qualified_statements.parse(_sequence(COMPLIANCE, SIGNATURE_TYPE)).for_seals


def test_a_seal_type_without_compliance_is_not_qualified():
    assert not qualified_statements.parse(_sequence(SEAL_TYPE)).for_seals


def test_a_certificate_qualified_under_another_country_s_law_is_not_eu_qualified():
    found = qualified_statements.parse(_sequence(COMPLIANCE, SEAL_TYPE, LEGISLATION_CH))
    assert found.countries == {"CH"}
    assert not found.for_seals


def test_a_plain_certificate_claims_nothing(authority):
    assert certificates.qualified_statements_of(authority().issue()) is None


def test_the_holder_is_read_with_its_registered_identifier(authority):
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ES"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Universidad de Ejemplo"),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, "VATES-A00000000"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Sello"),
        ]
    )
    holder = certificates.holder_of(authority().issue(name))
    assert (holder.country, holder.organization, holder.organization_identifier, holder.common_name) == (
        "ES",
        "Universidad de Ejemplo",
        "VATES-A00000000",
        "Sello",
    )


def test_a_certificate_with_two_organisations_names_neither(authority):
    assert certificates.holder_of(authority().issue("O=One,O=Two,CN=Seal")).organization is None


@pytest.mark.parametrize(
    ("issuer", "speaks"),
    [
        ("https://university.example", True),
        ("https://university.example/tenant/1", True),
        ("https://UNIVERSITY.example", True),
        ("https://university.example:8443/x", True),
        ("http://university.example", False),
        ("https://forger.example", False),
        ("https://a.wild.example", False),
        ("https://forger@university.example", False),
        ("https://university.example.forger.example", False),
        ("did:web:uri.example", True),
        ("https://uri.example/issuer", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_a_certificate_speaks_only_for_the_issuers_it_names(authority, issuer, speaks):
    names = [
        x509.DNSName("university.example"),
        x509.DNSName("*.wild.example"),
        x509.UniformResourceIdentifier("did:web:uri.example"),
    ]
    der = authority().issue(extensions=[(x509.SubjectAlternativeName(names), False)])
    assert certificates.speaks_for(der, issuer) is speaks


def test_a_common_name_is_no_address(authority):
    assert not certificates.speaks_for(authority().issue("CN=university.example"), "https://university.example")


def test_a_file_of_certificates_is_read_in_order(authority):
    root = authority()
    chain = (root.issue(), root.der)
    pem = b"".join(x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM) for der in chain)
    assert certificates.from_pem(pem) == chain
    with pytest.raises(MalformedInput):
        certificates.from_pem(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


def test_a_certificate_of_an_impossible_version_is_malformed(authority):
    """Found by fuzzing: the library raises an error of its own kind for this."""
    der = authority().issue()
    assert der.count(bytes.fromhex("a003020102")) == 1
    damaged = der.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020117"))
    for read in (certificates.load, public.from_certificate):
        with pytest.raises(MalformedInput) as error:
            read(damaged)
        assert error.value.code == "certificate-malformed"


def test_what_is_far_too_large_is_malformed():
    with pytest.raises(MalformedInput):
        certificates.load(b"\x30" * 100_000)
