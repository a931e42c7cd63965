"""Qualified seals: claims that no list confirms first, then what the lists confirm. All lists are made up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509

from credenza.trust import qualified_seal, qualified_statements, trusted_lists

URL = "https://lists.example/es.xml"
COMPLIANCE = bytes.fromhex("3008060604008e460101")
DEVICE = bytes.fromhex("3008060604008e460104")
SEAL = bytes.fromhex("3013060604008e4601063009060704008e46010602")
SIGNATURE = bytes.fromhex("3013060604008e4601063009060704008e46010601")
POLICY = "1.3.6.1.4.1.99999.1"
USAGE = '<s:KeyUsage><s:KeyUsageBit name="nonRepudiation">true</s:KeyUsageBit></s:KeyUsage>'
POLICIES = (
    '<s:PolicySet><s:PolicyIdentifier><x:Identifier xmlns:x="http://uri.etsi.org/01903/v1.3.2#" Qualifier="OIDAsURN">'
    f"urn:oid:{POLICY}</x:Identifier></s:PolicyIdentifier></s:PolicySet>"
)


def _statements(*parts):
    content = b"".join(parts)
    identifier = x509.ObjectIdentifier(qualified_statements.EXTENSION)
    return (x509.UnrecognizedExtension(identifier, b"\x30" + bytes([len(content)]) + content), False)


@pytest.fixture
def provider(authority):
    return authority("CN=Seal authority (TEST)")


@pytest.fixture
def judge(list_maker, provider, now):
    lotl_operator, operator = list_maker("LOTL"), list_maker("ES")

    def judge(*parts, at=now, ends=None, policies=(), missing=False, criteria=None, history=None, **options):
        extensions = [_statements(*parts)] if parts else []
        if policies:
            information = [x509.PolicyInformation(x509.ObjectIdentifier(policy), None) for policy in policies]
            extensions.append((x509.CertificatePolicies(information), False))
        leaf = provider.issue(extensions=extensions)
        if criteria:
            options["extensions"] = operator.qualifications(*criteria)
        if history:
            options["history"] = operator.period("ServiceHistoryInstance", **history)
        pointers = operator.pointer(URL, "ES", [operator.der])
        lotl = lotl_operator.list(kind="EUlistofthelists", territory="EU", pointers=pointers)
        ends = ends or now + timedelta(days=90)
        services = operator.service(options.pop("ders", [provider.der]), **options)
        national = {} if missing else {URL: operator.list(services=services, ends=ends)}
        loaded = trusted_lists.load(lotl, national, signers=[lotl_operator.der], at=now)
        found = qualified_seal.judge((leaf, provider.der), loaded, at=at)
        return found.code, found.outcome

    return judge


def test_a_certificate_that_calls_itself_qualified_is_not_believed_alone(judge, authority):
    ders = [authority("CN=Somebody else").der]
    assert judge(COMPLIANCE, DEVICE, SEAL, ders=ders) == ("seal-not-on-trusted-list", "warning")


def test_without_the_country_s_list_nothing_is_said(judge):
    assert judge(COMPLIANCE, DEVICE, SEAL, missing=True) == ("trusted-list-incomplete", "not_checked")


def test_an_old_list_says_nothing(judge, now):
    found = judge(COMPLIANCE, DEVICE, SEAL, ends=now - timedelta(days=1))
    assert found == ("trusted-list-expired", "not_checked")


def test_a_withdrawn_provider_makes_no_qualified_seals(judge):
    assert judge(COMPLIANCE, DEVICE, SEAL, status="withdrawn") == ("seal-service-withdrawn", "warning")


def test_a_seal_from_before_the_provider_s_time_is_not_qualified(judge, now):
    found = judge(COMPLIANCE, DEVICE, SEAL, since=now - timedelta(days=10), at=now - timedelta(days=11))
    assert found == ("seal-service-withdrawn", "warning")


def test_a_provider_for_signatures_only_makes_no_qualified_seals(judge):
    found = judge(COMPLIANCE, DEVICE, SEAL, additional=("ForeSignatures",))
    assert found == ("seal-not-qualified", "warning")


def test_another_kind_of_service_does_not_count(judge):
    assert judge(COMPLIANCE, DEVICE, SEAL, kind="TSA/QTST") == ("seal-not-on-trusted-list", "warning")


@pytest.mark.parametrize("parts", [(), (SEAL, DEVICE), (COMPLIANCE, DEVICE), (COMPLIANCE, SIGNATURE, DEVICE)])
def test_a_certificate_that_is_not_qualified_for_seals_makes_none(judge, parts):
    assert judge(*parts) == ("seal-not-qualified", "warning")


def test_the_list_can_take_the_qualification_away(judge):
    criteria = ("NotQualified", f'<s:CriteriaList assert="all">{USAGE}</s:CriteriaList>')
    assert judge(COMPLIANCE, DEVICE, SEAL, criteria=criteria) == ("seal-not-qualified", "warning")


@pytest.mark.parametrize(
    "criteria",
    [
        '<s:CriteriaList assert="all"><s:NewKindOfCondition/></s:CriteriaList>',
        '<s:CriteriaList assert="most"/>',
        '<s:CriteriaList assert="all"><s:otherCriteriaList/></s:CriteriaList>',
        "",
    ],
)
def test_conditions_that_are_not_understood_are_never_ignored(judge, criteria):
    found = judge(COMPLIANCE, DEVICE, SEAL, criteria=("NotQualified", criteria))
    assert found == ("seal-conditions-not-understood", "not_checked")


def test_an_unknown_critical_extension_is_never_ignored(judge):
    extension = '<Extension Critical="true"><x:New xmlns:x="urn:new"/></Extension>'
    assert judge(COMPLIANCE, DEVICE, SEAL, extensions=extension) == ("seal-conditions-not-understood", "not_checked")


def test_a_listed_provider_s_seal_in_a_qualified_device_is_qualified(judge):
    assert judge(COMPLIANCE, DEVICE, SEAL) == ("seal-qualified", "passed")


def test_without_the_device_only_the_certificate_is_qualified(judge):
    assert judge(COMPLIANCE, SEAL) == ("seal-qualified-certificate", "passed")


def test_a_seal_made_before_the_withdrawal_stays_qualified(judge, now):
    history = {"since": now - timedelta(days=2000)}
    since = now - timedelta(days=10)
    before, after = now - timedelta(days=11), now - timedelta(days=9)
    made = {"history": history, "since": since, "status": "withdrawn"}
    assert judge(COMPLIANCE, DEVICE, SEAL, at=before, **made) == ("seal-qualified", "passed")
    assert judge(COMPLIANCE, DEVICE, SEAL, at=after, **made) == ("seal-service-withdrawn", "warning")


@pytest.mark.parametrize(
    ("qualifier", "criteria", "policies", "code"),
    [
        ("QCWithQSCD", f'<s:CriteriaList assert="all">{POLICIES}</s:CriteriaList>', (POLICY,), "seal-qualified"),
        ("QCWithQSCD", f'<s:CriteriaList assert="all">{POLICIES}</s:CriteriaList>', (), "seal-qualified-certificate"),
        (
            "QCQSCDManagedOnBehalf",
            f'<s:CriteriaList assert="atLeastOne">{USAGE}{POLICIES}</s:CriteriaList>',
            (),
            "seal-qualified",
        ),
        (
            "QCWithQSCD",
            f'<s:CriteriaList assert="none">{USAGE}</s:CriteriaList>',
            (),
            "seal-qualified-certificate",
        ),
        (
            "QCWithQSCD",
            '<s:CriteriaList assert="all"><s:Description>x</s:Description>'
            f'<s:CriteriaList assert="none">{POLICIES}</s:CriteriaList></s:CriteriaList>',
            (),
            "seal-qualified",
        ),
    ],
)
def test_the_list_tells_which_keys_are_in_a_qualified_device(judge, qualifier, criteria, policies, code):
    assert judge(COMPLIANCE, SEAL, criteria=(qualifier, criteria), policies=policies)[0] == code


def test_the_list_can_say_that_a_key_is_in_no_device(judge):
    criteria = ("QCNoQSCD", f'<s:CriteriaList assert="all">{USAGE}</s:CriteriaList>')
    assert judge(COMPLIANCE, DEVICE, SEAL, criteria=criteria)[0] == "seal-qualified-certificate"
