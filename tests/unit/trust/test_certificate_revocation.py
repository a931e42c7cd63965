"""Revocation of certificates: answers that must not be believed first, then honest CRLs and OCSP responses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from credenza.trust.certificate_revocation import judge

UNKNOWN, GOOD, BAD = (
    ("certificate-revocation-not-checked", "not_checked"),
    ("certificate-not-revoked", "passed"),
    ("certificate-revoked", "failed"),
)


@pytest.fixture
def root(authority):
    return authority(usage=("key_cert_sign", "crl_sign"))


@pytest.fixture
def leaf(root):
    return root.issue()


@pytest.fixture
def made_crl(now):
    def made_crl(issuer, revoked=None, *, when=None, made=now, until=now + timedelta(days=7), extensions=()):
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.name)
        builder = builder.last_update(made).next_update(until)
        if revoked is not None:
            serial = x509.load_der_x509_certificate(revoked).serial_number
            entry = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(entry.revocation_date(when or made).build())
        for value in extensions:
            builder = builder.add_extension(value, critical=True)
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    return made_crl


@pytest.fixture
def made_ocsp(now):
    def made_ocsp(
        leaf, issuer, *, revoked=None, made=now, until=now + timedelta(days=1), signer=None, named=None, status=None
    ):
        good = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        load = x509.load_der_x509_certificate
        responder_der, key = signer or (issuer.der, issuer.key)
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=load(leaf),
            issuer=load(named or issuer.der),
            algorithm=hashes.SHA1(),
            cert_status=status or good,
            this_update=made,
            next_update=until,
            revocation_time=revoked,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, load(responder_der))
        if signer:
            builder = builder.certificates([load(responder_der)])
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    return made_ocsp


@pytest.fixture
def ask(root, leaf, now):
    def ask(*, crls=(), responses=(), at=now, path=None):
        found = judge(path or (leaf, root.der), crls=crls, ocsp_responses=responses, at=at)
        return found.code, found.outcome

    return ask


# Answers that must not be believed


def test_without_an_answer_nothing_is_said(ask):
    assert ask() == UNKNOWN
    assert ask(crls=[b"", b"garbage"], responses=[b"", b"garbage"]) == UNKNOWN


def test_a_list_by_another_key_of_the_same_name_says_nothing(ask, authority, made_crl, leaf):
    impostor = authority(usage=("key_cert_sign", "crl_sign"))
    assert ask(crls=[made_crl(impostor)]) == UNKNOWN
    assert ask(crls=[made_crl(impostor, leaf)]) == UNKNOWN


def test_a_changed_list_says_nothing(ask, made_crl, root):
    crl = bytearray(made_crl(root))
    crl[-5] ^= 1
    assert ask(crls=[bytes(crl)]) == UNKNOWN


def test_a_list_by_who_may_sign_no_lists_says_nothing(ask, authority, made_crl):
    other = authority(usage=("key_cert_sign",))
    assert ask(crls=[made_crl(other)], path=(other.issue(), other.der)) == UNKNOWN


def test_a_partial_list_says_nothing(ask, made_crl, root):
    """A list of changes only, or of a part, does not show that a certificate is on no list."""
    delta = x509.DeltaCRLIndicator(crl_number=1)
    part = x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=True,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    for extension in (delta, part):
        assert ask(crls=[made_crl(root, extensions=[extension])]) == UNKNOWN


def test_an_old_list_says_nothing_about_later(ask, made_crl, root, now):
    old = made_crl(root, made=now - timedelta(days=9), until=now - timedelta(days=2))
    assert ask(crls=[old]) == UNKNOWN
    assert ask(crls=[old], at=now - timedelta(days=3)) == GOOD


def test_a_list_from_after_the_certificate_s_end_says_nothing(ask, made_crl, root, now):
    """Expired certificates may be left off a list."""
    late = made_crl(root, made=now + timedelta(days=400), until=now + timedelta(days=500))
    assert ask(crls=[late]) == UNKNOWN


@pytest.mark.parametrize("extended", [(), (ExtendedKeyUsageOID.SERVER_AUTH,)])
def test_a_responder_that_was_not_certified_for_it_is_not_believed(ask, root, leaf, made_ocsp, extended):
    key = ec.generate_private_key(ec.SECP256R1())
    der = root.issue("CN=Responder", key=key, usage=("digital_signature",), extended=extended)
    assert ask(responses=[made_ocsp(leaf, root, signer=(der, key))]) == UNKNOWN


def test_a_responder_of_another_authority_is_not_believed(ask, root, leaf, authority, made_ocsp):
    key = ec.generate_private_key(ec.SECP256R1())
    der = authority("CN=Other").issue("CN=Responder", key=key, extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    assert ask(responses=[made_ocsp(leaf, root, signer=(der, key))]) == UNKNOWN


def test_a_responder_out_of_its_time_is_not_believed(ask, root, leaf, made_ocsp, now):
    key = ec.generate_private_key(ec.SECP256R1())
    past = {"begins": now - timedelta(days=20), "ends": now - timedelta(days=10)}
    der = root.issue("CN=Responder", key=key, extended=(ExtendedKeyUsageOID.OCSP_SIGNING,), **past)
    assert ask(responses=[made_ocsp(leaf, root, signer=(der, key))]) == UNKNOWN


def test_an_answer_about_another_certificate_says_nothing(ask, root, leaf, authority, made_ocsp):
    assert ask(responses=[made_ocsp(root.issue(), root)]) == UNKNOWN
    assert ask(responses=[made_ocsp(leaf, root, named=authority("CN=Other").der)]) == UNKNOWN


def test_an_answer_that_does_not_know_the_certificate_says_nothing(ask, root, leaf, made_ocsp):
    assert ask(responses=[made_ocsp(leaf, root, status=ocsp.OCSPCertStatus.UNKNOWN)]) == UNKNOWN


def test_a_good_answer_does_not_hide_a_bad_one(ask, root, leaf, made_crl, made_ocsp, now):
    bad = made_crl(root, leaf, when=now - timedelta(days=1))
    assert ask(crls=[bad], responses=[made_ocsp(leaf, root)]) == BAD
    assert ask(crls=[made_crl(root), bad]) == BAD


def test_an_answer_for_the_seal_is_none_for_its_authority(authority, ask, root, made_crl):
    middle = authority("CN=Middle", parent=root, usage=("key_cert_sign", "crl_sign"))
    path = (middle.issue(), middle.der, root.der)
    assert ask(path=path, crls=[made_crl(middle)]) == UNKNOWN
    assert ask(path=path, crls=[made_crl(middle), made_crl(root)]) == GOOD
    assert ask(path=path, crls=[made_crl(middle), made_crl(root, middle.der)]) == BAD


# Honest answers


def test_a_current_list_without_the_certificate_clears_it(ask, root, made_crl):
    assert ask(crls=[made_crl(root)]) == GOOD


def test_a_list_with_the_certificate_revokes_it_from_its_date_on(ask, root, leaf, made_crl, now):
    crl = made_crl(root, leaf, when=now - timedelta(days=2))
    assert ask(crls=[crl]) == BAD
    assert ask(crls=[crl], at=now - timedelta(days=3)) == GOOD


def test_an_answer_of_the_authority_itself_is_believed(ask, root, leaf, made_ocsp, now):
    assert ask(responses=[made_ocsp(leaf, root)]) == GOOD
    assert ask(responses=[made_ocsp(leaf, root, revoked=now - timedelta(days=1))]) == BAD


@pytest.mark.parametrize(
    "make", [lambda: ec.generate_private_key(ec.SECP384R1()), lambda: rsa.generate_private_key(65537, 2048)]
)
def test_an_answer_of_a_certified_responder_is_believed(ask, root, leaf, made_ocsp, make):
    key = make()
    der = root.issue(
        "CN=Responder", key=key, usage=("digital_signature",), extended=(ExtendedKeyUsageOID.OCSP_SIGNING,)
    )
    assert ask(responses=[made_ocsp(leaf, root, signer=(der, key))]) == GOOD


def test_a_pinned_certificate_alone_has_nobody_to_ask(ask, leaf):
    assert ask(path=(leaf,)) == UNKNOWN


def test_a_list_with_a_damaged_name_says_nothing(ask, root, made_crl):
    """Found by fuzzing: the library reads the name of a list late, and with errors of several kinds."""
    name = root.name.public_bytes()
    crl = made_crl(root)
    assert crl.count(name) == 1
    for change in (b"\x0c", b"\x24"):
        damaged = name.replace(b"\x0c\x04Root", change + b"\x04Root").replace(b"\x55\x04\x03", b"\x55\x04\x2d")
        assert ask(crls=[crl.replace(name, damaged)]) == UNKNOWN
