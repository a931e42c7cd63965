"""Nobody becomes trusted by what they hand in or import themselves."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from django.utils import timezone

from credenza.service.issuance import keys
from credenza.service.verification import sources
from credenza.trust.certificate_path import judge_chain
from credenza.trust.certificates import TEST_MARK

pytestmark = pytest.mark.django_db


def certificate(name: str, key, issuer: str, issuer_key, *, authority: bool):
    def named(organization):
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "IE"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
                x509.NameAttribute(NameOID.COMMON_NAME, organization),
            ]
        )

    now = timezone.now()
    builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def test_the_authority_of_an_imported_test_seal_vouches_for_nobody(make_organisation):
    """A forger imports a seal that calls itself a test, and then names anybody with the authority's key."""
    mallory = make_organisation("mallory")
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = certificate("Mallory", authority_key, "Mallory", authority_key, authority=True)
    marked = certificate(f"Mallory {TEST_MARK}", key, "Mallory", authority_key, authority=False)
    file = pkcs12.serialize_key_and_certificates(b"x", key, marked, [authority], BestAvailableEncryption(b"secret"))
    assert keys.import_seal(mallory, file, "secret", actor="mallory").is_test
    forged = certificate("Trinity College Dublin", key, "Mallory", authority_key, authority=False)
    chain = tuple(one.public_bytes(Encoding.DER) for one in (forged, authority))
    judged = judge_chain(chain, anchors=sources.sources().anchors, at=timezone.now())
    assert judged.path == ()
    assert [one.outcome for one in judged.findings] == ["failed"]


def test_the_sites_own_test_seals_stay_known(award):
    assert sources.check(bytes(award.documents.get(format="elm").data)).check("issuer").outcome == "warning"
