"""Certificate paths: forged and misused chains first, then honest ones."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from credenza.errors import MalformedInput
from credenza.trust.certificate_path import TrustAnchors, judge_chain

SHA1_LEAF = (
    "MIIBBTCBrQIBAjAJBgcqhkjOPQQBMA8xDTALBgNVBAMMBFJvb3QwIBcNMjYxMTI0MTE1MzM3WhgPMjEyNjEwMzExMTUzMzdaMA8xDTALBgNV"
    "BAMMBFNl"
    "YWwwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ1Pw+9XJw7HGtN2mHr0/BXDuDIvWsjH0QjVVnl8zygWxBJrHp20rEqqzZ9DbgbQ7dbuGnW"
    "M4FVe1GT"
    "sTx2J8VqMAkGByqGSM49BAEDSAAwRQIgNAEJVq7SXaK+nBIgKcC0eniPAeSRtwTB24Ibf+AlJEsCIQD/GpXw0w23FhipC/mU185MpwNsOioE"
    "reaiu3zf"
    "J/oiMw=="
)
SHA1_ROOT = (
    "MIIBdTCCARugAwIBAgIUQ7ensWrDsW9nxE7ol2AVd+M32bAwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEUm9vdDAgFw0yNjExMjQxMTUzMzda"
    "GA8yMTI2"
    "MTAzMTExNTMzN1owDzENMAsGA1UEAwwEUm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOQ12mNuS0D0X19DO+InTysPL/okWr33usQv"
    "N2Yqu6tn"
    "01tvag1BIv7nQnAq5TrhwTx20Lu4sbGiFMpkgSxUcNWjUzBRMB0GA1UdDgQWBBQiYtX3iuUrCHzmfKIKMP12a5JY/TAfBgNVHSMEGDAWgBQi"
    "YtX3iuUr"
    "CHzmfKIKMP12a5JY/TAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDszaysdC76rkh8hpEI/kKuXEmaVMskT5w5w3N8MAoA"
    "pgIgHa8a"
    "WvvH0x/LpGYMaUHeAyNZdBzCBAsmHvQNnEUgZBI="
)
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")


@pytest.fixture
def judge(now):
    def judge(*chain, anchors, at=now):
        return judge_chain(chain, anchors=TrustAnchors.of(anchors), at=at)

    return judge


def _codes(judgement):
    return [(finding.code, finding.outcome) for finding in judgement.findings]


def _failed(judgement):
    assert judgement.path == ()
    assert all(finding.outcome == "failed" for finding in judgement.findings)
    return {finding.code for finding in judgement.findings}


# Attacks


def test_an_authority_with_a_trusted_name_but_another_key_is_not_trusted(authority, judge):
    real, fake = authority("CN=Root"), authority("CN=Root")
    assert _failed(judge(fake.issue(), fake.der, anchors=[real.der])) == {"certificate-chain-untrusted"}


def test_a_seal_holder_cannot_issue_for_others(authority, judge):
    """A plain seal certificate used as if it were an authority."""
    root = authority()
    key = ec.generate_private_key(ec.SECP256R1())
    holder = authority("CN=Holder", parent=root, key=key, ca=False, usage=("digital_signature",))
    assert _failed(judge(holder.issue(), holder.der, anchors=[root.der])) == {"certificate-authority-wrong"}


def test_an_authority_without_the_right_to_sign_certificates_cannot(authority, judge):
    root = authority()
    middle = authority("CN=Middle", parent=root, usage=("crl_sign",))
    assert _failed(judge(middle.issue(), middle.der, anchors=[root.der])) == {"certificate-authority-wrong"}


def test_an_intermediate_that_does_not_say_it_is_an_authority_is_none(authority, judge):
    root = authority()
    middle = authority("CN=Middle", parent=root, ca=None)
    assert _failed(judge(middle.issue(), middle.der, anchors=[root.der])) == {"certificate-authority-wrong"}


def test_a_chain_longer_than_an_authority_allows_is_refused(authority, judge):
    root = authority(path_length=0)
    middle = authority("CN=Middle", parent=root)
    assert _failed(judge(middle.issue(), middle.der, anchors=[root.der])) == {"certificate-authority-wrong"}
    assert judge(root.issue(), anchors=[root.der]).path


def test_an_authority_is_no_seal(authority, judge):
    root = authority()
    middle = authority("CN=Middle", parent=root, usage=("key_cert_sign", "digital_signature"))
    assert _failed(judge(middle.der, anchors=[root.der])) == {"certificate-usage-wrong"}


@pytest.mark.parametrize(
    "options",
    [
        {"usage": ("key_encipherment",)},
        {"usage": ("key_agreement",)},
        {"extended": [ExtendedKeyUsageOID.SERVER_AUTH]},
        {"extended": [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]},
        {"extended": [ExtendedKeyUsageOID.CODE_SIGNING]},
        {"extended": [ExtendedKeyUsageOID.OCSP_SIGNING]},
        {"extended": [ExtendedKeyUsageOID.TIME_STAMPING]},
    ],
)
def test_a_certificate_for_other_uses_is_no_seal(authority, judge, options):
    root = authority()
    assert _failed(judge(root.issue(**options), anchors=[root.der])) == {"certificate-usage-wrong"}


def test_an_expired_seal_fails(authority, judge, now):
    root = authority()
    leaf = root.issue(ends=now - timedelta(seconds=1))
    assert _failed(judge(leaf, anchors=[root.der])) == {"certificate-expired"}
    assert judge(leaf, anchors=[root.der], at=now - timedelta(days=1)).path


def test_a_seal_not_yet_valid_fails(authority, judge, now):
    root = authority()
    leaf = root.issue(begins=now + timedelta(seconds=1))
    assert _failed(judge(leaf, anchors=[root.der])) == {"certificate-not-yet-valid"}


def test_an_expired_authority_in_the_middle_fails(authority, judge, now):
    root = authority()
    middle = authority("CN=Middle", parent=root, ends=now - timedelta(days=1))
    assert _failed(judge(middle.issue(), middle.der, anchors=[root.der])) == {"certificate-expired"}


def test_a_seal_that_vouches_for_itself_is_not_trusted(authority, judge):
    lonely = authority("CN=Lonely", ca=False, usage=("digital_signature",))
    assert _failed(judge(lonely.der, anchors=[authority().der])) == {"certificate-self-signed"}


def test_an_unknown_provider_is_not_trusted_even_with_its_root_sent_along(authority, judge):
    stranger = authority("CN=Stranger")
    assert _failed(judge(stranger.issue(), stranger.der, anchors=[authority().der])) == {"certificate-chain-untrusted"}


def test_an_unknown_critical_condition_is_never_ignored(authority, judge):
    root = authority()
    assert _failed(judge(root.issue(extensions=[(UNKNOWN, True)]), anchors=[root.der])) == {
        "certificate-extension-unknown"
    }
    assert judge(root.issue(extensions=[(UNKNOWN, False)]), anchors=[root.der]).path


@pytest.mark.parametrize("critical", [True, False])
def test_constraints_that_are_not_processed_are_never_ignored(authority, judge, critical):
    only = x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.org")], excluded_subtrees=None)
    root = authority(extensions=[(only, critical)])
    assert _failed(judge(root.issue(), anchors=[root.der])) == {"certificate-extension-unknown"}


def test_weak_keys_are_refused(authority, judge):
    root = authority()
    for key in (rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP192R1())):
        assert _failed(judge(root.issue(key=key), anchors=[root.der])) == {"certificate-algorithm-weak"}


def test_weak_hashes_are_refused(judge):
    """A seal signed with SHA-1 by an authority made for this test (with openssl; newer libraries refuse to)."""
    judgement = judge(
        base64.b64decode(SHA1_LEAF), anchors=[base64.b64decode(SHA1_ROOT)], at=datetime(2030, 1, 1, tzinfo=UTC)
    )
    assert "certificate-algorithm-weak" in _failed(judgement)


def test_a_tangle_of_cross_certificates_ends_quickly(authority, judge):
    """Nine authorities of one name and key sign each other: without a limit there would be 9! paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    first = authority("CN=Knot", key=key)
    knot = [authority("CN=Knot", parent=first, key=key).der for _ in range(9)]
    assert _failed(judge(first.issue(), *knot, anchors=[authority().der])) == {"certificate-chain-untrusted"}


