"""Verifying a seal (ETSI TS 119 182-1; the steps of ETSI EN 319 102-1 that need no trust anchor but the time stamps').

Codes raised: those of ``envelope``, ``header``, ``unsigned``, ``jws``, ``certificate_chain`` and ``time_stamp``.
Codes found: those of ``jws``, ``unsigned`` and ``time_stamp``, ``jades-signing-time-missing``,
``jades-signing-time-in-future``, ``jades-signing-time-after-time-stamp``, ``jades-policy-not-checked``,
``certificate-not-judged``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from credenza.proof import certificate_chain, jws, time_stamp
from credenza.proof.finding import Finding, failed, hold, not_checked, warning
from credenza.proof.jades import envelope, header, unsigned
from credenza.proof.jades.unsigned import Level
from credenza.proof.jades.validation_data import NOTHING_KEPT, ValidationData
from credenza.proof.time_stamp import TimeStamp

_TYPES = ("jose+json", "jose", "")
_LEVELS: tuple[Level, ...] = ("B-B", "B-T", "B-LT", "B-LTA")


@dataclass(frozen=True)
class SealSignature:
    """One signature of a seal: its level as built, its certificates (the signer's own first), its times.

    ``kept`` are certificates and revocation answers that somebody added, for whoever judges the certificates.
    """

    level: Level
    algorithm: str
    certificates: tuple[x509.Certificate, ...]
    certificate_chain: tuple[bytes, ...]
    signing_time_claimed: datetime | None
    time_stamps: tuple[TimeStamp, ...]
    findings: tuple[Finding, ...]
    kept: ValidationData = NOTHING_KEPT

    @property
    def signing_time_proven(self) -> datetime | None:
        """The earliest time at which a trusted time stamp says that this signature existed."""
        return min((stamp.generated for stamp in self.time_stamps if stamp.proven), default=None)


@dataclass(frozen=True)
class VerifiedSeal:
    """What was sealed, exactly, and what was found; read ``verified`` before trusting the payload."""

    payload: bytes
    signatures: tuple[SealSignature, ...]

    @property
    def verified(self) -> bool:
        """Whether every signature is intact and no check failed; whose the seal is, is another question."""
        return all(hold(signature.findings) for signature in self.signatures)

    @property
    def level(self) -> Level:
        """The lowest level of the signatures."""
        return min((signature.level for signature in self.signatures), key=_LEVELS.index)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all signatures."""
        return tuple(finding for signature in self.signatures for finding in signature.findings)


def verify(
    sealed: bytes | Mapping[str, Any],
    *,
    allowed_algorithms: Collection[str],
    time_stamp_anchors: Collection[x509.Certificate],
    now: datetime,
    leeway: timedelta = timedelta(0),
) -> VerifiedSeal:
    """Verify every signature of a sealed credential with the certificate that it carries.

    ``sealed`` is the file, or what ``strict_json`` read from it: the sealed text is a member, and is kept as it is.

    Raises:
        MalformedInput, Refused: see the module.
    """
    parsed = jws.from_members(envelope.read(sealed), understood_critical=header.UNDERSTOOD_CRITICAL)
    signatures = []
    for part in parsed.signatures:
        jws.require(part, allowed_algorithms=allowed_algorithms, expected_types=_TYPES)
        signatures.append(_judge(parsed, part, time_stamp_anchors, now, leeway))
    return VerifiedSeal(parsed.payload, tuple(signatures))


def _judge(
    parsed: jws.ParsedJws,
    part: jws.SignaturePart,
    anchors: Collection[x509.Certificate],
    now: datetime,
    leeway: timedelta,
) -> SealSignature:
    chain = header.signing_certificates(part.protected)
    claimed = header.claimed_time(part.protected)
    findings = [jws.check_signature(parsed, part, certificate_chain.public_key(chain[0]))]
    added = unsigned.judge(parsed, part, anchors=anchors, now=now, leeway=leeway)
    findings.extend(added.findings)
    if "adoTst" in part.protected:
        for token in unsigned.tokens(part.protected["adoTst"]):
            content = time_stamp.verify(token, parsed.payload_as_signed, anchors=anchors, now=now, leeway=leeway)
            findings.extend(content.findings)
    if "sigPId" in part.protected:
        findings.append(not_checked("jades-policy-not-checked", "The seal follows a policy that was not checked."))
    findings.extend(_judge_time(claimed, added.time_stamps, now, leeway))
    reason = "Whom the seal's certificate belongs to, and who vouches for it, is checked apart."
    findings.append(not_checked("certificate-not-judged", reason))
    certificates = tuple(certificate_chain.load(item) for item in chain)
    stamps = added.time_stamps
    return SealSignature(added.level, part.algorithm, certificates, chain, claimed, stamps, tuple(findings), added.kept)


def _judge_time(
    claimed: datetime | None, stamps: tuple[TimeStamp, ...], now: datetime, leeway: timedelta
) -> tuple[Finding, ...]:
    if claimed is None:
        return (warning("jades-signing-time-missing", "The seal does not say when it was made."),)
    if claimed > now + leeway:
        reason = f"The seal says it was made later than now: {claimed:%Y-%m-%d %H:%M} UTC."
        return (failed("jades-signing-time-in-future", reason),)
    proven = min((stamp.generated for stamp in stamps if stamp.proven), default=None)
    if proven is not None and claimed > proven + max(leeway, timedelta(minutes=5)):
        reason = "The seal says it was made after the time that its time stamp proves."
        return (warning("jades-signing-time-after-time-stamp", reason),)
    return ()
