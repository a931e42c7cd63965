"""What a trusted list adds to, or takes from, what certificates of a service say of themselves.

ETSI TS 119 612 section 5.5.9.2 (Qualifications extension): qualifiers with criteria that a certificate may match.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509

from credenza.trust import certificates

_PREFIX = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
NOT_QUALIFIED = _PREFIX + "NotQualified"
QUALIFIED = _PREFIX + "QCStatement"
FOR_SEAL = _PREFIX + "QCForESeal"
FOR_OTHER_USES = frozenset({_PREFIX + "QCForESig", _PREFIX + "QCForWSA"})
WITH_DEVICE = frozenset({_PREFIX + "QCWithQSCD", _PREFIX + "QCQSCDManagedOnBehalf", _PREFIX + "QCWithSSCD"})
WITHOUT_DEVICE = frozenset({_PREFIX + "QCNoQSCD", _PREFIX + "QCNoSSCD"})

_KEY_USAGES = {
    "digitalSignature": "digital_signature",
    "nonRepudiation": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "dataEncipherment": "data_encipherment",
    "keyAgreement": "key_agreement",
    "keyCertSign": "key_cert_sign",
    "crlSign": "crl_sign",
}


@dataclass(frozen=True)
class Criteria:
    """Conditions on a certificate. ``assertion`` is ``all``, ``atLeastOne`` or ``none`` of them."""

    assertion: str
    key_usages: tuple[tuple[tuple[str, bool], ...], ...] = ()
    policies: tuple[frozenset[str], ...] = ()
    nested: tuple[Criteria, ...] = ()

    def match(self, der: bytes) -> bool:
        """Whether the certificate meets the conditions.

        Raises:
            MalformedInput: ``certificate-malformed``.
        """
        usage, policies = _facts(der)
        found = [all(usage.get(name, False) == value for name, value in item) for item in self.key_usages]
        found += [item <= policies for item in self.policies]
        found += [item.match(der) for item in self.nested]
        if self.assertion == "none":
            return not any(found)
        return any(found) if self.assertion == "atLeastOne" else bool(found) and all(found)


@dataclass(frozen=True)
class Qualification:
    """Qualifiers (URIs) that hold for the certificates that meet the criteria."""

    qualifiers: frozenset[str]
    criteria: Criteria


def qualifiers_of(der: bytes, qualifications: tuple[Qualification, ...]) -> frozenset[str]:
    """Every qualifier that a service's list entry gives to a certificate.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    return frozenset(uri for item in qualifications if item.criteria.match(der) for uri in item.qualifiers)


def _facts(der: bytes) -> tuple[dict[str, bool], frozenset[str]]:
    usage: dict[str, bool] = {}
    policies: frozenset[str] = frozenset()
    for extension in certificates.load(der).extensions:
        if isinstance(extension.value, x509.KeyUsage):
            usage = {name: bool(getattr(extension.value, member)) for name, member in _KEY_USAGES.items()}
        elif isinstance(extension.value, x509.CertificatePolicies):
            policies = frozenset(item.policy_identifier.dotted_string for item in extension.value)
    return usage, policies
