"""Certificate paths: whether a chain leads from a seal or signing certificate to an anchor that the verifier trusts.

RFC 5280 section 6, for seals and signatures rather than for web servers. What this cannot process (name and policy
constraints, unknown critical extensions) is refused, never ignored. Revocation is a matter of
``certificate_revocation``; until it is asked there, ``certificate-revocation-not-checked`` stands.

Codes found: ``certificate-trusted``, ``certificate-expired``, ``certificate-not-yet-valid``,
``certificate-usage-wrong``, ``certificate-authority-wrong``, ``certificate-extension-unknown``,
``certificate-algorithm-weak``, ``certificate-self-signed``, ``certificate-chain-untrusted``,
``certificate-no-anchors``, ``certificate-revocation-not-checked``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from credenza.errors import MalformedInput
from credenza.finding import Finding, failed, not_checked, passed
from credenza.keys import public
from credenza.trust import certificates, qualified_statements

MAXIMUM_CERTIFICATES = 10
_MAXIMUM_CHECKS = 64  # signatures looked at for one chain, however it is tangled
_WEAK_HASHES = frozenset({"md5", "sha1"})
_UNSEALING = frozenset(
    {
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.CODE_SIGNING,
        ExtendedKeyUsageOID.TIME_STAMPING,
        ExtendedKeyUsageOID.OCSP_SIGNING,
    }
)
_UNPROCESSED = frozenset(
    {ExtensionOID.NAME_CONSTRAINTS, ExtensionOID.POLICY_CONSTRAINTS, ExtensionOID.INHIBIT_ANY_POLICY}
)
_PROCESSED = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        x509.ObjectIdentifier(qualified_statements.EXTENSION),
    }
)


@dataclass(frozen=True)
class TrustAnchors:
    """Certificates that a verifier trusts without further proof, found by the name that they sign under."""

    by_subject: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, ders: Iterable[bytes]) -> TrustAnchors:
        """The anchors among certificates in DER.

        Raises:
            MalformedInput: ``certificate-malformed``.
        """
        found: dict[bytes, tuple[bytes, ...]] = {}
        for der in dict.fromkeys(ders):
            subject = certificates.load(der).subject.public_bytes()
            found[subject] = (*found.get(subject, ()), der)
        return cls(found)

    def and_of(self, ders: Iterable[bytes]) -> TrustAnchors:
        """These anchors and others.

        Raises:
            MalformedInput: ``certificate-malformed``.
        """
        return TrustAnchors.of([*(der for held in self.by_subject.values() for der in held), *ders])

    def named_like(self, der: bytes) -> tuple[bytes, ...]:
        """The anchors of the name that a certificate (DER) is of."""
        return self.by_subject.get(_names(der)[0], ())

    def issuing(self, der: bytes) -> tuple[bytes, ...]:
        """The anchors of the name that a certificate (DER) says it was issued by."""
        return self.by_subject.get(_names(der)[1], ())


@lru_cache(maxsize=1024)
def _names(der: bytes) -> tuple[bytes, bytes]:
    """Whom a certificate is of and by, each as its bytes."""
    certificate = certificates.load(der)
    return certificate.subject.public_bytes(), certificate.issuer.public_bytes()


@dataclass(frozen=True)
class ChainJudgement:
    """What was found, and the path that led to an anchor (DER, the signer's own first); empty where none did."""

    findings: tuple[Finding, ...]
    path: tuple[bytes, ...]


def judge_chain(chain: tuple[bytes, ...], *, anchors: TrustAnchors, at: datetime) -> ChainJudgement:
    """Whether the first certificate may seal and is vouched for, through the others, by an anchor, at a time.

    Raises:
        MalformedInput: ``certificate-malformed``, ``certificate-chain-malformed`` for none or over 10 certificates.
    """
    if not 1 <= len(chain) <= MAXIMUM_CERTIFICATES:
        raise MalformedInput("certificate-chain-malformed", "The certificate chain is empty or too long.")
    leaf = certificates.load(chain[0])
    wrong = [*_common(leaf, at), *_signer_usage(leaf)]
    best: tuple[list[Finding], tuple[bytes, ...]] | None = None
    for path in _paths(chain, anchors):
        problems = [*wrong, *_authorities(path, at)]
        if best is None or len(problems) < len(best[0]):
            best = problems, path
        if not problems:
            break
    if best is None:
        return ChainJudgement((*wrong, _no_path(leaf, anchors)), ())
    if best[0]:
        return ChainJudgement(tuple(best[0]), ())
    unknown = "Whether the certificate was revoked by its provider was not asked."
    trusted = passed("certificate-trusted", "The certificate is vouched for by a provider that this verifier trusts.")
    return ChainJudgement((trusted, not_checked("certificate-revocation-not-checked", unknown)), best[1])


def _paths(chain: tuple[bytes, ...], anchors: TrustAnchors) -> Iterator[tuple[bytes, ...]]:
    """Every path from the first certificate to an anchor, as far as the allowed number of checks goes."""
    checks = 0
    waiting: list[tuple[bytes, ...]] = [(chain[0],)]
    if chain[0] in anchors.named_like(chain[0]):
        yield (chain[0],)
    while waiting:
        path = waiting.pop()
        last = certificates.load(path[-1])
        parents = [(der, True) for der in anchors.issuing(path[-1])]
        parents += [(der, False) for der in chain[1:] if certificates.load(der).subject == last.issuer]
        for der, is_anchor in parents:
            checks += 1
            if checks > _MAXIMUM_CHECKS:
                return
            if der in path or not _issued(path[-1], der):
                continue
            if is_anchor:
                yield (*path, der)
            else:
                waiting.append((*path, der))


@lru_cache(maxsize=256)
def _issued(child: bytes, parent: bytes) -> bool:
    """Whether one certificate (DER) signed another: a matter of these bytes alone, whoever asks and whenever."""
    try:
        certificates.load(child).verify_directly_issued_by(certificates.load(parent))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _no_path(leaf: x509.Certificate, anchors: TrustAnchors) -> Finding:
    if not anchors.by_subject:
        return not_checked(
            "certificate-no-anchors", "No trusted providers are known here to check the certificate with."
        )
    if leaf.issuer == leaf.subject:
        return failed(
            "certificate-self-signed", "The holder of the certificate vouches for itself, and nobody else does."
        )
    return failed("certificate-chain-untrusted", "No provider that this verifier trusts vouches for the certificate.")


def _authorities(path: tuple[bytes, ...], at: datetime) -> Iterator[Finding]:
    """What is wrong above the signer. The anchor's own dates are the verifier's choice (section 6.1.1)."""
    below = 0
    for position, der in enumerate(path[1:], start=1):
        certificate = certificates.load(der)
        if position < len(path) - 1:
            yield from _common(certificate, at)
        else:
            yield from _extensions(certificate)
        yield from _authority_usage(certificate, below, is_anchor=position == len(path) - 1)
        if certificate.subject != certificate.issuer:
            below += 1


def _common(certificate: x509.Certificate, at: datetime) -> Iterator[Finding]:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at > ends:
        yield failed("certificate-expired", f"A certificate behind the seal expired on {ends:%Y-%m-%d}.")
    if at < begins:
        yield failed(
            "certificate-not-yet-valid", f"A certificate behind the seal is valid only from {begins:%Y-%m-%d}."
        )
    if _weak(certificate):
        yield failed(
            "certificate-algorithm-weak", "A certificate behind the seal rests on weak or unknown cryptography."
        )
    yield from _extensions(certificate)


@lru_cache(maxsize=256)
def _weak(certificate: x509.Certificate) -> bool:
    try:
        digest = certificate.signature_hash_algorithm
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            small = key.key_size < (public.MINIMUM_RSA_BITS if isinstance(key, rsa.RSAPublicKey) else 256)
        else:
            public.from_crypto(key)
            small = False
    except (UnsupportedAlgorithm, ValueError, MalformedInput):
        return True
    return small or (digest is not None and digest.name in _WEAK_HASHES)


@lru_cache(maxsize=256)
def _extensions(certificate: x509.Certificate) -> tuple[Finding, ...]:
    return tuple(_not_understood(certificate))


def _not_understood(certificate: x509.Certificate) -> Iterator[Finding]:
    unprocessed = [item for item in certificate.extensions if item.oid in _UNPROCESSED]
    unknown = [item for item in certificate.extensions if item.critical and item.oid not in _PROCESSED]
    for extension in dict.fromkeys([*unprocessed, *unknown]):
        reason = f"A certificate behind the seal has a condition ({extension.oid.dotted_string}) not understood here."
        yield failed("certificate-extension-unknown", reason)


def _signer_usage(leaf: x509.Certificate) -> Iterator[Finding]:
    constraints, usage, extended = _usages(leaf)
    wrong = (
        (constraints is not None and constraints.ca)
        or (usage is not None and not (usage.digital_signature or usage.content_commitment))
        or (extended is not None and set(extended) <= _UNSEALING)
    )
    if wrong:
        yield failed(
            "certificate-usage-wrong", "The certificate was issued for something other than seals or signatures."
        )


def _authority_usage(certificate: x509.Certificate, below: int, *, is_anchor: bool) -> Iterator[Finding]:
    constraints, usage, _ = _usages(certificate)
    may_issue = constraints.ca if constraints is not None else is_anchor
    too_long = constraints is not None and constraints.path_length is not None and below > constraints.path_length
    if not may_issue or too_long or (usage is not None and not usage.key_cert_sign):
        yield failed("certificate-authority-wrong", "A certificate in the chain was issued by one that must not do so.")


@lru_cache(maxsize=256)
def _usages(
    certificate: x509.Certificate,
) -> tuple[x509.BasicConstraints | None, x509.KeyUsage | None, x509.ExtendedKeyUsage | None]:
    constraints = usage = extended = None
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.BasicConstraints):
            constraints = extension.value
        elif isinstance(extension.value, x509.KeyUsage):
            usage = extension.value
        elif isinstance(extension.value, x509.ExtendedKeyUsage):
            extended = extension.value
    return constraints, usage, extended
