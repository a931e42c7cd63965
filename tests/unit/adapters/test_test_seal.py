"""The test seal that a newcomer gets: usable at once, and never to be mistaken for a real one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from credenza.adapters import test_seal
from credenza.errors import MalformedInput
from credenza.keys import signer
from credenza.trust import certificates
from credenza.trust.certificate_path import TrustAnchors, judge_chain

FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _seal(**changes):
    plain = {
        "organization": "Universidad de Ejemplo",
        "organization_identifier": "VATES-A00000000",
        "country": "ES",
        "valid_from": FROM,
        "valid_until": UNTIL,
    }
    return test_seal.make(**{**plain, **changes})


def test_it_says_in_its_name_that_it_is_not_qualified():
    holder = certificates.holder_of(_seal().chain[0])
    assert holder.organization == "Universidad de Ejemplo (TEST – NOT QUALIFIED)"
    assert holder.common_name == "Credenza Test Seal (TEST – NOT QUALIFIED)"
    assert holder.organization_identifier == "VATES-A00000000"


def test_it_claims_nothing_about_being_qualified():
    assert all(certificates.qualified_statements_of(der) is None for der in _seal().chain)


def test_a_long_name_is_cut_and_never_the_mark():
    holder = certificates.holder_of(_seal(organization="Πανεπιστήμιο " * 20).chain[0])
    assert holder.organization.endswith("(TEST – NOT QUALIFIED)")
    assert len(holder.organization) <= 64


def test_it_is_trusted_only_by_who_chose_its_authority():
    seal = _seal()
    anchors = TrustAnchors.of(certificates.from_pem(seal.authority_pem))
    assert judge_chain(seal.chain, anchors=anchors, at=NOW).path == seal.chain
    others = TrustAnchors.of([_seal().chain[1]])
    assert judge_chain(seal.chain, anchors=others, at=NOW).findings[0].code == "certificate-chain-untrusted"


def test_it_ends_when_it_was_told_to():
    seal = _seal()
    later = judge_chain(seal.chain, anchors=TrustAnchors.of(seal.chain[1:]), at=datetime(2028, 1, 2, tzinfo=UTC))
    assert later.findings[0].code == "certificate-expired"


def test_its_file_opens_with_the_password_and_signs():
    seal = _seal()
    opened = signer.from_pkcs12(seal.to_pkcs12("geheim"), password="geheim")
    assert opened.certificate_chain == seal.chain
    assert opened.public_key == seal.signer().public_key
    assert opened.public_key.verify(opened.sign(b"x"), b"x", algorithm="ES256")
    with pytest.raises(MalformedInput):
        signer.from_pkcs12(seal.to_pkcs12("geheim"), password="falsch")


def test_it_may_carry_the_issuer_s_address():
    der = _seal(uri="https://issuer.example").chain[0]
    assert certificates.speaks_for(der, "https://issuer.example")


@pytest.mark.parametrize(
    "change", [{"country": "Spain"}, {"valid_until": FROM}, {"organization_identifier": ""}, {"organization": " "}]
)
def test_data_that_no_certificate_can_hold_is_refused(change):
    with pytest.raises(MalformedInput) as error:
        _seal(**change)
    assert error.value.code == "test-seal-malformed"