@pytest.mark.parametrize("count", [0, 11])
def test_an_empty_or_endless_chain_is_malformed(authority, judge, count):
    root = authority()
    with pytest.raises(MalformedInput) as error:
        judge(*[root.issue()] * count, anchors=[root.der])
    assert error.value.code == "certificate-chain-malformed"


def test_what_is_no_certificate_is_malformed(judge):
    with pytest.raises(MalformedInput) as error:
        judge(b"not a certificate", anchors=[])
    assert error.value.code == "certificate-malformed"


def test_several_problems_are_all_told(authority, judge, now):
    root = authority()
    leaf = root.issue(ends=now - timedelta(days=1), usage=("key_agreement",))
    assert _failed(judge(leaf, anchors=[root.der])) == {"certificate-expired", "certificate-usage-wrong"}


# Honest chains


def test_without_anchors_nothing_is_said_to_be_trusted(authority, judge):
    root = authority()
    assert _codes(judge(root.issue(), root.der, anchors=[])) == [("certificate-no-anchors", "not_checked")]


def test_a_seal_below_an_anchor_is_trusted_and_revocation_is_said_to_be_unchecked(authority, judge):
    root = authority()
    leaf = root.issue()
    judgement = judge(leaf, anchors=[root.der])
    assert _codes(judgement) == [
        ("certificate-trusted", "passed"),
        ("certificate-revocation-not-checked", "not_checked"),
    ]
    assert judgement.path == (leaf, root.der)


