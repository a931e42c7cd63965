"""The service asks the providers of seals whether these were revoked, and never shows what it could not ask as passed."""

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from django.utils import timezone

from credenza.service.issuance import issuing, keys
from credenza.service.issuance.documents import document
from credenza.service.verification import own_site, sources

from ...unit.trust.conftest import NOW, Authority
from ...unit.trust.test_revocation_source import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings, tmp_path, monkeypatch):
    """A provider of seals whom the operator trusts, with its list and its responder on this machine."""
    made = Provider(Authority, NOW)
    anchors = tmp_path / "anchors.pem"
    anchors.write_bytes(x509.load_der_x509_certificate(made.root.der).public_bytes(Encoding.PEM))
    neighbours = (("https://seals.example", made.url),)
    settings.CREDENZA = replace(settings.CREDENZA, trust_anchors=anchors, neighbours=neighbours)
    made.url = "https://seals.example"
    monkeypatch.setattr(own_site, "_kept", None)  # what was kept for another site, with other anchors
    own_site._operators_anchors.cache_clear()
    yield made
    own_site._operators_anchors.cache_clear()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def sealed(provider, make_organisation, make_version, make_row):
    """Seals a credential by a seal that can be asked about in these ways, and gives it with the certificate."""

    def seal(**ways):
        key = ec.generate_private_key(ec.SECP256R1())
        der = provider.seal(key=key, **ways)
        file = pkcs12.serialize_key_and_certificates(
            b"seal", key, x509.load_der_x509_certificate(der), [x509.load_der_x509_certificate(provider.root.der)],
            BestAvailableEncryption(b"secret"),
        )  # fmt: skip
        organisation = make_organisation("uni", legal_name={"en": "A University"})
        keys.import_seal(organisation, file, "secret", actor="test")
        issued, _ = issuing.issue_rows(make_version(organisation), [make_row()], batch=None)
        return document(issued[0][1], "elm").data, der

    return seal


def issuer_codes(data):
    report = sources.check(data, now=timezone.now())
    return report.check("issuer").outcome, report.check("issuer").code


@pytest.mark.parametrize("way", ["crl", "responder"])
def test_a_revoked_seal_is_found_out(provider, sealed, way):
    data, der = sealed(**{way: True})
    provider.revoke(der)
    assert issuer_codes(data) == ("failed", "certificate-revoked")


@pytest.mark.parametrize("way", ["crl", "responder"])
def test_a_seal_in_force_is_told_to_be_that(sealed, way):
    data, _ = sealed(**{way: True})
    assert issuer_codes(data) == ("passed", "certificate-not-revoked")


def test_a_provider_that_does_not_answer_is_not_taken_for_a_yes(provider, sealed):
    data, _ = sealed(crl=True, responder=True)
    provider.broken = True
    assert issuer_codes(data)[0] != "passed"
    assert len(provider.paths) == 2
