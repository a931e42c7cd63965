"""The registry of EMREX: who is in it, with which key, and how old it may be."""

import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from credenza.errors import MalformedInput
from credenza.exchange.emrex.registry import parse_registry
from credenza.exchange.registry_age import AgePolicy
from credenza.keys import SoftwareSigner
from credenza.keys.signer import generate

from .conftest import NOW, pem_of, registry_of
from .emrex_parts import begun, code_of, ok_fields, packed, refused, take


def test_an_old_registry_warns_and_a_very_old_one_decides_nothing(award, entry, emp_signer):
    field = packed(award, emp_signer)
    stale = registry_of(entry, fetched=NOW - timedelta(days=2))
    session, _ = begun(stale)
    _, received = take(session, ok_fields(session, field), award, stale)
    assert received.findings[0].code == "registry-old"
    assert received.transcript is not None
    for fetched in (NOW - timedelta(days=8), NOW + timedelta(days=1)):
        unusable = registry_of(entry, fetched=fetched)
        assert refused(session, field, award, unusable) == "registry-too-old"
        assert code_of(lambda old=unusable: old.require_usable(AgePolicy(), now=NOW)) == "registry-too-old"


def test_a_provider_that_left_the_registry_is_believed_no_more(award, registry, emp_signer):
    session, _ = begun(registry)
    assert refused(session, packed(award, emp_signer), award, registry_of()) == "emrex-provider-unregistered"


def test_the_registry_leaves_out_and_names_what_cannot_be_used(entry):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    found = registry_of(
        entry,
        {**entry, "acronym": "PLAIN", "url": "http://emp.example"},
        {**entry, "acronym": "WEAK", "pubKey": pem_of(SoftwareSigner(weak, "weak"))},
        {**entry, "acronym": "NOKEY", "pubKey": "-----BEGIN CERTIFICATE-----\n(......)\n-----END CERTIFICATE-----"},
        {**entry, "acronym": "TWICE"},
        {**entry, "acronym": "TWICE", "url": "https://other.example"},
        {"acronym": None},
    )
    assert [one.name for one in found.providers] == ["FI/EXAMPLE"]
    assert found.countries[0].single_fetch
    named = " ".join(found.left_out)
    for name in ("PLAIN", "WEAK", "NOKEY", "TWICE", "?/6"):
        assert name in named


def test_keys_are_read_from_certificates_and_bare_base64_and_from_older_registries(entry, emp_signer):
    name = x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(emp_signer.private_key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(emp_signer.private_key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    bare = "".join(pem.splitlines()[1:-1])
    for key in (pem, bare):
        document = {"countries": [], "ncps": [{**entry, "pubKey": key}]}
        found = parse_registry(json.dumps(document).encode(), fetched=NOW)
        assert found.provider("FI/EXAMPLE").key == emp_signer.public_key


@pytest.mark.parametrize("data", [b"", b"[]", b'{"emps": {}}', b'{"emps": ["x"]}', b'{"emps": [], "emps": []}'])
def test_a_malformed_registry_is_refused(data):
    with pytest.raises(MalformedInput):
        parse_registry(data, fetched=NOW)


def test_a_provider_with_another_kind_of_key_signs_nothing_that_counts(award, entry):
    key = ec.generate_private_key(ec.SECP256R1())
    registry = registry_of({**entry, "pubKey": pem_of(SoftwareSigner(key, "ec"))})
    session, _ = begun(registry)
    signer = SoftwareSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048), "x")
    assert refused(session, packed(award, signer), award, registry) == "xml-signature-bad"
    registry = registry_of({**entry, "pubKey": pem_of(generate("P-384", key_id="x"))})
    assert refused(begun(registry)[0], packed(award, signer), award, registry) == "xml-signature-key"
