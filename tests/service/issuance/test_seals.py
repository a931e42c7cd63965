"""A real seal takes the place of a test seal for good: neither its end nor a certificate of the past brings that back."""

import io
from datetime import date, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.utils import timezone
from pypdf import PdfReader

from credenza.errors import Refused
from credenza.service.accounts import audit
from credenza.service.issuance import documents, issuing, keys
from credenza.service.issuance.models import KeyPurpose

pytestmark = pytest.mark.django_db


def seal(begins=timedelta(days=-1), ends=timedelta(days=10)) -> bytes:
    """A seal as a trust service provider delivers it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Seal")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = timezone.now()
    made = builder.not_valid_before(now + begins).not_valid_after(now + ends).sign(key, hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(b"seal", key, made, None, BestAvailableEncryption(b"secret"))


def test_the_test_seal_signs_nothing_when_the_real_one_has_ended(organisation):
    assert keys.current(organisation, KeyPurpose.SEAL).is_test
    real = keys.import_seal(organisation, seal(), "secret", actor="test")
    assert keys.current(organisation, KeyPurpose.SEAL) == real
    assert "key.retired" in organisation.audit_events.values_list("action", flat=True)
    assert not list(audit.broken_links(organisation))
    organisation.signing_keys.filter(pk=real.pk).update(valid_until=timezone.now())
    with pytest.raises(Refused) as refused:
        keys.sealing_keys(organisation)
    assert refused.value.code == "key-missing"


@pytest.mark.parametrize(
    ("begins", "ends", "code"), [(1, 10, "seal-not-yet-valid"), (-10, -1, "seal-expired")]
)  # fmt: skip
def test_a_seal_that_does_not_hold_today_is_refused_and_the_one_before_goes_on(organisation, begins, ends, code):
    with pytest.raises(Refused) as refused:
        keys.import_seal(organisation, seal(timedelta(days=begins), timedelta(days=ends)), "secret", actor="test")
    assert refused.value.code == code
    assert keys.current(organisation, KeyPurpose.SEAL).is_test


def test_a_certificate_says_test_where_the_award_was_sealed_for_a_test_and_nowhere_else(
    organisation, version, make_row
):
    before = issuing.issue_rows(version, [make_row()], batch=None)[0][0][1]
    keys.import_seal(organisation, seal(), "secret", actor="test")
    after = issuing.issue_rows(
        version, [make_row(email="bo@example.org", full_name="Bo", birth_date=date(1999, 1, 2))], batch=None
    )[0][0][1]
    assert [_marked(award) for award in (before, after)] == [True, False]


def _marked(award) -> bool:
    pages = PdfReader(io.BytesIO(documents.document(award, "pdf").data)).pages
    return "TEST SEAL" in pages[0].extract_text()