def test_a_chain_in_any_order_with_strangers_in_it_is_put_right(authority, judge):
    root, stranger = authority(), authority("CN=Stranger")
    upper = authority("CN=Upper", parent=root)
    lower = authority("CN=Lower", parent=upper)
    leaf = lower.issue()
    judgement = judge(leaf, stranger.der, root.der, upper.der, lower.der, anchors=[root.der])
    assert judgement.path == (leaf, lower.der, upper.der, root.der)


def test_an_anchor_in_the_middle_is_enough(authority, judge):
    root = authority()
    middle = authority("CN=Middle", parent=root)
    leaf = middle.issue()
    assert judge(leaf, anchors=[middle.der]).path == (leaf, middle.der)


def test_a_good_path_is_found_beside_an_expired_one(authority, judge, now):
    """An authority was certified anew with the same key; the old certificate is still sent along."""
    root = authority()
    key = ec.generate_private_key(ec.SECP256R1())
    old = authority("CN=Middle", parent=root, key=key, ends=now - timedelta(days=1))
    new = authority("CN=Middle", parent=root, key=key)
    leaf = new.issue()
    for chain in ((leaf, old.der, new.der), (leaf, new.der, old.der)):
        assert judge(*chain, anchors=[root.der]).path == (leaf, new.der, root.der)


def test_a_certificate_that_the_verifier_pinned_is_trusted(authority, judge):
    lonely = authority("CN=Lonely", ca=False, usage=("digital_signature",))
    assert judge(lonely.der, anchors=[lonely.der]).path == (lonely.der,)


@pytest.mark.parametrize(
    "options",
    [
        {"usage": ("digital_signature",)},
        {"usage": ("content_commitment", "digital_signature")},
        {"usage": None},
        {"ca": None},
        {"extended": [ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH]},
        {"extended": [x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")]},
        {"key": ed25519.Ed25519PrivateKey.generate()},
        {"key": rsa.generate_private_key(65537, 2048)},
        {"key": ec.generate_private_key(ec.SECP384R1())},
    ],
)
def test_the_usual_kinds_of_seal_certificates_are_accepted(authority, judge, options):
    root = authority()
    assert judge(root.issue(**options), anchors=[root.der]).path
