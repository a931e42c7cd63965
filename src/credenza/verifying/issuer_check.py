"""Who stands behind the seal? A name in a credential is a claim, which a certificate or a published key must back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from credenza.errors import MalformedInput
from credenza.finding import Finding, failed, not_checked, passed, warning
from credenza.keys import VerificationMethod
from credenza.record import UNSTATED, Award, IdentifierKind, Organisation
from credenza.trust import certificate_revocation, certificates, qualified_seal
from credenza.trust.certificate_path import MAXIMUM_CERTIFICATES, judge_chain
from credenza.trust.certificates import TEST_MARK, CertificateHolder, holder_of, speaks_for
from credenza.verifying.borrowed_names import borrowed_names, plain
from credenza.verifying.evidence import Examined, SignedBy, Sources

_TEST_MARK = "NOT QUALIFIED"
_BACKGROUND = frozenset({"certificate-revocation-not-checked"})
_NOBODY = not_checked("issuer-not-checked", "Who signed it could not be found out.")


def issuer_findings(examined: Examined, award: Award | None, *, sources: Sources, now: datetime) -> tuple[Finding, ...]:
    """Judge every signer; a credential without a known signer is not checked, never passed."""
    if award is None or not examined.signed_by:
        return (_NOBODY,)
    found: list[Finding] = []
    for signer in examined.signed_by:
        if signer.chain:
            found += _by_certificate(signer, award, sources=sources, now=now)
        elif signer.method is not None:
            found.append(_by_method(signer.method, signer, award, sources))
        else:
            found.append(_NOBODY)
    return (*found, *borrowed_names(award, sources))


def _by_certificate(signer: SignedBy, award: Award, *, sources: Sources, now: datetime) -> Iterator[Finding]:
    at = signer.proven_time or now
    holder = holder_of(signer.chain[0])
    named = _names_issuer(holder, signer, award.issuer)
    if named.outcome != "passed":
        yield named
    more = (der for der in signer.more_certificates if _readable(der))
    chain = tuple(dict.fromkeys((*signer.chain, *more)))[:MAXIMUM_CERTIFICATES]
    judged = judge_chain(chain, anchors=sources.anchors, at=at)
    for one in judged.findings:
        if one.code == "certificate-chain-untrusted" and not sources.lists_complete:
            yield qualified_seal.INCOMPLETE  # the list that is missing may name the provider
        elif one.code not in _BACKGROUND and one.outcome != "passed":
            yield one
    if not judged.path:
        return
    if _TEST_MARK in f"{holder.organization} {holder.common_name}".upper():
        reason = f"The seal is a test seal of {holder.organization!r}, not a qualified one: do not rely on it."
        yield warning("seal-test", reason)
    else:
        if sources.qualified is not None:
            yield sources.qualified(judged.path, at)
        yield from _revocation(judged.path, signer, sources, at)
    yield passed(
        "issuer-trusted", f"The seal belongs to {holder.organization}, whom an authority that you trust names."
    )


def _readable(der: bytes) -> bool:
    """What anybody may add to a seal must not make it unreadable."""
    try:
        certificates.load(der)
    except MalformedInput:
        return False
    return True


def _revocation(path: tuple[bytes, ...], signer: SignedBy, sources: Sources, at: datetime) -> Iterator[Finding]:
    """What the seal keeps is asked first, then the providers; a certificate that is itself an anchor needs neither."""
    if len(path) == 1:
        return
    kept = certificate_revocation.judge(path, crls=signer.crls, ocsp_responses=signer.ocsp_responses, at=at)
    if kept.outcome == "not_checked" and sources.revocation is not None:
        yield sources.revocation(path, at)
    else:
        yield kept


def seal_names(certificate: bytes, issuer: Organisation) -> Finding:
    """Whether a seal's certificate (DER) names this organisation, as a verifier will ask.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    return _names_issuer(holder_of(certificate), SignedBy(chain=(certificate,)), issuer)


def _names_issuer(holder: CertificateHolder, signer: SignedBy, issuer: Organisation) -> Finding:
    """The certificate must name whom the credential names: by registered identifier, by address, or by legal name."""
    good = passed("issuer-named", "The seal's certificate names the issuer of the credential.")
    eidas = issuer.identifier(IdentifierKind.EIDAS)
    if eidas is not None and holder.organization_identifier is not None:
        if eidas.value == holder.organization_identifier:
            return good if _same_name(holder, issuer) else _named_otherwise(holder, issuer, by_number=True)
        reason = f"The seal is of {holder.organization_identifier}, the credential says {eidas.value}."
        return failed("issuer-certificate-mismatch", reason)
    if _same_name(holder, issuer):
        return good
    if signer.token_issuer is not None and speaks_for(signer.chain[0], signer.token_issuer):
        return good if issuer.legal_name == UNSTATED else _named_otherwise(holder, issuer, by_number=False)
    return failed(
        "issuer-certificate-mismatch",
        f"The seal is of {holder.organization or holder.common_name!r}, not of the issuer that the credential names.",
    )


def _same_name(holder: CertificateHolder, issuer: Organisation) -> bool:
    texts = [issuer.legal_name, *([issuer.other_names] if issuer.other_names else [])]
    names = {plain(name) for text in texts for name in text.root.values()}
    return holder.organization is not None and plain(holder.organization.removesuffix(TEST_MARK)) in names


def _named_otherwise(holder: CertificateHolder, issuer: Organisation, *, by_number: bool) -> Finding:
    name, owner = issuer.legal_name.best("en"), holder.organization
    reason = (
        f"The seal is of {owner!r}, which the credential calls {name!r}:"
        f" the same {'number' if by_number else 'address'}, another name."
    )
    return warning("issuer-name-differs", reason)


def _by_method(method: VerificationMethod, signer: SignedBy, award: Award, sources: Sources) -> Finding:
    claimed = {award.issuer.id, signer.token_issuer} - {None}
    if method.controller not in claimed:
        return failed(
            "issuer-key-mismatch",
            f"The key belongs to {method.controller}, the credential names {award.issuer.id} as its issuer.",
        )
    if method.controller in sources.trusted_issuers:
        return passed("issuer-trusted", f"The key belongs to {method.controller}, whom you trust.")
    if method.controller.startswith(("did:web:", "https://")):
        place = method.controller.removeprefix("did:web:").removeprefix("https://").split(":")[0].split("/")[0]
        name = award.issuer.legal_name.best("en")
        return warning(
            "issuer-domain-only",
            f"The issuer controls the web address {place}; nobody confirms that it is {name!r}.",
        )
    return failed(
        "issuer-self-asserted",
        f"The name {award.issuer.legal_name.best('en')!r} is only claimed: the key vouches for nobody but itself.",
    )
